mailboxes = {
  "office@acme.example"  = "Front office"
  "sales@acme.example"   = "Sales"
  "support@acme.example" = "Support"
}
