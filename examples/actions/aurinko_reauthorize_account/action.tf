variable "account_id" {
  description = "ID of the managed account whose token is dead."
  type        = string
}

# Runs on demand only, once the service account works:
#   terraform apply -invoke=action.aurinko_reauthorize_account.mailbox
action "aurinko_reauthorize_account" "mailbox" {
  config {
    account_id = var.account_id
  }
}
