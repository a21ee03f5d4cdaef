# The ID is always the same: an application has these settings once.
terraform import aurinko_office365_daemon.this Office365/daemon
