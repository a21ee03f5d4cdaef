import {
  to = aurinko_booking_profile.intro

  identity = {
    id = "100/12345" # ID of the account and ID of the profile

    # Optional: with the credentials of another application, the import then fails.
    application_client_id = "simulator-client-id"
  }
}
