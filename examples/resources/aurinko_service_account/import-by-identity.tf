import {
  to = aurinko_service_account.google

  identity = {
    id = "12345" # ID of the account at Aurinko

    # Optional: with the credentials of another application, the import then fails.
    application_client_id = "simulator-client-id"
  }
}
