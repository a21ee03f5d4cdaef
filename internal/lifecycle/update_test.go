package lifecycle_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

func TestUpdate(t *testing.T) {
	for _, quirks := range []simulator.Quirks{{}, {CaseSensitive: true}, {RefuseServiceAccountGet: 403}, {HideManaged: true}} {
		each(t, quirks, func(w world, s lifecycle.Spec) {
			id := w.add(s)
			r := w.run()
			written, err := r.Update(w.Context(), id, named(s, "ours"))
			if err != nil || written.Unread != nil || written.Account.ID != id || w.get(id).Name != "ours" {
				w.Fatalf("%+v, %v: %+v", written, err, w.get(id))
			}
			_, err = r.Update(w.Context(), id, named(s, "again")) // by another resource
			w.refuses(err, lifecycle.Claimed, id)
			if len(w.Accounts()) != 3 || w.get(id).Name != "ours" {
				w.Errorf("%d accounts, %+v", len(w.Accounts()), w.get(id))
			}
		})
	}
}

// The server may have what identifies an account in another spelling, without the
// client organization, or by a login alone.
func TestUpdateGoesByTheAccountsOwnKeys(t *testing.T) {
	tests := map[string]struct{ there, wanted lifecycle.Spec }{
		"address":                       {mailbox("CEO@acme.example"), mailbox("ceo@acme.example")},
		"login":                         {login("", "ACME\\sales"), login("", "acme\\Sales")},
		"domain":                        {google("ACME.example"), google("acme.example")},
		"user":                          {exchange("SVC", ""), exchange("svc", "")},
		"tenant":                        {office365("0B6C"), office365("0b6c")},
		"no client organization there":  {exchange("svc", ""), exchange("svc", "acme")},
		"no client organization wanted": {exchange("svc", "acme"), exchange("svc", "")},
		"an address for a login":        {login("", "sales"), login("sales@acme.example", "sales")},
		"a login for an address":        {login("sales@acme.example", ""), login("sales@acme.example", "sales")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in(t, simulator.Quirks{CaseSensitive: true}, func(w world) {
				id := w.add(test.there)
				if _, err := w.run().Update(w.Context(), id, named(test.wanted, "ours")); err != nil {
					w.Fatal(err)
				}
				if a := w.get(id); a.Name != "ours" || len(w.Accounts()) != 3 {
					w.Errorf("%d accounts, %+v", len(w.Accounts()), a)
				}
			})
		})
	}
}

// What would hit or make another account is not written.
func TestUpdateRefuses(t *testing.T) {
	tests := map[string]struct {
		there, wanted lifecycle.Spec
		other         *lifecycle.Spec // an account beside it
		reason        lifecycle.Reason
	}{
		"another domain":        {there: google("other.example"), wanted: google("acme.example"), reason: lifecycle.Contradicted},
		"another user":          {there: exchange("robot", ""), wanted: exchange("svc", ""), reason: lifecycle.Contradicted},
		"another organization":  {there: exchange("svc", "acme"), wanted: exchange("svc", "other"), reason: lifecycle.Contradicted},
		"another address":       {there: mailbox("ceo@acme.example"), wanted: mailbox("cto@acme.example"), reason: lifecycle.Contradicted},
		"another kind":          {there: mailbox("ceo@acme.example"), wanted: google("acme.example"), reason: lifecycle.Contradicted},
		"overlap":               {there: exchange("svc", ""), wanted: exchange("svc", ""), other: new(exchange("svc", "acme")), reason: lifecycle.Overlapping},
		"overlap of a mailbox":  {there: login("a@acme.example", "sales"), wanted: login("a@acme.example", "sales"), other: new(login("", "sales")), reason: lifecycle.Overlapping},
		"two of the same":       {there: mailbox("ceo@acme.example"), wanted: mailbox("ceo@acme.example"), other: new(mailbox("CEO@acme.example")), reason: lifecycle.Overlapping},
		"another service's":     {there: login("ceo@acme.example", ""), wanted: mailbox("ceo@acme.example"), reason: lifecycle.Contradicted},
		"no overlap, no reason": {there: exchange("svc", "acme"), wanted: exchange("svc", "acme"), other: new(exchange("svc", "other"))},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in(t, simulator.Quirks{}, func(w world) {
				id := w.add(test.there)
				if test.other != nil {
					w.add(*test.other)
				}
				_, err := w.run().Update(w.Context(), id, test.wanted)
				if test.reason == "" {
					if err != nil {
						w.Error(err)
					}
					return
				}
				w.refuses(err, test.reason, id)
				w.untouched(id)
				if w.writes() > 0 {
					w.Error("something was written")
				}
			})
		})
	}
}

