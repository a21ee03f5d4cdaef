import {
  to = aurinko_office365_daemon.this
  id = "Office365/daemon" # always the same: an application has these settings once
}
