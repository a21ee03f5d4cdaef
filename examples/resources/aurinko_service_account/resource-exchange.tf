variable "exchange_password" {
  description = "Password of the login that may impersonate the mailboxes."
  type        = string
  sensitive   = true
  ephemeral   = true # kept neither in the state nor in a plan
}

resource "aurinko_service_account" "exchange" {
  name   = "Exchange in Linz"
  scopes = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"]

  exchange = {
    server_url  = "mail.acme.example" # or the whole URL of EWS
    username    = "ACME\\svc-aurinko"
    domain      = "acme.example" # needed, as the login is no e-mail address
    password_wo = var.exchange_password
  }
}
