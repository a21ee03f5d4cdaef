variable "zoho_client_secret" {
  description = "Client secret of the client at the Zoho API console."
  type        = string
  sensitive   = true
  ephemeral   = true # in no state and no plan
}

resource "aurinko_zoho_oauth" "this" {
  client_id = "1000.A1B2C3D4E5F6G7H8I9J0K1L2M3N4O5"

  client_secret_wo = var.zoho_client_secret

  scopes = ["Mail.ReadWrite", "Mail.Send"]
}
