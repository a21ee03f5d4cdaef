variable "daemon_private_key" {
  description = "Private key of the certificate, in PEM form."
  type        = string
  sensitive   = true
  ephemeral   = true # in no state and no plan
}

resource "aurinko_office365_daemon" "this" {
  client_id      = "3e7d9a54-1c2b-4f80-b6a1-0d5e8c7f2943"
  certificate    = file("${path.module}/certificate.pem")
  private_key_wo = var.daemon_private_key
}

# Every plan and apply warns in the last 60 days (1440 hours). The health
# assessments of HCP Terraform evaluate the check between runs.
check "daemon_certificate" {
  assert {
    condition     = timecmp(plantimestamp(), timeadd(aurinko_office365_daemon.this.certificate_not_after, "-1440h")) < 0
    error_message = "The daemon's certificate expires at ${aurinko_office365_daemon.this.certificate_not_after}."
  }
}
