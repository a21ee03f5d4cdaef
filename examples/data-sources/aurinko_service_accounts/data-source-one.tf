# The service account of one customer, which another state manages.
data "aurinko_service_accounts" "acme" {
  client_org_id = "acme"
}

output "service_account_id" {
  value = one(data.aurinko_service_accounts.acme.accounts[*].id)
}
