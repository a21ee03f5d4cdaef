variable "account_id" {
  type = string
}

# With ping_provider, Aurinko asks the mail service whether its access works.
data "aurinko_account" "anna" {
  id            = var.account_id
  ping_provider = true
}

# Warns on every plan and apply until access is granted again.
check "anna_is_connected" {
  assert {
    condition     = data.aurinko_account.anna.token_status == "active"
    error_message = "Account ${var.account_id} is ${data.aurinko_account.anna.token_status}: ${coalesce(data.aurinko_account.anna.token_error, "no error reported")}"
  }
}
