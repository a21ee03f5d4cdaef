package managedaccount_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const listed = "aurinko_managed_account"

// newEstateServer is a server with two service accounts, three mailboxes under
// them and an account of somebody who has signed in.
func newEstateServer(t *testing.T, quirks simulator.Quirks) *acctest.Server {
	t.Helper()
	server := newServer(t)
	server.Simulator.SetQuirks(quirks)
	on, off := true, false
	for _, a := range []simulator.Account{
		{ID: 601, ParentID: officeID, ServiceType: "Office365", Email: "Ceo@acme.example", LoginString: "ceo", AuthOrgID: tenant, ClientOrgID: "acme", Name: "Boss",
			Timezone: "Europe/Vienna", AuthScopes: []string{"Mail.Send", "Mail.Read"}, UserID: "user-1", UserAccount: "primary", CopyToSent: &on, TrustServer: &off},
		{ID: 602, ParentID: exchangeID, ServiceType: "EWS", LoginString: `ACME\bob`, AuthOrgID: "acme.example"},
		{ID: 603, ParentID: exchangeID, ServiceType: "EWS", Email: "eve@acme.example", ClientOrgID: "acme", TokenStatus: "dead", TokenError: "Refused"},
		{ID: 700, Type: simulator.Personal, ServiceType: "EWS", Email: "anna@acme.example", ClientOrgID: "acme"},
	} {
		a.CreatedAt = time.Now().Add(-time.Hour)
		server.Simulator.AddAccount(a)
	}
	return server
}

func idsOf(results []core.Listed) string {
	var ids []string
	for _, result := range results {
		ids = append(ids, result.ID)
	}
	return strings.Join(ids, ",")
}

func TestListManagedAccounts(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		quirks   simulator.Quirks
		config   core.Values
		limit    int64
		ids      string
		requests []string // nil: not looked at
	}{
		"all":                     {ids: "601,602,603", requests: []string{"GET /v1/am/accounts?limit=1000"}},
		"all in nulls":            {quirks: simulator.Quirks{Nulls: true, UnknownFields: true, NoTotal: true}, ids: "601,602,603"},
		"service accounts listed": {quirks: simulator.Quirks{ListServiceAccounts: true}, ids: "601,602,603"},
		"managed ones hidden":     {quirks: simulator.Quirks{HideManaged: true}, ids: ""},
		"pages":                   {quirks: simulator.Quirks{MaxPage: 1}, ids: "601,602,603"},
		"client_org_id":           {config: core.Values{"client_org_id": "acme"}, ids: "601,603", requests: []string{"GET /v1/am/accounts?clientOrgId=acme&limit=1000"}},
		"auth_org_id":             {config: core.Values{"auth_org_id": tenant}, ids: "601", requests: []string{"GET /v1/am/accounts?authOrgId=" + tenant + "&limit=1000"}},
		"service_type":            {config: core.Values{"service_type": "EWS"}, ids: "602,603", requests: []string{"GET /v1/am/accounts?limit=1000&serviceType=EWS"}},
		"email":                   {config: core.Values{"email": "ceo@ACME.example"}, ids: "601", requests: []string{"GET /v1/am/accounts?limit=1000"}},
		"service_account_id":      {config: core.Values{"service_account_id": "502"}, ids: "602,603", requests: []string{"GET /v1/am/accounts?limit=1000"}},
		"two filters":             {config: core.Values{"service_account_id": "502", "client_org_id": "acme"}, ids: "603"},
		"nothing matches":         {config: core.Values{"service_account_id": "999"}, ids: ""},
		"a limit":                 {limit: 2, ids: "601,602", requests: []string{"GET /v1/am/accounts?limit=1000"}},
		"a limit within pages": {quirks: simulator.Quirks{MaxPage: 1}, limit: 2, ids: "601,602",
			requests: []string{"GET /v1/am/accounts?limit=1000", "GET /v1/am/accounts?limit=1000&offset=1"}},
		"a limit of what passes": {config: core.Values{"service_type": "EWS"}, limit: 1, ids: "602"},
		"a larger limit":         {limit: 100, ids: "601,602,603"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newEstateServer(t, test.quirks)
			results, failures := core.Connect(t, server).List(listed, test.config, test.limit, false, 0)
			if len(failures) > 0 || idsOf(results) != test.ids {
				t.Errorf("listed are %q, want %q; failures %q", idsOf(results), test.ids, failures)
			}
			if diff := cmp.Diff(test.requests, server.Requests()); test.requests != nil && diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			acctest.AssertNoWrites(t, server)
		})
	}
}

func TestListManagedAccountsNamesThem(t *testing.T) {
	t.Parallel()
	results, _ := core.Connect(t, newEstateServer(t, simulator.Quirks{})).List(listed, nil, 0, false, 0)
	var names []string
	for _, result := range results {
		names = append(names, result.DisplayName)
	}
	want := []string{"Ceo@acme.example under service account 501", `ACME\bob under service account 502`, "eve@acme.example under service account 502"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("display names (-want +got):\n%s", diff)
	}
}

