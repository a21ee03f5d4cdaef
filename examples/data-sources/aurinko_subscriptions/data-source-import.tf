variable "mailbox_id" {
  description = "ID of the managed account."
  type        = string
}

# Imports the subscriptions of one mailbox as they are (Terraform and OpenTofu 1.7).
data "aurinko_subscriptions" "mailbox" {
  account_id = var.mailbox_id
}

locals {
  subscriptions = { for subscription in data.aurinko_subscriptions.mailbox.subscriptions : subscription.id => subscription }
}

import {
  for_each = local.subscriptions

  to = aurinko_subscription.mailbox[each.key]
  id = each.key
}

resource "aurinko_subscription" "mailbox" {
  for_each = local.subscriptions

  account_id       = each.value.account_id
  resource         = each.value.resource
  notification_url = each.value.notification_url
  filters          = each.value.filters
}
