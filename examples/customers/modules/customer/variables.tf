variable "client_org_id" {
  description = "Your own ID of the customer. All of its accounts at Aurinko carry it."
  type        = string
}

variable "name" {
  description = "Name of the customer."
  type        = string
}

variable "scopes" {
  description = "Aurinko scopes of the service account, and of every mailbox without scopes of its own."
  type        = set(string)
}

variable "mailboxes" {
  description = "Mailboxes: lines of a CSV file with these columns. Spaces separate the scopes. Only email is required."
  type = list(object({
    email    = string
    name     = string
    timezone = string
    scopes   = string
  }))
}

variable "google" {
  description = "The customer's Google Workspace domain."
  type        = object({ domain = string })
  default     = null
}

variable "exchange" {
  description = "The customer's Exchange server, and the login that may impersonate the mailboxes: an email address."
  type        = object({ server_url = string, username = string })
  default     = null
}

variable "office365" {
  description = "The customer's Microsoft 365 tenant, and the client ID of the daemon app registration that its administrator has consented to."
  type        = object({ tenant_id = string, oauth_client_id = string })
  default     = null
}

variable "credential" {
  description = "JSON key of the Google service account as text, or the password of the Exchange login."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true # in no state and no plan
}
