package guards

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const inactive = "The token of an account is not active"

// A refresh warns of each account whose token does not work, and the plan stays
// empty.
func TestDeadTokens(t *testing.T) {
	t.Parallel()
	world(t, func(t *testing.T, server *simulator.Server, w *core.Workspace) {
		service := exchangeService(nil)
		must(t, w.Import(service, "502"))
		dead, invalid, another, healthy := mailbox("dead", googleID, nil), mailbox("invalid", googleID, nil), mailbox("another", googleID, nil), mailbox("healthy", googleID, nil)
		w.Levels = [][]*core.Resource{{service}, {dead, invalid, another, healthy}}
		must(t, w.Apply())
		set := func(id, status string) {
			t.Helper()
			server.UpdateAccount(number(t, id), func(a *simulator.Account) { a.TokenStatus, a.TokenError = status, "Access was withdrawn" })
		}
		set("502", "dead")
		set(dead.ID(), "dead")
		set(invalid.ID(), "invalid")
		set(another.ID(), "paused") // nothing is known of it
		plans, found := w.Plan()
		if len(plans) > 0 {
			t.Errorf("planned: %v", plans)
		}
		must(t, found, inactive, inactive, inactive)
		if found.Failed() {
			t.Errorf("a warning is an error: %s", found)
		}
		for _, text := range []string{
			`The token of service account 502 (svc@acme.example) is "dead" (Access was withdrawn).`, "`account_id = \"502\"`",
			"The token of managed account " + dead.ID() + ` (dead@acme.example) is "dead"`, "Check service account 501", "`aurinko_reauthorize_account`",
			"The token of managed account " + invalid.ID() + ` (invalid@acme.example) is "invalid"`, "Aurinko keeps trying",
		} {
			if !strings.Contains(found.String(), text) {
				t.Errorf("nothing says %q:\n%s", text, found)
			}
		}
		must(t, w.Destroy(), inactive, inactive, inactive)
	})
}

func number(t *testing.T, id string) (n int64) {
	t.Helper()
	if _, err := fmt.Sscan(id, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Of a healthy estate no plan warns, and its refresh costs what the pages cost.
func TestHealthyEstate(t *testing.T) {
	t.Parallel()
	const mailboxes = 1000
	world(t, func(t *testing.T, server *simulator.Server, w *core.Workspace) {
		service := exchangeService(nil)
		must(t, w.Import(service, "502"))
		w.Levels = [][]*core.Resource{{service}}
		must(t, w.Apply())
		w.Levels = append(w.Levels, nil)
		for i := range mailboxes {
			m := mailbox(fmt.Sprintf("box%04d", i), exchangeID, nil)
			id := server.AddAccount(simulator.Account{
				ParentID: exchangeID, ServiceType: "EWS", Email: m.Name + "@acme.example", AuthScopes: []string{"Mail.Read"},
			})
			m.State = core.Value(core.Schema(m.TypeName).ValueType(), m.Config.With(core.Values{"id": fmt.Sprint(id)}))
			w.Levels[1] = append(w.Levels[1], m)
		}
		server.ResetJournal()
		plans, found := w.Plan()
		must(t, found)
		if len(plans) > 0 {
			t.Errorf("%d plans", len(plans))
		}
		if n := len(server.Journal()); n > healthyRequests {
			t.Errorf("the refresh costs %d requests, want at most %d", n, healthyRequests)
		}
	})
}

// healthyRequests is what a refresh of 1,000 mailboxes and their service account
// cost before there were warnings.
const healthyRequests = 5

const reauthorize = "aurinko_reauthorize_account"

func TestReauthorize(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		id       string
		fault    simulator.Fault
		query    string // of the write; empty: there is none
		progress string
		says     []string // nil: it passes
	}{
		"Google checks the access": {
			id: "601", query: "ensureAccess=true&recycleKeys=email",
			progress: "The token of managed account 601 (box@acme.example) is active.",
		},
		"Exchange does not": {
			id: "602", query: "recycleKeys=email", progress: "The token of managed account 602 (box@acme.example) is active.",
		},
		"without access": {
			id: "603", query: "ensureAccess=true&recycleKeys=email",
			says: []string{"Unable to reauthorize the managed account: Aurinko answered 400 badRequest", "Mailbox not found"},
		},
		"still dead": {
			id: "601", query: "ensureAccess=true&recycleKeys=email",
			fault: simulator.Fault{Method: http.MethodPost, Status: http.StatusOK, Body: `{"accountId": 601}`},
			says:  []string{`The account does not work: Aurinko wrote the account again. The token of managed account 601 (box@acme.example) is "dead"`},
		},
		"a service account": {id: "501", says: []string{"Not a managed account: Account 501 is a service account", "Nothing was written"}},
		"gone":              {id: "999", says: []string{"No such account: "}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewServer(t, simulator.Options{})
			seed(server.Simulator)
			for id, address := range map[int64]string{601: "box@acme.example", 602: "box@acme.example", 603: "nobody@acme.example"} {
				parent, service := int64(googleID), "Google"
				if id == 602 {
					parent, service = exchangeID, "EWS"
				}
				server.Simulator.AddAccount(simulator.Account{ID: id, ParentID: parent, ServiceType: service, Email: address, TokenStatus: "dead"})
			}
			server.Simulator.NoMailbox("nobody@acme.example")
			if test.fault.Status != 0 {
				server.Simulator.Inject(test.fault)
			}
			progress, failures := core.Connect(t, server).Invoke(reauthorize, core.Values{"account_id": test.id})
			if got := strings.Join(progress, "\n"); !strings.Contains(got, test.progress) {
				t.Errorf("progress: %s", got)
			}
			if (test.says == nil) != (len(failures) == 0) {
				t.Fatalf("failures: %q", failures)
			}
			for _, text := range test.says {
				if !strings.Contains(failures[0], text) {
					t.Errorf("%q does not say %q", failures[0], text)
				}
			}
			query := ""
			for _, request := range server.Simulator.Journal() {
				if request.Method != http.MethodGet {
					query = request.Query.Encode()
				}
			}
			if query != test.query {
				t.Errorf("the query of the write is %q, want %q", query, test.query)
			}
		})
	}
}

func TestAccDeadTokens(t *testing.T) {
	t.Parallel()
	tf := newTerraform(t, `
resource "aurinko_managed_account" "box" {
  count              = 3
  service_account_id = 501
  email              = "box${count.index}@acme.example"
  scopes             = ["Mail.Read"]
}
`)
	tf.must(0, "apply", "-auto-approve")
	for _, a := range tf.server.Simulator.Accounts() {
		tf.server.Simulator.UpdateAccount(a.ID, func(a *simulator.Account) {
			if a.Type == simulator.Managed {
				a.TokenStatus = "dead"
			}
		})
	}
	output := tf.must(0, "plan")
	tf.says(output, "Warning: "+inactive, "No changes.")
	if n := strings.Count(output, inactive); n != 1 {
		t.Errorf("the warning is shown %d times:\n%s", n, output)
	}
}
