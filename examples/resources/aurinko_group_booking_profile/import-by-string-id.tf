import {
  to = aurinko_group_booking_profile.sales
  id = "12345" # ID of the profile
}
