import {
  to = aurinko_google_oauth.this

  identity = {
    id = "Google" # always the same: an application has these settings once

    # Optional: with the credentials of another application, the import then fails.
    application_client_id = "simulator-client-id"
  }
}
