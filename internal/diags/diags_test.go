package diags_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
)

const requestID = "3cd38fee-0000-4000-8000-000000000001"

func TestFailure(t *testing.T) {
	t.Parallel()

	const (
		managed = "/am/svc_accounts/{id}/accounts"
		advice  = "Check `email`."
		written = "The write may have taken effect: if Terraform then says that the object exists already, import it or set `on_existing = \"adopt\"`."
		asked   = "Check `client_id` and `client_secret` in the provider block, or the environment variables AURINKO_CLIENT_ID and AURINKO_CLIENT_SECRET: " +
			"they are the Client ID and Client Secret of the Aurinko application."
	)
	const elsewhere = "Perhaps something other than Aurinko answered, such as a proxy: check `base_url` (AURINKO_BASE_URL) and the proxy settings of this machine."
	tests := map[string]struct {
		err    error
		detail string
	}{
		"the request is at fault": {
			&aurinko.Error{Method: "POST", Route: managed, Status: 400, Code: "badRequest", Message: "Mailbox not found", RequestID: requestID},
			"Aurinko answered 400 badRequest to POST " + managed + ": Mailbox not found. " + advice + " Request id " + requestID + ".",
		},
		"no code, no message, no request id": {
			&aurinko.Error{Method: "POST", Route: managed, Status: 422},
			"Aurinko answered 422 to POST " + managed + ": Unprocessable Entity. " + advice,
		},
		"wrapped": {
			fmt.Errorf("reading: %w", &aurinko.Error{Method: "POST", Route: managed, Status: 409, Message: "It is there already!"}),
			"Aurinko answered 409 to POST " + managed + ": It is there already! " + advice,
		},
		"wrong credentials": {
			&aurinko.Error{Method: "GET", Route: "/am/accounts", Status: 401, Code: "unauthorized", Message: "Nobody knows you"},
			"Aurinko answered 401 unauthorized to GET /am/accounts: Nobody knows you. " + asked,
		},
		"a dead token": {
			&aurinko.Error{Method: "GET", Route: "/am/accounts", Status: 401, Code: "token.dead"},
			"Aurinko answered 401 token.dead to GET /am/accounts: Unauthorized. The account's own token is no longer valid: its owner or administrator has to authorise it again.",
		},
		"no access to the mailbox": {
			&aurinko.Error{Method: "POST", Route: managed, Status: 403},
			"Aurinko answered 403 to POST " + managed + ": Forbidden. Probably the service account's administrator has not granted access to this mailbox, or not every scope asked for.",
		},
		"no consent": {
			&aurinko.Error{Method: "POST", Route: "/am/svc_accounts", Status: 403},
			"Aurinko answered 403 to POST /am/svc_accounts: Forbidden. Probably the administrator has not consented to every scope asked for, or the application may not use service accounts.",
		},
		"another application's account": {
			&aurinko.Error{Method: "GET", Route: "/am/accounts/{id}", Status: 403},
			"Aurinko answered 403 to GET /am/accounts/{id}: Forbidden. Probably the credentials belong to another Aurinko application than the account does. " + asked,
		},
		"OAuth settings": {
			&aurinko.Error{Method: "POST", Route: "/am/oauth_regs", Status: 403},
			"Aurinko answered 403 to POST /am/oauth_regs: Forbidden. Probably these credentials may not change the application's OAuth settings: enter them in the Aurinko portal.",
		},
		"too many requests": {
			&aurinko.Error{Method: "GET", Route: "/am/accounts", Status: 429},
			"Aurinko answered 429 to GET /am/accounts: Too Many Requests. Lower `requests_per_second` in the provider block, above all when several pipelines share the application.",
		},
		"too many requests, wait": {
			&aurinko.Error{Method: "GET", Route: "/am/accounts", Status: 429, RetryAfter: 90 * time.Second},
			"Aurinko answered 429 to GET /am/accounts: Too Many Requests. Aurinko asks to wait 1m30s. Lower `requests_per_second` when several pipelines share the application.",
		},
		"overloaded, with a time to wait": {
			&aurinko.Error{Method: "GET", Route: "/am/accounts", Status: 503, RetryAfter: 10 * time.Minute},
			"Aurinko answered 503 to GET /am/accounts: Service Unavailable. Aurinko or the mail service behind it has a problem: run Terraform again in 10m0s, as Aurinko asks.",
		},
		"a gateway's page": {
			&aurinko.Error{Method: "GET", Route: "/am/accounts", Status: 502, Excerpt: "Bad Gateway", Attempts: 3},
			"Aurinko answered 502 to GET /am/accounts (3 attempts): Bad Gateway. Aurinko or the mail service behind it has a problem: run Terraform again later.",
		},
		"a write that may have had effect": {
			&aurinko.Error{Method: "POST", Route: managed, Status: 503, Ambiguous: true},
			"Aurinko answered 503 to POST " + managed + ": Service Unavailable. Aurinko or the mail service behind it has a problem: run Terraform again later. " + written,
		},
		"a delete that may have had effect": {
			&aurinko.Error{Method: "DELETE", Route: "/am/accounts/{id}", Status: 503, Ambiguous: true},
			"Aurinko answered 503 to DELETE /am/accounts/{id}: Service Unavailable. Aurinko or the mail service behind it has a problem: run Terraform again later.",
		},
		"not found": {
			&aurinko.Error{Method: "GET", Route: "/am/accounts/{id}", Status: 404, Message: "No such account"},
			"Aurinko answered 404 to GET /am/accounts/{id}: No such account. " + advice,
		},
		"no answer": {
			&aurinko.Error{Method: "POST", Route: managed, Ambiguous: true, Err: errors.New("connection reset by peer")},
			"No answer from Aurinko to POST " + managed + ": connection reset by peer. Run Terraform again. " + written,
		},
		"interrupted": {
			&aurinko.Error{Method: "POST", Route: managed, Ambiguous: true, Err: context.Canceled},
			"No answer from Aurinko to POST " + managed + ": context canceled. The run was interrupted. " + written,
		},
		"an answer that is not JSON": {
			&aurinko.Error{Method: "GET", Route: "/am/accounts", Status: 200},
			"Aurinko answered 200 to GET /am/accounts with something other than the JSON expected. Run Terraform again.",
		},
		"a proxy's page": {
			&aurinko.Error{Method: "POST", Route: managed, Status: 200, NotJSON: true, Excerpt: "Please sign in", Ambiguous: true},
			"Aurinko answered 200 to POST " + managed + " with something other than the JSON expected: Please sign in. " + elsewhere + " " + written,
		},
		"another server's page": {
			&aurinko.Error{Method: "GET", Route: "/am/accounts/{id}", Status: 404, NotJSON: true, Excerpt: "nginx"},
			"Aurinko answered 404 to GET /am/accounts/{id}: nginx. " + elsewhere,
		},
		"no such listing": {
			&aurinko.Error{Method: "GET", Route: "/am/accounts", Status: 404},
			"Aurinko answered 404 to GET /am/accounts: Not Found. " + elsewhere,
		},
		"a redirect": {
			&aurinko.Error{Method: "GET", Route: "/am/accounts/{id}", Status: 302},
			"Aurinko answered 302 to GET /am/accounts/{id}: Found. " + elsewhere,
		},
		"a connection that does not work": {
			&aurinko.Error{Method: "POST", Route: "/am/accounts/connect", Status: 200, Err: &aurinko.ConnectionError{Status: "Failed"}},
			`Aurinko answered 200 to POST /am/accounts/connect: the connection's status is "Failed". ` + advice,
		},
		"unreachable": {
			&aurinko.Error{Method: "GET", Route: "/am/accounts", Unsent: true, Address: "127.0.0.1:1", Err: errors.New("connection refused")},
			"Aurinko at 127.0.0.1:1 could not be reached for GET /am/accounts: connection refused. " +
				"Check `base_url` (AURINKO_BASE_URL), the network and the proxy settings of this machine.",
		},
		"a certificate that is not trusted": {
			&aurinko.Error{Method: "GET", Route: "/am/accounts", Unsent: true, Address: "127.0.0.1:1", Err: &tls.CertificateVerificationError{Err: errors.New("unknown authority")}},
			"Aurinko at 127.0.0.1:1 could not be reached for GET /am/accounts: tls: failed to verify certificate: unknown authority. " +
				"The server's certificate is not trusted here: check `base_url`, and the proxy or certificate store of this machine.",
		},
		"settings that are not known yet": {
			&aurinko.UnknownConfigError{Names: []string{"client_id", "client_secret"}},
			"It takes a call of the Aurinko API, and the provider block has values that are not known before apply: `client_id` and `client_secret`. " +
				"Create what they come from first, for example with `-target`, or pass it in as a variable.",
		},
		"interrupted before the call": {
			context.Canceled,
			"The run was interrupted before anything was sent. Run Terraform again.",
		},
		"no failure of the API": {errors.New("the key is short"), "the key is short."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := diags.Failure("create the managed account", test.err, advice)
			check(t, got, diag.SeverityError, "Unable to create the managed account", test.detail)
		})
	}
}