func TestUpdateOfAGoneAccount(t *testing.T) {
	each(t, simulator.Quirks{}, func(w world, s lifecycle.Spec) {
		_, err := w.run().Update(w.Context(), 7, s)
		w.refuses(err, lifecycle.Gone, 7)
		if w.writes() > 0 {
			w.Error("something was written")
		}
	})
}

// An update that is answered with another account is an error that names both.
// Nothing is deleted on a guess.
func TestUpdateIsAnsweredWithAnotherAccount(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		s := mailbox("ceo@acme.example")
		id, other := w.add(s), w.add(mailbox("cto@acme.example"))
		w.Inject(simulator.Fault{Method: "POST", Status: 200, Body: fmt.Sprintf(`{"accountId": %s}`, other)})
		_, err := w.run().Update(w.Context(), id, s)
		w.refuses(err, lifecycle.Misdirected, id)
		var refusal *lifecycle.Refusal
		if errors.As(err, &refusal); refusal.Other != other || w.asked("DELETE", "") > 0 {
			w.Errorf("%+v after %d deletions", refusal, w.asked("DELETE", ""))
		}
	})
}

// An update that cannot be read back succeeded.
func TestUpdateUnread(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		s := mailbox("ceo@acme.example")
		id := w.add(s)
		w.Inject(simulator.Fault{Method: "GET", Route: "/v1/am/accounts/{id}", Skip: 1, Status: 500})
		written, err := w.run().Update(w.Context(), id, named(s, "ours"))
		if err != nil || written.Unread == nil || written.Account.ID != id || w.get(id).Name != "ours" {
			w.Errorf("%+v, %v", written, err)
		}
	})
}

// An update that fails gives its claim up.
func TestAFailedUpdateClaimsNothing(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		s := mailbox("ceo@acme.example")
		id := w.add(s)
		r := w.run()
		w.Inject(simulator.Fault{Method: "POST", Status: 400, Times: 1})
		if _, err := r.Update(w.Context(), id, s); aurinko.StatusOf(err) != 400 {
			w.Fatal(err)
		}
		if _, err := r.Update(w.Context(), id, s); err != nil {
			w.Error(err)
		}
	})
}

func TestDelete(t *testing.T) {
	for _, quirks := range []simulator.Quirks{{}, {RefuseServiceAccountGet: 404}} {
		each(t, quirks, func(w world, s lifecycle.Spec) {
			id := w.add(s)
			for range 2 { // the second finds nothing any more
				forgotten, err := w.run().Delete(w.Context(), s.Kind(), id)
				if _, there := w.Account(int64(id)); forgotten || err != nil || there {
					w.Fatalf("forgotten %t, %v, still there: %t", forgotten, err, there)
				}
			}
		})
	}
}

// Only Aurinko's own 404 says that there is nothing to delete; for a service
// account the listing must agree.
func TestDeleteThatFails(t *testing.T) {
	noRoute := simulator.Fault{Method: "DELETE", Status: 404, Body: `{"message":"no Route matched with those values"}`}
	tests := map[string]struct {
		fault simulator.Fault
		kinds []string
	}{
		"a gateway's 404":           {noRoute, []string{"mailbox", "Google"}},
		"a 404 without a body":      {simulator.Fault{Method: "DELETE", Status: 404, Body: " "}, []string{"mailbox", "Google"}},
		"a 404 of a listed account": {simulator.Fault{Method: "DELETE", Status: 404}, []string{"Google", "Exchange"}},
		"not allowed":               {simulator.Fault{Method: "DELETE", Status: 405}, []string{"mailbox", "Google"}},
	}
	for name, test := range tests {
		for _, kind := range test.kinds {
			t.Run(name+"/"+kind, func(t *testing.T) {
				in(t, simulator.Quirks{}, func(w world) {
					id := w.add(specs[kind])
					w.Inject(test.fault)
					forgotten, err := w.run().Delete(w.Context(), specs[kind].Kind(), id)
					if forgotten || aurinko.StatusOf(err) != test.fault.Status {
						w.Errorf("forgotten %t, %v", forgotten, err)
					}
				})
			})
		}
	}
}

