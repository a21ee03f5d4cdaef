package subscription_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const listed = "aurinko_subscription"

// newEstateServer is a server with two mailboxes that have subscriptions, and one that
// has none.
func newEstateServer(t *testing.T, quirks simulator.Quirks) *acctest.Server {
	t.Helper()
	server := newServer(t)
	server.Simulator.SetQuirks(quirks)
	state := server.Simulator.State()
	state.Subscriptions = []simulator.Subscription{
		{ID: 601, AccountID: 501, Resource: "/email/messages", NotificationURL: "https://hooks.acme.example/?key=hunter2", Filters: []string{"withoutDrafts"}, Active: true},
		{ID: 602, AccountID: 501, Resource: "/contacts", NotificationURL: "https://hooks.acme.example/", FailDescription: "timed out"},
		{ID: 603, AccountID: 502, Resource: "/contacts", NotificationURL: "https://hooks.acme.example:8443/", Active: true},
	}
	server.Simulator.SetState(state)
	return server
}

func TestListSubscriptions(t *testing.T) {
	t.Parallel()
	const (
		first  = "501/601: /email/messages of account 501 to hooks.acme.example, subscription 601"
		second = "501/602: /contacts of account 501 to hooks.acme.example, subscription 602"
		third  = "502/603: /contacts of account 502 to hooks.acme.example:8443, subscription 603"
		page   = "GET /v1/subscriptions?includeInactive=true&limit=1000"
	)
	for name, test := range map[string]struct {
		quirks   simulator.Quirks
		config   core.Values
		limit    int64
		fault    simulator.Fault
		want     []string
		requests []string
		fails    string
	}{
		"of one account":     {config: core.Values{"account_id": "501"}, want: []string{first, second}, requests: []string{page}},
		"of all":             {want: []string{first, second, third}, requests: []string{"GET /v1/am/accounts?limit=1000", page, page, page}},
		"a limit":            {limit: 1, want: []string{first}, requests: []string{"GET /v1/am/accounts?limit=1000", page}},
		"nulls":              {quirks: simulator.Quirks{Nulls: true, UnknownFields: true}, config: core.Values{"account_id": "502"}, want: []string{third}, requests: []string{page}},
		"of none":            {config: core.Values{"account_id": "503"}, requests: []string{page}},
		"of no such account": {config: core.Values{"account_id": "999"}, requests: []string{page}, fails: "404 not_found to GET /subscriptions"},
		"no number":          {config: core.Values{"account_id": "ceo"}, fails: "Invalid account ID"},
		"it fails later": {
			fault: simulator.Fault{Route: "/v1/subscriptions", Skip: 1, Status: http.StatusForbidden},
			want:  []string{first, second}, requests: []string{"GET /v1/am/accounts?limit=1000", page, page}, fails: "Unable to list the subscriptions",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newEstateServer(t, test.quirks)
			if test.fault.Status != 0 {
				server.Simulator.Inject(test.fault)
			}
			p := core.Connect(t, server)
			results, failures := p.List(listed, test.config, test.limit, true, 0)
			var got []string
			for _, result := range results {
				got = append(got, result.ID+": "+result.DisplayName)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.requests, server.Requests()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if len(failures) > 1 || !strings.Contains(strings.Join(failures, ""), test.fails) || test.fails == "" && len(failures) > 0 {
				t.Errorf("failures are %q, want %q", failures, test.fails)
			}
		})
	}
}

// A list fills the resource in as the read after an import does.
func TestListIncludesTheResource(t *testing.T) {
	t.Parallel()
	p := core.Connect(t, newEstateServer(t, simulator.Quirks{}))
	results, _ := p.List(listed, nil, 0, true, 0)
	for _, result := range results {
		if result.ID == "501/602" { // whose read warns, which Import takes for a failure
			continue
		}
		imported := p.Import(listed, result.ID)
		for attribute, want := range imported {
			if got := result.Resource[attribute]; !got.Equal(want) {
				t.Errorf("%s %s: listed is %s, imported %s", result.ID, attribute, got, want)
			}
		}
	}
	if len(results) != 3 {
		t.Errorf("%d are listed", len(results))
	}
}
