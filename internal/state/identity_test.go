package state

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// says fails the test unless a text of the CLI has these words in this order; it
// breaks lines wherever it likes.
func (w *workspace) says(output string, texts ...string) {
	w.t.Helper()
	if !acctest.Says(texts...).MatchString(strings.NewReplacer("│", " ").Replace(output)) {
		w.t.Errorf("%q is not said:\n%s", texts, output)
	}
}

// begin declares a text and prepares the directory for it.
func (w *workspace) begin(hcl string) {
	w.t.Helper()
	w.declare(hcl)
	w.run(0, "init")
}

// A replacement with create_before_destroy writes the settings before it destroys
// them. They stay.
func TestAccReplacedSettings(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, simulator.Options{})
	config := func(trigger string) string {
		return fmt.Sprintf(`
resource "terraform_data" "trigger" { input = %q }

resource "aurinko_zoho_oauth" "this" {
  client_id        = "1000.ABC"
  client_secret_wo = "s3cret"
  on_existing      = "adopt"
  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.trigger]
  }
}
`, trigger)
	}
	w.begin(config("one"))
	w.run(0, "apply", "-auto-approve")
	w.declare(config("two"))
	w.says(w.run(0, "apply", "-auto-approve"), "Not deleted, only forgotten")
	if regs := w.server.Simulator.OAuthRegs(); len(regs) != 1 {
		t.Errorf("Aurinko has %v", regs)
	}
	w.mustBeEmpty()
	w.run(0, "destroy", "-auto-approve")
	if !w.server.Simulator.Empty() {
		t.Error("the settings are still there after the destroy")
	}
}

const exchangeAccounts = `
resource "aurinko_service_account" "a" {
  name   = "A"
  scopes = ["Mail.Read"]
  exchange = {
    server_url  = "mail.acme.example"
    username    = "svc@acme.example"
    password_wo = "password of A"
  }
}

resource "aurinko_service_account" "b" {
  name          = "B"
  client_org_id = "b"
  scopes        = ["Mail.Send"]
  exchange = {
    server_url  = "mail.acme.example"
    username    = "SVC@acme.example"
    password_wo = "password of B"
  }
}
`

// Two service accounts that overlap: neither overwrites the other, in one run and
// in two.
func TestAccOverlap(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, simulator.Options{})
	w.begin(exchangeAccounts)
	w.says(w.run(1, "apply", "-auto-approve"), "Unable to create the service account", "Another resource of this configuration", "Nothing was written.")
	only := func() simulator.Account {
		accounts := w.server.Simulator.Accounts()
		if len(accounts) != 1 {
			t.Fatalf("there are %v", accounts)
		}
		return accounts[0]
	}
	first := only()
	if first.AuthString2 != "password of "+first.Name {
		t.Errorf("account %d was overwritten: %+v", first.ID, first)
	}
	w.says(w.run(1, "apply", "-auto-approve"), "service account", fmt.Sprint(first.ID))
	if again := only(); again.AuthString2 != first.AuthString2 {
		t.Errorf("account %d was overwritten: %+v", again.ID, again)
	}
	w.says(w.run(0, "destroy", "-auto-approve", "-refresh=false"), "Destroy complete!")
}

// upTo returns the part of a configuration that precedes a block.
func upTo(config, block string) string {
	first, _, _ := strings.Cut(config, block)
	return first
}

const mailboxes = `
resource "aurinko_managed_account" "a" {
  service_account_id = 501
  email              = "sales@acme.example"
  login              = "sales"
  scopes             = ["Mail.Read"]
  on_existing        = "adopt"
}

resource "aurinko_managed_account" "b" {
  service_account_id = 501
  login              = "SALES"
  scopes             = ["Mail.Send"]
  on_existing        = "adopt"
}
`

// Two resources with one ID: the plan says so, and no way out that it names
// deletes the account that the other resource keeps.
func TestAccOneIDInTwoResources(t *testing.T) {
	t.Parallel()
	server := func() *workspace {
		w := newWorkspace(t, simulator.Options{})
		w.server.Simulator.AddAccount(simulator.Account{ID: 501, Type: simulator.Daemon, ServiceType: "EWS"})
		w.server.Simulator.AddAccount(simulator.Account{ID: 601, ParentID: 501, ServiceType: "EWS", Email: "sales@acme.example", LoginString: "sales", AuthScopes: []string{"Mail.Read"}})
		w.begin(mailboxes)
		w.run(0, "import", "aurinko_managed_account.a", "601")
		w.run(0, "import", "aurinko_managed_account.b", "601")
		w.says(w.run(0, "plan"), "Two resources manage one object", "account 601", "`terraform state rm`")
		return w
	}
	a := upTo(mailboxes, `resource "aurinko_managed_account" "b"`)
	still := func(w *workspace) {
		t.Helper()
		if _, there := w.server.Simulator.Account(601); !there {
			t.Error("the account was deleted")
		}
	}

	// The second to be updated writes nothing over the first.
	w := server()
	w.declare(strings.ReplaceAll(mailboxes, "scopes ", "name = \"Sales\"\nscopes "))
	w.says(w.run(1, "apply", "-auto-approve"), "Another resource of this configuration manages account 601", "Nothing was written.")

	// Without one of the two, the plan would delete the account that stays.
	w.declare(a)
	w.says(w.run(1, "apply", "-auto-approve"), "The plan destroys what it keeps", "account 601", "`removed` block that has `destroy = false`")
	still(w)
	w.run(0, "state", "rm", "aurinko_managed_account.b")
	w.run(0, "apply", "-auto-approve")
	still(w)
	w.mustBeEmpty()

	w = server()
	w.declare(a + "removed {\n  from = aurinko_managed_account.b\n  lifecycle {\n    destroy = false\n  }\n}\n")
	w.run(0, "apply", "-auto-approve")
	still(w)

	// Both can be destroyed.
	w = server()
	w.run(0, "destroy", "-auto-approve")
	if accounts := w.server.Simulator.Accounts(); len(accounts) != 1 {
		t.Errorf("still there: %v", accounts)
	}
}

