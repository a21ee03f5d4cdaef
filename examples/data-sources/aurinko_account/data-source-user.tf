variable "mailbox_id" {
  description = "ID of a managed account."
  type        = string
}

data "aurinko_account" "mailbox" {
  id = var.mailbox_id
}

# The Aurinko user that owns the account, and what the mail service has granted.
output "mailbox" {
  value = {
    user_id       = data.aurinko_account.mailbox.user_id
    scopes        = data.aurinko_account.mailbox.scopes
    native_scopes = data.aurinko_account.mailbox.native_scopes
  }
}
