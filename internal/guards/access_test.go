package guards

import (
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const (
	uncheckable = "Aurinko cannot check this access"
	beyond      = "Scopes that the service account does not have"
)

var ensure = core.Values{"ensure_access": true}

// The plan refuses ensure_access where the run knows the mail service already.
func TestEnsureAccessInThePlan(t *testing.T) {
	t.Parallel()
	world(t, func(t *testing.T, server *simulator.Server, w *core.Workspace) {
		service := exchangeService(nil)
		must(t, w.Import(service, "502"))
		kept, checked := mailbox("kept", exchangeID, nil), mailbox("checked", googleID, ensure)
		w.Levels = [][]*core.Resource{{service}, {kept, checked}}
		must(t, w.Apply())

		kept.Config = kept.Config.With(ensure) // as an update
		created := mailbox("created", exchangeID, ensure)
		w.Levels[1] = append(w.Levels[1], created)
		before := writes(server)
		_, found := w.Plan()
		must(t, found, uncheckable, uncheckable)
		must(t, found.Errors()[:1], "Service account 502 is for EWS.")
		if writes(server) != before {
			t.Error("the plan writes")
		}

		off := core.Values{"ensure_access": false}
		kept.Config, created.Config = kept.Config.With(off), created.Config.With(off)
		must(t, w.Apply())
		w.MustBeEmpty()
	})
}

// An apply refuses it before the write, where the plan could not know the service.
func TestEnsureAccessInTheApply(t *testing.T) {
	t.Parallel()
	world(t, func(t *testing.T, server *simulator.Server, w *core.Workspace) {
		late := mailbox("late", exchangeID, core.Values{"service_account_id": core.Unknown, "ensure_access": true})
		late.Final = late.Config.With(core.Values{"service_account_id": "502"})
		w.Levels = [][]*core.Resource{{late}}
		must(t, w.Apply(), uncheckable)
		if late.HasState() || writes(server) > 0 {
			t.Errorf("%d writes", writes(server))
		}
	})
}

// A plan that gives a mailbox more than its service account has warns.
func TestScopesBeyond(t *testing.T) {
	t.Parallel()
	world(t, func(t *testing.T, server *simulator.Server, w *core.Workspace) {
		service := exchangeService(nil)
		must(t, w.Import(service, "502"))
		within := mailbox("within", exchangeID, core.Values{"scopes": []string{"Mail.ReadOnly", "Mail.ReadWrite", "Mail.Send"}})
		more := mailbox("more", exchangeID, core.Values{"scopes": []string{"Mail.Read", "Calendar.ReadOnly", "Mail.Draft"}})
		w.Levels = [][]*core.Resource{{service}, {within, more}}
		_, found := w.Plan()
		must(t, found, beyond)
		must(t, found.Warnings(), "Service account 502 does not have Calendar.Read, Mail.Drafts.")

		// Once it is written, no plan says it again.
		must(t, w.Apply(), beyond, beyond)
		_, found = w.Plan()
		must(t, found)
		more.Config["name"] = "More"
		_, found = w.Plan()
		must(t, found, beyond)

		// In one plan with the scopes of the service account, nothing is amiss, nor
		// while these are unknown.
		service.Config["scopes"] = []any{"Mail.Read", core.Unknown}
		_, found = w.Plan()
		must(t, found)
		service.Config["scopes"] = []string{"Calendar.ReadWrite", "Mail.All"}
		must(t, w.Apply())
		w.MustBeEmpty()
	})
}

// Of a service account that the run knows nothing of, nothing is said, and nothing
// is asked.
func TestUnknownServiceIsNotAsked(t *testing.T) {
	t.Parallel()
	world(t, func(t *testing.T, server *simulator.Server, w *core.Workspace) {
		server.UpdateAccount(googleID, func(a *simulator.Account) { a.AuthScopes = nil })
		m := mailbox("one", googleID, core.Values{"scopes": []string{"Tasks.Read"}})
		w.Levels = [][]*core.Resource{{m}}
		must(t, w.Apply())
		server.ResetJournal()
		m.Config["name"] = "One"
		_, found := w.Plan()
		must(t, found)
		for _, request := range server.Journal() {
			if request.Route == "/v1/am/svc_accounts" {
				t.Errorf("the plan asks %s", request.Route)
			}
		}
	})
}

func TestAccAccess(t *testing.T) {
	t.Parallel()
	config := `
data "aurinko_account" "service" {
  id = "502"
}

resource "aurinko_managed_account" "box" {
  service_account_id = data.aurinko_account.service.id
  email              = "box@acme.example"
  scopes             = ["Mail.Read"]
  ensure_access      = true
}
`
	tf := newTerraform(t, config)
	tf.says(tf.must(1, "apply", "-auto-approve"), uncheckable, "Service account 502 is for EWS.")
	if n := writes(tf.server.Simulator); n > 0 {
		t.Errorf("%d writes", n)
	}
}