// A failure that nothing in particular can be done about has a next step too.
func TestFailureWithoutAdvice(t *testing.T) {
	t.Parallel()

	got := diags.Failure("read the managed account", &aurinko.Error{Method: "GET", Route: "/am/accounts/{id}", Status: 400, Message: "No"}, "")
	check(t, got, diag.SeverityError, "Unable to read the managed account",
		"Aurinko answered 400 to GET /am/accounts/{id}: No. Run Terraform again; if the answer stays the same, ask Aurinko's support about it.")
}

// A panic's value may hold anything, a secret among it.
func TestRecover(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		cause func()
		want  string
	}{
		"a secret": {func() { panic("hunter2") }, "a panic with a value of type string"},
		"a fault that the runtime finds": {func() {
			none := strings.Fields(" ")
			none[len(t.Name())] = "hunter2"
		}, "index out of range"},
	} {
		var diagnostics diag.Diagnostics
		func() {
			defer diags.Recover("create the account", &diagnostics)
			test.cause()
		}()
		if diagnostics.ErrorsCount() != 1 {
			t.Fatalf("%s: %v", name, diagnostics)
		}
		summary, detail := diagnostics[0].Summary(), diagnostics[0].Detail()
		if summary != "Unable to create the account" || !strings.Contains(detail, test.want) ||
			!strings.Contains(detail, "TestRecover") || !strings.Contains(detail, "Please report it") {
			t.Errorf("%s: %s: %s", name, summary, detail)
		}
		if strings.Contains(detail, "hunter2") {
			t.Errorf("%s: the panic's value is told: %s", name, detail)
		}
	}
	var diagnostics diag.Diagnostics
	func() { defer diags.Recover("create the account", &diagnostics) }()
	if len(diagnostics) > 0 {
		t.Errorf("without a panic: %v", diagnostics)
	}
}

