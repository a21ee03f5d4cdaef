import {
  to = aurinko_office365_daemon.this

  identity = {
    id = "Office365/daemon" # always the same: an application has these settings once

    # Optional: with the credentials of another application, the import then fails.
    application_client_id = "simulator-client-id"
  }
}
