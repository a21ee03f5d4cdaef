# No simulator: Terraform makes up what the provider would return. The mock file says
# how: the module's check, for one, needs an active token.
mock_provider "aurinko" {
  source = "./mocks"
}

variables {
  exchange_password = "made up"
  mailboxes         = { "office@acme.example" = "Front office", "sales@acme.example" = "Sales" }
}

run "makes_an_account_for_each_mailbox" {
  assert {
    condition     = toset(keys(output.ids)) == toset(["office@acme.example", "sales@acme.example"])
    error_message = "Every mailbox must have an account, and no other."
  }

  assert {
    condition     = aurinko_managed_account.mailbox["sales@acme.example"].service_account_id == aurinko_service_account.exchange.id
    error_message = "The mailboxes must belong to the service account."
  }
}
