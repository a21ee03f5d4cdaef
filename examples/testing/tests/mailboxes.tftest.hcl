variables {
  exchange_password = "made up"
  mailboxes         = { "office@acme.example" = "Front office" }
}

run "connects_every_mailbox" {
  assert {
    condition     = output.ids["office@acme.example"] != ""
    error_message = "Every mailbox must have an account."
  }
}

# The plan would not know the ID of an account that it replaces.
run "keeps_the_account_when_its_name_changes" {
  command = plan

  variables {
    mailboxes = { "office@acme.example" = "Reception" }
  }

  assert {
    condition     = output.ids["office@acme.example"] != ""
    error_message = "Another name must not replace the account."
  }
}
