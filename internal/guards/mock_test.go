package guards

import (
	"os"
	"path/filepath"
	"testing"
)

// A module with a service account, its mailboxes and what reads them passes
// "terraform test" with mocks, without overrides, teardown included: no validator
// refuses an ID that the CLI makes up.
func TestAccMocks(t *testing.T) {
	t.Parallel()
	tf := newTerraform(t, `
resource "aurinko_service_account" "acme" {
  scopes              = ["Mail.Read"]
  deletion_protection = true
  exchange = {
    server_url = "mail.acme.example"
    username   = "svc@acme.example"
    password   = "made up"
  }
}

resource "aurinko_managed_account" "box" {
  for_each           = toset(["office@acme.example", "sales@acme.example"])
  service_account_id = aurinko_service_account.acme.id
  email              = each.key
  scopes             = ["Mail.Read", "Mail.Send"]
}

resource "aurinko_account" "info" {
  email    = "info@acme.example"
  scopes   = ["Mail.Read"]
  password = "made up"
}

data "aurinko_account" "office" {
  id = aurinko_managed_account.box["office@acme.example"].id
}

output "ids" {
  value = [for box in aurinko_managed_account.box : box.id]
}
`)
	if err := os.Mkdir(filepath.Join(tf.dir, "tests"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(tf.dir, "tests", "mocks.tftest.hcl"), []byte(`
mock_provider "aurinko" {}

run "creates" {
  assert {
    condition     = length(toset(output.ids)) == 2
    error_message = "Every mailbox must have an account."
  }
}

run "changes_nothing" {
  command = plan
}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	if tf.cli.Name != "Terraform" {
		t.Skipf("%s %s has no use for mocked resources with write-only arguments: 1.8 crashes when it plans them, 1.11 and 1.12 cannot destroy them.", tf.cli.Name, tf.cli.Version)
	}
	tf.says(tf.must(0, "test"), "2 passed, 0 failed.")
	if requests := tf.server.Requests(); len(requests) > 0 {
		t.Errorf("requests: %v", requests)
	}
}
