variable "production_client_id" {
  description = "Client ID of the production application at Aurinko."
  type        = string
}

variable "production_client_secret" {
  description = "Client Secret of the production application at Aurinko."
  type        = string
  sensitive   = true
  ephemeral   = true # kept neither in the state nor in a plan
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
