# ---------------------------------------------------------------------------
# Settings, see terraform.tfvars
# ---------------------------------------------------------------------------

variable "scopes" {
  description = "Aurinko scopes of the application."
  type        = set(string)
}

variable "office365_oauth_client_id" {
  description = "Application (client) ID of the app registration through which people sign in."
  type        = string
}

variable "office365_daemon_client_id" {
  description = "Application (client) ID of the daemon app registration."
  type        = string
}

variable "tenant_id" {
  description = "Directory (tenant) ID of the headquarters at Microsoft."
  type        = string
}

variable "mailboxes" {
  description = "Mailboxes by email address, each with the site of its mail system."
  type = map(object({
    site     = string
    name     = string
    timezone = optional(string, "Europe/Vienna")
    scopes   = optional(set(string)) # if omitted, all of var.scopes
  }))

  validation {
    condition     = alltrue([for mailbox in var.mailboxes : contains(["headquarters", "laboratory", "plant"], mailbox.site)])
    error_message = "The site of a mailbox is headquarters, laboratory or plant."
  }
}

# ---------------------------------------------------------------------------
# Secrets: from the environment (TF_VAR_…) or a secret store. Ephemeral
# variables are in no state and no plan.
# ---------------------------------------------------------------------------

variable "office365_client_secret" {
  description = "Client secret of the app registration through which people sign in."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "daemon_certificate" {
  description = "Certificate of the daemon app registration, in PEM form. It is not a secret, but belongs to its key."
  type        = string
}

variable "daemon_private_key" {
  description = "Private key of the certificate, in PEM form."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "google_key" {
  description = "JSON key of the Google service account, as text."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "exchange_password" {
  description = "Password of svc-aurinko@plant.acme.example."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "secret_versions" {
  description = "Versions of the secrets. Raise the number of a secret that you have changed."
  type = object({
    office365_oauth  = optional(number, 1)
    office365_daemon = optional(number, 1)
    google           = optional(number, 1)
    exchange         = optional(number, 1)
  })
  default = {}
}
