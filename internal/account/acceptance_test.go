package account_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// The accounts that every server has: two service accounts, a managed account
// under each, and a personal one.
const (
	googleID, exchangeID = 9007199254740993, 502
	salesID, supportID   = 601, 602
	personalID           = 700
)

const canary = "c4nary-"

func newServer(t *testing.T, quirks simulator.Quirks) *acctest.Server {
	t.Helper()
	server := acctest.NewServer(t, simulator.Options{Quirks: quirks})
	on := true
	for _, a := range []simulator.Account{
		{ID: googleID, Type: simulator.Daemon, ServiceType: "Google", AuthOrgID: "acme.example", AuthUserID: "1001", LoginString: "key-1",
			Email: "svc@acme.example", ClientOrgID: "acme", AuthString1: canary + "1", AuthString2: canary + "2", ServerInfo: canary + "info"},
		{ID: exchangeID, Type: simulator.Daemon, ServiceType: "EWS", LoginString: `ACME\svc`, AuthOrgID: "other.example",
			ServerURL: "https://mail.other.example/EWS/Exchange.asmx", AuthString2: canary + "3"},
		{ID: salesID, ParentID: googleID, ServiceType: "Google", Email: "Sales@acme.example", Name: "Sales", ClientOrgID: "acme",
			Timezone: "Europe/Vienna", AuthScopes: []string{"Mail.Send", "Mail.Read"}, CopyToSent: &on, AuthString1: canary + "4"},
		{ID: supportID, ParentID: exchangeID, ServiceType: "EWS", Email: "support@other.example", Password: canary + "5"},
		{ID: personalID, ServiceType: "IMAP", Email: "anna@acme.example", Email2: "anna2@acme.example", Name2: "Anna", ServerURL2: "smtp.acme.example",
			ServiceProvider: "other", AuthNativeScopes: []string{"imap", "smtp"}, Password: canary + "6"},
	} {
		server.Simulator.AddAccount(a)
	}
	return server
}

var noCanary = acctest.NotHeld{canary}

// test runs steps, none of which may write anything.
func test(t *testing.T, server *acctest.Server, steps ...resource.TestStep) {
	t.Helper()
	for i := range steps {
		steps[i].Config = acctest.Config(server, steps[i].Config)
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories, Steps: steps})
	acctest.AssertNoWrites(t, server)
}

// read reads a data source without a CLI, which must not write anything. What is not
// found has no value.
func read(t *testing.T, server *acctest.Server, config string) (tftypes.Value, core.Problems) {
	t.Helper()
	p := core.Start(t, server.Transport, core.Values{"max_retries": 0})
	value, found := p.ReadData(t.Context(), strings.Split(config, `"`)[1], core.Parse(t, config))
	acctest.AssertNoWrites(t, server)
	if strings.Contains(value.String()+found.String(), canary) {
		t.Error("a secret is read")
	}
	return value, found
}

// account is the data source aurinko_account.
func account(id int64, attributes string) string {
	return fmt.Sprintf("data \"aurinko_account\" \"this\" {\n  id = %d\n  %s\n}\n", id, attributes)
}

// has checks attributes of a data source; nil is null.
func has(address string, attributes map[string]any) []statecheck.StateCheck {
	checks := []statecheck.StateCheck{noCanary}
	for name, value := range attributes {
		var want knownvalue.Check = knownvalue.Null()
		switch value := value.(type) {
		case string:
			want = knownvalue.StringExact(value)
		case bool:
			want = knownvalue.Bool(value)
		case []string:
			want = names(value...)
		}
		checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(name), want))
	}
	return checks
}

func names(list ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(list))
	for i, name := range list {
		checks[i] = knownvalue.StringExact(name)
	}
	return knownvalue.SetExact(checks)
}

