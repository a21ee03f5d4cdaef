import {
  to = aurinko_managed_account.sales

  identity = {
    id = "12346" # ID of the account at Aurinko

    # Optional: with the credentials of another application, the import then fails.
    application_client_id = "simulator-client-id"
  }
}
