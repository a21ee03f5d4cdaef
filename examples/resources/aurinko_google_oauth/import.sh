# An application has one: the id is always the same.
terraform import aurinko_google_oauth.this Google
