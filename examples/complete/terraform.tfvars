scopes = ["Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite", "Contacts.Read"]

office365_oauth_client_id  = "8c2f0d1e-5a7b-4c3d-9e6f-1a2b3c4d5e6f"
office365_daemon_client_id = "3e7d9a54-1c2b-4f80-b6a1-0d5e8c7f2943"
tenant_id                  = "5b0c2f7e-3d1a-4e89-8f6b-7a9c0d2e4f61"

mailboxes = {
  "office@acme.example"   = { site = "headquarters", name = "Front office" }
  "sales@acme.example"    = { site = "headquarters", name = "Sales" }
  "support@acme.example"  = { site = "headquarters", name = "Support" }
  "tokyo@acme.example"    = { site = "headquarters", name = "Branch in Tokyo", timezone = "Asia/Tokyo" }
  "invoices@acme.example" = { site = "headquarters", name = "Invoices", scopes = ["Mail.ReadWrite"] }

  "ada@labs.acme.example"     = { site = "laboratory", name = "Ada Winter", timezone = "America/New_York" }
  "grace@labs.acme.example"   = { site = "laboratory", name = "Grace Moreau", timezone = "America/New_York" }
  "linus@labs.acme.example"   = { site = "laboratory", name = "Linus Aalto", timezone = "Europe/Helsinki" }
  "results@labs.acme.example" = { site = "laboratory", name = "Test results", scopes = ["Mail.Send"] }

  "foreman@plant.acme.example"  = { site = "plant", name = "Foreman" }
  "dispatch@plant.acme.example" = { site = "plant", name = "Dispatch" }
  "alarms@plant.acme.example"   = { site = "plant", name = "Alarms", scopes = ["Mail.Send"] }
}
