import {
  to = aurinko_google_oauth.this
  id = "Google" # always the same: an application has these settings once
}
