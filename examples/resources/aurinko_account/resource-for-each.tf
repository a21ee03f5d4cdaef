variable "mailboxes" {
  description = "Mailboxes by email address, each with the version of its password."
  type        = map(object({ version = number }))
  default = {
    "office@acme.example"  = { version = 1 }
    "support@acme.example" = { version = 3 } # replaced twice
  }
}

variable "mailbox_passwords" {
  description = "Passwords by email address."
  type        = map(string)
  sensitive   = true
  ephemeral   = true
}

resource "aurinko_account" "mailbox" {
  for_each = var.mailboxes

  email      = each.key
  server_url = "imap.acme.example"
  scopes     = ["Mail.Read"]

  password_wo         = var.mailbox_passwords[each.key]
  password_wo_version = each.value.version
}
