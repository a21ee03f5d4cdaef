terraform {
  required_providers {
    tls = {
      source  = "hashicorp/tls"
      version = "~> 4.0"
    }
  }
}

variable "common_name" {
  description = "Whom the certificate names."
  type        = string
}

resource "tls_private_key" "this" {
  algorithm = "RSA" # which Aurinko wants, of 2048 bits or more
  rsa_bits  = 3072
}

resource "tls_self_signed_cert" "this" {
  private_key_pem       = tls_private_key.this.private_key_pem
  validity_period_hours = 365 * 24
  early_renewal_hours   = 30 * 24 # from then on, the plan replaces it
  allowed_uses          = ["digital_signature", "client_auth"]

  subject {
    common_name = var.common_name
  }
}

output "pem" {
  description = "The certificate, in PEM form."
  value       = tls_self_signed_cert.this.cert_pem
}

output "not_after" {
  description = "When it expires (RFC 3339)."
  value       = tls_self_signed_cert.this.validity_end_time
}

output "private_key" {
  description = "Its private key, in PEM form."
  value       = tls_private_key.this.private_key_pem
  sensitive   = true
}
