variable "consented" {
  description = "Whether the administrator has consented, so that there is an account."
  type        = bool
  default     = false
}

variable "consent_code" {
  description = "The code that the browser came back with. It is needed in the run that exchanges it, and not later."
  type        = string
  default     = null
  sensitive   = true
  ephemeral   = true # kept neither in the state nor in a plan
}

variable "consent_version" {
  description = "Goes up with every further consent to the same account."
  type        = number
  default     = 1
}

variable "scopes" {
  description = "The scopes that the account has, as the administrator has consented to them."
  type        = list(string)
  default     = ["Mail.Read", "Calendar.ReadWrite"]
}

variable "scopes_to_ask_for" {
  description = "The scopes to ask for in the next consent, where they are others than the account has."
  type        = list(string)
  default     = null
}

variable "return_url" {
  description = "The page of yours that receives the code. It must be registered in the settings of the Aurinko application."
  type        = string
  default     = "https://connect.acme.example/aurinko"
}

variable "state" {
  description = "What your page uses to tell that a consent is one that you have asked for."
  type        = string
  default     = null
}
