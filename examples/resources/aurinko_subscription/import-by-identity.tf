import {
  to = aurinko_subscription.messages

  identity = {
    id = "100/12345" # ID of the account and ID of the subscription

    # Optional: with the credentials of another application, the import then fails.
    application_client_id = "simulator-client-id"
  }
}
