variable "production_base_url" {
  description = "URL of the API for production. Set it only to try the example with a second simulator."
  type        = string
  default     = null
}

variable "production_client_id" {
  description = "Client ID of the production application at Aurinko."
  type        = string
}

variable "production_client_secret" {
  description = "Client Secret of the production application at Aurinko."
  type        = string
  sensitive   = true
  ephemeral   = true # in no state and no plan
}

variable "production_exchange_password" {
  description = "Password of svc-aurinko@acme.example."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "development_exchange_password" {
  description = "Password of svc-aurinko@test.acme.example."
  type        = string
  sensitive   = true
  ephemeral   = true
}
