# Terraform or OpenTofu 1.11 or later.

variable "mailboxes" {
  description = "Names of the mailboxes by email address."
  type        = map(string)
}

resource "aurinko_service_account" "exchange" {
  scopes = ["Mail.ReadWrite"]

  exchange = {
    server_url  = "mail.acme.example"
    username    = "svc@acme.example"
    password_wo = "made up: nothing is sent"
  }
}

resource "aurinko_managed_account" "mailbox" {
  for_each = var.mailboxes

  service_account_id = aurinko_service_account.exchange.id
  email              = each.key
  name               = each.value
  scopes             = ["Mail.Read"]
}
