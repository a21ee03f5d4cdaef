data "aurinko_service_accounts" "exchange" {
  service_type = "EWS"
}

# Those that need an administrator's attention.
output "broken" {
  value = {
    for account in data.aurinko_service_accounts.exchange.accounts : account.id => account.auth_org_id
    if account.token_status != "active"
  }
}
