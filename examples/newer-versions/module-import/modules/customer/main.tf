terraform {
  required_providers {
    aurinko = {
      source = "aurinko/aurinko"
    }
  }
}

variable "service_account_id" {
  description = "ID of the service account that the mailboxes are under."
  type        = string
}

variable "mailboxes" {
  description = "IDs of the mailboxes at Aurinko by email address; null for one that does not exist yet."
  type        = map(string)
}

import {
  for_each = { for email, id in var.mailboxes : email => id if id != null }
  to       = aurinko_managed_account.mailbox[each.key]
  id       = each.value
}

resource "aurinko_managed_account" "mailbox" {
  for_each = var.mailboxes

  service_account_id = var.service_account_id
  email              = each.key
  client_org_id      = "acme"
  scopes             = ["Mail.Read"]
}
