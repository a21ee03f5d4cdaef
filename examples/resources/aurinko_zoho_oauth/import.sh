# An application has one: the id is always the same.
terraform import aurinko_zoho_oauth.this Zoho
