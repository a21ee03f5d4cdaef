package authorization_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator/web"
)

// test runs a step, which must not ask the server for anything.
func test(t *testing.T, server *acctest.Server, step resource.TestStep) {
	t.Helper()
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps:                    []resource.TestStep{step},
	})
	if asked := len(server.Simulator.Journal()); asked > 0 {
		t.Errorf("%d requests were sent, want none", asked)
	}
}

// declare is the data source, with its URL as an output.
func declare(server *acctest.Server, flow, attributes string) string {
	return acctest.Config(server, fmt.Sprintf(`
		data "aurinko_authorization_url" "this" {
			flow = %q
			%s
		}
		output "url" { value = data.aurinko_authorization_url.this.url }
	`, flow, attributes))
}

func TestAccAuthorizationURL(t *testing.T) {
	t.Parallel()

	tests := map[string]struct{ flow, attributes, want string }{
		"least": {
			flow: "daemon", attributes: `service_type = "Office365"
				scopes = ["Mail.Send", "Mail.ReadOnly"]
				return_url = "https://acme.example/back"`,
			want: "/v1/auth/authorizeDaemon?clientId=simulator-client-id&returnUrl=https%3A%2F%2Facme.example%2Fback&scopes=Mail.Read%20Mail.Send&serviceType=Office365",
		},
		"everything of the daemon flow": {
			flow: "daemon", attributes: `service_type = "Google"
				native_scopes = ["https://b.example/b", "https://a.example/a"]
				response_type = "token"
				account_id = "9007199254740993"
				return_url = "http://localhost:8080/back?x=y"
				state = "a b&c"
				client_org_id = "acme"
				ensure_scopes = false`,
			want: "/v1/auth/authorizeDaemon?accountId=9007199254740993&clientId=simulator-client-id&clientOrgId=acme&ensureScopes=false" +
				"&nativeScopes=https%3A%2F%2Fa.example%2Fa%20https%3A%2F%2Fb.example%2Fb&responseType=token" +
				"&returnUrl=http%3A%2F%2Flocalhost%3A8080%2Fback%3Fx%3Dy&serviceType=Google&state=a%20b%26c",
		},
		"everything of the account flow": {
			flow: "account", attributes: `service_type = "IMAP"
				scopes = ["Mail.All"]
				return_url = "https://acme.example/back"
				login_hint = "anna"
				server_url = "imap.acme.example"
				ensure_access = true
				recycle = true
				auth_email = "anna@acme.example"`,
			want: "/v1/auth/authorize?authEmail=anna%40acme.example&clientId=simulator-client-id&ensureAccess=true&loginHint=anna&recycle=true" +
				"&returnUrl=https%3A%2F%2Facme.example%2Fback&scopes=Mail.All&serverUrl=imap.acme.example&serviceType=IMAP",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewServer(t, simulator.Options{})
			test(t, server, resource.TestStep{
				Config:            declare(server, tt.flow, tt.attributes),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("url", knownvalue.StringExact(server.URL+tt.want))},
			})

			page := httptest.NewRecorder()
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+tt.want, nil)
			consentPages(t, "https://acme.example/back", "http://localhost:8080/back").ServeHTTP(page, request)
			if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "Approve") {
				t.Errorf("the URL leads to %d: %s", page.Code, page.Body)
			}
		})
	}
}

