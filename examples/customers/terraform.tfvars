daemon_client_id = "3e7d9a54-1c2b-4f80-b6a1-0d5e8c7f2943"

customers = {
  acme = {
    name   = "Acme"
    google = { domain = "acme.example" }
  }
  globex = {
    name      = "Globex"
    tenant_id = "5b0c2f7e-3d1a-4e89-8f6b-7a9c0d2e4f61"
    scopes    = ["Mail.Read", "Calendar.Read"]
  }
  initech = {
    name = "Initech"
    exchange = {
      server_url = "mail.initech.example"
      username   = "svc-aurinko@initech.example"
    }
  }
}
