variable "google_key" {
  description = "JSON key of the Google service account, as text."
  type        = string
  sensitive   = true
  ephemeral   = true # kept neither in the state nor in a plan
}

resource "aurinko_service_account" "google" {
  scopes = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"]

  google = {
    domain         = "acme.example"
    credentials_wo = var.google_key
  }

  # Have Aurinko try the connection before anything is written.
  check_connection = true
}