// consentPages is a simulator whose application has return URLs, and what the
// authorization URLs need.
func consentPages(t *testing.T, returnURLs ...string) http.Handler {
	t.Helper()
	server, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server.AddAccount(simulator.Account{ID: 9007199254740993, Type: simulator.Daemon, ServiceType: "Google", ClientOrgID: "acme"})
	server.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", Daemon: true, ClientID: "app"})
	pages, err := web.New(server, web.Options{ReturnURLs: returnURLs})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// A refused is an input that the data source refuses.
type refused struct {
	flow       string
	attributes map[string]string // beside the least that is needed
	says       string
}

var refusals = map[string]refused{
	"service type":                   {flow: "daemon", attributes: map[string]string{"service_type": `"Ofice365"`}, says: `Unknown service type: "Ofice365" is not a service type of the daemon flow. Did you mean "Office365"? Valid: Google, GoogleBot, Office365, EWS, MsTeamsBot, Slack, SlackBot, ZoomBot, MCTrade, Zoho.`},
	"service type of the other flow": {flow: "daemon", attributes: map[string]string{"service_type": `"IMAP"`}, says: `"IMAP" is not a service type of the daemon flow.`},
	"service type in another case":   {flow: "account", attributes: map[string]string{"service_type": `"imap"`}, says: `"imap" is not a service type of the account flow. Did you mean "IMAP"`},
	"http":                           {flow: "daemon", attributes: map[string]string{"return_url": `"http://acme.example/"`}, says: "Invalid return URL: The URL must be https. Plain http is taken only for a loopback host such as localhost."},
	"no URL":                         {flow: "daemon", attributes: map[string]string{"return_url": `"acme.example"`}, says: "The value must be an absolute https URL with a host."},
	"long state":                     {flow: "daemon", attributes: map[string]string{"state": fmt.Sprintf("%q", strings.Repeat("é", 1025))}, says: "State too long: The state has 2050 bytes, but at most 2048 are allowed."},
	"account ID":                     {flow: "daemon", attributes: map[string]string{"account_id": `"acme"`}, says: "Invalid account ID: The value is not an account ID."},
	"account ID 0":                   {flow: "daemon", attributes: map[string]string{"account_id": "0"}, says: "Invalid account ID: The value is not an account ID."},
	"scope":                          {flow: "daemon", attributes: map[string]string{"scopes": `["Mail.Reed"]`}, says: `Unknown Aurinko scope: "Mail.Reed" is not an Aurinko scope. Did you mean "Mail.Read"`},
	"no scopes":                      {flow: "daemon", attributes: map[string]string{"scopes": "[]"}, says: "Missing scopes: A consent needs at least one scope"},
	"no scopes at all":               {flow: "account", attributes: map[string]string{"scopes": "null", "native_scopes": "[]"}, says: "Missing scopes"},
	"native scopes in one":           {flow: "daemon", attributes: map[string]string{"native_scopes": `["a b"]`}, says: "Invalid native scope: A native scope must be a name"},
	"response type":                  {flow: "daemon", attributes: map[string]string{"response_type": `"id"`}, says: `Unknown response type: "id" is not a response type.`},
	"empty state":                    {flow: "daemon", attributes: map[string]string{"state": `""`}, says: "Empty value: `state` is empty."},
	"e-mail":                         {flow: "account", attributes: map[string]string{"auth_email": `"anna"`}, says: "Invalid email address: The value must be one email address"},
	"login hint":                     {flow: "daemon", attributes: map[string]string{"login_hint": `"anna"`}, says: "Not for this flow: `login_hint` is for the account flow only (`flow = \"account\"`), and this is the daemon flow."},
	"server URL":                     {flow: "daemon", attributes: map[string]string{"server_url": `"x"`}, says: "`server_url` is for the account flow only"},
	"ensure access":                  {flow: "daemon", attributes: map[string]string{"ensure_access": "false"}, says: "`ensure_access` is for the account flow only"},
	"recycle":                        {flow: "daemon", attributes: map[string]string{"recycle": "true"}, says: "`recycle` is for the account flow only"},
	"auth email":                     {flow: "daemon", attributes: map[string]string{"auth_email": `"a@acme.example"`}, says: "`auth_email` is for the account flow only"},
}

func TestAccAuthorizationURLRefuses(t *testing.T) {
	t.Parallel()

	for name, tt := range refusals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given := map[string]string{"service_type": `"Office365"`, "scopes": `["Mail.Read"]`, "return_url": `"https://acme.example/"`}
			var attributes strings.Builder
			for attribute, value := range tt.attributes {
				given[attribute] = value
			}
			for attribute, value := range given {
				fmt.Fprintf(&attributes, "%s = %s\n", attribute, value)
			}
			server := acctest.NewServer(t, simulator.Options{})
			// The summary of a data source's error stands above its place in
			// the configuration.
			summary, detail, _ := strings.Cut(tt.says, ": ")
			texts := []string{summary, detail}
			if detail == "" {
				texts = texts[:1]
			}
			test(t, server, resource.TestStep{
				Config:      declare(server, tt.flow, attributes.String()),
				PlanOnly:    true,
				ExpectError: acctest.Says(texts...),
			})
		})
	}
}

// What has nothing to do with the flow.
func TestAccAuthorizationURLRefusesForms(t *testing.T) {
	t.Parallel()

	for name, tt := range map[string]struct{ config, says string }{
		"flow": {
			config: `data "aurinko_authorization_url" "this" {
				flow         = "admin"
				service_type = "Google"
				scopes       = ["Mail.Read"]
				return_url   = "https://acme.example/"
			}`,
			says: `"admin" is not a flow. Use "daemon" for a service account`,
		},
		"client id not known": {
			config: `resource "terraform_data" "app" { input = "app" }
			provider "aurinko" {
				alias         = "later"
				client_id     = terraform_data.app.output
				client_secret = "secret"
			}
			data "aurinko_authorization_url" "this" {
				provider     = aurinko.later
				service_type = "Google"
				scopes       = ["Mail.Read"]
				return_url   = "https://acme.example/"
			}`,
			says: "The URL contains values of the provider block that are known only after apply: `client_id`.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewServer(t, simulator.Options{})
			test(t, server, resource.TestStep{Config: acctest.Config(server, tt.config), PlanOnly: true, ExpectError: acctest.Says(tt.says)})
		})
	}
}