func check(t *testing.T, got diag.Diagnostic, severity diag.Severity, summary, detail string) {
	t.Helper()
	if got.Severity() != severity {
		t.Errorf("the severity is %s, want %s", got.Severity(), severity)
	}
	if got.Summary() != summary {
		t.Errorf("the summary is %q, want %q", got.Summary(), summary)
	}
	if got.Detail() != detail {
		t.Errorf("the detail is\n%s\nwant\n%s", got.Detail(), detail)
	}
}

func TestReadBack(t *testing.T) {
	t.Parallel()

	got := diags.ReadBack("the managed account", &aurinko.Error{Method: "GET", Route: "/am/accounts/{id}", Status: 500})
	check(t, got, diag.SeverityWarning, "Written, but not read back: the managed account",
		"Aurinko answered 500 to GET /am/accounts/{id}: Internal Server Error. "+
			"Aurinko or the mail service behind it has a problem: run Terraform again later. "+
			"It is in the state; the next plan completes its computed values.")
}

func TestImportBlock(t *testing.T) {
	t.Parallel()

	for label, name := range map[string]string{
		"sales@acme.example":  "sales",
		"Anna.Maria@acme.org": "anna_maria",
		"acme.example":        "acme_example",
		"1b4e28ba-2fa1-4d3b":  "account_1b4e28ba_2fa1_4d3b",
		"ACME\\svc":           "acme_svc",
		"_-@acme.example":     "account",
		"":                    "account",
		"Ü@acme.example":      "account",
	} {
		want := "import {\n  to = aurinko_managed_account." + name + "\n  id = \"12345\"\n}"
		if got := diags.ImportBlock("aurinko_managed_account", label, "12345"); got != want {
			t.Errorf("for %q: got\n%s\nwant\n%s", label, got, want)
		}
	}
}

