variable "daemon_private_key" {
  description = "Private key of the certificate, in PEM form."
  type        = string
  sensitive   = true
  ephemeral   = true # in no state and no plan
}

resource "aurinko_office365_daemon" "this" {
  client_id = "3e7d9a54-1c2b-4f80-b6a1-0d5e8c7f2943" # Application (client) ID

  # The certificate that you upload at Microsoft Entra. It is not a secret.
  certificate = file("${path.module}/certificate.pem")

  private_key_wo = var.daemon_private_key

  expiry_warning_days = 60 # every plan warns in the last 60 days
}
