# The ID of the account and the ID of the profile.
terraform import aurinko_booking_profile.intro 100/12345
