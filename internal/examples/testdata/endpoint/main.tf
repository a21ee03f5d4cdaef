# Stands in for modules/endpoint where there is no AWS: the same variables and
# outputs. The secret store is a resource with a write-only secret, which the simulator
# keeps. The URL is known after apply here too.

terraform {
  required_providers {
    aurinko = { source = "aurinko/aurinko" }
  }
}

variable "signing_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "signing_secret_version" {
  type    = number
  default = 1
}

variable "package" {
  type    = string
  default = "endpoint.zip"
}

resource "aurinko_zoho_oauth" "store" {
  client_id                = "1000.STORE"
  client_secret_wo         = var.signing_secret
  client_secret_wo_version = var.signing_secret_version
}

resource "terraform_data" "url" {
  input      = "https://hooks.acme.example/aurinko"
  depends_on = [aurinko_zoho_oauth.store]
}

output "url" { value = terraform_data.url.output }