func TestAccountFailure(t *testing.T) {
	t.Parallel()

	const (
		importBlock = "import {\n  to = aurinko_managed_account.sales\n  id = \"12345\"\n}"
		failed      = "Unable to update the managed account"
	)
	tests := map[string]struct {
		err             error
		summary, detail string
	}{
		"exists": {
			&aurinko.ExistsError{Account: aurinko.Account{ID: 12345}}, "The managed account exists already",
			"Account 12345 is this mailbox under service account 678. Nothing was written. To manage it with Terraform, import it:\n\n" + importBlock +
				"\n\nor set `on_existing = \"adopt\"` to take it over as configured.",
		},
		"claimed": {
			&aurinko.ClaimedError{ID: 12345}, failed,
			"Another resource of this configuration means the same account, 12345. Nothing was written. Remove one of the two.",
		},
		"claimed by one that is being created": {
			&aurinko.ClaimedError{}, failed,
			"Another resource of this configuration, which is being created now, means the same account. Nothing was written. Remove one of the two.",
		},
		"gone": {
			&aurinko.GoneError{ID: 12345}, failed,
			"Account 12345 was deleted after the plan was made. Nothing was written. Plan again: Terraform will then create it anew.",
		},
		"created, but it is an older one": {
			&aurinko.UnexpectedIDError{Got: 12345}, failed,
			"Aurinko did not create an account, but updated account 12345, which was there before and does not show in its list under this name. " +
				"It is not in the state, and it may now hold the values of this resource. To manage it with Terraform, import it:\n\n" + importBlock +
				"\n\nor set `on_existing = \"adopt\"`.",
		},
		"a duplicate, deleted again": {
			&aurinko.UnexpectedIDError{Meant: 12345, Got: 777, Removed: true}, failed,
			"Aurinko answered the update of account 12345 with account 777. That one was a duplicate made by this write, and has been deleted again. " +
				"Probably the account was changed outside Terraform so that it is no longer found by what identifies it: plan again.",
		},
		"a duplicate that stays": {
			&aurinko.UnexpectedIDError{Meant: 12345, Got: 777, Cleanup: errors.New("no answer")}, failed,
			"Aurinko answered the update of account 12345 with account 777. That one is a duplicate made by this write, and could not be deleted: no answer. Delete it in the Aurinko portal.",
		},
		"another account": {
			&aurinko.UnexpectedIDError{Meant: 12345, Got: 777}, failed,
			"Aurinko answered the update of account 12345 with account 777. That account was there before, and may now hold the values of this resource: " +
				"two accounts are identified by the same values. Look at both in the Aurinko portal, and delete one.",
		},
		"refused": {
			&aurinko.Error{Method: "POST", Route: "/am/svc_accounts", Status: 400, Message: "No"}, failed,
			"Aurinko answered 400 to POST /am/svc_accounts: No. Check `email`.",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := diags.AccountFailure(diags.Account{
				Type: "aurinko_managed_account", Kind: "managed account", Verb: "update", Label: "sales@acme.example",
				Described: "this mailbox under service account 678", Advice: "Check `email`.",
			}, fmt.Errorf("wrapped: %w", test.err))
			check(t, got, diag.SeverityError, test.summary, test.detail)
		})
	}
}

func TestClient(t *testing.T) {
	t.Parallel()

	client, err := aurinko.New(aurinko.Config{ClientID: "client-id", ClientSecret: "client-secret", BaseURL: aurinko.DefaultBaseURL, RequestsPerSecond: 1})
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		data   any
		want   *aurinko.Client
		errors int
	}{
		"before Configure": {nil, nil, 0},
		"the client":       {client, client, 0},
		"another type":     {"client", nil, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diagnostics diag.Diagnostics
			if got := diags.Client(test.data, &diagnostics); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if diagnostics.ErrorsCount() != test.errors {
				t.Errorf("got %v, want %d errors", diagnostics, test.errors)
			}
		})
	}
}
