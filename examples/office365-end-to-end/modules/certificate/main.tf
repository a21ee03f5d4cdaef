terraform {
  required_providers {
    tls = {
      source  = "hashicorp/tls"
      version = "~> 4.0"
    }
  }
}

variable "common_name" {
  description = "Subject of the certificate."
  type        = string
}

resource "tls_private_key" "this" {
  algorithm = "RSA" # Aurinko requires RSA of at least 2048 bits
  rsa_bits  = 3072
}

resource "tls_self_signed_cert" "this" {
  private_key_pem       = tls_private_key.this.private_key_pem
  validity_period_hours = 365 * 24
  early_renewal_hours   = 30 * 24 # the plan replaces it 30 days before it expires
  allowed_uses          = ["digital_signature", "client_auth"]

  subject {
    common_name = var.common_name
  }
}

output "pem" {
  description = "Certificate in PEM form."
  value       = tls_self_signed_cert.this.cert_pem
}

output "not_after" {
  description = "Expiry of the certificate (RFC 3339)."
  value       = tls_self_signed_cert.this.validity_end_time
}

output "private_key" {
  description = "Private key of the certificate in PEM form."
  value       = tls_private_key.this.private_key_pem
  sensitive   = true
}
