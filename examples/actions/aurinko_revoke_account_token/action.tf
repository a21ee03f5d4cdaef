variable "account_id" {
  description = "Id of the account whose token has leaked."
  type        = string
}

# Nothing happens before it is asked for:
#   terraform apply -invoke=action.aurinko_revoke_account_token.leaked
action "aurinko_revoke_account_token" "leaked" {
  config {
    account_id = var.account_id
  }
}
