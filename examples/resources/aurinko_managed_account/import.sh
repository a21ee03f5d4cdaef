# The ID of the account at Aurinko.
terraform import aurinko_managed_account.sales 12346
