# Booking profiles of version 0 of their schemas.

terraform {
  required_providers {
    aurinko = { source = "aurinko/aurinko" }
  }
}

resource "aurinko_service_account" "google" {
  scopes = ["Calendar.ReadWrite"]
  google = {
    domain                 = "acme.example"
    credentials_wo         = file("${path.module}/google-key.json")
    credentials_wo_version = 1
  }
}

resource "aurinko_managed_account" "office" {
  service_account_id = aurinko_service_account.google.id
  email              = "office@acme.example"
  scopes             = ["Calendar.ReadWrite"]
}

resource "aurinko_booking_profile" "office" {
  account_id             = aurinko_managed_account.office.id
  name                   = "intro"
  subject                = "Introduction"
  description            = "Meet us"
  location               = "Vienna"
  context                = "crm=7"
  open_meeting_url       = "https://meet.acme.example/"
  duration_minutes       = 45
  buffer_between_minutes = 15
  availability_step      = 15
  start_after_minutes    = 120
  time_available_for     = "P4W"
  start_time             = "2026-01-01T09:00:00+01:00"
  end_time               = "2126-01-01T09:00:00Z"
  start_conference       = true
  on_existing            = "adopt"
  work_hours = {
    timezone      = "Europe/Vienna"
    day_schedules = [{ weekday = "monday", intervals = [{ start = "09:00:00", end = "17:00:00" }] }]
  }
  availability_intervals = [{ start_date = "2026-01-01", end_date = "2126-01-01", hours = [{ start = "09:00:00", end = "12:00:00" }] }]
}

resource "aurinko_group_booking_profile" "sales" {
  name          = "sales"
  client_org_id = "acme"
  accounts      = [aurinko_managed_account.office.id]
  groups        = [{ ext_id = "vienna", account_ids = [aurinko_managed_account.office.id], required = "one" }]
}

resource "aurinko_group_booking_profile" "unmanaged" {}
