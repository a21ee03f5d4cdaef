terraform {
  required_version = ">= 1.11" # for ephemeral variables and write-only arguments

  required_providers {
    aurinko = {
      source  = "aurinko/aurinko"
      version = "~> 0.1"
    }
  }
}

# The application for development: AURINKO_CLIENT_ID and AURINKO_CLIENT_SECRET.
provider "aurinko" {}

# The application for production.
provider "aurinko" {
  alias         = "production"
  base_url      = var.production_base_url
  client_id     = var.production_client_id
  client_secret = var.production_client_secret
}

# Without `provider`, a resource belongs to the application for development.
resource "aurinko_service_account" "development" {
  scopes = ["Mail.Read", "Calendar.Read"]

  exchange = {
    server_url  = "mail.test.acme.example"
    username    = "svc-aurinko@test.acme.example"
    password_wo = var.development_exchange_password
  }
}

resource "aurinko_service_account" "production" {
  provider = aurinko.production

  scopes = ["Mail.Read", "Calendar.Read"]

  exchange = {
    server_url  = "mail.acme.example"
    username    = "svc-aurinko@acme.example"
    password_wo = var.production_exchange_password
  }
}
