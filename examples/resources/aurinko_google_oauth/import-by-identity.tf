import {
  to = aurinko_google_oauth.this

  identity = {
    id = "Google" # an application has one: the id is always the same
  }
}
