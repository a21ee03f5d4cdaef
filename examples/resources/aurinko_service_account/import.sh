# The ID of the account at Aurinko.
terraform import aurinko_service_account.google 12345
