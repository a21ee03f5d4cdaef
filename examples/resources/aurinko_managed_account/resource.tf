variable "google_key" {
  description = "JSON key of the Google service account, as text."
  type        = string
  sensitive   = true
  ephemeral   = true # in no state and no plan
}

resource "aurinko_service_account" "google" {
  scopes = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"]

  google = {
    domain         = "acme.example"
    credentials_wo = var.google_key
  }
}

resource "aurinko_managed_account" "sales" {
  service_account_id = aurinko_service_account.google.id

  email    = "sales@acme.example"
  name     = "Sales"
  timezone = "Europe/Vienna"
  scopes   = ["Mail.ReadWrite", "Mail.Send"]

  # Aurinko refuses the write if it cannot open the mailbox.
  ensure_access = true
}
