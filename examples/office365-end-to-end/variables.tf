variable "name" {
  description = "Name of the app registrations at Microsoft Entra, and of the service account at Aurinko."
  type        = string
  default     = "Acme"
}

variable "scopes" {
  description = "Aurinko scopes of the application."
  type        = set(string)
  default     = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"]
}

variable "redirect_uri" {
  description = "Redirect URI after the sign-in: Aurinko's callback, or that of your own domain alias for it."
  type        = string
  default     = "https://api.aurinko.io/v1/auth/callback"
}

variable "client_secret_version" {
  description = "Version of the client secret. Raise it to replace the secret at Microsoft and at Aurinko in one apply."
  type        = number
  default     = 1
}

variable "mailboxes" {
  description = "Mailboxes by email address, each with its display name."
  type        = map(string)
}
