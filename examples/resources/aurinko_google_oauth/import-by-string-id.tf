import {
  to = aurinko_google_oauth.this
  id = "Google" # an application has one: the id is always the same
}
