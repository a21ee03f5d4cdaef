variable "daemon_private_key" {
  description = "Private key of the daemon app registration's certificate, in PEM form."
  type        = string
  sensitive   = true
  ephemeral   = true # in no state and no plan
}

# The app registration through which Aurinko reaches all tenants. An
# application has one.
resource "aurinko_office365_daemon" "this" {
  client_id      = "3e7d9a54-1c2b-4f80-b6a1-0d5e8c7f2943"
  certificate    = file("${path.module}/certificate.pem")
  private_key_wo = var.daemon_private_key
}

resource "aurinko_service_account" "office365" {
  name   = "Acme"
  scopes = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"]

  office365 = {
    tenant_id       = "5b0c2f7e-3d1a-4e89-8f6b-7a9c0d2e4f61"
    oauth_client_id = aurinko_office365_daemon.this.client_id
  }

  # Your own ID of the customer, if several customers share one tenant.
  client_org_id = "acme"
}
