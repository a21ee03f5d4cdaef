terraform {
  required_providers {
    aurinko = {
      source = "aurinko/aurinko"
    }
  }
}

resource "aurinko_service_account" "this" {
  name          = var.name
  client_org_id = var.client_org_id
  scopes        = var.scopes

  google = var.google == null ? null : {
    domain         = var.google.domain
    credentials_wo = var.credential
  }

  exchange = var.exchange == null ? null : {
    server_url  = var.exchange.server_url
    username    = var.exchange.username
    password_wo = var.credential
  }

  office365 = var.office365
}

locals {
  # Two lines with the same address are an error here.
  mailboxes = { for mailbox in var.mailboxes : lower(trimspace(mailbox.email)) => mailbox }
}

resource "aurinko_managed_account" "mailbox" {
  for_each = local.mailboxes

  service_account_id = aurinko_service_account.this.id
  client_org_id      = var.client_org_id

  email = each.key
  name  = each.value.name == "" ? null : each.value.name

  # An empty field means the customer's scopes, or the value that Aurinko chooses.
  timezone = each.value.timezone == "" ? null : each.value.timezone
  scopes   = each.value.scopes == "" ? var.scopes : split(" ", each.value.scopes)
}
