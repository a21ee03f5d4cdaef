# OpenTofu 1.9 or later.

variable "applications" {
  description = "Client ID and service account of each application, by its name. Before you remove one, apply with in_use = false."
  type        = map(object({ client_id = string, service_account_id = string, in_use = optional(bool, true) }))
}

variable "client_secrets" {
  description = "Client secrets of the applications, by the same names."
  type        = map(string)
  sensitive   = true
}

# One block for all of them. It outlives its resources: OpenTofu needs it to
# delete them.
provider "aurinko" {
  alias    = "application"
  for_each = var.applications

  client_id     = each.value.client_id
  client_secret = var.client_secrets[each.key]
}

resource "aurinko_managed_account" "support" {
  for_each = { for name, application in var.applications : name => application if application.in_use }
  provider = aurinko.application[each.key]

  service_account_id = each.value.service_account_id
  email              = "support@acme.example"
  scopes             = ["Mail.Read", "Mail.Send"]
}
