terraform {
  required_version = ">= 1.11" # for ephemeral variables and write-only arguments

  required_providers {
    aurinko = {
      source  = "aurinko/aurinko"
      version = "~> 0.1"
    }
  }
}

resource "aurinko_service_account" "exchange" {
  scopes = ["Mail.Read"]

  exchange = {
    server_url  = var.server_url
    username    = var.username
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

# Warns on every plan and apply, as long as Aurinko cannot reach a mailbox.
check "tokens" {
  assert {
    condition     = alltrue([for mailbox in aurinko_managed_account.mailbox : mailbox.token_status == "active"])
    error_message = "Aurinko cannot reach ${join(", ", [for email, mailbox in aurinko_managed_account.mailbox : email if mailbox.token_status != "active"])}."
  }
}

output "ids" {
  value = { for email, mailbox in aurinko_managed_account.mailbox : email => mailbox.id }
}
