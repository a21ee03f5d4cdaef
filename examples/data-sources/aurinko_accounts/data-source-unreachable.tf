# The mailboxes that Aurinko cannot reach, in the whole application.
data "aurinko_accounts" "all" {}

output "unreachable" {
  value = {
    for account in data.aurinko_accounts.all.accounts : account.id => "${coalesce(account.email, account.login)}: ${account.token_status}"
    if account.type == "managed" && account.token_status != "active"
  }
}
