import {
  to = aurinko_group_booking_profile.sales

  identity = {
    id = "12345" # ID of the profile

    # Optional: with the credentials of another application, the import then fails.
    application_client_id = "simulator-client-id"
  }
}