func TestDeleteWithALostAnswer(t *testing.T) {
	each(t, simulator.Quirks{}, func(w world, s lifecycle.Spec) {
		id := w.add(s)
		w.Inject(simulator.Fault{Method: "DELETE", DropAfter: true, Times: 1})
		if forgotten, err := w.run().Delete(w.Context(), s.Kind(), id); forgotten || err != nil {
			w.Errorf("forgotten %t, %v", forgotten, err)
		}
	})
}

// What this run has created, adopted or updated belongs to that resource: the one
// that had it before only forgets it.
func TestDeleteForgetsWhatWasWritten(t *testing.T) {
	each(t, simulator.Quirks{}, func(w world, s lifecycle.Spec) {
		for name, write := range map[string]func(*lifecycle.Run) aurinko.AccountID{
			"created": func(r *lifecycle.Run) aurinko.AccountID { return w.mustCreate(r, s) },
			"adopted": func(r *lifecycle.Run) aurinko.AccountID {
				written, err := w.create(r, s, true)
				if err != nil {
					w.Fatal(err)
				}
				return written.Account.ID
			},
			"updated": func(r *lifecycle.Run) aurinko.AccountID {
				id := aurinko.AccountID(w.Accounts()[2].ID)
				if _, err := r.Update(w.Context(), id, s); err != nil {
					w.Fatal(err)
				}
				return id
			},
		} {
			r := w.run()
			if name == "created" {
				for _, a := range w.Accounts()[2:] {
					w.RemoveAccount(a.ID)
				}
			}
			if name != "created" && len(w.Accounts()) < 3 {
				w.add(s)
			}
			id := write(r)
			forgotten, err := r.Delete(w.Context(), s.Kind(), id)
			if !forgotten || err != nil {
				w.Errorf("%s: forgotten %t, %v", name, forgotten, err)
			}
			w.get(id)
			// The next run deletes it.
			if forgotten, err := w.run().Delete(w.Context(), s.Kind(), id); forgotten || err != nil {
				w.Errorf("%s, in the next run: forgotten %t, %v", name, forgotten, err)
			}
		}
	})
}

// An account is replaced: the old one is deleted, and the new one has what
// identified it, although the listing is older, and the server still shows it.
func TestReplace(t *testing.T) {
	each(t, simulator.Quirks{}, func(w world, s lifecycle.Spec) {
		old := w.add(s)
		r := w.run()
		other := google("other.example")
		if s.Parent != 0 {
			other = mailbox("other@acme.example")
		}
		w.mustCreate(r, other) // takes the listing
		if _, err := r.Delete(w.Context(), s.Kind(), old); err != nil {
			w.Fatal(err)
		}
		shown := simulator.Fault{Method: "GET", Route: "/v1/am/accounts/{id}", Status: 200, Body: fmt.Sprintf(`{"id":%s,"email":"ceo@acme.example"}`, old)}
		shown.Match = func(r *http.Request) bool { return r.URL.Path == "/v1/am/accounts/"+old.String() }
		w.Inject(shown)
		if id := w.mustCreate(r, s); id == old {
			w.Error("the replacement is the old account")
		}
	})
}

