package faults

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// mailboxes are so many managed accounts of one service account.
func mailboxes(count int) []*core.Resource {
	all := make([]*core.Resource, count)
	for i := range all {
		name := fmt.Sprintf("mailbox%04d", i)
		all[i] = &core.Resource{Name: name, TypeName: "aurinko_managed_account", Config: core.Values{
			"service_account_id": "501", "email": name + "@acme.example", "scopes": []string{"Mail.Read"}, "name": name,
		}}
	}
	return all
}

// newEstate is a server with nothing but the parent of the mailboxes, and a
// workspace with so many of them.
func newEstate(t testing.TB, count int, options simulator.Options) (*simulator.Server, *core.Workspace) {
	t.Helper()
	server, err := simulator.New(options)
	if err != nil {
		t.Fatal(err)
	}
	server.AddAccount(simulator.Account{ID: parentID, Type: simulator.Daemon, ServiceType: "Google", AuthOrgID: "acme.example", AuthUserID: "9001"})
	return server, &core.Workspace{T: t, Transport: simulator.Transport{Handler: server}, Levels: [][]*core.Resource{mailboxes(count)}}
}

// managedAccounts are the mailboxes that the server has, by id.
func managedAccounts(server *simulator.Server) map[string]simulator.Account {
	found := map[string]simulator.Account{}
	for _, a := range server.Accounts() {
		if a.Type == simulator.Managed {
			found[mustJSON(a.ID)] = a
		}
	}
	return found
}

// Terraform is interrupted while ten creates are at different points of their
// way. Each ends within a second, and what has been made is in the state.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault simulator.Fault
		made  int // how many accounts are made all the same, and in the state
		// unanswered: what the server has done is not known.
		unanswered bool
	}{
		{name: "while answers are under way", fault: simulator.Fault{Latency: 300 * time.Millisecond}, made: core.Parallelism},
		{name: "while writes are under way", fault: simulator.Fault{Method: http.MethodPost, Latency: 900 * time.Millisecond}, made: core.Parallelism},
		{name: "while reads are under way", fault: simulator.Fault{Route: "/v1/am/accounts/{id}", Skip: 1, Latency: time.Hour}, made: core.Parallelism},
		{name: "while the listing is under way", fault: simulator.Fault{Route: "/v1/am/accounts", Latency: time.Hour}},
		{name: "while the server is slow", fault: simulator.Fault{Method: http.MethodPost, Latency: time.Hour}},
		{name: "between two attempts", fault: simulator.Fault{Method: http.MethodPost, Status: http.StatusServiceUnavailable}},
		{name: "while asked to wait", fault: simulator.Fault{Method: http.MethodPost, Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"60"}}}},
		{name: "after a lost answer", fault: simulator.Fault{Method: http.MethodPost, DropAfter: true, Times: 5}, unanswered: true},
	}
	for _, test := range tests {
		t.Run(strings.ReplaceAll(test.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server, w := newEstate(t, core.Parallelism, simulator.Options{})
				plans, found := w.Plan()
				if found.Failed() {
					t.Fatal(found)
				}
				p := w.Start()
				server.Inject(test.fault)

				var creates sync.WaitGroup
				ended := make([]time.Time, len(plans))
				problems := make([]core.Problems, len(plans))
				for i, plan := range plans {
					creates.Go(func() {
						problems[i] = p.Apply(t.Context(), plan)
						ended[i] = time.Now()
					})
				}
				time.Sleep(650 * time.Millisecond) // in the middle of the second write, or of the first wait
				stopped := time.Now()
				p.Stop(t)
				creates.Wait()
				for i, at := range ended {
					if took := at.Sub(stopped); took > time.Second {
						t.Errorf("%s went on for %s", plans[i], took)
					}
				}
				synctest.Wait()
				server.ClearFaults()

				there := managedAccounts(server)
				if len(there) != test.made && !test.unanswered {
					t.Errorf("%d accounts have been made, want %d", len(there), test.made)
				}
				for _, r := range w.Resources() {
					delete(there, r.ID())
				}
				if len(there) > 0 && !test.unanswered {
					t.Errorf("%d accounts are not in the state: %v", len(there), problems)
				}
				for i, found := range problems {
					if found.Failed() && !strings.Contains(found.Errors().String(), "The run was interrupted") && !strings.Contains(found.Errors().String(), "execution halted") {
						t.Errorf("%s fails with %s", plans[i], found)
					}
				}

				// The next run completes the work.
				for _, r := range w.Resources() {
					r.Config = with(r.Config, core.Values{"on_existing": "adopt"})
				}
				if found := w.Apply(); found.Failed() {
					t.Fatal(found)
				}
				w.MustBeEmpty()
				if n := len(managedAccounts(server)); n != core.Parallelism {
					t.Errorf("%d accounts, want %d", n, core.Parallelism)
				}
				time.Sleep(10 * time.Minute) // what several wait for goes on without them, until it times out
			})
		})
	}
}
