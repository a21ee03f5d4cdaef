variable "daemon_private_key" {
  description = "Private key of the certificate, in PEM form."
  type        = string
  sensitive   = true
  ephemeral   = true # kept neither in the state nor in a plan
}

resource "aurinko_office365_daemon" "this" {
  client_id      = "3e7d9a54-1c2b-4f80-b6a1-0d5e8c7f2943"
  certificate    = file("${path.module}/certificate.pem")
  private_key_wo = var.daemon_private_key
}

# Every plan and apply warns when less than 60 days (1440 hours) are left, and
# HCP Terraform can watch over it between runs.
check "daemon_certificate" {
  assert {
    condition     = timecmp(plantimestamp(), timeadd(aurinko_office365_daemon.this.certificate_not_after, "-1440h")) < 0
    error_message = "The daemon's certificate expires at ${aurinko_office365_daemon.this.certificate_not_after}."
  }
}
