variable "office365_client_secret" {
  description = "Client secret of the app registration at Microsoft Entra."
  type        = string
  sensitive   = true
  ephemeral   = true # kept neither in the state nor in a plan
}

variable "google_client_secret" {
  description = "Client secret of the OAuth client at Google Cloud."
  type        = string
  sensitive   = true
  ephemeral   = true
}

# Somebody enters these settings in the Aurinko portal. Terraform writes none
# of them: it says what to enter, and watches over them from then on.
resource "aurinko_office365_oauth" "this" {
  managed_by = "portal"

  client_id        = "8c2f0d1e-5a7b-4c3d-9e6f-1a2b3c4d5e6f" # Application (client) id
  client_secret_wo = var.office365_client_secret
  scopes           = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"]
}

resource "aurinko_google_oauth" "this" {
  managed_by = "portal"

  client_id        = "123456789012-abcdef.apps.googleusercontent.com"
  client_secret_wo = var.google_client_secret
  scopes           = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"]
  pubsub_topic     = "projects/acme-mail/topics/gmail"
}
