variable "exchange_password" {
  description = "Password of the login that may impersonate the mailboxes."
  type        = string
  sensitive   = true
  ephemeral   = true # in no state and no plan
}

resource "aurinko_service_account" "exchange" {
  name   = "Exchange in Linz"
  scopes = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"]

  exchange = {
    server_url  = "mail.acme.example" # or the full URL of EWS
    username    = "ACME\\svc-aurinko"
    domain      = "acme.example" # required, since the login is not an email address
    password_wo = var.exchange_password
  }
}
