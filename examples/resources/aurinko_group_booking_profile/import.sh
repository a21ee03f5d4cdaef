# The ID of the profile.
terraform import aurinko_group_booking_profile.sales 12345
