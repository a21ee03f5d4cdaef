import {
  to = aurinko_zoho_oauth.this

  identity = {
    id = "Zoho" # an application has one: the id is always the same
  }
}
