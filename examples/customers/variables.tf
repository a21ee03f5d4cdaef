variable "customers" {
  description = "The customers, by your own ID of each. A customer has one of google, exchange and tenant_id."
  type = map(object({
    name      = string
    scopes    = optional(set(string), ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"])
    google    = optional(object({ domain = string }))
    exchange  = optional(object({ server_url = string, username = string }))
    tenant_id = optional(string)
  }))
}

variable "daemon_client_id" {
  description = "Application (client) ID of the daemon app registration at Microsoft Entra."
  type        = string
}

variable "daemon_certificate" {
  description = "Certificate of the daemon app registration, in PEM form. It is not a secret."
  type        = string
}

variable "daemon_private_key" {
  description = "Private key of the certificate, in PEM form."
  type        = string
  sensitive   = true
  ephemeral   = true # in no state and no plan
}

variable "credentials" {
  description = "By customer: the JSON key of the Google service account as text, or the password of the Exchange login. Customers with a tenant_id have none."
  type        = map(string)
  sensitive   = true
  ephemeral   = true
}
