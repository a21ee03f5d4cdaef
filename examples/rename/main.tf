variable "service_account_id" {
  description = "ID of the service account."
  type        = string
}

resource "aurinko_managed_account" "mailbox" {
  for_each = {
    "orders@acme.example" = "Sales" # was "sales@acme.example"
  }

  service_account_id = var.service_account_id
  email              = each.key
  name               = each.value
  scopes             = ["Mail.Read", "Mail.Send"]

  lifecycle {
    create_before_destroy = true
  }
}

# Another address is another account with another ID: read the ID from here.
output "account_ids" {
  description = "ID of each mailbox's account at Aurinko, by address."
  value       = { for email, mailbox in aurinko_managed_account.mailbox : email => mailbox.id }
}
