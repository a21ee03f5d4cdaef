import {
  to = aurinko_zoho_oauth.this
  id = "Zoho" # always the same: an application has these settings once
}
