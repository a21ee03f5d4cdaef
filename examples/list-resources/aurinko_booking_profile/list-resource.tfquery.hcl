# The booking profiles of all accounts. Terraform lists 100 unless you raise the limit.
list "aurinko_booking_profile" "all" {
  provider         = aurinko
  include_resource = true
  limit            = 10000
}
