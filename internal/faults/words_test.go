package faults

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

var requestID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// What a person reads: the goal that failed, what was asked and answered, and
// what to do next.
func TestWords(t *testing.T) {
	t.Parallel()
	const (
		asked   = "POST /am/svc_accounts/{id}/accounts"
		written = " The write may have taken effect: if Terraform then says that the object exists already, import it or set `on_existing = \"adopt\"`."
		problem = "Aurinko or the mail service behind it has a problem: run Terraform again later."
	)
	tests := map[string]struct {
		fault  simulator.Fault
		detail string
	}{
		"the mail service's own words": {
			simulator.Fault{Status: 400, Body: `{"code":"badRequest","message":"Refused","requestId":"3cd38fee-0000-4000-8000-000000000001",` +
				`"originalError":{"error":{"message":"Failed","innerError":{"message":"Mailbox not found"}}}}`},
			"Aurinko answered 400 badRequest to " + asked + ": Mailbox not found. Check `email` and `login`, and that the service account's administrator has granted access to the mailbox. Request id ID.",
		},
		"credentials": {
			simulator.Fault{Status: 401},
			"Aurinko answered 401 unauthorized to " + asked + ": Injected fault. Check `client_id` and `client_secret` in the provider block, or the environment variables AURINKO_CLIENT_ID and AURINKO_CLIENT_SECRET: " +
				"they are the Client ID and Client Secret of the Aurinko application. Request id ID.",
		},
		"permission": {
			simulator.Fault{Status: 403},
			"Aurinko answered 403 forbidden to " + asked + ": Injected fault. Probably the service account's administrator has not granted access to this mailbox, or not every scope asked for. Request id ID.",
		},
		"gone": {
			simulator.Fault{Status: 404},
			"Aurinko answered 404 not_found to " + asked + ": Injected fault. Check `email` and `login`, and that the service account's administrator has granted access to the mailbox. Request id ID.",
		},
		"too fast": {
			simulator.Fault{Status: 429, Header: http.Header{"Retry-After": {"600"}}},
			"Aurinko answered 429 too_many_requests to " + asked + ": Injected fault. Aurinko asks to wait 10m0s. Lower `requests_per_second` when several pipelines share the application. Request id ID.",
		},
		"a problem of the server": {
			simulator.Fault{Status: 500},
			"Aurinko answered 500 internal_server_error to " + asked + " (7 attempts): Injected fault. " + problem + written + " Request id ID.",
		},
		"a gateway's page": {
			simulator.Fault{HTML: true},
			"Aurinko answered 502 to " + asked + " (7 attempts): 502 Bad Gateway 502 Bad Gateway. " + problem + written,
		},
		"a proxy's page": {
			simulator.Fault{Status: 200, Body: signInPage, ContentType: "text/html"},
			"Aurinko answered 200 to " + asked + " with something other than the JSON expected (7 attempts): Sign in Please sign in to the proxy. " +
				"Perhaps something other than Aurinko answered, such as a proxy: check `base_url` (AURINKO_BASE_URL) and the proxy settings of this machine." + written,
		},
		"dropped": {
			simulator.Fault{DropBefore: true},
			"No answer from Aurinko to " + asked + " (7 attempts): unexpected EOF. Run Terraform again." + written,
		},
		"slow": {
			simulator.Fault{Latency: time.Hour},
			"No answer from Aurinko to " + asked + " (7 attempts): no complete answer after 1m0s. Run Terraform again." + written,
		},
	}
	for name, test := range tests {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server, w := newEstate(t, 1, simulator.Options{})
				test.fault.Method = http.MethodPost
				server.Inject(test.fault)
				found := w.apply().errors()
				if len(found) != 1 || found[0].summary != "Unable to create the managed account" ||
					requestID.ReplaceAllString(found[0].detail, "ID") != test.detail {
					t.Errorf("got  %swant ERROR: Unable to create the managed account: %s", found, test.detail)
				}
			})
		})
	}
}

// 403 says for every resource which permission is probably missing.
func TestForbiddenNamesThePermission(t *testing.T) {
	want := map[string]string{
		"aurinko_office365_oauth":  "Probably these credentials may not change the application's OAuth settings",
		"aurinko_google_oauth":     "Probably these credentials may not change the application's OAuth settings",
		"aurinko_zoho_oauth":       "Probably these credentials may not change the application's OAuth settings",
		"aurinko_office365_daemon": "Probably these credentials may not change the application's OAuth settings",
		"aurinko_service_account":  "Probably the administrator has not consented to every scope asked for, or the application may not use service accounts",
		"aurinko_managed_account":  "Probably the service account's administrator has not granted access to this mailbox, or not every scope asked for",
	}
	lives(t, func(t *testing.T, k kind) {
		w := newWorld(t, k)
		w.simulator.Inject(simulator.Fault{Method: http.MethodPost, Status: http.StatusForbidden})
		found := w.apply()
		if !strings.Contains(found.String(), want[k.typeName]) {
			t.Errorf("got %s", found)
		}
	})
}
