package booking_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// newEstateServer is a server with profiles of both types. Mailbox 503 has none.
func newEstateServer(t *testing.T) *acctest.Server {
	t.Helper()
	server := newServer(t)
	state := server.Simulator.State()
	on := true
	state.BookingProfiles = []simulator.BookingProfile{
		{ID: 601, Name: "sales", ClientOrgID: "acme", TimeAvailableFor: "P4W", AccountIDs: []int64{501, 502}, Groups: []simulator.BookingGroup{{ExtID: "vienna", AccountIDs: []int64{501}, Required: "one"}}},
		{ID: 602, Subject: "Talk to us", StartConference: &on},
		{ID: 603, AccountID: 501, Name: "intro", WorkHours: &simulator.WorkHours{Timezone: "Europe/Vienna"}},
		{ID: 604, AccountID: 501, AvailabilityIntervals: &simulator.AvailabilityIntervals{}},
		{ID: 605, AccountID: 502, Description: "By phone"},
	}
	server.Simulator.SetState(state)
	return server
}

func TestList(t *testing.T) {
	t.Parallel()
	const (
		sales  = "601: sales, group booking profile 601"
		talk   = "602: Talk to us, group booking profile 602"
		intro  = "501/603: intro of account 501, booking profile 603"
		blank  = "501/604: Without a name of account 501, booking profile 604"
		phone  = "502/605: By phone of account 502, booking profile 605"
		groups = "GET /v1/book/group/profiles?limit=1000"
		page   = "GET /v1/book/account/profiles?limit=1000"
	)
	for name, test := range map[string]struct {
		typeName string
		config   core.Values
		limit    int64
		fault    simulator.Fault
		want     []string
		requests []string
		fails    string
	}{
		"groups":                 {typeName: groupType, want: []string{sales, talk}, requests: []string{groups}},
		"groups of one customer": {typeName: groupType, config: core.Values{"client_org_id": "acme"}, want: []string{sales}, requests: []string{groups}},
		"a limit of groups":      {typeName: groupType, limit: 1, want: []string{sales}, requests: []string{groups}},
		"of one account":         {typeName: accountType, config: core.Values{"account_id": "501"}, want: []string{intro, blank}, requests: []string{page}},
		"of all":                 {typeName: accountType, want: []string{intro, blank, phone}, requests: []string{"GET /v1/am/accounts?limit=1000", page, page, page}},
		"a limit":                {typeName: accountType, limit: 1, want: []string{intro}, requests: []string{"GET /v1/am/accounts?limit=1000", page}},
		"of none":                {typeName: accountType, config: core.Values{"account_id": "503"}, requests: []string{page}},
		"of no such account":     {typeName: accountType, config: core.Values{"account_id": "999"}, requests: []string{page}, fails: "404 not_found to GET /book/account/profiles"},
		"no number":              {typeName: accountType, config: core.Values{"account_id": "ceo"}, fails: "Invalid account ID"},
		"it fails later": {
			typeName: accountType, fault: simulator.Fault{Route: "/v1/book/account/profiles", Skip: 1, Status: http.StatusForbidden},
			want: []string{intro, blank}, requests: []string{"GET /v1/am/accounts?limit=1000", page, page}, fails: "Unable to list the booking profiles",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newEstateServer(t)
			if test.fault.Status != 0 {
				server.Simulator.Inject(test.fault)
			}
			results, failures := core.Connect(t, server).List(test.typeName, test.config, test.limit, false, 0)
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
	p := core.Connect(t, newEstateServer(t))
	count := 0
	for _, typeName := range []string{groupType, accountType} {
		results, _ := p.List(typeName, nil, 0, true, 0)
		for _, result := range results {
			count++
			for attribute, want := range p.Import(typeName, result.ID) {
				if got := result.Resource[attribute]; !got.Equal(want) {
					t.Errorf("%s %s: listed is %s, imported %s", result.ID, attribute, got, want)
				}
			}
		}
	}
	if count != 5 {
		t.Errorf("%d are listed", count)
	}
}
