# The mailboxes of one of your customers. Terraform takes 100 results unless the
# limit says otherwise.
list "aurinko_managed_account" "acme" {
  provider         = aurinko
  include_resource = true
  limit            = 10000

  config {
    client_org_id = "acme"
  }
}
