package examples_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A release is a minor version; the zero one stands for none.
type release struct{ major, minor int }

// newer is a workspace with an example of newer-versions/, if the CLI has the
// feature that it shows.
func newer(t *testing.T, feature string, ofTerraform, ofOpenTofu release, files ...string) *workspace {
	t.Helper()
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set.")
	}
	terraform, err := terraform()
	if err != nil {
		t.Fatal(err)
	}
	since := ofTerraform
	if terraform.Name == "OpenTofu" {
		since = ofOpenTofu
	}
	if since == (release{}) || !terraform.AtLeast(since.major, since.minor) {
		t.Skipf("%s %s has no %s.", terraform.Name, terraform.Version, feature)
	}
	for i := range files {
		files[i] = "newer-versions/" + files[i]
	}
	return newWorkspace(t, terraform, example{files: files})
}

func TestAccNewerActions(t *testing.T) {
	w := newer(t, "actions before a destroy", release{1, 16}, release{}, "actions/main.tf")
	w.run(0, "init")
	works := func(output string) {
		t.Helper()
		if !acctest.Says("(sales@acme.example) works: its token is active.").MatchString(output) {
			t.Errorf("it is not said that the account works:\n%s", output)
		}
	}
	works(w.output(0, "apply", "-auto-approve"))
	w.planIsEmpty()
	works(w.output(0, "apply", "-auto-approve", "-invoke=action.aurinko_check_account.written"))

	// A check that fails leaves the mailbox as it is.
	w.server.Simulator.Inject(simulator.Fault{
		Status: http.StatusBadRequest,
		Match:  func(r *http.Request) bool { return r.URL.Query().Has("pingProvider") },
	})
	w.write("main.tf", strings.Replace(read(t, "newer-versions/actions/main.tf"), `"Mail.Read", "Mail.Send"`, `"Mail.Read"`, 1))
	if output := w.output(0, "apply", "-auto-approve"); !acctest.Says("Aurinko answered 400").MatchString(bars.ReplaceAllString(output, "")) {
		t.Errorf("it is not said that the check failed:\n%s", output)
	}
	w.planIsEmpty()
	w.server.Simulator.ClearFaults()

	w.server.Simulator.ResetJournal()
	w.output(0, "destroy", "-auto-approve")
	acctest.AssertWrites(t, w.server, "DELETE /v1/account/token", "DELETE /v1/am/accounts/{id}")
	w.checkEmpty()
}

func TestAccNewerForget(t *testing.T) {
	w := newer(t, "destroy = false", release{1, 16}, release{1, 12}, "forget/main.tf")
	w.run(0, "init")
	w.run(0, "apply", "-auto-approve")
	w.planIsEmpty()
	w.server.Simulator.ResetJournal()
	arguments := []string{"destroy", "-auto-approve"}
	if w.terraform.Name == "OpenTofu" { // which ends with 1 when something is left
		arguments = append(arguments, "-suppress-forget-errors")
	}
	w.output(0, arguments...)
	acctest.AssertNoWrites(t, w.server)
	if _, ok := w.server.Simulator.Account(firstID); !ok {
		t.Error("the mailbox is gone")
	}
	if left := strings.TrimSpace(w.output(0, "state", "list")); left != "" {
		t.Errorf("the state has %s", left)
	}
}

func TestAccNewerModuleImport(t *testing.T) {
	w := newer(t, "import blocks in modules", release{1, 16}, release{}, "module-import/main.tf")
	module := filepath.Join(w.dir, "modules", "customer")
	if err := os.MkdirAll(module, 0o700); err != nil {
		t.Fatal(err)
	}
	w.write("modules/customer/main.tf", read(t, "newer-versions/module-import/modules/customer/main.tf"))
	w.run(0, "init")
	w.run(0, "apply", "-auto-approve")
	acctest.AssertNoWrites(t, w.server)
	w.planIsEmpty()
	if got := strings.TrimSpace(w.output(0, "state", "list")); got != `module.customer.aurinko_managed_account.mailbox["existing@existing.example"]` {
		t.Errorf("the state has %s", got)
	}
}

