package faults

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// lives runs a test for every kind, each in a bubble of its own.
func lives(t *testing.T, test func(*testing.T, kind)) {
	t.Helper()
	t.Parallel()
	for _, k := range kinds(t) {
		t.Run(strings.ReplaceAll(k.name, " ", "_"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, k) })
		})
	}
}

func isWrite(r *http.Request) bool { return r.Method != http.MethodGet }

func (w *world) writes() int {
	count := 0
	for _, r := range w.simulator.Journal() {
		if r.Writes() {
			count++
		}
	}
	return count
}

// mustHold fails the test unless there is exactly one object of ours, it is in
// the state, it is what a workspace of its own would have made of the
// configuration, and the plan is empty.
func (w *world) mustHold(k kind, config core.Values) {
	w.T.Helper()
	w.MustBeEmpty()
	alone := newWorld(w.T, k)
	alone.only.Config = config
	if found := alone.Apply(); found.Failed() {
		w.T.Fatal(found)
	}
	ours, want := w.ours(), alone.ours()
	if len(ours) != 1 || ours[0].id != w.only.ID() || !strings.EqualFold(ours[0].content, want[0].content) {
		w.T.Errorf("there is %v, the state has %q\nwant     %v", ours, w.only.ID(), want)
	}
	if w.theirs() != w.older {
		w.T.Errorf("what others have was changed:\nfrom %s\nto   %s", w.older, w.theirs())
	}
}

// The whole service falls silent with the write: that takes effect, but neither
// it nor anything after it is answered. The next run does not take the object
// over without a word; imported or adopted, it is one object all the same.
func TestOutage(t *testing.T) {
	for _, remedy := range []string{"import", "adopt"} {
		t.Run(remedy, func(t *testing.T) {
			lives(t, func(t *testing.T, k kind) {
				w := newWorld(t, k)
				silent := false
				w.simulator.Inject(simulator.Fault{DropAfter: true, Match: func(r *http.Request) bool {
					silent = silent || isWrite(r)
					return silent
				}})
				found := w.Apply()
				if !found.Failed() || w.only.HasState() || len(w.ours()) != 1 {
					t.Fatalf("state %v, objects %v, and %s", w.only.State, w.ours(), found)
				}
				if text := found.String(); !strings.Contains(text, "The write may have taken effect") {
					t.Errorf("the error does not say that the write may have taken effect: %s", text)
				}
				w.simulator.ClearFaults()
				time.Sleep(time.Minute)

				if remedy == "adopt" {
					w.only.Config = with(k.created, core.Values{"on_existing": "adopt"})
				} else {
					found = w.Apply()
					if id := found.OfferedImport(); id == "" || id != w.ours()[0].id {
						t.Fatalf("no import of %v is offered: %s", w.ours(), found)
					}
					if found := w.Import(w.only, found.OfferedImport()); found.Failed() {
						t.Fatal(found)
					}
				}
				if found := w.Apply(); found.Failed() {
					t.Fatal(found)
				}
				w.mustHold(k, k.created)
			})
		})
	}
}

func with(config, more core.Values) core.Values {
	all := core.Values{}
	for _, some := range []core.Values{config, more} {
		for name, value := range some {
			all[name] = value
		}
	}
	return all
}

// A write that adopts, and of which nobody knows whether it took effect, is not
// taken for one that did: the object was there before, and may hold what it
// held, old secrets among it.
func TestAdoptingWriteWithoutEffect(t *testing.T) {
	lives(t, func(t *testing.T, k kind) {
		w := newWorld(t, k)
		if found := w.Apply(); found.Failed() {
			t.Fatal(found)
		}
		id := w.only.ID()
		time.Sleep(time.Hour)

		another := worldOf(t, w.simulator, &core.Resource{Name: k.name, TypeName: k.typeName}, nil)
		another.only.Config = with(k.updated, core.Values{"on_existing": "adopt"})
		w.simulator.Inject(simulator.Fault{Method: http.MethodPost, Status: http.StatusServiceUnavailable})
		if found := another.Apply(); !found.Failed() || another.only.HasState() {
			t.Fatalf("the state has %q: %s", another.only.ID(), found)
		}
		w.simulator.ClearFaults()
		if found := another.Apply(); found.Failed() || another.only.ID() != id {
			t.Fatalf("adopted %q, want %q: %s", another.only.ID(), id, found)
		}
		another.mustHold(k, k.updated)
	})
}