// Accounts of each kind are read with one request, with nulls and undocumented
// fields as well.
func TestAccount(t *testing.T) {
	t.Parallel()

	for name, kind := range map[string]struct {
		id   int64
		want core.Values
	}{
		"service": {id: googleID, want: core.Values{
			"id": "9007199254740993", "type": "daemon", "service_type": "Google", "email": "svc@acme.example", "login": "key-1", "parent_id": nil,
			"auth_org_id": "acme.example", "auth_user_id": "1001", "client_org_id": "acme", "scopes": nil, "token_status": "active", "token_error": nil,
		}},
		"managed": {id: salesID, want: core.Values{
			"id": "601", "type": "managed", "parent_id": "9007199254740993", "email": "Sales@acme.example", "mailbox_address": "sales@acme.example",
			"name": "Sales", "timezone": "Europe/Vienna", "scopes": []string{"Mail.Read", "Mail.Send"}, "copy_to_sent": true, "trust_server": nil,
			"native_scopes": nil, "ping_provider": nil, "login": nil, "authorization_expires_at": nil,
		}},
		"personal": {id: personalID, want: core.Values{
			"type": "personal", "service_type": "IMAP", "email2": "anna2@acme.example", "name2": "Anna", "server_url2": "smtp.acme.example",
			"service_provider": "other", "native_scopes": []string{"imap", "smtp"},
		}},
	} {
		for quirk, quirks := range map[string]simulator.Quirks{"": {}, " with nulls": {Nulls: true, UnknownFields: true, GuideScopeNames: true}} {
			t.Run(name+quirk, func(t *testing.T) {
				t.Parallel()
				server := newServer(t, quirks)
				value, found := read(t, server, account(kind.id, ""))
				if found.Failed() {
					t.Fatal(found)
				}
				for _, differs := range kind.want.Differ(value) {
					t.Error(differs)
				}
				for _, asked := range server.Requests() {
					if want := fmt.Sprintf("GET /v1/am/accounts/%d", kind.id); asked != want {
						t.Errorf("asked for %s, want %s", asked, want)
					}
				}
			})
		}
	}
}

// Where the call by id does not serve service accounts, their list does.
func TestAccountOfARefusedService(t *testing.T) {
	t.Parallel()

	for _, status := range []int{http.StatusNotFound, http.StatusForbidden, http.StatusMethodNotAllowed} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			server := newServer(t, simulator.Quirks{RefuseServiceAccountGet: status, MaxPage: 1})
			value, found := read(t, server, account(googleID, ""))
			if core.Text(value, "type") != "daemon" || core.Text(value, "email") != "svc@acme.example" {
				t.Errorf("read as %s, %s", value, found)
			}
		})
	}
}

