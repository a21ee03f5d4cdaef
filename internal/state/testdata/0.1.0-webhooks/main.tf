# Subscriptions of version 0 of their schema.

terraform {
  required_providers {
    aurinko = { source = "aurinko/aurinko" }
  }
}

resource "aurinko_service_account" "google" {
  scopes = ["Mail.Read"]
  google = {
    domain                 = "acme.example"
    credentials_wo         = file("${path.module}/google-key.json")
    credentials_wo_version = 1
  }
}

resource "aurinko_managed_account" "office" {
  service_account_id = aurinko_service_account.google.id
  email              = "office@acme.example"
  scopes             = ["Mail.Read"]
}

resource "aurinko_subscription" "messages" {
  account_id       = aurinko_managed_account.office.id
  resource         = "/email/messages"
  notification_url = "https://hooks.acme.example/aurinko?key=1"
  filters          = ["withoutDrafts"]
}

resource "aurinko_subscription" "contacts" {
  account_id             = aurinko_managed_account.office.id
  resource               = "/contacts"
  notification_url       = "https://hooks.acme.example/aurinko?key=1"
  on_existing            = "adopt"
  recreate_when_inactive = true
}