// The old resource of a rename is destroyed while the new one adopts its account:
// in whichever order the two come, the account that the state has is there.
func TestRename(t *testing.T) {
	for _, first := range []string{"delete", "adopt", "both at once"} {
		t.Run(first, func(t *testing.T) {
			each(t, simulator.Quirks{}, func(w world, s lifecycle.Spec) {
				old := w.add(s)
				w.Inject(simulator.Fault{Latency: time.Second})
				r := w.run()
				deleted := make(chan error, 1)
				remove := func() {
					_, err := r.Delete(w.Context(), s.Kind(), old)
					deleted <- err
				}
				switch first {
				case "delete":
					remove()
				case "both at once":
					go remove()
				}
				written, err := w.create(r, s, true)
				if first == "adopt" {
					remove()
				}
				if err := errors.Join(err, <-deleted); err != nil {
					w.Fatal(err)
				}
				w.get(written.Account.ID)
				if len(w.Accounts()) != 3 {
					w.Errorf("%d accounts", len(w.Accounts()))
				}
			})
		})
	}
}

// The plan says what a create will find, but for accounts of the run's resources:
// one of them may be about to be replaced.
func TestExisting(t *testing.T) {
	each(t, simulator.Quirks{}, func(w world, s lifecycle.Spec) {
		r := w.run()
		if _, exists, err := r.Existing(w.Context(), s); exists || err != nil {
			w.Errorf("nothing is there: %t, %v", exists, err)
		}
		id := w.add(s)
		r = w.run()
		if found, exists, err := r.Existing(w.Context(), s); !exists || err != nil || found.ID != id {
			w.Errorf("found %s, %t, %v", found.ID, exists, err)
		}
		if s.Parent != 0 { // its service type is not known in a plan
			untyped := s
			untyped.Input.ServiceType = ""
			if found, exists, err := r.Existing(w.Context(), untyped); !exists || err != nil || found.ID != id {
				w.Errorf("without a service type: found %s, %t, %v", found.ID, exists, err)
			}
		}
		r.NotePlan(lifecycle.AccountObject(id), false)
		if _, exists, err := r.Existing(w.Context(), s); exists || err != nil {
			w.Errorf("a resource of the run has it: %t, %v", exists, err)
		}
		r.NoteRead(lifecycle.AccountObject(id))
		r.NoteRead(lifecycle.AccountObject(id))
		_, _, err := r.Existing(w.Context(), s)
		w.refuses(err, lifecycle.Shared, id)
		w.Inject(simulator.Fault{Status: 403})
		if _, exists, err := w.run().Existing(w.Context(), s); exists || aurinko.StatusOf(err) != 403 {
			w.Errorf("a listing that fails: %t, %v", exists, err)
		}
	})
}

// Two resources with one ID are noticed where the second is read, and when the
// plan keeps one and destroys the other, whichever comes first.
func TestUses(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		const object = lifecycle.Object("account 7")
		r := w.run()
		if r.IsUsed(object) || r.NoteRead(object) || !r.IsUsed(object) || !r.NoteRead(object) {
			w.Error("the second read is not noticed")
		}
		for _, order := range [][]bool{{false, true}, {true, false}} {
			r := w.run()
			if r.NotePlan(object, order[0]) || !r.NotePlan(object, order[1]) {
				w.Errorf("destroys %v: not noticed with the second", order)
			}
		}
		for _, destroys := range []bool{false, true} {
			r := w.run()
			for range 2 {
				if r.NotePlan(object, destroys) {
					w.Errorf("destroys both %t: refused", destroys)
				}
			}
		}
	})
}

func TestServiceType(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		r := w.run()
		for range 3 {
			if got, err := r.ServiceType(w.Context(), googleParent); got != "Google" || err != nil {
				w.Fatal(got, err)
			}
		}
		if n := w.asked("GET", ""); n != 1 {
			w.Errorf("%d requests", n)
		}
		created := w.mustCreate(r, exchange("svc", ""))
		w.ResetJournal()
		if got, err := r.ServiceType(w.Context(), created); got != "EWS" || err != nil || len(w.Journal()) > 0 {
			w.Errorf("of one that the run has created: %s, %v, %d requests", got, err, len(w.Journal()))
		}
		if _, err := r.ServiceType(w.Context(), 7); !errors.Is(err, lifecycle.ErrGone) {
			w.Error(err)
		}
		id := w.add(mailbox("ceo@acme.example"))
		_, err := r.ServiceType(w.Context(), id)
		w.refuses(err, lifecycle.WrongKind, id)
		w.Inject(simulator.Fault{Method: "GET", Status: 200, Body: `{"id": 8, "type": "daemon"}`})
		_, err = r.ServiceType(w.Context(), 8)
		w.refuses(err, lifecycle.Unwritable, 8)
	})
}