// Without a refresh, a plan shows the replacement that the configuration and the
// state determine.
func TestAccReplacementWithoutRefresh(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, simulator.Options{})
	config := upTo(exchangeAccounts, `resource "aurinko_service_account" "b"`)
	w.begin(config)
	w.run(0, "apply", "-auto-approve")
	w.declare(strings.Replace(config, "svc@", "robot@", 1))
	w.says(w.run(0, "plan", "-refresh=false"), "must be replaced", "exchange", "forces replacement")
	w.run(0, "apply", "-refresh=false", "-auto-approve")
	if accounts := w.server.Simulator.Accounts(); len(accounts) != 1 || accounts[0].LoginString != "robot@acme.example" {
		t.Errorf("there are %v", accounts)
	}
	w.mustBeEmpty()
}

// A gateway that has no route answers 404 to everything: the state stays as it
// is.
func TestAccGatewayWithoutARoute(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"message":"no Route matched with those values"}`, " "} {
		w := newWorkspace(t, simulator.Options{})
		w.server.Simulator.AddAccount(simulator.Account{ID: 501, Type: simulator.Daemon, ServiceType: "EWS"})
		w.begin(upTo(mailboxes, `resource "aurinko_managed_account" "b"`))
		w.run(0, "apply", "-auto-approve")
		before := w.read("terraform.tfstate")
		w.server.Simulator.Inject(simulator.Fault{Status: 404, Body: body})
		w.says(w.run(1, "apply", "-refresh-only", "-auto-approve"), "Unable to read the managed account", "Something other than Aurinko may have answered")
		if after := w.read("terraform.tfstate"); after != before {
			t.Errorf("the state was\n%s\nand is\n%s", before, after)
		}
	}
}

// The clock of the server is behind its Date header, or another one altogether.
func TestAccServerClock(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, simulator.Options{Quirks: simulator.Quirks{ClockBehind: 3e9, HideManaged: true}})
	w.server.Simulator.AddAccount(simulator.Account{ID: 501, Type: simulator.Daemon, ServiceType: "EWS"})
	w.begin(`
resource "aurinko_managed_account" "all" {
  count              = 20
  service_account_id = 501
  email              = "user${count.index}@acme.example"
  scopes             = ["Mail.Read"]
}
`)
	w.run(0, "apply", "-auto-approve")
	w.mustBeEmpty()
}

// An interrupted create_before_destroy leaves a deposed object with the ID of the
// live one. The next run does not delete it, and says how to get out.
func TestAccDeposedObject(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, simulator.Options{})
	config := upTo(exchangeAccounts, `resource "aurinko_service_account" "b"`)
	w.begin(config)
	w.run(0, "apply", "-auto-approve")

	var state map[string]any
	if err := json.Unmarshal([]byte(w.read("terraform.tfstate")), &state); err != nil {
		t.Fatal(err)
	}
	resource := state["resources"].([]any)[0].(map[string]any)
	live := resource["instances"].([]any)[0].(map[string]any)
	deposed := maps.Clone(live)
	deposed["deposed"] = "00000001"
	resource["instances"] = []any{live, deposed}
	edited, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	w.write("terraform.tfstate", string(edited))

	w.says(w.run(1, "apply", "-auto-approve"), "The plan destroys what it keeps", "For a deposed object, run `terraform state rm` for the resource and import the object again.")
	accounts := w.server.Simulator.Accounts()
	if len(accounts) != 1 {
		t.Fatalf("there are %v", accounts)
	}
	w.run(0, "state", "rm", "aurinko_service_account.a")
	w.run(0, "import", "aurinko_service_account.a", fmt.Sprint(accounts[0].ID))
	w.run(0, "apply", "-auto-approve")
	w.mustBeEmpty()
	if after := w.server.Simulator.Accounts(); len(after) != 1 || after[0].ID != accounts[0].ID {
		t.Errorf("there are %v", after)
	}
}
