# Stands in for modules/entra where there is no Microsoft Entra: the same
# variables and outputs. Values that only an apply makes known are unknown in
# a plan here too.

variable "name" { type = string }
variable "redirect_uri" { type = string }
variable "client_secret_version" { type = number }

variable "certificate" {
  type = object({
    pem       = string
    not_after = string
  })
}

variable "delegated" {
  type = object({
    resource_app_id = string
    resource_access = list(object({ id = string, type = string, value = string }))
  })

  validation {
    condition     = alltrue([for access in var.delegated.resource_access : access.type == "Scope"])
    error_message = "Delegated permissions are of the type Scope."
  }
}

variable "application" {
  type = object({
    resource_app_id = string
    resource_access = list(object({ id = string, type = string, value = string }))
  })

  validation {
    condition     = alltrue([for access in var.application.resource_access : access.type == "Role"])
    error_message = "Application permissions are of the type Role."
  }
}

resource "terraform_data" "entra" {
  input = {
    oauth_client_id     = "8c2f0d1e-5a7b-4c3d-9e6f-1a2b3c4d5e6f"
    oauth_client_secret = "client-secret-${var.client_secret_version}"
    daemon_client_id    = "3e7d9a54-1c2b-4f80-b6a1-0d5e8c7f2943"
  }
}

output "tenant_id" {
  value = "5b0c2f7e-3d1a-4e89-8f6b-7a9c0d2e4f61"
}

output "oauth_client_id" {
  value = terraform_data.entra.output.oauth_client_id
}

output "oauth_client_secret" {
  value     = terraform_data.entra.output.oauth_client_secret
  sensitive = true
}

output "daemon_client_id" {
  value = terraform_data.entra.output.daemon_client_id
}