// Only what has a change to plan is read.
func TestAccNewerMinimalRefresh(t *testing.T) {
	w := newer(t, "-minimal-refresh", release{1, 17}, release{})
	declare := func(name string) {
		w.write("main.tf", fmt.Sprintf(`
			resource "aurinko_managed_account" "mailbox" {
				for_each           = toset([for n in range(20) : "m${n}@acme.example"])
				service_account_id = %q
				email              = each.key
				name               = each.key == "m7@acme.example" ? %q : "Mailbox"
				scopes             = ["Mail.Read"]
			}`, fmt.Sprint(existingGoogle), name))
	}
	declare("Mailbox")
	w.run(0, "init")
	w.run(0, "apply", "-auto-approve")
	asked := func(arguments ...string) []string {
		t.Helper()
		w.server.Simulator.ResetJournal()
		w.run(0, append([]string{"plan"}, arguments...)...)
		var routes []string
		for _, request := range w.server.Simulator.Journal() {
			routes = append(routes, request.Method+" "+request.Path)
		}
		return routes
	}
	if got := asked("-minimal-refresh"); len(got) > 0 {
		t.Errorf("for a plan without changes: %q", got)
	}
	declare("Seven")
	got := asked("-minimal-refresh")
	if len(got) != 1 || !strings.HasPrefix(got[0], "GET /v1/am/accounts/") {
		t.Errorf("for one change: %q", got)
	}
	if full := asked(); len(full) <= len(got) {
		t.Errorf("a refresh of all asks for %q", full)
	}
}

func TestAccNewerApplications(t *testing.T) {
	w := newer(t, "for_each of providers", release{}, release{1, 9}, "applications/main.tf")
	applications := func(us bool) string {
		const value = `TF_VAR_applications={ eu = { client_id = %[1]q, service_account_id = "%[2]d" }, us = { client_id = %[1]q, service_account_id = "%[3]d", in_use = %[4]t } }`
		return fmt.Sprintf(value, simulator.DefaultClientID, existingServiceAccount, existingGoogle, us)
	}
	w.env = append(w.env, applications(true), fmt.Sprintf("TF_VAR_client_secrets={ eu = %[1]q, us = %[1]q }", simulator.DefaultClientSecret))
	w.run(0, "init")
	w.run(0, "apply", "-auto-approve")
	w.planIsEmpty()
	if n := len(w.server.Simulator.Accounts()); n != 6 {
		t.Errorf("there are %d accounts, want 6", n)
	}
	w.env = append(w.env, applications(false))
	w.run(0, "apply", "-auto-approve")
	if n := len(w.server.Simulator.Accounts()); n != 5 {
		t.Errorf("there are %d accounts, want 5", n)
	}
	w.run(0, "destroy", "-auto-approve")
	w.checkEmpty()
}

func TestAccNewerEnabled(t *testing.T) {
	w := newer(t, "enabled", release{}, release{1, 11}, "enabled/main.tf")
	w.run(0, "init")
	w.run(0, "apply", "-auto-approve")
	w.planIsEmpty()
	w.env = append(w.env, "TF_VAR_has_support=false")
	w.server.Simulator.ResetJournal()
	w.run(0, "apply", "-auto-approve")
	acctest.AssertWrites(t, w.server, "DELETE /v1/am/accounts/{id}")
	w.planIsEmpty()
	w.checkEmpty()
}

// Mocks ask Aurinko for nothing.
func TestAccNewerMocks(t *testing.T) {
	w := newer(t, "write-only arguments, which the example uses", release{1, 11}, release{1, 11}, "mocks/main.tf")
	if err := os.MkdirAll(filepath.Join(w.dir, "tests"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.write("tests/mailboxes.tftest.hcl", read(t, "newer-versions/mocks/tests/mailboxes.tftest.hcl"))
	w.run(0, "init")
	if output := w.output(0, "test"); !strings.Contains(output, "1 passed, 0 failed") {
		t.Errorf("the test did not pass:\n%s", output)
	}
	if asked := len(w.server.Simulator.Journal()); asked > 0 {
		t.Errorf("%d requests were sent, want none", asked)
	}
}
