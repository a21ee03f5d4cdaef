package faults

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// Two resources for one account: the second to be applied fails before it writes
// anything, and there is one account.
func TestTwins(t *testing.T) {
	lives(t, func(t *testing.T, k kind) {
		if k.isRegistration() {
			t.Skip("an application has one of these: the second one finds the first")
		}
		w := newWorld(t, k)
		twin := &core.Resource{Name: "twin", TypeName: k.typeName, Config: with(k.updated, core.Values{"on_existing": "adopt"})}
		w.Levels[0] = append(w.Levels[0], twin)

		found := w.Apply()
		if errors := found.Errors(); len(errors) != 1 || !strings.Contains(errors[0].Detail, "Another resource of this configuration") || !strings.Contains(errors[0].Detail, "Nothing was written.") {
			t.Fatalf("the apply says: %s", found)
		}
		posts := 0
		for _, r := range w.simulator.Journal() {
			if r.Method == http.MethodPost {
				posts++
			}
		}
		if posts != 1 || len(w.ours()) != 1 || w.only.HasState() == twin.HasState() {
			t.Errorf("%d writes, objects %v, the state has %q and %q", posts, w.ours(), w.only.ID(), twin.ID())
		}

		// With one of the two removed, all is well.
		winner := w.only
		if twin.HasState() {
			winner = twin
		}
		w.Levels[0] = []*core.Resource{winner}
		if found := w.Apply(); found.Failed() {
			t.Fatal(found)
		}
		w.MustBeEmpty()
	})
}

// A service account is destroyed while its mailboxes still exist: because
// nothing in the configuration orders the two, or because they are destroyed by
// another one. Either way a destroy converges, on a server that deletes the
// mailboxes with it, and on one that refuses.
func TestDestroyParentAndMailboxes(t *testing.T) {
	t.Parallel()
	for _, refuses := range []bool{false, true} {
		for _, order := range []string{"parent first", "mailboxes first", "at once"} {
			t.Run(strings.ReplaceAll(fmt.Sprintf("refuses %t/%s", refuses, order), " ", "_"), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					server, w := newEstate(t, 5, simulator.Options{Quirks: simulator.Quirks{RefuseParentDelete: refuses}})
					parent := &core.Resource{Name: "parent", TypeName: "aurinko_service_account", Config: googleParent(t)}
					if found := w.Import(parent, fmt.Sprint(parentID)); found.Failed() {
						t.Fatal(found)
					}
					if found := w.Apply(); found.Failed() {
						t.Fatal(found)
					}
					mailboxes := w.Levels[0]
					w.Levels = map[string][][]*core.Resource{
						"parent first":    {mailboxes, {parent}},
						"mailboxes first": {{parent}, mailboxes},
						"at once":         {append([]*core.Resource{parent}, mailboxes...)},
					}[order]

					runs := 1
					for found := w.Destroy(); found.Failed(); found = w.Destroy() {
						runs++
						if !refuses || order == "mailboxes first" || runs > 2 {
							t.Fatalf("run %d fails: %s", runs-1, found)
						}
						// The run gets no further. A person destroys the mailboxes.
						if !strings.Contains(found.String(), "Managed accounts under it may still exist") {
							t.Errorf("the error does not say why: %s", found)
						}
						if !parent.HasState() || order == "parent first" && len(server.Accounts()) != 6 {
							t.Fatalf("%d accounts, parent %q", len(server.Accounts()), parent.ID())
						}
						w.Levels = [][]*core.Resource{{parent}, mailboxes}
					}
					for _, r := range w.Resources() {
						if r.HasState() {
							t.Errorf("%s is still in the state", r.Name)
						}
					}
					if !server.Empty() {
						t.Errorf("still there: %v", server.Accounts())
					}
				})
			})
		}
	}
}

// googleParent is a configuration of the service account that newEstate adds.
func googleParent(t testing.TB) core.Values {
	for _, k := range kinds(t) {
		if k.name == "google" {
			return k.created
		}
	}
	return nil
}

// Hundreds of accounts are created as fast as the provider lets itself, and the
// server, which counts as Aurinko does, never says that it is too fast.
func TestRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const (
			accounts  = 400
			perSecond = 200 // the provider's default
		)
		server, w := newEstate(t, accounts, simulator.Options{RequestsPerSecond: 250})
		// Ten at once would make 500 a second, were there no limit.
		server.Inject(simulator.Fault{Latency: 20 * time.Millisecond})
		plans, found := w.Plan()
		if found.Failed() {
			t.Fatal(found)
		}
		server.ResetJournal()
		began := time.Now()
		if found := w.CarryOut(w.Start(), plans); found.Failed() {
			t.Fatal(found)
		}
		took := time.Since(began)

		requests := len(server.Journal())
		for _, r := range server.Journal() {
			if r.Status == http.StatusTooManyRequests {
				t.Fatal("429: faster than the server allows")
			}
		}
		if n := len(managedAccounts(server)); n != accounts {
			t.Errorf("%d accounts, want %d", n, accounts)
		}
		allowed := time.Duration(float64(requests) / perSecond * float64(time.Second))
		if took > allowed*12/10 {
			t.Errorf("took %s, the limit allows %s", took, allowed)
		}
		each := float64(requests) / accounts
		if math.Round(each*100) > 201 { // a write, a look at the result, and what all share
			t.Errorf("%.3f requests for an account", each)
		}
		t.Logf("%d accounts in %s, of which the limit takes %s; %.3f requests for each", accounts, took, allowed, each)
	})
}

// A resource gets another name without a moved block: the new one takes the
// account over, and the old one is destroyed after it, or before. Either way the
// account that the state has is there.
func TestRenameWithoutMoved(t *testing.T) {
	lives(t, func(t *testing.T, k kind) {
		if k.isRegistration() {
			t.Skip("an application has one of these: the new one fails, or takes over what is deleted")
		}
		w := newWorld(t, k)
		if found := w.Apply(); found.Failed() {
			t.Fatal(found)
		}
		time.Sleep(time.Hour)
		old := w.only
		old.Config = nil
		renamed := &core.Resource{Name: "renamed", TypeName: k.typeName, Config: with(k.created, core.Values{"on_existing": "adopt"})}
		p := w.Start()
		plan, found := p.Plan(t.Context(), renamed)
		found = append(found, p.Apply(t.Context(), plan)...)
		found = append(found, p.Apply(t.Context(), core.Plan{Resource: old, Destroy: true})...)
		if found.Failed() || !strings.Contains(found.Warnings().String(), "Not deleted, only forgotten") {
			t.Errorf("it says %s", found)
		}
		if ours := w.ours(); len(ours) != 1 || ours[0].id != renamed.ID() || old.HasState() {
			t.Errorf("there is %v, the state has %q", ours, renamed.ID())
		}
	})
}
