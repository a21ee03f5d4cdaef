import {
  to = aurinko_zoho_oauth.this
  id = "Zoho" # an application has one: the id is always the same
}
