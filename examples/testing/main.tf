terraform {
  required_version = ">= 1.11"

  required_providers {
    aurinko = {
      source  = "aurinko/aurinko"
      version = "~> 0.1"
    }
  }
}

variable "exchange_password" {
  description = "Password of svc-aurinko@acme.example."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "mailboxes" {
  description = "Names of the mailboxes, by e-mail address."
  type        = map(string)
}

resource "aurinko_service_account" "exchange" {
  scopes = ["Mail.Read"]

  exchange = {
    server_url  = "mail.acme.example"
    username    = "svc-aurinko@acme.example"
    password_wo = var.exchange_password
  }
}

resource "aurinko_managed_account" "mailbox" {
  for_each = var.mailboxes

  service_account_id = aurinko_service_account.exchange.id
  email              = each.key
  name               = each.value
  scopes             = ["Mail.Read"]
}

output "ids" {
  value = { for email, mailbox in aurinko_managed_account.mailbox : email => mailbox.id }
}
