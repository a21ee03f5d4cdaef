data "aurinko_service_accounts" "exchange" {
  service_type = "EWS"
}

# Service accounts that Aurinko cannot use.
output "broken" {
  value = {
    for account in data.aurinko_service_accounts.exchange.accounts : account.id => account.auth_org_id
    if account.token_status != "active"
  }
}
