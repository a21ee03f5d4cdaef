package state

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const before = `
resource "aurinko_zoho_oauth" "old" {
  client_id        = "1000.ABC"
  client_secret_wo = "s3cret"
}

resource "aurinko_service_account" "old" {
  scopes = ["Mail.Read"]
  exchange = {
    server_url  = "mail.acme.example"
    username    = "svc@acme.example"
    password_wo = "hunter22"
  }
}

resource "aurinko_managed_account" "old" {
  for_each           = { sales = "sales@acme.example", office = "office@acme.example" }
  service_account_id = aurinko_service_account.old.id
  email              = each.value
  scopes             = ["Mail.Read"]
}
`

const moved = `
resource "aurinko_zoho_oauth" "new" {
  client_id        = "1000.ABC"
  client_secret_wo = "s3cret"
}

resource "aurinko_service_account" "acme" {
  scopes = ["Mail.Read"]
  exchange = {
    server_url  = "mail.acme.example"
    username    = "svc@acme.example"
    password_wo = "hunter22"
  }
}

resource "aurinko_managed_account" "new" {
  for_each           = toset(["sales@acme.example", "office@acme.example"])
  service_account_id = aurinko_service_account.acme.id
  email              = each.key
  scopes             = ["Mail.Read"]
}

moved {
  from = aurinko_zoho_oauth.old
  to   = aurinko_zoho_oauth.new
}

moved {
  from = aurinko_service_account.old
  to   = aurinko_service_account.acme
}

moved {
  from = aurinko_managed_account.old["sales"]
  to   = aurinko_managed_account.new["sales@acme.example"]
}

moved {
  from = aurinko_managed_account.old["office"]
  to   = aurinko_managed_account.new["office@acme.example"]
}
`

const removed = `
removed {
  from = aurinko_zoho_oauth.old
  lifecycle { destroy = false }
}

removed {
  from = aurinko_service_account.old
  lifecycle { destroy = false }
}

removed {
  from = aurinko_managed_account.old
  lifecycle { destroy = false }
}
`

// Resources that get other names, or other keys of a for_each, are the same at
// Aurinko: nothing is written.
func TestAccMoves(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, simulator.Options{})
	w.declare(before)
	w.run(0, "init")
	w.run(0, "apply", "-auto-approve")
	there := w.server.Simulator.Accounts()

	w.declare(moved)
	w.apply()
	w.mustBeEmpty()
	if diff := cmp.Diff(there, w.server.Simulator.Accounts()); diff != "" {
		t.Errorf("the accounts are not as they were (-want +got):\n%s", diff)
	}
}

// Resources that Terraform is to forget stay at Aurinko.
func TestAccRemoved(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, simulator.Options{})
	if w.terraform.Name == "OpenTofu" && !w.terraform.AtLeast(1, 10) {
		t.Skipf("%s %s has no lifecycle in removed blocks.", w.terraform.Name, w.terraform.Version)
	}
	w.declare(before)
	w.run(0, "init")
	w.run(0, "apply", "-auto-approve")
	there := w.server.Simulator.Accounts()

	w.declare(removed)
	w.apply()
	w.run(0, "destroy", "-auto-approve") // of what is not known any more
	acctest.AssertNoWrites(t, w.server)
	if diff := cmp.Diff(there, w.server.Simulator.Accounts()); diff != "" || len(w.server.Simulator.OAuthRegs()) != 1 {
		t.Errorf("what was forgotten is not as it was (-want +got):\n%s", diff)
	}
}
