variable "consent_code" {
  description = "The code that the administrator's browser came back with; null once it was exchanged."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true
}

resource "aurinko_service_account" "acme" {
  scopes = ["Mail.Read", "Calendar.ReadWrite"]

  authorization = {
    service_type    = "Office365"
    code_wo         = var.consent_code
    code_wo_version = 1 # raise it to exchange the code of another consent
  }
}
