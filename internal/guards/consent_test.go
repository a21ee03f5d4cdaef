package guards

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A second consent that fails says what is true of the account that is in the
// state, and does not offer to import it.
func TestConsentAgainFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulator.Fault
		says  []string
	}{
		"refused":        {says: []string{"This run did not change account 1001, which stays in the state.", "with `account_id = \"1001\"`"}},
		"without answer": {fault: simulator.Fault{DropAfter: true}, says: []string{"Aurinko may have authorized account 1001 again. The account stays in the state.", "set `code_wo_version` back"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			world(t, func(t *testing.T, server *simulator.Server, w *core.Workspace) {
				grant := simulator.Grant{ServiceType: "Office365", AuthOrgID: "tenant-1", Scopes: []string{"Mail.Read"}, Daemon: true}
				consented := func(code string, version int) core.Values {
					return core.Values{"scopes": []string{"Mail.Read"}, "authorization": core.Values{"service_type": "Office365", "code_wo": code, "code_wo_version": version}}
				}
				service := &core.Resource{Name: "service", TypeName: "aurinko_service_account", Config: consented(server.IssueCode(grant), 1)}
				w.Levels = [][]*core.Resource{{service}}
				must(t, w.Apply())
				if service.ID() != "1001" {
					t.Fatalf("the account is %s", service.ID())
				}
				code := "used"
				if test.fault.DropAfter {
					grant.AccountID = 1001
					code = server.IssueCode(grant)
					test.fault.Route = "/v1/auth/token/{code}"
					server.Inject(test.fault)
				}
				service.Config = consented(code, 2)
				found := w.Apply()
				must(t, found, test.says[0])
				if text := found.String(); !strings.Contains(text, test.says[1]) || strings.Contains(text, "import its ID") || strings.Contains(text, "import ID") {
					t.Errorf("it says: %s", text)
				}
				server.ClearFaults()
				service.Config = consented(code, 1)
				must(t, w.Apply())
				w.MustBeEmpty()
			})
		})
	}
}

func TestAccConsentAgainFails(t *testing.T) {
	t.Parallel()
	config := func(code string, version int) string {
		return fmt.Sprintf(`
resource "aurinko_service_account" "acme" {
  scopes = ["Mail.Read"]
  authorization = {
    service_type    = "Office365"
    code_wo         = %q
    code_wo_version = %d
  }
}
`, code, version)
	}
	tf := newTerraform(t, "")
	if !tf.cli.AtLeast(1, 11) {
		t.Skipf("%s %s has no write-only arguments.", tf.cli.Name, tf.cli.Version)
	}
	tf.configure(config(tf.server.Simulator.IssueCode(simulator.Grant{ServiceType: "Office365", AuthOrgID: "tenant-1", Scopes: []string{"Mail.Read"}, Daemon: true}), 1))
	tf.must(0, "apply", "-auto-approve")
	tf.configure(config("used", 2))
	output := tf.must(1, "apply", "-auto-approve")
	tf.says(output, "This run did not change account 1001, which stays in the state.")
	if strings.Contains(output, "import its ID") {
		t.Errorf("it offers an import: %s", output)
	}
	tf.configure(config("used", 1))
	tf.says(tf.must(0, "plan"), "No changes.")
}
