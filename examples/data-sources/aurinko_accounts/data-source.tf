# The accounts of one customer, by your own ID of the customer.
data "aurinko_accounts" "customer" {
  client_org_id = "acme"
}

# The mailboxes among them, by address.
locals {
  mailboxes = {
    for account in data.aurinko_accounts.customer.accounts : lower(account.email) => account
    if account.type == "managed" && account.email != null
  }
}

# Imports them as they are (Terraform and OpenTofu 1.7). After the apply, replace
# local.mailboxes by a list of your own.
import {
  for_each = local.mailboxes

  to = aurinko_managed_account.mailbox[each.key]
  id = each.value.id
}

resource "aurinko_managed_account" "mailbox" {
  for_each = local.mailboxes

  service_account_id = each.value.parent_id
  email              = each.value.email
  login              = each.value.login
  name               = each.value.name
  timezone           = each.value.timezone
  client_org_id      = each.value.client_org_id
  scopes             = each.value.scopes
  copy_to_sent       = each.value.copy_to_sent
  trust_server       = each.value.trust_server
}
