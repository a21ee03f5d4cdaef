terraform {
  required_version = ">= 1.11" # for ephemeral variables and write-only arguments

  required_providers {
    aurinko = {
      source  = "aurinko/aurinko"
      version = "~> 0.1"
    }
  }
}

# The Client ID and Client Secret of the Aurinko application come from the
# environment: AURINKO_CLIENT_ID and AURINKO_CLIENT_SECRET.
provider "aurinko" {}

variable "google_key" {
  description = "JSON key of the Google service account, as text."
  type        = string
  sensitive   = true
  ephemeral   = true # kept neither in the state nor in a plan
}

# The connection to the company's Google Workspace.
resource "aurinko_service_account" "google" {
  scopes = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"]

  google = {
    domain         = "acme.example"
    credentials_wo = var.google_key
  }
}

# A mailbox that is reached through it.
resource "aurinko_managed_account" "sales" {
  service_account_id = aurinko_service_account.google.id
  email              = "sales@acme.example"
  scopes             = ["Mail.ReadWrite", "Mail.Send"]
}
