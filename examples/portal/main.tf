terraform {
  required_version = ">= 1.11" # for ephemeral variables and write-only arguments

  required_providers {
    aurinko = {
      source  = "aurinko/aurinko"
      version = "~> 0.1"
    }
  }
}

# AURINKO_CLIENT_ID and AURINKO_CLIENT_SECRET configure the provider.
provider "aurinko" {}

# Somebody enters these settings in the Aurinko portal. Terraform lists what to
# enter and shows drift, and writes nothing.
resource "aurinko_office365_oauth" "this" {
  managed_by = "portal"

  client_id        = var.office365_client_id
  client_secret_wo = var.office365_client_secret
  scopes           = var.scopes
}

resource "aurinko_google_oauth" "this" {
  managed_by = "portal"

  client_id        = var.google_client_id
  client_secret_wo = var.google_client_secret
  scopes           = var.scopes
  pubsub_topic     = var.pubsub_topic
}
