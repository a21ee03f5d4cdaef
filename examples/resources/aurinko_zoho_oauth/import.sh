# The ID is always the same: an application has these settings once.
terraform import aurinko_zoho_oauth.this Zoho
