variable "consented" {
  description = "Whether the administrator has consented."
  type        = bool
  default     = false
}

variable "consent_code" {
  description = "Code that the browser returned with. Required only in the run that exchanges it."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true # in no state and no plan
}

variable "consent_version" {
  description = "Version of the consent. Raise it with every further consent to the same account."
  type        = number
  default     = 1
}

variable "scopes" {
  description = "Scopes that the administrator has consented to."
  type        = list(string)
  default     = ["Mail.Read", "Calendar.ReadWrite"]
}

variable "scopes_to_ask_for" {
  description = "Scopes to ask for in the next consent, if they differ from those of the account."
  type        = list(string)
  default     = null
}

variable "return_url" {
  description = "Page of yours that receives the code, registered in the settings of the Aurinko application."
  type        = string
  default     = "https://connect.acme.example/aurinko"
}

variable "state" {
  description = "Random value by which your page recognizes a consent that you have asked for."
  type        = string
  default     = null
}
