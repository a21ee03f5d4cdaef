# OpenTofu 1.11 or later.

variable "google_service_account_id" {
  description = "ID of the service account for the domain."
  type        = string
}

variable "has_support" {
  description = "Whether there is a mailbox for support."
  type        = bool
  default     = true
}

resource "aurinko_managed_account" "support" {
  service_account_id = var.google_service_account_id
  email              = "support@acme.example"
  scopes             = ["Mail.Read", "Mail.Send"]

  lifecycle {
    enabled = var.has_support
  }
}

output "support" {
  value = var.has_support ? aurinko_managed_account.support.id : null
}
