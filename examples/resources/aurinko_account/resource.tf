variable "mailbox_password" {
  description = "Password of the mailbox at its mail server."
  type        = string
  sensitive   = true
  ephemeral   = true # in no state and no plan
}

resource "aurinko_account" "info" {
  email       = "info@acme.example"
  server_url  = "imap.acme.example"
  password_wo = var.mailbox_password

  name     = "Acme"
  timezone = "Europe/Vienna"
  scopes   = ["Mail.ReadWrite", "Mail.Send"]

  # Aurinko refuses the write if it cannot log in.
  ensure_access = true
}
