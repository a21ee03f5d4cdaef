# Terraform 1.16.3 or OpenTofu 1.12, or later.

variable "google_service_account_id" {
  description = "ID of the service account for the domain."
  type        = string
}

resource "aurinko_managed_account" "sales" {
  service_account_id = var.google_service_account_id
  email              = "sales@acme.example"
  scopes             = ["Mail.Read", "Mail.Send"]

  lifecycle {
    destroy = false # "terraform destroy" forgets the mailbox, and Aurinko keeps it
  }
}
