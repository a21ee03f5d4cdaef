variable "office365_client_secret" {
  description = "Client secret of the app registration at Microsoft Entra."
  type        = string
  sensitive   = true
  ephemeral   = true # in no state and no plan
}

resource "aurinko_office365_oauth" "this" {
  client_id = "8c2f0d1e-5a7b-4c3d-9e6f-1a2b3c4d5e6f" # Application (client) ID

  client_secret_wo = var.office365_client_secret

  scopes = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"]

  # A page of your own that forwards to Aurinko. If omitted, register
  # https://api.aurinko.io/v1/auth/callback at Microsoft.
  intermediate_callback_url = "https://login.acme.example/aurinko"
}
