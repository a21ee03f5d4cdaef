import {
  to = aurinko_zoho_oauth.this

  identity = {
    id = "Zoho" # always the same: an application has these settings once
  }
}
