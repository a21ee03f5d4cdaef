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

variable "google_key" {
  description = "JSON key of the Google service account, as text."
  type        = string
  sensitive   = true
  ephemeral   = true # in no state and no plan
}

# The connection to a Google Workspace domain.
resource "aurinko_service_account" "google" {
  scopes = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"]

  google = {
    domain         = "acme.example"
    credentials_wo = var.google_key
  }
}

# A mailbox that Aurinko reaches through it.
resource "aurinko_managed_account" "sales" {
  service_account_id = aurinko_service_account.google.id
  email              = "sales@acme.example"
  name               = "Sales"
  scopes             = ["Mail.ReadWrite", "Mail.Send"]
}