func TestAccountRefuses(t *testing.T) {
	t.Parallel()

	for name, wrong := range map[string]struct {
		config, want string
		requests     []string
	}{
		"no number": {
			config: `data "aurinko_account" "this" { id = "sales@acme.example" }`,
			want:   "The value is not an account ID.",
		},
		"not there": {
			config:   account(999, ""),
			want:     "The Aurinko application of the provider block has no account or service account 999.",
			requests: []string{"GET /v1/am/accounts/999", "GET /v1/am/svc_accounts?limit=1000"},
		},
		"not to be pinged": {
			config:   account(exchangeID, "ping_provider = true"),
			want:     "Account 502 has the service type EWS, which Aurinko cannot ping. Remove `ping_provider`: `token_status` is then the status that Aurinko last saw.",
			requests: []string{"GET /v1/am/accounts/502"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newServer(t, simulator.Quirks{})
			if _, found := read(t, server, wrong.config); !found.Fail(wrong.want) {
				t.Errorf("it says %q, want %q", found, wrong.want)
			}
			if diff := cmp.Diff(wrong.requests, server.Requests()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// A ping finds what Aurinko has not seen yet.
func TestAccAccountPing(t *testing.T) {
	t.Parallel()

	server := newServer(t, simulator.Quirks{})
	server.Simulator.UpdateAccount(salesID, func(a *simulator.Account) { a.PingFinds = "invalid" })
	status := func(status string, tokenError any) []statecheck.StateCheck {
		return has("data.aurinko_account.this", map[string]any{"token_status": status, "token_error": tokenError, "name": "Sales"})
	}
	test(t, server,
		resource.TestStep{Config: account(salesID, "ping_provider = false"), ConfigStateChecks: status("active", nil)},
		resource.TestStep{Config: account(salesID, "ping_provider = true"), ConfigStateChecks: status("invalid", "The mail provider refuses the token")},
	)
	const ping = "GET /v1/account?pingProvider=true"
	if asked := server.Requests(); !slices.Contains(asked, ping) || slices.Index(asked, ping) < 2 {
		t.Errorf("asked %q", asked)
	}
	for _, request := range server.Simulator.Journal() {
		if id := request.Header.Get("X-Aurinko-Account-Id"); (id == "601") != (request.Path == "/v1/account") {
			t.Errorf("%s on behalf of %q", request.Path, id)
		}
	}
}

// A dead token is the answer, not a failure, for a check block to look at.
func TestAccountPingFails(t *testing.T) {
	t.Parallel()

	server := newServer(t, simulator.Quirks{})
	server.Simulator.Inject(simulator.Fault{
		Route: "/v1/account", Status: http.StatusUnauthorized, Body: `{"code":"token.dead","message":"Access was withdrawn"}`, Times: 1,
	})
	server.Simulator.Inject(simulator.Fault{Route: "/v1/account", Status: http.StatusBadRequest})
	value, found := read(t, server, account(salesID, "ping_provider = true"))
	for _, differs := range (core.Values{"token_status": "dead", "token_error": "Access was withdrawn"}).Differ(value) {
		t.Errorf("%s, %s", differs, found)
	}
	_, found = read(t, server, account(salesID, "ping_provider = true"))
	for _, says := range []string{
		"Unable to ping the mail service of the account", "Aurinko answered 400 badRequest to GET /account: Injected fault.",
		"Remove `ping_provider` to read the account without a ping.",
	} {
		if !found.Fail(says) {
			t.Errorf("it says %q, want %q", found, says)
		}
	}
}

// list is aurinko_accounts or aurinko_service_accounts.
func list(dataSource, filters string) string {
	return fmt.Sprintf("data %q \"this\" {\n%s\n}\n", dataSource, filters)
}

// idsOf returns the IDs of the accounts in a list.
func idsOf(list tftypes.Value) []string {
	var ids []string
	for _, one := range core.Elements(list, "accounts") {
		ids = append(ids, core.Text(one, "id"))
	}
	return ids
}

func TestAccountLists(t *testing.T) {
	t.Parallel()

	const accounts, services = "aurinko_accounts", "aurinko_service_accounts"
	for name, filtered := range map[string]struct {
		dataSource, filters, ids, query string
	}{
		"all accounts":               {dataSource: accounts, filters: "", ids: "601,602,700", query: "limit=1000"},
		"all service accounts":       {dataSource: services, filters: "", ids: "502,9007199254740993", query: "limit=1000"},
		"accounts of a client":       {dataSource: accounts, filters: `client_org_id = "acme"`, ids: "601", query: "clientOrgId=acme&limit=1000"},
		"service accounts of one":    {dataSource: services, filters: `client_org_id = "acme"`, ids: "9007199254740993", query: "clientOrgId=acme&limit=1000"},
		"accounts of a service":      {dataSource: accounts, filters: `service_type = "IMAP"`, ids: "700", query: "limit=1000&serviceType=IMAP"},
		"service accounts of a type": {dataSource: services, filters: `service_type = "EWS"`, ids: "502", query: "limit=1000&serviceType=EWS"},
		"service accounts of a org":  {dataSource: services, filters: `auth_org_id = "acme.example"`, ids: "9007199254740993", query: "authOrgId=acme.example&limit=1000"},
		"by email":                   {dataSource: accounts, filters: `email = "SALES@acme.example"`, ids: "601", query: "limit=1000"},
		"by email, of a service":     {dataSource: services, filters: `email = "Svc@ACME.example"`, ids: "9007199254740993", query: "limit=1000"},
		"by two that contradict":     {dataSource: accounts, filters: "email = \"sales@acme.example\"\nservice_type = \"EWS\"", ids: "", query: "limit=1000&serviceType=EWS"},
		"nothing matches":            {dataSource: accounts, filters: `client_org_id = "nobody"`, ids: "", query: "clientOrgId=nobody&limit=1000"},
		"no service matches":         {dataSource: services, filters: `auth_org_id = "nobody"`, ids: "", query: "authOrgId=nobody&limit=1000"},
		"all filters":                {dataSource: services, filters: "client_org_id = \"acme\"\nauth_org_id = \"acme.example\"\nservice_type = \"Google\"\nemail = \"svc@acme.example\"", ids: "9007199254740993", query: "authOrgId=acme.example&clientOrgId=acme&limit=1000&serviceType=Google"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newServer(t, simulator.Quirks{})
			value, found := read(t, server, list(filtered.dataSource, filtered.filters))
			if found.Failed() {
				t.Fatal(found)
			}
			if got := strings.Join(idsOf(value), ","); got != filtered.ids {
				t.Errorf("found %s, want %s", got, filtered.ids)
			}
			path := map[string]string{accounts: "/v1/am/accounts?", services: "/v1/am/svc_accounts?"}[filtered.dataSource]
			for _, asked := range server.Requests() {
				if asked != "GET "+path+filtered.query {
					t.Errorf("asked %s, want %s", asked, path+filtered.query)
				}
			}
		})
	}
}

// The attributes of an account in a list.
func TestAccAccountListRecord(t *testing.T) {
	t.Parallel()

	server := newServer(t, simulator.Quirks{Nulls: true, UnknownFields: true})
	text := knownvalue.StringExact
	test(t, server, resource.TestStep{
		Config: list("aurinko_accounts", `client_org_id = "acme"`),
		ConfigStateChecks: []statecheck.StateCheck{
			noCanary,
			statecheck.ExpectKnownValue("data.aurinko_accounts.this", tfjsonpath.New("accounts"), knownvalue.ListExact([]knownvalue.Check{
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"id": text("601"), "parent_id": text("9007199254740993"), "type": text("managed"), "service_type": text("Google"),
					"email": text("Sales@acme.example"), "login": knownvalue.Null(), "name": text("Sales"),
					"client_org_id": text("acme"), "auth_org_id": knownvalue.Null(), "timezone": text("Europe/Vienna"),
					"scopes": names("Mail.Read", "Mail.Send"), "token_status": text("active"), "copy_to_sent": knownvalue.Bool(true), "trust_server": knownvalue.Null(),
				}),
			})),
		},
	})
}

// A list of many pages comes a page at a time, each page once.
func TestAccountPages(t *testing.T) {
	t.Parallel()

	server := newServer(t, simulator.Quirks{MaxPage: 100, NoTotal: false})
	for i := range 450 {
		server.Simulator.AddAccount(simulator.Account{ParentID: exchangeID, ServiceType: "EWS", Email: fmt.Sprintf("user%d@other.example", i)})
	}
	value, found := read(t, server, list("aurinko_accounts", ""))
	if ids := idsOf(value); len(ids) != 453 || len(slices.Compact(slices.Sorted(slices.Values(ids)))) != 453 {
		t.Errorf("%d accounts, %s", len(ids), found)
	}
	if asked := len(server.Requests()); asked != 5 {
		t.Errorf("%d requests for five pages", asked)
	}
}

func TestAccountListsRefuse(t *testing.T) {
	t.Parallel()

	for name, wrong := range map[string]struct{ config, want string }{
		"unknown service type":   {config: list("aurinko_service_accounts", `service_type = "Office"`), want: `Did you mean "Office365"? Valid: Google, GoogleBot,`},
		"no daemon service type": {config: list("aurinko_service_accounts", `service_type = "IMAP"`), want: `"IMAP" is not a service type of a service account.`},
		"misspelt service type":  {config: list("aurinko_accounts", `service_type = "google"`), want: `Did you mean "Google"`},
		"no email address":       {config: list("aurinko_accounts", `email = "sales"`), want: "The value must be one email address such as sales@acme.example."},
		"an empty client_org_id": {config: list("aurinko_accounts", `client_org_id = ""`), want: "string length must be at least 1"},
		"an empty auth_org_id":   {config: list("aurinko_service_accounts", `auth_org_id = ""`), want: "string length must be at least 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newServer(t, simulator.Quirks{})
			if _, found := read(t, server, wrong.config); !found.Fail(wrong.want) {
				t.Errorf("it says %q, want %q", found, wrong.want)
			}
			if asked := server.Requests(); len(asked) > 0 {
				t.Errorf("asked %q", asked)
			}
		})
	}
}

// A service type that is not published goes to Aurinko, which may know it.
func TestAccountListsLeaveTheRestToAurinko(t *testing.T) {
	t.Parallel()

	server := newServer(t, simulator.Quirks{})
	if value, found := read(t, server, list("aurinko_accounts", `service_type = "iCloud"`)); len(idsOf(value)) > 0 || found.Failed() {
		t.Errorf("found %v, %s", idsOf(value), found)
	}
	server.Simulator.Inject(simulator.Fault{Route: "/v1/am/svc_accounts", Status: http.StatusForbidden})
	for config, says := range map[string]string{
		list("aurinko_accounts", `service_type = "Gmail"`): `Unable to list the accounts: Aurinko answered 400 badRequest to GET /am/accounts: Unknown serviceType "Gmail"`,
		list("aurinko_service_accounts", ""):               "Unable to list the service accounts: Aurinko answered 403 forbidden to GET /am/svc_accounts",
	} {
		if _, found := read(t, server, config); !found.Fail(says) || strings.Contains(config, "Gmail") && !found.Fail("Check `service_type`: Aurinko may know no mail service of this name") {
			t.Errorf("it says %q, want %q", found, says)
		}
	}
}
