terraform {
  required_version = ">= 1.11"

  required_providers {
    aurinko = { source = "aurinko/aurinko" }
  }
}

variable "service_account_id" {
  description = "ID of the service account of the mailboxes."
  type        = string
}

variable "mailboxes" {
  description = "Email addresses of the mailboxes."
  type        = set(string)
  default     = ["office@acme.example", "support@acme.example"]
}

resource "aurinko_managed_account" "mailbox" {
  for_each = var.mailboxes

  service_account_id = var.service_account_id
  email              = each.key
  scopes             = ["Mail.Read"]
}

# The signing secret goes into the endpoint's secret store. It is in no state
# and no plan.
ephemeral "aurinko_signing_secret" "this" {}

module "endpoint" {
  source = "./modules/endpoint"

  signing_secret = ephemeral.aurinko_signing_secret.this.signing_secret
}

resource "aurinko_subscription" "messages" {
  for_each = aurinko_managed_account.mailbox

  account_id       = each.value.id
  resource         = "/email/messages"
  notification_url = module.endpoint.url
  filters          = ["withoutDrafts"]

  # The whole endpoint must be up before Aurinko sends its challenge.
  depends_on = [module.endpoint]
}
