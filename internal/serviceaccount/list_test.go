package serviceaccount_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const listed = "aurinko_service_account"

// newEstateServer has a service account of each kind, and a mailbox.
func newEstateServer(t *testing.T, quirks simulator.Quirks) *acctest.Server {
	t.Helper()
	server := newServer(t, quirks)
	for _, a := range []simulator.Account{
		{ID: 501, Type: simulator.Daemon, ServiceType: "Google", AuthOrgID: "acme.example", AuthUserID: googleService, LoginString: "key-1",
			Email: "Svc@acme.iam.gserviceaccount.com", ClientOrgID: "acme", Name: "Acme", AuthScopes: []string{"Mail.Send", "Mail.Read"}, AuthString2: "s3cret"},
		{ID: 502, Type: simulator.Daemon, ServiceType: "EWS", LoginString: `ACME\svc`, AuthOrgID: "acme.example",
			ServerURL: "https://mail.acme.example/EWS/Exchange.asmx", AuthString2: "s3cret", TokenStatus: "dead", TokenError: "Refused"},
		{ID: 503, Type: simulator.Daemon, ServiceType: "Office365", AuthOrgID: tenant, LoginString: tenant, ClientOrgID: "acme"},
		{ID: 504, Type: simulator.Daemon, ServiceType: "Slack", Email: "admin@acme.example"}, // was consented to
		{ID: 601, ParentID: 502, ServiceType: "EWS", Email: "sales@acme.example"},
	} {
		server.Simulator.AddAccount(a)
	}
	return server
}

func TestListServiceAccounts(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		quirks   simulator.Quirks
		config   core.Values
		limit    int64
		ids      string
		requests []string // nil: not looked at
	}{
		"all":             {ids: "501,502,503,504", requests: []string{"GET /v1/am/svc_accounts?limit=1000"}},
		"all in nulls":    {quirks: simulator.Quirks{Nulls: true, UnknownFields: true, NoTotal: true, MaxPage: 1}, ids: "501,502,503,504"},
		"client_org_id":   {config: core.Values{"client_org_id": "acme"}, ids: "501,503", requests: []string{"GET /v1/am/svc_accounts?clientOrgId=acme&limit=1000"}},
		"auth_org_id":     {config: core.Values{"auth_org_id": "acme.example"}, ids: "501,502", requests: []string{"GET /v1/am/svc_accounts?authOrgId=acme.example&limit=1000"}},
		"service_type":    {config: core.Values{"service_type": "EWS"}, ids: "502", requests: []string{"GET /v1/am/svc_accounts?limit=1000&serviceType=EWS"}},
		"email":           {config: core.Values{"email": "svc@ACME.iam.gserviceaccount.com"}, ids: "501", requests: []string{"GET /v1/am/svc_accounts?limit=1000"}},
		"nothing matches": {config: core.Values{"email": "nobody@acme.example"}, ids: ""},
		"a limit":         {limit: 1, ids: "501"},
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
		})
	}
}

func idsOf(results []core.Listed) string {
	var ids []string
	for _, result := range results {
		ids = append(ids, result.ID)
	}
	return strings.Join(ids, ",")
}

// A list fills the resource in as the read after an import does, and says what
// it is in words that a person knows.
func TestListServiceAccountsIncludesTheResource(t *testing.T) {
	t.Parallel()
	for name, quirks := range map[string]simulator.Quirks{
		"default": {},
		"others":  {Nulls: true, UnknownFields: true, ReorderScopes: true, GuideScopeNames: true, RefuseServiceAccountGet: http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newEstateServer(t, quirks)
			p := core.Connect(t, server)
			results, failures := p.List(listed, nil, 0, true, 0)
			if len(results) != 4 || len(failures) > 0 {
				t.Fatalf("%d results, failures %q", len(results), failures)
			}
			var names []string
			for _, result := range results {
				names = append(names, result.DisplayName)
				imported := p.Import(listed, result.ID)
				for attribute, want := range imported {
					if got := result.Resource[attribute]; !got.Equal(want) {
						t.Errorf("%s %s: listed is %s, imported %s", result.ID, attribute, got, want)
					}
				}
				if len(result.Resource) != len(imported) || imported["scopes"].IsNull() && result.ID == "501" {
					t.Errorf("%s is %s", result.ID, result.Resource)
				}
			}
			want := []string{"Google acme.example, service account 501", "EWS acme.example, service account 502", "Office365 " + tenant + ", service account 503", "Slack admin@acme.example, service account 504"}
			if diff := cmp.Diff(want, names); diff != "" {
				t.Errorf("display names (-want +got):\n%s", diff)
			}
		})
	}
}

func TestListServiceAccountsFails(t *testing.T) {
	t.Parallel()
	server := newEstateServer(t, simulator.Quirks{MaxPage: 1})
	server.Simulator.Inject(simulator.Fault{Route: "/v1/am/svc_accounts", Skip: 2, Status: http.StatusInternalServerError})
	results, failures := core.Connect(t, server).List(listed, nil, 0, true, 0)
	if idsOf(results) != "501,502" || len(failures) != 1 || !strings.HasPrefix(failures[0], "Unable to list the service accounts: Aurinko answered 500") {
		t.Errorf("listed are %q, failures %q", idsOf(results), failures)
	}
}

func TestListServiceAccountsRefuses(t *testing.T) {
	t.Parallel()
	p := core.Connect(t, newServer(t, simulator.Quirks{}))
	for name, value := range map[string]string{"email": "ceo", "service_type": "google", "client_org_id": "", "auth_org_id": ""} {
		if failures := p.ValidateList(listed, core.Values{name: value}); len(failures) != 1 {
			t.Errorf("%s: %q", name, failures)
		}
	}
	if failures := p.ValidateList(listed, core.Values{"service_type": "Office365", "email": "a@acme.example"}); len(failures) > 0 {
		t.Errorf("%q", failures)
	}
}
