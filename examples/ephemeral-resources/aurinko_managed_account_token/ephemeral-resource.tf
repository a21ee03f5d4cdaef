variable "mailbox_id" {
  description = "ID of the managed account."
  type        = string
}

# Use its access_token where values are not stored: in a write-only argument,
# such as that of a secret store, or in the configuration of a provider.
ephemeral "aurinko_managed_account_token" "sales" {
  account_id = var.mailbox_id
}
