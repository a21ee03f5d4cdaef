variable "name" {
  description = "Name of the app registrations."
  type        = string
}

variable "redirect_uri" {
  description = "Redirect URI after the sign-in."
  type        = string
}

variable "client_secret_version" {
  description = "Version of the client secret. Raise it to replace the secret."
  type        = number
}

variable "certificate" {
  description = "Certificate of the daemon app registration in PEM form, and its expiry (RFC 3339)."
  type = object({
    pem       = string
    not_after = string
  })
}

variable "delegated" {
  description = "Delegated permissions of the app registration through which people sign in."
  type = object({
    resource_app_id = string
    resource_access = list(object({ id = string, type = string, value = string }))
  })
}

variable "application" {
  description = "Application permissions of the daemon app registration."
  type = object({
    resource_app_id = string
    resource_access = list(object({ id = string, type = string, value = string }))
  })
}
