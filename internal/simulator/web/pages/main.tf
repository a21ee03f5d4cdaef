terraform {
  required_providers {
    aurinko = { source = "aurinko/aurinko" }
  }
}

resource "aurinko_service_account" "acme" {
  scopes = ["Mail.Read"]

  exchange = {
    server_url  = "mail.acme.example"
    username    = "svc-aurinko@acme.example"
    password_wo = "made up" # before Terraform or OpenTofu 1.11: password
  }
}

resource "aurinko_managed_account" "office" {
  service_account_id = aurinko_service_account.acme.id
  email              = "office@acme.example"
  name               = "Front office"
  scopes             = ["Mail.Read"]
}
