import {
  to = aurinko_office365_oauth.this
  id = "Office365" # always the same: an application has these settings once
}
