package account_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A world is a simulated Aurinko and a workspace with one mailbox, in a bubble in
// which waiting takes no time.
type world struct {
	*core.Workspace
	simulator *simulator.Server
	only      *core.Resource
}

func in(t *testing.T, test func(world)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server, err := simulator.New(simulator.Options{})
		if err != nil {
			t.Fatal(err)
		}
		only := &core.Resource{Name: "only", TypeName: "aurinko_account", Config: mailbox}
		test(world{&core.Workspace{T: t, Transport: simulator.Transport{Handler: server}, Levels: [][]*core.Resource{{only}}}, server, only})
	})
}

var mailbox = core.Values{"email": "info@acme.example", "scopes": []string{"Mail.Read"}, "password_wo": "first", "password_wo_version": 1}

// What a create would find is said in the plan: an equal account, or one whose owner
// signs in, which is never adopted.
func TestPlanOfWhatExists(t *testing.T) {
	in(t, func(w world) {
		id := w.simulator.AddAccount(simulator.Account{ServiceType: "IMAP", Email: "Info@acme.example", Password: "theirs"})
		refuses := func(says string) {
			t.Helper()
			if _, found := w.Plan(); !found.Fail(says) {
				t.Errorf("the plan says %q, want %q", found, says)
			}
		}
		refuses(fmt.Sprintf("Account %d is the mailbox info@acme.example.", id))
		w.only.Config = mailbox.With(core.Values{"on_existing": "adopt"})
		w.Must(w.CarryOut(w.Start(), w.MustPlan("create", "the apply adopts it")))
		if a, _ := w.simulator.Account(id); w.only.ID() != fmt.Sprint(id) || a.Password != "first" {
			t.Errorf("adopted is %s, %+v", w.only.ID(), a)
		}
		w.MustBeEmpty()

		w.simulator.UpdateAccount(id, func(a *simulator.Account) { a.ServiceType = "Google" })
		refuses("its token comes from its owner") // the account was connected anew
		w.only.State, w.only.Identity = core.Resource{}.State, nil
		refuses(fmt.Sprintf("Account %d already has this address. Its owner signs in with Google", id))
		w.only.Config = mailbox.With(core.Values{"client_org_id": "acme"})
		w.simulator.UpdateAccount(id, func(a *simulator.Account) { a.ClientOrgID = "other" })
		w.Must(w.CarryOut(w.Start(), w.MustPlan("create", "")))
	})
}

// A token that does not work is a warning that names the password, and a plan that stays
// empty until another one is sent.
func TestDeadPassword(t *testing.T) {
	in(t, func(w world) {
		w.Must(w.Apply())
		for _, a := range w.simulator.Accounts() {
			w.simulator.UpdateAccount(a.ID, func(a *simulator.Account) { a.TokenStatus, a.TokenError = "dead", "AUTHENTICATIONFAILED" })
		}
		w.MustPlan("", "Set its present password, in its `aurinko_account`")
		w.only.Config = mailbox.With(core.Values{"password_wo": "second"})
		w.MustPlan("", "Set its present password") // the version alone decides
		w.only.Config = mailbox.With(core.Values{"password_wo": "second", "password_wo_version": 2})
		w.Must(w.CarryOut(w.Start(), w.MustPlan("update", "AUTHENTICATIONFAILED")))
		w.MustPlan("", "")
	})
}

// The refresh of many mailboxes costs a page, whatever else is listed.
func TestRefreshOfMany(t *testing.T) {
	in(t, func(w world) {
		w.Levels, w.Settings = nil, core.Values{"requests_per_second": 1000}
		var all []*core.Resource
		for i := range 100 {
			email := fmt.Sprintf("box%d@acme.example", i)
			id := w.simulator.AddAccount(simulator.Account{ServiceType: "IMAP", Email: email, Password: "first", AuthScopes: []string{"Mail.Read"}})
			r := &core.Resource{Name: email, TypeName: "aurinko_account", Config: mailbox.With(core.Values{"email": email})}
			r.State = core.Value(core.Schema(r.TypeName).ValueType(), r.Config.With(core.Values{"id": fmt.Sprint(id), "password_wo": nil}))
			all = append(all, r)
		}
		w.Levels = [][]*core.Resource{all}
		w.MustPlan("", "")
		if requests := len(w.simulator.Journal()); requests > 6 {
			t.Errorf("%d requests", requests)
		}
	})
}

// Two resources that mean one mailbox: neither writes over the other.
func TestClaimedTwice(t *testing.T) {
	in(t, func(w world) {
		other := &core.Resource{Name: "other", TypeName: "aurinko_account", Config: mailbox.With(core.Values{"email": "INFO@acme.example", "client_org_id": "acme"})}
		w.Levels[0] = append(w.Levels[0], other)
		found := w.Apply()
		if !found.Failed() || len(w.simulator.Accounts()) != 1 || !strings.Contains(found.String(), "Another resource of this configuration") {
			t.Errorf("%v, %v", w.simulator.Accounts(), found)
		}
		if !slices.ContainsFunc(w.Resources(), (*core.Resource).HasState) {
			t.Error("the mailbox is in no state")
		}
	})
}
