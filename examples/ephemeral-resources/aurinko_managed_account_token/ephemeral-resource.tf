variable "mailbox_id" {
  description = "Id of the managed account."
  type        = string
}

# Its access_token goes where values are not kept: into a write-only argument,
# such as that of a secrets store, or into the configuration of a provider.
ephemeral "aurinko_managed_account_token" "sales" {
  account_id = var.mailbox_id
}
