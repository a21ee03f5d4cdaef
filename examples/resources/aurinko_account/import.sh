# The ID of the account at Aurinko.
terraform import aurinko_account.info 12345
