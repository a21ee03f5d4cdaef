package lifecycle_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// grant is what an administrator consents to.
func grant(change func(*simulator.Grant)) simulator.Grant {
	g := simulator.Grant{
		ServiceType: "Slack", Scopes: []string{"Mail.Read"}, AuthOrgID: "acme.example", Email: "admin@acme.example", ClientOrgID: "acme", Daemon: true,
	}
	if change != nil {
		change(&g)
	}
	return g
}

func (w world) consent(change func(*simulator.Grant)) lifecycle.Consent {
	return lifecycle.Consent{Code: w.IssueCode(grant(change)), ServiceType: "Slack", ClientOrgID: "acme"}
}

func TestCreateByConsent(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		written, err := w.run().CreateByConsent(w.Context(), w.consent(nil), false)
		if err != nil || written.Unread != nil || w.get(written.Account.ID).Email != "admin@acme.example" {
			w.Fatalf("%+v, %v", written, err)
		}
		id := written.Account.ID

		// A consent to an account that is there authorizes it again: it is no
		// resource's, unless it is to be adopted.
		_, err = w.run().CreateByConsent(w.Context(), w.consent(func(g *simulator.Grant) { g.AccountID = int64(id) }), false)
		w.refuses(err, lifecycle.Exists, id)
		r := w.run()
		again := func() (lifecycle.Written, error) {
			return r.CreateByConsent(w.Context(), w.consent(func(g *simulator.Grant) { g.AccountID = int64(id) }), true)
		}
		if written, err := again(); err != nil || written.Account.ID != id {
			w.Errorf("adopted %+v, %v", written, err)
		}
		_, err = again()
		w.refuses(err, lifecycle.Claimed, id)
		if forgotten, err := r.Delete(w.Context(), aurinko.TypeService, id); !forgotten || err != nil {
			w.Errorf("forgotten %t, %v", forgotten, err)
		}
	})
}

// A consent to something else than is configured is no resource's.
func TestConsentToSomethingElse(t *testing.T) {
	tests := map[string]struct {
		change  func(*simulator.Grant)
		reason  lifecycle.Reason
		adopted bool
	}{
		"another service":      {change: func(g *simulator.Grant) { g.ServiceType = "Zoho" }, reason: lifecycle.OtherService},
		"another organization": {change: func(g *simulator.Grant) { g.ClientOrgID = "other" }, reason: lifecycle.OtherOrg},
		"a person's account":   {change: func(g *simulator.Grant) { g.Daemon, g.ServiceType = false, "Zoho" }, reason: lifecycle.WrongKind},
	}
	for name, test := range tests {
		for _, adopt := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				in(t, simulator.Quirks{}, func(w world) {
					_, err := w.run().CreateByConsent(w.Context(), w.consent(test.change), adopt)
					if !lifecycle.Is(err, test.reason) {
						w.Errorf("got %v, want %s", err, test.reason)
					}
				})
			})
		}
	}
}

func TestUpdateByConsent(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		created, err := w.run().CreateByConsent(w.Context(), w.consent(nil), false)
		if err != nil {
			w.Fatal(err)
		}
		id := created.Account.ID
		same := func(g *simulator.Grant) { g.AccountID, g.Email = int64(id), "other@acme.example" }
		written, err := w.run().UpdateByConsent(w.Context(), id, w.consent(same))
		if err != nil || written.Account.ID != id || written.Account.Email != "other@acme.example" {
			w.Errorf("%+v, %v", written, err)
		}
		_, err = w.run().UpdateByConsent(w.Context(), id, w.consent(func(g *simulator.Grant) { g.AuthOrgID, g.ClientOrgID = "new.example", "new" }))
		w.refuses(err, lifecycle.OtherAccount, id)
	})
}

// A code that does not work names the accounts that it may have made.
func TestCodesThatDoNotWork(t *testing.T) {
	tests := map[string]struct {
		fault    simulator.Fault
		used     bool // the code was used before
		mayHave  bool
		found    int  // accounts that are named
		code     bool // the error is about the code
		requests int  // exchanges
	}{
		"unknown":                   {fault: simulator.Fault{Status: 404}, code: true, requests: 1},
		"used by an earlier run":    {used: true, code: true, found: 1, requests: 1},
		"without an answer, used":   {fault: simulator.Fault{DropAfter: true}, code: true, mayHave: true, found: 1, requests: 1},
		"without an answer, unused": {fault: simulator.Fault{DropBefore: true}, code: true, mayHave: true, requests: 1},
		"a gateway's 503":           {fault: simulator.Fault{Status: 503}, code: true, mayHave: true, requests: 1},
		"wrong credentials":         {fault: simulator.Fault{Status: 401}, requests: 1},
		"too many requests":         {fault: simulator.Fault{Status: 429, Times: 1}, requests: 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in(t, simulator.Quirks{}, func(w world) {
				w.AddAccount(simulator.Account{Type: simulator.Daemon, ServiceType: "Slack", ClientOrgID: "other"})
				consent := w.consent(nil)
				if test.used {
					if _, err := w.run().CreateByConsent(w.Context(), consent, false); err != nil {
						w.Fatal(err)
					}
					w.ResetJournal()
				}
				if test.fault.Status != 0 || test.fault.DropAfter || test.fault.DropBefore {
					test.fault.Route = "/v1/auth/token/{code}"
					w.Inject(test.fault)
				}
				_, err := w.run().CreateByConsent(w.Context(), consent, false)
				if n := w.asked("POST", ""); n != test.requests {
					w.Errorf("%d exchanges", n)
				}
				var failed *lifecycle.CodeError
				if errors.As(err, &failed) != test.code {
					w.Fatal(err)
				}
				if test.code && (failed.MayHaveWorked() != test.mayHave || len(failed.Found) != test.found) {
					w.Errorf("may have worked %t, found %+v", failed.MayHaveWorked(), failed.Found)
				}
			})
		})
	}
}

// Of many accounts the newest are named.
func TestTheNewestAreNamed(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		for range 5 {
			time.Sleep(time.Minute)
			w.AddAccount(simulator.Account{Type: simulator.Daemon, ServiceType: "Slack"})
		}
		_, err := w.run().CreateByConsent(w.Context(), lifecycle.Consent{Code: "used", ServiceType: "Slack"}, false)
		var failed *lifecycle.CodeError
		if !errors.As(err, &failed) || len(failed.Found) != 3 || failed.Found[0].CreatedAt <= failed.Found[2].CreatedAt {
			w.Errorf("%+v", err)
		}
	})
}
