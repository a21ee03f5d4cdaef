# The subscriptions of all accounts. Terraform lists 100 unless you raise the limit.
list "aurinko_subscription" "all" {
  provider         = aurinko
  include_resource = true
  limit            = 10000
}
