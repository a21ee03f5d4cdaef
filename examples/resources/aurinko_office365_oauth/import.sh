# An application has one: the id is always the same.
terraform import aurinko_office365_oauth.this Office365
