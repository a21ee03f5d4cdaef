variable "account_id" {
  description = "ID of the account whose token has leaked."
  type        = string
}

# Runs on demand only:
#   terraform apply -invoke=action.aurinko_revoke_account_token.leaked
action "aurinko_revoke_account_token" "leaked" {
  config {
    account_id = var.account_id
  }
}
