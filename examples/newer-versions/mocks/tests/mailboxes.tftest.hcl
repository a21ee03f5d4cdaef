mock_provider "aurinko" {}

run "one_account_for_each_mailbox" {
  variables {
    mailboxes = { "sales@acme.example" = "Sales", "support@acme.example" = "Support" }
  }

  assert {
    condition     = toset(keys(aurinko_managed_account.mailbox)) == toset(["sales@acme.example", "support@acme.example"])
    error_message = "A mailbox is missing."
  }

  assert {
    condition     = alltrue([for m in aurinko_managed_account.mailbox : m.service_account_id == aurinko_service_account.exchange.id])
    error_message = "A mailbox is under another service account."
  }
}
