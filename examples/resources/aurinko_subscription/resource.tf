variable "mailbox_id" {
  description = "ID of the managed account."
  type        = string
}

resource "aurinko_subscription" "messages" {
  account_id       = var.mailbox_id
  resource         = "/email/messages"
  notification_url = "https://hooks.acme.example/aurinko"
  filters          = ["withoutDrafts"]
}
