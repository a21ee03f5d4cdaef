variable "consent_code" {
  description = "Code that the administrator's browser returned with. Null after the exchange."
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
    code_wo_version = 1 # raise it to exchange another code
  }
}
