variables {
  exchange_password = "made up"
  mailboxes         = { "office@acme.example" = "Front office" }
}

run "connects_every_mailbox" {
  assert {
    condition     = output.ids["office@acme.example"] != ""
    error_message = "Every mailbox has to have an account."
  }
}

# Were the account replaced, its id would not be known in the plan.
run "keeps_the_account_when_its_name_changes" {
  command = plan

  variables {
    mailboxes = { "office@acme.example" = "Reception" }
  }

  assert {
    condition     = output.ids["office@acme.example"] != ""
    error_message = "Another name must not make another account."
  }
}
