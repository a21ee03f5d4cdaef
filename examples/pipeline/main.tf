terraform {
  required_version = ">= 1.11" # for ephemeral variables and write-only arguments

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
  ephemeral   = true # in no state and no plan
}

resource "aurinko_service_account" "exchange" {
  scopes = ["Mail.ReadWrite", "Mail.Send"]

  exchange = {
    server_url  = "mail.acme.example"
    username    = "svc-aurinko@acme.example"
    password_wo = var.exchange_password
  }
}

resource "aurinko_managed_account" "mailbox" {
  for_each = {
    "office@acme.example" = "Front office"
    "sales@acme.example"  = "Sales"
  }

  service_account_id = aurinko_service_account.exchange.id
  email              = each.key
  name               = each.value
  scopes             = ["Mail.ReadWrite", "Mail.Send"]
}
