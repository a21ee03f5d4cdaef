# Every resource of version 0 of its schema, with both forms of secrets and with
# whatever else the state has a form of its own for.

terraform {
  required_providers {
    aurinko = { source = "aurinko/aurinko" }
  }
}

resource "aurinko_office365_oauth" "this" {
  client_id                 = "6f1f9a53-40cb-4a02-8f2c-2c7d3a4f1b10"
  client_secret             = "plain s3cret"
  scopes                    = ["Mail.ReadOnly", "Calendar.ReadWrite"]
  intermediate_callback_url = "https://auth.acme.example/callback"
}

resource "aurinko_google_oauth" "this" {
  client_id        = "123-abc.apps.googleusercontent.com"
  client_secret_wo = "write-only s3cret"
  pubsub_topic     = "projects/acme-mail/topics/gmail"
}

resource "aurinko_zoho_oauth" "this" {
  client_id                = "1000.ABC"
  client_secret_wo         = "versioned s3cret"
  client_secret_wo_version = 3
}

resource "aurinko_office365_daemon" "this" {
  client_id           = "6f1f9a53-40cb-4a02-8f2c-2c7d3a4f1b11"
  certificate         = file("${path.module}/certificate.pem")
  private_key_wo      = file("${path.module}/private-key.pem")
  expiry_warning_days = 0
}

resource "aurinko_service_account" "google" {
  scopes        = ["Mail.ReadWrite"]
  client_org_id = "customer-1"
  google = {
    domain         = "acme.example"
    credentials_wo = file("${path.module}/google-key.json")
  }
}

resource "aurinko_service_account" "exchange" {
  scopes      = ["Mail.ReadWrite", "Calendar.ReadOnly"]
  on_existing = "adopt"
  exchange = {
    server_url = "mail.acme.example"
    username   = "ACME\\svc-aurinko"
    password   = "plain s3cret"
    domain     = "acme.example"
  }
}

resource "aurinko_service_account" "office365" {
  name   = "Acme"
  scopes = ["Mail.Send"]
  office365 = {
    tenant_id       = "0b6cd9a4-5ef1-4d2e-93f0-35d3f1b6c1a1"
    oauth_client_id = aurinko_office365_daemon.this.client_id
  }
}

resource "aurinko_managed_account" "mailbox" {
  for_each           = toset(["CEO@acme.example", "office@acme.example"])
  service_account_id = aurinko_service_account.exchange.id
  email              = each.key
  scopes             = ["Mail.ReadWrite"]
}

resource "aurinko_managed_account" "everything" {
  service_account_id = aurinko_service_account.exchange.id
  email              = "cfo@acme.example"
  login              = "ACME\\cfo"
  scopes             = ["Mail.ReadWrite"]
  name               = "CFO"
  timezone           = "Europe/Vienna"
  client_org_id      = "customer-1"
  user_id            = "user-7"
  user_account       = "secondary"
  ensure_access      = true
  copy_to_sent       = true
  trust_server       = false
}
