package guards

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const (
	protected = "The service account is protected from deletion"
	goes      = "The plan deletes a service account with mailboxes"
)

func deletes(server *simulator.Server) int {
	n := 0
	for _, request := range server.Journal() {
		if request.Method == http.MethodDelete {
			n++
		}
	}
	return n
}

// While the state protects an account, no plan destroys or replaces it, and no
// apply deletes it, whatever was planned.
func TestDeletionProtection(t *testing.T) {
	t.Parallel()
	world(t, func(t *testing.T, server *simulator.Server, w *core.Workspace) {
		service := exchangeService(core.Values{"deletion_protection": true})
		must(t, w.Import(service, "502"))
		w.Levels = [][]*core.Resource{{service}}
		must(t, w.Apply()) // an import sends the password once
		w.MustBeEmpty()
		otherUser := core.Values{"exchange": core.Values{"server_url": "mail.acme.example", "username": "other@acme.example", "password_wo": "secret", "password_wo_version": 1}}

		// Neither with the block gone, nor while the configuration alone has it off.
		must(t, w.Destroy(), protected)
		kept := service.Config
		for _, changes := range []core.Values{otherUser, otherUser.With(core.Values{"deletion_protection": false})} {
			service.Config = kept.With(changes)
			_, found := w.Plan()
			must(t, found, protected)
		}
		service.Config = kept

		// A tainted account shows in no plan.
		service.Tainted = true
		must(t, w.CarryOut(w.Start(), []core.Plan{{Resource: service, Destroy: true}}), protected)
		service.Tainted = false
		if n := deletes(server); n > 0 || !service.HasState() {
			t.Fatalf("%d requests delete, the state has %q", n, service.ID())
		}

		// Switching it off writes nothing.
		before := writes(server)
		delete(service.Config, "deletion_protection")
		must(t, w.Apply())
		w.MustBeEmpty()
		if writes(server) != before {
			t.Error("another protection is written to Aurinko")
		}
		must(t, w.Destroy())
		if deletes(server) != 1 {
			t.Errorf("%d requests delete", deletes(server))
		}
	})
}

// A plan that destroys a service account warns of all its mailboxes, at the cost of
// one listing a run.
func TestMailboxesThatGo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		managed, others int // mailboxes under the account
		options         core.Values
		quirks          simulator.Quirks
		fails           bool   // the listing
		says            string // empty: no warning
	}{
		"listed":      {managed: 3, others: 2, says: "Aurinko reaches 5 mailboxes through service account 502,"},
		"only others": {others: 1, says: "Aurinko reaches 1 mailbox through"},
		"one by one":  {managed: 3, options: core.Values{"bulk_refresh": false}, says: "Aurinko reaches 3 mailboxes through"},
		"hidden":      {managed: 2, others: 1, quirks: simulator.Quirks{HideManaged: true}, says: "Aurinko reaches at least 2 mailboxes through"},
		"no listing":  {managed: 3, fails: true, says: "Aurinko reaches at least 3 mailboxes through"},
		"none":        {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			world(t, func(t *testing.T, server *simulator.Server, w *core.Workspace) {
				service := exchangeService(nil)
				must(t, w.Import(service, "502"))
				w.Levels = [][]*core.Resource{{service}}
				must(t, w.Apply())
				var all []*core.Resource
				for i := range test.managed {
					all = append(all, mailbox(fmt.Sprintf("box%d", i), exchangeID, nil))
				}
				for i := range test.others {
					server.AddAccount(simulator.Account{ParentID: exchangeID, ServiceType: "EWS", Email: fmt.Sprintf("other%d@acme.example", i)})
				}
				server.AddAccount(simulator.Account{ParentID: googleID, ServiceType: "Google", Email: "unrelated@acme.example"})
				w.Levels = [][]*core.Resource{{service}, all}
				must(t, w.Apply())

				w.Levels, w.Settings = [][]*core.Resource{all, {service}}, test.options
				server.SetQuirks(test.quirks)
				if test.fails {
					server.Inject(simulator.Fault{Method: http.MethodGet, Route: "/v1/am/accounts", Status: http.StatusBadRequest})
				}
				server.ResetJournal()
				_, found := w.Plan()
				must(t, found)
				before := len(server.Journal())
				service.Config = nil
				server.ResetJournal()
				_, found = w.Plan()
				if test.says == "" {
					must(t, found)
				} else {
					must(t, found, goes)
					must(t, found.Warnings(), test.says)
				}
				if now := len(server.Journal()); now > before+1 {
					t.Errorf("the plan costs %d requests, and %d without the destroy", now, before)
				}
				if found := w.Destroy(); found.Failed() {
					t.Errorf("the destroy fails: %s", found)
				}
			})
		})
	}
}

func TestAccDeletionProtection(t *testing.T) {
	t.Parallel()
	service := func(protects bool) string {
		return fmt.Sprintf(`
resource "aurinko_service_account" "acme" {
  scopes              = ["Mail.Read"]
  deletion_protection = %t
  exchange = {
    server_url = "mail.new.example"
    username   = "svc@new.example"
    password   = "made up"
  }
}
`, protects)
	}
	const boxes = `
resource "aurinko_managed_account" "box" {
  count              = 3
  service_account_id = aurinko_service_account.acme.id
  email              = "box${count.index}@new.example"
  scopes             = ["Mail.Read"]
}
`
	tf := newTerraform(t, service(true)+boxes)
	tf.must(0, "apply", "-auto-approve")
	tf.says(tf.must(1, "destroy", "-auto-approve"), protected)
	tf.must(0, "taint", "aurinko_service_account.acme")
	tf.says(tf.must(1, "apply", "-auto-approve"), protected)
	tf.must(0, "untaint", "aurinko_service_account.acme")
	tf.configure("") // the line that goes
	tf.says(tf.must(1, "plan"), protected)
	tf.configure(service(false) + boxes)
	tf.must(0, "apply", "-auto-approve")
	tf.says(tf.must(0, "destroy", "-auto-approve"), goes, "Aurinko reaches 3 mailboxes through service account")
}
