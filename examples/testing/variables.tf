variable "server_url" {
  description = "Exchange server: its host, or the full URL of EWS."
  type        = string
  default     = "mail.acme.example"
}

variable "username" {
  description = "Login that may impersonate the mailboxes: an email address."
  type        = string
  default     = "svc-aurinko@acme.example"
}

variable "exchange_password" {
  description = "Password of the login."
  type        = string
  sensitive   = true
  ephemeral   = true # in no state and no plan
}

variable "mailboxes" {
  description = "Names of the mailboxes, by email address."
  type        = map(string)
}
