# What Aurinko would return, for tests with mocks: copy this file, and name its directory
# as the source of mock_provider. Accounts have no ID here, because each needs its own:
# Terraform makes it up. Lists of accounts are always empty in a test with mocks.

mock_resource "aurinko_service_account" {
  defaults = {
    service_type         = "EWS"
    auth_org_id          = "acme.example"
    login                = "svc-aurinko@acme.example"
    name                 = "acme.example"
    token_status         = "active"
    token_error          = null
    created_at           = "2026-01-15T08:30:00Z"
    credentials_revision = 1
  }
}

mock_resource "aurinko_managed_account" {
  defaults = {
    service_type    = "EWS"
    timezone        = "Europe/Vienna"
    mailbox_address = "mailbox@acme.example"
    token_status    = "active"
    token_error     = null
    created_at      = "2026-01-15T08:31:00Z"
  }
}

mock_resource "aurinko_account" {
  defaults = {
    timezone          = "Europe/Vienna"
    mailbox_address   = "mailbox@acme.example"
    token_status      = "active"
    token_error       = null
    created_at        = "2026-01-15T08:31:00Z"
    password_revision = 1
  }
}

mock_resource "aurinko_subscription" {
  defaults = {
    active              = true
    disabled_by_billing = false
    fail_since          = null
    fail_description    = null
  }
}

mock_resource "aurinko_booking_profile" {
  defaults = {
    availability_step      = 30
    buffer_between_minutes = 0
    duration_minutes       = 30
    start_after_minutes    = 60
    time_available_for     = "P4W"
  }
}

mock_resource "aurinko_group_booking_profile" {
  defaults = {
    availability_step      = 30
    buffer_between_minutes = 0
    duration_minutes       = 30
    start_after_minutes    = 60
    time_available_for     = "P4W"
  }
}

mock_resource "aurinko_office365_oauth" {
  defaults = {
    id                     = "Office365"
    scopes                 = ["Calendar.ReadWrite", "Mail.ReadWrite"]
    client_secret_revision = 1
  }
}

mock_resource "aurinko_google_oauth" {
  defaults = {
    id                     = "Google"
    scopes                 = ["Calendar.ReadWrite", "Mail.ReadWrite"]
    client_secret_revision = 1
  }
}

mock_resource "aurinko_zoho_oauth" {
  defaults = {
    id                     = "Zoho"
    scopes                 = ["Calendar.ReadWrite", "Mail.ReadWrite"]
    client_secret_revision = 1
  }
}

mock_resource "aurinko_office365_daemon" {
  defaults = {
    id                     = "Office365/daemon"
    scopes                 = ["Calendar.ReadWrite", "Mail.ReadWrite"]
    certificate_thumbprint = "5A2C0D7E91B34F68A0C1D2E3F405162738495A6B"
    certificate_sha256     = "0b9d6c1f2e3a4857669788a9bacbdcedfe0f102132435465768798a9bacbdced"
    certificate_not_before = "2026-01-01T00:00:00Z"
    certificate_not_after  = "2028-01-01T00:00:00Z"
    private_key_revision   = 1
  }
}

mock_data "aurinko_application" {
  defaults = {
    name                      = "Acme"
    application_type          = "web"
    created_at                = "2025-11-03T10:00:00Z"
    internal_services_enabled = false
    sync_available            = true
    trial                     = false
  }
}

mock_data "aurinko_account" {
  defaults = {
    service_type    = "EWS"
    email           = "office@acme.example"
    mailbox_address = "office@acme.example"
    name            = "Front office"
    scopes          = ["Mail.Read"]
    timezone        = "Europe/Vienna"
    token_status    = "active"
    token_error     = null
    created_at      = "2026-01-15T08:31:00Z"
  }
}
