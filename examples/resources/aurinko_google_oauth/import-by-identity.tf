import {
  to = aurinko_google_oauth.this

  identity = {
    id = "Google" # always the same: an application has these settings once
  }
}
