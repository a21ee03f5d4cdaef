import {
  to = aurinko_zoho_oauth.this

  identity = {
    id = "Zoho" # always the same: an application has these settings once

    # Optional: with the credentials of another application, the import then fails.
    application_client_id = "simulator-client-id"
  }
}
