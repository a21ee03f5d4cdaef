import {
  to = aurinko_office365_oauth.this

  identity = {
    id = "Office365" # an application has one: the id is always the same
  }
}