// The token of a mailbox is obtained by writing it again as it is.
func TestRewrite(t *testing.T) {
	for _, s := range []lifecycle.Spec{mailbox("CEO@acme.example"), login("", "sales")} {
		in(t, simulator.Quirks{CaseSensitive: true}, func(w world) {
			id := w.add(s)
			w.UpdateAccount(int64(id), func(a *simulator.Account) {
				a.AuthScopes, a.Timezone, a.ClientOrgID, a.AuthString2 = []string{"Mail.Read"}, "Europe/Vienna", "acme", ""
			})
			before := w.get(id)
			r := w.run()
			token, err := r.Rewrite(w.Context(), id)
			if err != nil || token == "" {
				w.Fatal(token, err)
			}
			after := w.get(id)
			for _, at := range []*time.Time{&before.UpdatedAt, &before.TokenIssuedAt, &after.UpdatedAt, &after.TokenIssuedAt} {
				*at = time.Time{}
			}
			if fmt.Sprintf("%+v", before) != fmt.Sprintf("%+v", after) || len(w.Accounts()) != 3 {
				w.Errorf("was %+v\nis  %+v", before, after)
			}
			// It claims nothing: the resource of the same account is updated as ever.
			if _, err := r.Update(w.Context(), id, named(s, "ours")); err != nil {
				w.Error(err)
			}
		})
	}
}

func TestRewriteRefuses(t *testing.T) {
	personal := func(w world) aurinko.AccountID {
		return aurinko.AccountID(w.AddAccount(simulator.Account{ServiceType: "IMAP", Email: "ann@acme.example"}))
	}
	tests := map[string]struct {
		account func(world) aurinko.AccountID
		body    string // of the answer to GET
		reason  lifecycle.Reason
	}{
		"a service account":    {account: func(world) aurinko.AccountID { return googleParent }, reason: lifecycle.WrongKind},
		"a personal account":   {account: personal, reason: lifecycle.WrongKind},
		"one of unknown kind":  {account: personal, body: `{"serviceType":"Google","email":"a@b"}`, reason: lifecycle.WrongKind},
		"no service account":   {account: personal, body: `{"type":"managed","serviceType":"Google","email":"a@b"}`, reason: lifecycle.Unwritable},
		"neither email nor lo": {account: personal, body: `{"type":"managed","parentId":501,"serviceType":"Google"}`, reason: lifecycle.Unwritable},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in(t, simulator.Quirks{}, func(w world) {
				id := test.account(w)
				if test.body != "" {
					w.Inject(simulator.Fault{Method: "GET", Status: 200, Body: test.body})
				}
				_, err := w.run().Rewrite(w.Context(), id)
				w.refuses(err, test.reason, id)
				if w.writes() > 0 {
					w.Error("something was written")
				}
			})
		})
	}
	in(t, simulator.Quirks{}, func(w world) {
		if _, err := w.run().Rewrite(w.Context(), 7); !errors.Is(err, lifecycle.ErrGone) {
			w.Error(err)
		}
		id := w.add(mailbox("ceo@acme.example"))
		w.Inject(simulator.Fault{Method: "POST", Status: 200, Body: fmt.Sprintf(`{"accountId": %s}`, id)})
		_, err := w.run().Rewrite(w.Context(), id)
		w.refuses(err, lifecycle.NoToken, id)
	})
	in(t, simulator.Quirks{}, func(w world) {
		id := w.add(mailbox("ceo@acme.example"))
		w.add(mailbox("CEO@acme.example"))
		_, err := w.run().Rewrite(w.Context(), id)
		w.refuses(err, lifecycle.Overlapping, id)
		if w.writes() > 0 {
			w.Error("something was written")
		}
	})
}