// A list fills the resource in as the read after an import does.
func TestListManagedAccountsIncludesTheResource(t *testing.T) {
	t.Parallel()
	for name, quirks := range map[string]simulator.Quirks{
		"default": {},
		"others":  {Nulls: true, UnknownFields: true, LowerCaseEmails: true, ReorderScopes: true, GuideScopeNames: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newEstateServer(t, quirks)
			p := core.Connect(t, server)
			results, failures := p.List(listed, nil, 0, true, 0)
			if len(results) != 3 || len(failures) > 0 {
				t.Fatalf("%d results, failures %q", len(results), failures)
			}
			for _, result := range results {
				imported := p.Import(listed, result.ID)
				for attribute, want := range imported {
					if got := result.Resource[attribute]; !got.Equal(want) {
						t.Errorf("%s %s: listed is %s, imported %s", result.ID, attribute, got, want)
					}
				}
				if len(result.Resource) != len(imported) {
					t.Errorf("%s has %d attributes listed, %d imported", result.ID, len(result.Resource), len(imported))
				}
			}
			var timezone string
			if err := results[0].Resource["timezone"].As(&timezone); err != nil || timezone != "Europe/Vienna" {
				t.Errorf("timezone %q, %v", timezone, err)
			}
		})
	}
}

// What fails in the middle of the pages comes after what was read before it.
func TestListManagedAccountsFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  simulator.Fault
		config core.Values
		ids    string
		says   []string
	}{
		"later":     {simulator.Fault{Skip: 2, Status: http.StatusForbidden}, nil, "601,602", []string{"Unable to list the managed accounts", "403 forbidden to GET /am/accounts"}},
		"cut":       {simulator.Fault{Skip: 1, Truncate: true}, nil, "601", []string{"Unable to list the managed accounts"}},
		"no number": {simulator.Fault{}, core.Values{"service_account_id": "acme"}, "", []string{"The value is not an account ID."}},
		"at once":   {simulator.Fault{Status: http.StatusUnauthorized}, nil, "", []string{"401 unauthorized", "`client_secret`"}},
		"a service": {simulator.Fault{Status: http.StatusBadRequest}, core.Values{"service_type": "Odd"}, "", []string{"Check `service_type`"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newEstateServer(t, simulator.Quirks{MaxPage: 1})
			test.fault.Route = "/v1/am/accounts"
			if test.config["service_account_id"] == nil {
				server.Simulator.Inject(test.fault)
			}
			results, failures := core.Connect(t, server).List(listed, test.config, 0, true, 0)
			if idsOf(results) != test.ids || len(failures) != 1 {
				t.Fatalf("listed are %q, want %q; failures %q", idsOf(results), test.ids, failures)
			}
			for _, text := range test.says {
				if !strings.Contains(failures[0], text) {
					t.Errorf("%q does not say %q", failures[0], text)
				}
			}
		})
	}
}

// A page that moved while it was read brings an account twice, which must not
// become two resources.
func TestListManagedAccountsOnce(t *testing.T) {
	t.Parallel()
	server := newEstateServer(t, simulator.Quirks{MaxPage: 2})
	server.Simulator.Inject(simulator.Fault{
		Route: "/v1/am/accounts", Skip: 1, Times: 1, Status: http.StatusOK,
		Body: `{"offset":2,"totalSize":4,"done":false,"records":[{"id":602,"parentId":502,"type":"managed"},{"id":603,"parentId":502,"type":"managed"}]}`,
	})
	results, failures := core.Connect(t, server).List(listed, nil, 0, false, 0)
	if idsOf(results) != "601,602,603" || len(failures) > 0 {
		t.Errorf("listed are %q, failures %q", idsOf(results), failures)
	}
}

func TestListManagedAccountsRefuses(t *testing.T) {
	t.Parallel()
	p := core.Connect(t, newServer(t))
	for name, test := range map[string]struct {
		config core.Values
		says   string
	}{
		"email":         {core.Values{"email": "ceo"}, "The value must be one email address"},
		"service_type":  {core.Values{"service_type": "google"}, `Did you mean "Google" or "GoogleBot"?`},
		"client_org_id": {core.Values{"client_org_id": ""}, "string length must be at least 1"},
		"auth_org_id":   {core.Values{"auth_org_id": ""}, "string length must be at least 1"},
	} {
		if failures := p.ValidateList(listed, test.config); len(failures) != 1 || !strings.Contains(failures[0], test.says) {
			t.Errorf("%s: %q, want one that says %q", name, failures, test.says)
		}
	}
	unknown := core.Values{"service_account_id": tftypes.UnknownValue, "email": tftypes.UnknownValue, "service_type": tftypes.UnknownValue}
	for _, config := range []core.Values{nil, unknown, {"service_account_id": "501", "email": "ceo@acme.example", "service_type": "EWS", "client_org_id": "a", "auth_org_id": "b"}} {
		if failures := p.ValidateList(listed, config); len(failures) > 0 {
			t.Errorf("%v: %q", config, failures)
		}
	}
}

// Pages are asked for as results are taken: whoever has enough after 6 of 100 has
// caused two requests.
func TestListManagedAccountsStreams(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	server.Simulator.SetQuirks(simulator.Quirks{MaxPage: 5})
	for i := range 100 {
		server.Simulator.AddAccount(simulator.Account{ID: int64(1000 + i), ParentID: exchangeID, ServiceType: "EWS", Email: "user" + strconv.Itoa(i) + "@acme.example"})
	}
	p := core.Connect(t, server)
	if results, failures := p.List(listed, nil, 0, false, 6); len(results) != 6 || len(failures) > 0 || len(server.Requests()) != 2 {
		t.Errorf("%d results, failures %q, %d requests", len(results), failures, len(server.Requests()))
	}
	server.Simulator.ResetJournal()
	results, failures := p.List(listed, nil, 0, true, 0)
	if len(results) != 100 || len(failures) > 0 || len(server.Requests()) != 20 {
		t.Fatalf("%d results, failures %q, %d requests", len(results), failures, len(server.Requests()))
	}
	if got, want := results[99].DisplayName, fmt.Sprintf("user99@acme.example under service account %d", exchangeID); got != want {
		t.Errorf("the last one is %q, want %q", got, want)
	}
}
