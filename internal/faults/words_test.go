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
		written = " The write may have taken effect: if Terraform then says that the object already exists, import it or set `on_existing = \"adopt\"`."
		problem = "\n\nAurinko or the mail service behind it has a problem. Run Terraform again later."
		advice  = " Request ID ID.\n\nCheck `email` and `login`, and that the service account's administrator has granted access to the mailbox and every scope."
	)
	tests := map[string]struct {
		fault  simulator.Fault
		detail string
	}{
		"the mail service's own words": {
			fault: simulator.Fault{Status: 400, Body: `{"code":"badRequest","message":"Refused","requestId":"3cd38fee-0000-4000-8000-000000000001",` +
				`"originalError":{"error":{"message":"Failed","innerError":{"message":"Mailbox not found"}}}}`},
			detail: "Aurinko answered 400 badRequest to " + asked + ": Mailbox not found." + advice,
		},
		"credentials": {
			fault: simulator.Fault{Status: 401},
			detail: "Aurinko answered 401 unauthorized to " + asked + ": Injected fault. Request ID ID.\n\nCheck `client_id` and `client_secret` in the provider block, " +
				"or the environment variables AURINKO_CLIENT_ID and AURINKO_CLIENT_SECRET: they are the Client ID and Client Secret of the Aurinko application.",
		},
		"permission": {
			fault:  simulator.Fault{Status: 403},
			detail: "Aurinko answered 403 forbidden to " + asked + ": Injected fault." + advice,
		},
		"gone": {
			fault:  simulator.Fault{Status: 404},
			detail: "Aurinko answered 404 not_found to " + asked + ": Injected fault." + advice,
		},
		"too fast": {
			fault: simulator.Fault{Status: 429, Header: http.Header{"Retry-After": {"600"}}},
			detail: "Aurinko answered 429 too_many_requests to " + asked + ": Injected fault. Request ID ID.\n\nAurinko asks to wait 10m0s. " +
				"Lower `requests_per_second` in the provider block, above all when several pipelines share the application.",
		},
		"a problem of the server": {
			fault:  simulator.Fault{Status: 500},
			detail: "Aurinko answered 500 internal_server_error to " + asked + " (7 attempts): Injected fault. Request ID ID." + problem + written,
		},
		"a gateway's page": {
			fault:  simulator.Fault{HTML: true},
			detail: "Aurinko answered 502 to " + asked + " (7 attempts): 502 Bad Gateway 502 Bad Gateway." + problem + written,
		},
		"a proxy's page": {
			fault: simulator.Fault{Status: 200, Body: signInPage, ContentType: "text/html"},
			detail: "Aurinko answered 200 to " + asked + " with something other than the JSON expected (7 attempts): Sign in Please sign in to the proxy.\n\n" +
				"Something other than Aurinko may have answered, such as a proxy. Check `base_url` (AURINKO_BASE_URL) and the proxy settings of this machine." + written,
		},
		"dropped": {
			fault:  simulator.Fault{DropBefore: true},
			detail: "No answer from Aurinko to " + asked + " (7 attempts): unexpected EOF.\n\nRun Terraform again." + written,
		},
		"slow": {
			fault:  simulator.Fault{Latency: time.Hour},
			detail: "No answer from Aurinko to " + asked + " (7 attempts): no complete answer after 1m0s.\n\nRun Terraform again." + written,
		},
	}
	for name, test := range tests {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server, w := newEstate(t, 1, simulator.Options{})
				test.fault.Method = http.MethodPost
				server.Inject(test.fault)
				found := w.Apply().Errors()
				if len(found) != 1 || found[0].Summary != "Unable to create the managed account" ||
					requestID.ReplaceAllString(found[0].Detail, "ID") != test.detail {
					t.Errorf("got  %swant ERROR: Unable to create the managed account: %s", found, test.detail)
				}
			})
		})
	}
}

// 403 says for every resource which permission may be missing.
func TestForbiddenNamesThePermission(t *testing.T) {
	want := map[string]string{
		"aurinko_office365_oauth":  "whether these credentials may change OAuth settings",
		"aurinko_google_oauth":     "whether these credentials may change OAuth settings",
		"aurinko_zoho_oauth":       "whether these credentials may change OAuth settings",
		"aurinko_office365_daemon": "whether these credentials may change OAuth settings",
		"aurinko_service_account":  "that the administrator has consented to every scope",
		"aurinko_managed_account":  "that the service account's administrator has granted access to the mailbox and every scope",
	}
	lives(t, func(t *testing.T, k kind) {
		w := newWorld(t, k)
		w.simulator.Inject(simulator.Fault{Method: http.MethodPost, Status: http.StatusForbidden})
		found := w.Apply()
		if !strings.Contains(found.String(), want[k.typeName]) {
			t.Errorf("got %s", found)
		}
	})
}
