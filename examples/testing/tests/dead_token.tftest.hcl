variables {
  exchange_password = "made up"
  mailboxes         = { "office@acme.example" = "Front office" }
}

run "connects_every_mailbox" {}

# The mail service revokes the token, as when a user leaves the company.
run "a_token_dies" {
  module {
    source = "./tests/simulator"
  }

  variables {
    account = run.connects_every_mailbox.ids["office@acme.example"]
    change  = { tokenStatus = "dead" }
  }
}

run "reports_the_dead_token" {
  command         = plan
  expect_failures = [check.tokens]
}

run "the_token_recovers" {
  module {
    source = "./tests/simulator"
  }

  variables {
    account = run.connects_every_mailbox.ids["office@acme.example"]
    change  = { tokenStatus = "active" }
  }
}

run "reports_nothing_any_more" {
  command = plan
}
