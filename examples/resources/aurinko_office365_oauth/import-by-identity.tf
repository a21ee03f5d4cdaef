import {
  to = aurinko_office365_oauth.this

  identity = {
    id = "Office365" # always the same: an application has these settings once

    # Optional: with the credentials of another application, the import then fails.
    application_client_id = "simulator-client-id"
  }
}
