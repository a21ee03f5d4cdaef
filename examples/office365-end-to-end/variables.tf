variable "name" {
  description = "What the app registrations are called at Microsoft Entra, and the service account at Aurinko."
  type        = string
  default     = "Acme"
}

variable "scopes" {
  description = "Aurinko scopes that the application works with."
  type        = set(string)
  default     = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"]
}

variable "redirect_uri" {
  description = "Where Microsoft sends people back to after they have signed in: Aurinko's callback, or that of your own domain alias for it."
  type        = string
  default     = "https://api.aurinko.io/v1/auth/callback"
}

variable "client_secret_version" {
  description = "Another number has Microsoft make a new client secret, and Aurinko get it, in one apply."
  type        = number
  default     = 1
}

variable "mailboxes" {
  description = "The mailboxes by e-mail address, each with the name that it is shown by."
  type        = map(string)
}