// Whatever was made can be imported by its identity, as Terraform 1.12 does, and
// by its id. Where its secret can be read, that is all; elsewhere it is sent
// once.
func TestImport(t *testing.T) {
	for _, by := range []string{"identity", "id"} {
		t.Run(by, func(t *testing.T) {
			lives(t, func(t *testing.T, k kind) {
				w := newWorld(t, k)
				if found := w.Apply(); found.Failed() {
					t.Fatal(found)
				}
				again := &core.Resource{Name: k.name, TypeName: k.typeName, Config: k.created}
				other := worldOf(t, w.simulator, again, nil)
				other.older = w.older
				w.simulator.ResetJournal()
				found := other.Import(again, w.only.ID())
				if by == "identity" {
					found = other.ImportIdentity(again, w.only.Identity)
				}
				if found.Failed() || other.writes() > 0 {
					t.Fatalf("%d writes: %s", other.writes(), found)
				}
				if again.ID() != w.only.ID() || again.IdentityID() != w.only.ID() {
					t.Errorf("%q is imported as %q, with the identity %q", w.only.ID(), again.ID(), again.IdentityID())
				}
				if found := other.Apply(); found.Failed() || other.writes() > 1 {
					t.Fatalf("%d writes: %s", other.writes(), found)
				}
				other.mustHold(k, k.created)
			})
		})
	}
}

// A CLI that knows no identities keeps none. What is gone is then as gone, and
// what is there as it was.
func TestCLIWithoutIdentities(t *testing.T) {
	lives(t, func(t *testing.T, k kind) {
		w := newWorld(t, k)
		if found := w.Apply(); found.Failed() {
			t.Fatal(found)
		}
		w.only.Identity = nil
		w.mustHold(k, k.created)
		w.only.Identity = nil
		if found := worldOf(t, w.simulator, &core.Resource{Name: k.name, TypeName: k.typeName, State: w.only.State}, nil).Destroy(); found.Failed() {
			t.Fatal(found)
		}
		if found := w.Start().Refresh(t.Context(), w.only); found.Failed() || w.only.HasState() {
			t.Errorf("the state has %q: %s", w.only.ID(), found)
		}
	})
}

// With the credentials of another application, everything in the state would look
// gone. Each step refuses them before any request, and the state stays.
func TestAnotherApplication(t *testing.T) {
	lives(t, func(t *testing.T, k kind) {
		w := newWorld(t, k)
		if found := w.Apply(); found.Failed() {
			t.Fatal(found)
		}
		before := w.only.State
		w.simulator.ResetJournal()
		w.Settings = core.Values{"client_id": "other"}
		check := func(step string, found core.Problems) {
			t.Helper()
			text := found.String()
			for _, part := range []string{"The object belongs to another Aurinko application", simulator.DefaultClientID, `"other"`, "AURINKO_CLIENT_ID", "`terraform state rm`"} {
				if !strings.Contains(text, part) {
					t.Errorf("%s does not say %q: %s", step, part, text)
				}
			}
			if n := len(w.simulator.Journal()); n > 0 || !w.only.State.Equal(before) {
				t.Errorf("%s: %d requests, and the state has %q", step, n, w.only.ID())
			}
		}
		check("refresh", w.Start().Refresh(t.Context(), w.only))
		// Without a refresh, and without a plan.
		w.only.Config = k.updated
		_, found := w.Start().Plan(t.Context(), w.only)
		check("plan of an update", found)
		w.Settings = nil
		plan, found := w.Start().Plan(t.Context(), w.only)
		if found.Failed() {
			t.Fatal(found)
		}
		w.simulator.ResetJournal()
		w.Settings = core.Values{"client_id": "other"}
		check("update", w.Start().Apply(t.Context(), plan))
		w.only.Config = nil
		_, found = w.Start().Plan(t.Context(), w.only)
		check("plan of a destroy", found)
		check("delete", w.Start().Apply(t.Context(), core.Plan{Resource: w.only, Destroy: true}))

		again := &core.Resource{Name: k.name, TypeName: k.typeName}
		other := worldOf(t, w.simulator, again, nil)
		other.Settings = w.Settings
		if found := other.ImportIdentity(again, w.only.Identity); !strings.Contains(found.String(), "Import from another Aurinko application") || len(w.simulator.Journal()) > 0 {
			t.Errorf("import: %d requests, and %s", len(w.simulator.Journal()), found)
		}
	})
}

