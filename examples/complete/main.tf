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

# ---------------------------------------------------------------------------
# The application's settings for Office 365
# ---------------------------------------------------------------------------

# People sign in to their own mailboxes through this app registration.
resource "aurinko_office365_oauth" "this" {
  client_id                = var.office365_oauth_client_id
  client_secret_wo         = var.office365_client_secret
  client_secret_wo_version = var.secret_versions.office365_oauth
  scopes                   = var.scopes
}

# Service accounts reach the mailboxes of a whole tenant through this one.
resource "aurinko_office365_daemon" "this" {
  client_id              = var.office365_daemon_client_id
  certificate            = var.daemon_certificate
  private_key_wo         = var.daemon_private_key
  private_key_wo_version = var.secret_versions.office365_daemon
  scopes                 = var.scopes
}

# The permissions that both registrations need at Microsoft: see outputs.tf.
data "aurinko_scope_mapping" "oauth" {
  scopes = var.scopes
}

data "aurinko_scope_mapping" "daemon" {
  scopes          = var.scopes
  permission_type = "application"
}

# ---------------------------------------------------------------------------
# The company's three mail systems
# ---------------------------------------------------------------------------

# Headquarters: a Microsoft 365 tenant.
resource "aurinko_service_account" "headquarters" {
  name   = "Acme headquarters"
  scopes = var.scopes

  office365 = {
    tenant_id       = var.tenant_id
    oauth_client_id = aurinko_office365_daemon.this.client_id
  }
}

# The laboratory: Google Workspace.
resource "aurinko_service_account" "laboratory" {
  name   = "Acme laboratory"
  scopes = var.scopes

  google = {
    domain                 = "labs.acme.example"
    credentials_wo         = var.google_key
    credentials_wo_version = var.secret_versions.google
  }
}

# The plant: an Exchange server.
resource "aurinko_service_account" "plant" {
  name   = "Acme plant"
  scopes = var.scopes

  exchange = {
    server_url          = "https://mail.plant.acme.example"
    username            = "svc-aurinko@plant.acme.example"
    password_wo         = var.exchange_password
    password_wo_version = var.secret_versions.exchange
  }
}

# ---------------------------------------------------------------------------
# The mailboxes
# ---------------------------------------------------------------------------

locals {
  service_account_ids = {
    headquarters = aurinko_service_account.headquarters.id
    laboratory   = aurinko_service_account.laboratory.id
    plant        = aurinko_service_account.plant.id
  }
}

resource "aurinko_managed_account" "mailbox" {
  for_each = var.mailboxes

  service_account_id = local.service_account_ids[each.value.site]

  email    = each.key
  name     = each.value.name
  timezone = each.value.timezone
  scopes   = coalesce(each.value.scopes, var.scopes)
}
