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

  # Aurinko tries the connection before the write.
  check_connection = true
}
