# Use its signing_secret where values are not stored: in a write-only argument,
# such as that of a secret store, or in the configuration of a provider.
ephemeral "aurinko_signing_secret" "this" {}
