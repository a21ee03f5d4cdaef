# Mailboxes with a password of their own, version 0 of their schema.

terraform {
  required_providers {
    aurinko = { source = "aurinko/aurinko" }
  }
}

resource "aurinko_account" "hashed" {
  email       = "Info@acme.example"
  scopes      = ["Mail.ReadOnly", "Mail.Send"]
  password_wo = "a made-up password"
}

resource "aurinko_account" "versioned" {
  email               = "office@acme.example"
  login               = "office"
  server_url          = "imap.acme.example"
  name                = "Front office"
  timezone            = "Europe/Vienna"
  client_org_id       = "acme"
  scopes              = ["Mail.Read"]
  user_id             = "user-1"
  user_account        = "primary"
  ensure_access       = true
  copy_to_sent        = true
  trust_server        = false
  on_existing         = "adopt"
  password_wo         = "another made-up password"
  password_wo_version = 3
}

resource "aurinko_account" "plain" {
  email    = "plain@acme.example"
  scopes   = ["Mail.Read"]
  password = "a made-up password in plain text"
}
