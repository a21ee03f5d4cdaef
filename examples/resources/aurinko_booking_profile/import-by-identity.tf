import {
  to = aurinko_booking_profile.intro

  identity = {
    id = "100/12345" # ID of the account and ID of the profile
  }
}
