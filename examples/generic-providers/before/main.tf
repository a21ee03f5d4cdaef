# Aurinko's objects, declared with generic REST providers.

terraform {
  required_providers {
    restapi = { source = "mastercard/restapi" }
    restful = { source = "magodo/restful" }
  }
}

variable "base_url" {
  type    = string
  default = "https://api.aurinko.io"
}

variable "client_id" {
  type = string
}

variable "client_secret" {
  type      = string
  sensitive = true
}

variable "exchange_password" {
  type      = string
  sensitive = true
}

provider "restapi" {
  uri                   = var.base_url
  username              = var.client_id
  password              = var.client_secret
  id_attribute          = "accountId"
  create_returns_object = true
}

provider "restful" {
  base_url = var.base_url
  security = { http = { basic = { username = var.client_id, password = var.client_secret } } }
}

resource "restapi_object" "exchange" {
  path         = "/v1/am/svc_accounts"
  read_path    = "/v1/am/accounts/{id}"
  destroy_path = "/v1/am/accounts/{id}"

  ignore_all_server_changes = true

  data = jsonencode({
    active      = true
    serviceType = "EWS"
    authOrgId   = "acme.example"
    loginString = "svc-aurinko@acme.example"
    serverUrl   = "https://mail.acme.example/EWS/Exchange.asmx"
    authString1 = "svc-aurinko@acme.example"
    authString2 = var.exchange_password
    authScopes  = ["Mail.ReadWrite"]
  })
}

resource "restful_resource" "office" {
  path          = "/v1/am/svc_accounts/${restapi_object.exchange.id}/accounts"
  read_path     = "/v1/am/accounts/$(body.accountId)"
  create_method = "POST"

  body = {
    active      = true
    serviceType = "EWS"
    email       = "office@acme.example"
    authScopes  = ["Mail.ReadWrite"]
  }
}

resource "restful_resource" "messages" {
  path          = "/v1/subscriptions"
  read_path     = "/v1/subscriptions/$(body.id)"
  create_method = "POST"

  header = { "X-Aurinko-Account-Id" = basename(restful_resource.office.id) }

  body = {
    resource        = "/email/messages"
    notificationUrl = "https://hooks.acme.example/"
  }
}
