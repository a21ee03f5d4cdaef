terraform {
  required_version = ">= 1.11"

  required_providers {
    aurinko = {
      source  = "aurinko/aurinko"
      version = "~> 0.1"
    }
  }
}

variable "production_client_id" {
  description = "Client ID of the production application at Aurinko."
  type        = string
}

variable "production_client_secret" {
  description = "Client Secret of the production application at Aurinko."
  type        = string
  sensitive   = true
  ephemeral   = true
}

# The application for development: AURINKO_CLIENT_ID and AURINKO_CLIENT_SECRET.
provider "aurinko" {}

# The application for production, under another name.
provider "aurinko" {
  alias         = "production"
  client_id     = var.production_client_id
  client_secret = var.production_client_secret
}

variable "exchange_password" {
  description = "Password of svc-aurinko@acme.example."
  type        = string
  sensitive   = true
  ephemeral   = true
}

resource "aurinko_service_account" "exchange" {
  provider = aurinko.production

  scopes = ["Mail.Read", "Calendar.Read"]

  exchange = {
    server_url  = "mail.acme.example"
    username    = "svc-aurinko@acme.example"
    password_wo = var.exchange_password
  }
}
