variable "office365_client_id" {
  description = "Application (client) ID of the app registration at Microsoft Entra."
  type        = string
  default     = "8c2f0d1e-5a7b-4c3d-9e6f-1a2b3c4d5e6f"
}

variable "office365_client_secret" {
  description = "Client secret of the app registration at Microsoft Entra."
  type        = string
  sensitive   = true
  ephemeral   = true # in no state and no plan
}

variable "google_client_id" {
  description = "Client ID of the OAuth client at Google Cloud."
  type        = string
  default     = "123456789012-abcdef.apps.googleusercontent.com"
}

variable "google_client_secret" {
  description = "Client secret of the OAuth client at Google Cloud."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "pubsub_topic" {
  description = "Pub/Sub topic through which Gmail notifies Aurinko."
  type        = string
  default     = "projects/acme-mail/topics/gmail"
}

variable "scopes" {
  description = "Aurinko scopes of the application."
  type        = set(string)
  default     = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"]
}
