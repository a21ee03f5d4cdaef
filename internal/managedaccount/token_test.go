package managedaccount_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const tokenType = "aurinko_managed_account_token"

// The account is written again as it was, whatever it holds, and the token of
// that write is handed out.
func TestToken(t *testing.T) {
	t.Parallel()

	on, off := true, false
	at := time.Date(2025, 3, 1, 12, 30, 0, 123_000_000, time.UTC)
	tests := map[string]struct {
		account simulator.Account
		keys    string
		sent    []string // all fields of the body
	}{
		"every field": {
			simulator.Account{
				ParentID: exchangeID, ServiceType: "EWS", ServiceProvider: "hosted", LoginString: `ACME\Sales`, Email: "Sales@acme.example", Email2: "s2@acme.example",
				Name: `Sales "&" <Co>`, Name2: "S", Timezone: "Europe/Vienna", ServerURL: "https://mail.acme.example/EWS/Exchange.asmx", ServerURL2: "https://two.example",
				ClientOrgID: "acme", AuthUserID: "1001", AuthOrgID: "acme.example", AuthScopes: []string{"Mail.Send", "Mail.Read", "Tasks.Read"},
				AuthNativeScopes: []string{"EWS.All"}, UserID: "user-1", UserAccount: "secondary", CopyToSent: &on, TrustServer: &off,
				AuthObtainedAt: at, AuthExpiresAt: at.AddDate(1, 0, 0), CreatedAt: at, UpdatedAt: at, TokenIssuedAt: at,
			}, "email",
			[]string{"active", "authExpiresAt", "authObtainedAt", "authOrgId", "authScopes", "authUserId", "clientOrgId", "copyToSent", "email", "email2",
				"loginString", "name", "serverUrl", "serviceProvider", "serviceType", "timezone", "trustServer"},
		},
		"an address only": {
			simulator.Account{ParentID: officeID, ServiceType: "Office365", Email: "sales@acme.example", CreatedAt: at, AuthObtainedAt: at}, "email",
			[]string{"active", "authObtainedAt", "email", "serviceType"},
		},
		"a login only": {
			simulator.Account{ParentID: exchangeID, ServiceType: "EWS", LoginString: `ACME\sales`, CreatedAt: at, AuthObtainedAt: at}, "username",
			[]string{"active", "authObtainedAt", "loginString", "serviceType"},
		},
	}
	for name, test := range tests {
		for quirk, quirks := range map[string]simulator.Quirks{
			"": {}, " with nulls": {Nulls: true, UnknownFields: true}, " by other names": {GuideScopeNames: true, Created201: true},
		} {
			t.Run(name+quirk, func(t *testing.T) {
				t.Parallel()
				server := newServer(t)
				server.Simulator.SetQuirks(quirks)
				id := server.Simulator.AddAccount(test.account)
				before, _ := server.Simulator.Account(id)

				result, failures := core.Connect(t, server).Open(tokenType, core.Values{"account_id": strconv.FormatInt(id, 10)})
				if len(failures) > 0 {
					t.Fatal(failures)
				}
				var token string
				if err := result["access_token"].As(&token); err != nil || len(token) < 20 {
					t.Errorf("the token has %d characters, %v", len(token), err)
				}
				after, _ := server.Simulator.Account(id)
				// When a write and the token that comes of it were made.
				if diff := cmp.Diff(before, after, cmpopts.IgnoreFields(simulator.Account{}, "UpdatedAt", "TokenIssuedAt")); diff != "" {
					t.Errorf("the account is another one now (-before +after):\n%s", diff)
				}
				if len(server.Simulator.Accounts()) != 3 {
					t.Errorf("accounts are %v", server.Simulator.Accounts())
				}
				acctest.AssertWrites(t, server, post)
				journal := server.Simulator.Journal()
				write := journal[len(journal)-1]
				if got := write.Query.Encode(); got != "recycleKeys="+test.keys {
					t.Errorf("the query is %s", got)
				}
				if diff := cmp.Diff(test.sent, slices.Sorted(maps.Keys(write.Body))); diff != "" {
					t.Errorf("fields that were sent (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestTokenRefuses(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		id     any
		fault  simulator.Fault
		says   []string
		writes []string
	}{
		"a service account":  {id: "502", says: []string{"Not a managed account: Account 502 is a service account", "Nothing was written", "`aurinko_managed_account`"}},
		"a personal account": {id: "700", says: []string{"Not a managed account: Account 700 is a personal account", "Nothing was written"}},
		"gone":               {id: "999", says: []string{"No such account: The Aurinko application of this provider block has no account 999."}},
		"of no service account": {
			"601", simulator.Fault{Method: "GET", Status: 200, Body: `{"id": 601, "type": "managed", "email": "ceo@acme.example"}`},
			[]string{"Unable to obtain an access token of the managed account: This writes the account again, unchanged, and the API does not return the service account", "Nothing was written"}, nil,
		},
		"no number": {id: "ceo", says: []string{"Invalid account ID: The value is not an account ID."}},
		"no token": {
			"601", simulator.Fault{Method: "POST", Status: 200, Body: `{"accountId": 601}`},
			[]string{"Unable to obtain an access token of the managed account: Aurinko wrote account 601, unchanged, and returned no access token"}, []string{post},
		},
		"an empty token": {
			"601", simulator.Fault{Method: "POST", Status: 200, Body: `{"accountId": 601, "accessToken": null}`},
			[]string{"returned no access token"}, []string{post},
		},
		"refused": {
			"601", simulator.Fault{Method: "POST", Status: 400},
			[]string{"Unable to obtain an access token of the managed account: Aurinko answered 400 badRequest to POST /am/svc_accounts/{id}/accounts", "Aurinko refuses that"}, []string{post},
		},
		"another account": {
			"601", simulator.Fault{Method: "POST", Status: 200, Body: `{"accountId": 603, "accessToken": "t0ken-of-another"}`},
			[]string{"Terraform wrote to account 601, and Aurinko answered with account 603", "Nothing was deleted"}, []string{post},
		},
		"unreadable": {
			"601", simulator.Fault{Method: "POST", Status: 200, Body: `{"accountId": 601, "accessToken": "t0ken-of-another`},
			[]string{"Unable to obtain an access token of the managed account"}, []string{post},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newEstateServer(t, simulator.Quirks{})
			if test.fault.Status != 0 {
				server.Simulator.Inject(test.fault)
			}
			result, failures := core.Connect(t, server).Open(tokenType, core.Values{"account_id": test.id})
			if len(failures) != 1 {
				t.Fatalf("%v, %q", result, failures)
			}
			for _, text := range test.says {
				if !strings.Contains(failures[0], text) {
					t.Errorf("%q does not say %q", failures[0], text)
				}
			}
			if strings.Contains(failures[0], "t0ken") {
				t.Errorf("the message holds a token: %q", failures[0])
			}
			acctest.AssertWrites(t, server, test.writes...)
		})
	}
}

// Terraform does not open what is not known yet; should it, nothing is asked.
func TestTokenOfAnUnknownAccount(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	_, failures := core.Connect(t, server).Open(tokenType, core.Values{"account_id": tftypes.UnknownValue})
	if len(failures) != 1 || !strings.Contains(failures[0], "Invalid account ID") || len(server.Requests()) > 0 {
		t.Errorf("%q, %q", failures, server.Requests())
	}
}

// With the real CLI the token reaches what may take it, here the configuration
// of another provider, and the account is what it was.
func TestAccToken(t *testing.T) {
	t.Parallel()
	server := newEstateServer(t, simulator.Quirks{})
	before, _ := server.Simulator.Account(601)
	factories := maps.Clone(acctest.ProtoV6ProviderFactories)
	factories["echo"] = echoprovider.NewProviderServer()
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		TerraformVersionChecks:   acctest.EphemeralChecks(),
		Steps: []resource.TestStep{{
			Config: acctest.Config(server, `
				ephemeral "aurinko_managed_account_token" "this" { account_id = 601 }
				provider "echo" { data = length(ephemeral.aurinko_managed_account_token.this.access_token) > 20 }
				resource "echo" "this" {}`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.this", tfjsonpath.New("data"), knownvalue.Bool(true)),
			},
		}},
	})
	writes := server.Writes()
	if len(writes) < 2 || slices.ContainsFunc(writes, func(write string) bool { return write != post }) {
		t.Errorf("writes are %q, want one of the account while planning and one while applying", writes)
	}
	after, _ := server.Simulator.Account(601)
	if diff := cmp.Diff(before, after, cmpopts.IgnoreFields(simulator.Account{}, "UpdatedAt", "TokenIssuedAt")); diff != "" {
		t.Errorf("the account is another one now (-before +after):\n%s", diff)
	}
}
