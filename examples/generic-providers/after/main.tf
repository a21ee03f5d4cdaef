# The same objects with this provider. The moved blocks keep their IDs.

terraform {
  required_providers {
    aurinko = { source = "aurinko/aurinko" }
  }
}

variable "exchange_password" {
  type      = string
  sensitive = true
  ephemeral = true # in no state and no plan
}

moved {
  from = restapi_object.exchange
  to   = aurinko_service_account.exchange
}

resource "aurinko_service_account" "exchange" {
  scopes = ["Mail.ReadWrite"]

  exchange = {
    server_url  = "mail.acme.example"
    username    = "svc-aurinko@acme.example"
    password_wo = var.exchange_password
  }
}

moved {
  from = restful_resource.office
  to   = aurinko_managed_account.office
}

resource "aurinko_managed_account" "office" {
  service_account_id = aurinko_service_account.exchange.id

  email  = "office@acme.example"
  scopes = ["Mail.ReadWrite"]
}

moved {
  from = restful_resource.messages
  to   = aurinko_subscription.messages
}

resource "aurinko_subscription" "messages" {
  account_id       = aurinko_managed_account.office.id
  resource         = "/email/messages"
  notification_url = "https://hooks.acme.example/"
}
