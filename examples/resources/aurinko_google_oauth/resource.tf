variable "google_client_secret" {
  description = "Client secret of the OAuth client at Google Cloud."
  type        = string
  sensitive   = true
  ephemeral   = true # in no state and no plan
}

resource "aurinko_google_oauth" "this" {
  client_id = "123456789012-abcdef.apps.googleusercontent.com"

  client_secret_wo = var.google_client_secret

  scopes = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"]

  # Gmail notifies Aurinko of new mail through this topic. With the google
  # provider, it is google_pubsub_topic.gmail.id.
  pubsub_topic = "projects/acme-mail/topics/gmail"
}
