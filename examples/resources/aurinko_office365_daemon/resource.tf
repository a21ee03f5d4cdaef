variable "daemon_private_key" {
  description = "Private key of the certificate, in PEM form."
  type        = string
  sensitive   = true
  ephemeral   = true # kept neither in the state nor in a plan
}

resource "aurinko_office365_daemon" "this" {
  client_id = "3e7d9a54-1c2b-4f80-b6a1-0d5e8c7f2943" # Application (client) id

  # The certificate that is uploaded at Microsoft Entra. It is no secret.
  certificate = file("${path.module}/certificate.pem")

  private_key_wo = var.daemon_private_key

  expiry_warning_days = 60 # every plan warns from then on
}
