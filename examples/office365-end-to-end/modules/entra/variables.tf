variable "name" {
  description = "What the app registrations are called."
  type        = string
}

variable "redirect_uri" {
  description = "Where people come back to after they have signed in."
  type        = string
}

variable "client_secret_version" {
  description = "Another number replaces the client secret."
  type        = number
}

variable "certificate" {
  description = "The certificate of the daemon app registration in PEM form, and its end (RFC 3339)."
  type = object({
    pem       = string
    not_after = string
  })
}

variable "delegated" {
  description = "The delegated permissions for the app registration with which people sign in."
  type = object({
    resource_app_id = string
    resource_access = list(object({ id = string, type = string, value = string }))
  })
}

variable "application" {
  description = "The application permissions for the daemon app registration."
  type = object({
    resource_app_id = string
    resource_access = list(object({ id = string, type = string, value = string }))
  })
}
