# The mailboxes of one customer. Terraform lists 100 unless you raise the limit.
list "aurinko_account" "acme" {
  provider         = aurinko
  include_resource = true
  limit            = 10000

  config {
    client_org_id = "acme"
  }
}