// Where the state does not say which application it is of, that is recorded without a
// word, and from then on holds.
func TestApplicationIsRecorded(t *testing.T) {
	lives(t, func(t *testing.T, k kind) {
		w := newWorld(t, k)
		if found := w.Apply(); found.Failed() {
			t.Fatal(found)
		}
		older := &core.Resource{Name: k.name, TypeName: k.typeName, State: w.only.State}
		if found := w.Start().Refresh(t.Context(), older); len(found) > 0 {
			t.Fatal(found)
		}
		w.Settings = core.Values{"client_id": "other"}
		if found := w.Start().Refresh(t.Context(), older); !strings.Contains(found.String(), "The object belongs to another Aurinko application") {
			t.Errorf("it says %s", found)
		}
	})
}

// What was written and is not listed at once is in the state all the same.
func TestNotListedYet(t *testing.T) {
	lives(t, func(t *testing.T, k kind) {
		if !k.isRegistration() {
			t.Skip("accounts are read by their id, which the answer to the write has")
		}
		w := newWorld(t, k)
		w.simulator.Inject(simulator.Fault{Method: http.MethodGet, Skip: 1, Status: http.StatusOK, Body: `{"records": [], "totalSize": 0, "done": true}`})
		found := w.Apply()
		if found.Failed() || !strings.Contains(found.Warnings().String(), "Written, but not listed yet") {
			t.Errorf("it says %s", found)
		}
		w.simulator.ClearFaults()
		w.mustHold(k, k.created)
	})
}

// An object that others have is neither written nor taken into the state,
// whatever happens to the requests that look for it.
func TestNothingIsTakenOver(t *testing.T) {
	lives(t, func(t *testing.T, k kind) {
		if k.unlisted {
			t.Skip("where mailboxes are not listed, nothing but the write itself finds them: see TestUnlistedAccountIsNotTakenOver")
		}
		theirs := newWorld(t, k)
		if found := theirs.Apply(); found.Failed() {
			t.Fatal(found)
		}
		before := mustJSON(theirs.simulator.Accounts()) + mustJSON(theirs.simulator.OAuthRegs())

		attempt := func() (*world, core.Problems) {
			ours := worldOf(t, theirs.simulator, &core.Resource{Name: k.name, TypeName: k.typeName, Config: k.updated}, nil)
			theirs.simulator.ResetJournal()
			found := ours.Apply()
			if !found.Failed() || ours.only.HasState() || ours.writes() > 0 {
				t.Fatalf("%d writes, the state has %q: %s", ours.writes(), ours.only.ID(), found)
			}
			return ours, found
		}
		_, found := attempt()
		if id := found.OfferedImport(); id != theirs.only.ID() {
			t.Errorf("the import of %q is offered, want %q: %s", id, theirs.only.ID(), found)
		}
		looks := points(theirs.simulator.Journal())
		if len(looks) == 0 {
			t.Fatal("it did not look")
		}
		for n, p := range looks {
			for _, f := range faultsOf(n) {
				for _, times := range f.times() {
					if f.swallow || f.how.Status == http.StatusNotFound && strings.HasSuffix(p.route, "/{id}") {
						continue // as good as slow; and a lie that cannot be seen through
					}
					c := matrixCase{kind: k, point: p, fault: f, times: times}
					theirs.simulator.Inject(c.injected())
					attempt()
					theirs.simulator.ClearFaults()
				}
			}
		}
		if after := mustJSON(theirs.simulator.Accounts()) + mustJSON(theirs.simulator.OAuthRegs()); after != before {
			t.Errorf("changed from\n%s\nto\n%s", before, after)
		}
	})
}

// Where the server lists no mailboxes, its answer shows too late that the
// mailbox was there before. It is left out of the state, so that nothing will
// destroy it, and the import is offered.
func TestUnlistedAccountIsNotTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, k := range kinds(t) {
			if !k.unlisted {
				continue
			}
			w := newWorld(t, k)
			id := w.simulator.AddAccount(simulator.Account{ParentID: parentID, ServiceType: "Google", Email: "sales@acme.example"})
			time.Sleep(time.Minute)
			found := w.Apply()
			if w.only.HasState() || found.OfferedImport() != mustJSON(id) {
				t.Errorf("the state has %q: %s", w.only.ID(), found)
			}
		}
	})
}
