import {
  to = aurinko_office365_daemon.this

  identity = {
    id = "Office365/daemon" # an application has one: the id is always the same
  }
}
