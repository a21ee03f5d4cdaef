package diags_test

import (
	"cmp"
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
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

const requestID = "3cd38fee-0000-4000-8000-000000000001"

func TestFailure(t *testing.T) {
	t.Parallel()

	const (
		managed = "/am/svc_accounts/{id}/accounts"
		advice  = "Check `email`."
		written = " The write may have taken effect: if Terraform then says that the object already exists, import it or set `on_existing = \"adopt\"`."
		asked   = "Check `client_id` and `client_secret` in the provider block, or the environment variables AURINKO_CLIENT_ID and AURINKO_CLIENT_SECRET: " +
			"they are the Client ID and Client Secret of the Aurinko application."
		elsewhere = "Something other than Aurinko may have answered, such as a proxy. Check `base_url` (AURINKO_BASE_URL) and the proxy settings of this machine."
		problem   = "Aurinko or the mail service behind it has a problem. Run Terraform again "
		network   = "Check `base_url` (AURINKO_BASE_URL), the network and the proxy settings of this machine."
	)
	tests := map[string]struct {
		err            error
		happened, next string
	}{
		"the request is at fault": {
			err:      &aurinko.Error{Method: "POST", Route: managed, Status: 400, Code: "badRequest", Message: "Mailbox not found", RequestID: requestID},
			happened: "Aurinko answered 400 badRequest to POST " + managed + ": Mailbox not found. Request ID " + requestID + ".", next: advice,
		},
		"no code, no message, no request ID": {
			err:      &aurinko.Error{Method: "POST", Route: managed, Status: 422},
			happened: "Aurinko answered 422 to POST " + managed + ": Unprocessable Entity.", next: advice,
		},
		"wrapped": {
			err:      fmt.Errorf("reading: %w", &aurinko.Error{Method: "POST", Route: managed, Status: 409, Message: "It is there already!"}),
			happened: "Aurinko answered 409 to POST " + managed + ": It is there already!", next: advice,
		},
		"wrong credentials": {
			err:      &aurinko.Error{Method: "GET", Route: "/am/accounts", Status: 401, Code: "unauthorized", Message: "Wrong", BadCredential: true},
			happened: "Aurinko answered 401 unauthorized to GET /am/accounts: Wrong.", next: asked,
		},
		"a dead token": {
			err:      &aurinko.Error{Method: "GET", Route: "/am/accounts", Status: 401, Code: "token.dead"},
			happened: "Aurinko answered 401 token.dead to GET /am/accounts: Unauthorized.",
			next:     "The account's own token is no longer valid. Its owner or administrator must authorize it again.",
		},
		"a credential that a mail service refuses": {
			err:      &aurinko.Error{Method: "POST", Route: managed, Status: 401, Code: "invalid_grant"},
			happened: "Aurinko answered 401 invalid_grant to POST " + managed + ": Unauthorized.",
			next:     "The mail service refuses the credential. " + advice,
		},
		"forbidden": {
			err:      &aurinko.Error{Method: "POST", Route: managed, Status: 403},
			happened: "Aurinko answered 403 to POST " + managed + ": Forbidden.", next: advice,
		},
		"too many requests": {
			err:      &aurinko.Error{Method: "GET", Route: "/am/accounts", Status: 429},
			happened: "Aurinko answered 429 to GET /am/accounts: Too Many Requests.",
			next:     "Lower `requests_per_second` in the provider block, above all when several pipelines share the application.",
		},
		"too many requests, wait": {
			err:      &aurinko.Error{Method: "GET", Route: "/am/accounts", Status: 429, RetryAfter: 90 * time.Second},
			happened: "Aurinko answered 429 to GET /am/accounts: Too Many Requests.",
			next:     "Aurinko asks to wait 1m30s. Lower `requests_per_second` in the provider block, above all when several pipelines share the application.",
		},
		"overloaded, with a time to wait": {
			err:      &aurinko.Error{Method: "GET", Route: "/am/accounts", Status: 503, RetryAfter: 10 * time.Minute},
			happened: "Aurinko answered 503 to GET /am/accounts: Service Unavailable.", next: problem + "in 10m0s, as Aurinko asks.",
		},
		"a gateway's page": {
			err:      &aurinko.Error{Method: "GET", Route: "/am/accounts", Status: 502, Excerpt: "Bad Gateway", Attempts: 3},
			happened: "Aurinko answered 502 to GET /am/accounts (3 attempts): Bad Gateway.", next: problem + "later.",
		},
		"a write that may have had effect": {
			err:      &aurinko.Error{Method: "POST", Route: managed, Status: 503, Ambiguous: true},
			happened: "Aurinko answered 503 to POST " + managed + ": Service Unavailable.", next: problem + "later." + written,
		},
		"a delete that may have had effect": {
			err:      &aurinko.Error{Method: "DELETE", Route: "/am/accounts/{id}", Status: 503, Ambiguous: true},
			happened: "Aurinko answered 503 to DELETE /am/accounts/{id}: Service Unavailable.", next: problem + "later.",
		},
		"not found": {
			err:      &aurinko.Error{Method: "POST", Route: managed, Status: 404, Own: true, Message: "No such account"},
			happened: "Aurinko answered 404 to POST " + managed + ": No such account.", next: advice,
		},
		"no answer": {
			err:      &aurinko.Error{Method: "POST", Route: managed, Ambiguous: true, Err: errors.New("connection reset by peer")},
			happened: "No answer from Aurinko to POST " + managed + ": connection reset by peer.", next: "Run Terraform again." + written,
		},
		"interrupted": {
			err:      &aurinko.Error{Method: "POST", Route: managed, Ambiguous: true, Err: context.Canceled},
			happened: "No answer from Aurinko to POST " + managed + ": context canceled.", next: "The run was interrupted. Run Terraform again." + written,
		},
		"an answer that is not JSON": {
			err:      &aurinko.Error{Method: "GET", Route: "/am/accounts", Status: 200},
			happened: "Aurinko answered 200 to GET /am/accounts with something other than the JSON expected.", next: "Run Terraform again.",
		},
		"a proxy's page": {
			err:      &aurinko.Error{Method: "POST", Route: managed, Status: 200, NotJSON: true, Excerpt: "Please sign in", Ambiguous: true},
			happened: "Aurinko answered 200 to POST " + managed + " with something other than the JSON expected: Please sign in.", next: elsewhere + written,
		},
		"another server's page": {
			err:      &aurinko.Error{Method: "GET", Route: "/am/accounts/{id}", Status: 404, NotJSON: true, Excerpt: "nginx"},
			happened: "Aurinko answered 404 to GET /am/accounts/{id}: nginx.", next: elsewhere,
		},
		"a gateway without a route": {
			err:      &aurinko.Error{Method: "GET", Route: "/am/accounts/{id}", Status: 404, Message: "no Route matched"},
			happened: "Aurinko answered 404 to GET /am/accounts/{id}: no Route matched.", next: elsewhere,
		},
		"a redirect": {
			err:      &aurinko.Error{Method: "GET", Route: "/am/accounts/{id}", Status: 302},
			happened: "Aurinko answered 302 to GET /am/accounts/{id}: Found.", next: elsewhere,
		},
		"a connection that does not work": {
			err:      &aurinko.Error{Method: "POST", Route: "/am/accounts/connect", Status: 200, Err: &aurinko.ConnectionError{Status: "Failed"}},
			happened: `Aurinko answered 200 to POST /am/accounts/connect: the connection's status is "Failed".`, next: advice,
		},
		"unreachable": {
			err:      &aurinko.Error{Method: "GET", Route: "/am/accounts", Unsent: true, Unreachable: true, Address: "127.0.0.1:1", Err: errors.New("connection refused")},
			happened: "Aurinko at 127.0.0.1:1 could not be reached for GET /am/accounts: connection refused.", next: network,
		},
		"silent": {
			err:      &aurinko.Error{Method: "GET", Route: "/am/accounts", Unreachable: true, Address: "127.0.0.1:1", Err: errors.New("no complete answer after 1m0s")},
			happened: "No answer from Aurinko to GET /am/accounts: no complete answer after 1m0s.", next: network,
		},
		"a certificate that is not trusted": {
			err:      &aurinko.Error{Method: "GET", Route: "/am/accounts", Unsent: true, Unreachable: true, Address: "127.0.0.1:1", Err: &tls.CertificateVerificationError{Err: errors.New("unknown authority")}},
			happened: "Aurinko at 127.0.0.1:1 could not be reached for GET /am/accounts: tls: failed to verify certificate: unknown authority.",
			next:     "This machine does not trust the server's certificate. Check `base_url`, and the proxy and certificate store of this machine.",
		},
		"settings that are not known yet": {
			err:      &aurinko.UnknownConfigError{Names: []string{"client_id", "client_secret"}},
			happened: "This needs a call to the Aurinko API, and the provider block has values that are not known before apply: `client_id` and `client_secret`.",
			next:     "Create the resources that they come from first, for example with `-target`, or pass them in as variables.",
		},
		"interrupted before the call": {
			err: context.Canceled, happened: "The run was interrupted before anything was sent.", next: "Run Terraform again.",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := diags.Failure("create the managed account", test.err, advice)
			check(t, got, diag.SeverityError, "Unable to create the managed account", test.happened+"\n\n"+test.next)
		})
	}
}

// An error that is not the API's says itself what happened.
func TestFailureOfSomethingElse(t *testing.T) {
	t.Parallel()
	check(t, diags.Failure("read the key", errors.New("the key is short"), ""), diag.SeverityError, "Unable to read the key", "the key is short.")
}

// A failure that nothing in particular can be done about has a next step too.
func TestFailureWithoutAdvice(t *testing.T) {
	t.Parallel()

	got := diags.Failure("read the managed account", &aurinko.Error{Method: "GET", Route: "/am/accounts/{id}", Status: 400, Message: "No"}, "")
	check(t, got, diag.SeverityError, "Unable to read the managed account",
		"Aurinko answered 400 to GET /am/accounts/{id}: No.\n\nRun Terraform again. If the answer stays the same, ask Aurinko's support about it.")
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
			!strings.Contains(detail, "TestRecover") || !strings.Contains(detail, "Report it with these lines") {
			t.Errorf("%s: %s: %s", name, summary, detail)
		}
		if strings.Contains(detail, "hunter2") {
			t.Errorf("%s: the panic's value is shown: %s", name, detail)
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

	got := diags.ReadBack("the managed account", &aurinko.Error{Method: "GET", Route: "/am/accounts/{id}", Status: 500, RequestID: requestID})
	check(t, got, diag.SeverityWarning, "Written, but not read back: the managed account",
		"Aurinko answered 500 to GET /am/accounts/{id}: Internal Server Error. Request ID "+requestID+".\n\n"+
			"The object is in the state. The next plan completes its computed values.")
}

// Each refusal says what happened, what was not written, and what to do. Nothing
// asks anybody to delete an account that they did not ask to delete.
func TestAccountFailure(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		refusal lifecycle.Refusal
		verb    string
		summary string
		says    []string
	}{
		"exists": {
			refusal: lifecycle.Refusal{Reason: lifecycle.Exists, AccountID: 12345}, verb: "create", summary: "The managed account already exists",
			says: []string{"Account 12345 is this mailbox under service account 678. Nothing was written.\n\nTo manage it with Terraform, import ID 12345 into the resource named above, or set `on_existing = \"adopt\"`."},
		},
		"claimed by one that is being created": {
			refusal: lifecycle.Refusal{Reason: lifecycle.Claimed}, verb: "create",
			says: []string{"Another resource of this configuration is creating the same account. Nothing was written.\n\nKeep one"},
		},
		"claimed, to create": {
			refusal: lifecycle.Refusal{Reason: lifecycle.Claimed, AccountID: 12345}, verb: "create",
			says: []string{"manages the same account, 12345. Nothing was written.\n\nRemove this resource from the configuration: it is not in the state."},
		},
		"claimed, to update": {
			refusal: lifecycle.Refusal{Reason: lifecycle.Claimed, AccountID: 12345}, verb: "update",
			says: []string{"12345", "Nothing was written.", "`removed` block that has `destroy = false`", "`terraform state rm`"},
		},
		"overlapping": {
			refusal: lifecycle.Refusal{Reason: lifecycle.Overlapping, AccountID: 12345, Other: 777}, verb: "update",
			says: []string{"A write to account 12345 could also hit account 777", "Nothing was written.", "in the Aurinko portal"},
		},
		"signed in": {
			refusal: lifecycle.Refusal{Reason: lifecycle.SignedIn, AccountID: 12345, Detail: "Google"}, verb: "create",
			says: []string{"Account 12345 already has this address. Its owner signs in with Google", "Nothing was written.\n\nIf Aurinko is to reach the mailbox with its password, delete that account"},
		},
		"gone": {
			refusal: lifecycle.Refusal{Reason: lifecycle.Gone, AccountID: 12345}, verb: "update",
			says: []string{"Account 12345 was deleted after the plan was made. Nothing was written.\n\nPlan again: Terraform then creates the account."},
		},
		"contradicted": {
			refusal: lifecycle.Refusal{Reason: lifecycle.Contradicted, AccountID: 12345}, verb: "update",
			says: []string{"Account 12345 at Aurinko is not the account that is configured", "Nothing was written.", "Plan again with a refresh"},
		},
		"overwritten": {
			refusal: lifecycle.Refusal{Reason: lifecycle.Overwritten, AccountID: 12345}, verb: "create",
			says: []string{"Aurinko updated the existing account 12345 instead of creating a new one.", "its settings may have been overwritten.", "import ID 12345"},
		},
		"unproven": {
			refusal: lifecycle.Refusal{Reason: lifecycle.Unproven, AccountID: 12345}, verb: "create",
			says: []string{"Aurinko answered with account 12345, and nothing shows whether this write created it", "import ID 12345"},
		},
		"strayed": {
			refusal: lifecycle.Refusal{Reason: lifecycle.Strayed, AccountID: 12345}, verb: "create",
			says: []string{"Aurinko updated account 12345, which is not the account that is configured", "Do not import it here."},
		},
		"misdirected": {
			refusal: lifecycle.Refusal{Reason: lifecycle.Misdirected, AccountID: 12345, Other: 777}, verb: "update",
			says: []string{"Terraform wrote to account 12345, and Aurinko answered with account 777", "Nothing was deleted."},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := diags.AccountFailure(diags.Account{
				Kind: "managed account", Verb: test.verb, Described: "this mailbox under service account 678", Advice: "Check `email`.",
			}, fmt.Errorf("wrapped: %w", &test.refusal))
			if want := cmp.Or(test.summary, "Unable to "+test.verb+" the managed account"); got.Summary() != want {
				t.Errorf("the summary is %q, want %q", got.Summary(), want)
			}
			for _, text := range test.says {
				if !strings.Contains(got.Detail(), text) {
					t.Errorf("%q is not in\n%s", text, got.Detail())
				}
			}
		})
	}
	got := diags.AccountFailure(diags.Account{Kind: "managed account", Verb: "update", Advice: "Check `email`."},
		&aurinko.Error{Method: "POST", Route: "/am/svc_accounts", Status: 400, Message: "No"})
	check(t, got, diag.SeverityError, "Unable to update the managed account", "Aurinko answered 400 to POST /am/svc_accounts: No.\n\nCheck `email`.")
}

func TestPlannedExisting(t *testing.T) {
	t.Parallel()

	refused := diags.PlannedExisting("managed account", "Account 7 is this mailbox", "7", false)
	check(t, refused, diag.SeverityError, "The managed account already exists",
		"Account 7 is this mailbox.\n\nTo manage it with Terraform, import ID 7 into the resource named above, or set `on_existing = \"adopt\"`. "+
			"If it is in the state under another address, add a `moved` block from there instead. To destroy other resources in the meantime, use `terraform destroy -refresh=false`.")
	adopted := diags.PlannedExisting("Zoho OAuth settings", "The application already has these settings", "Zoho", true)
	check(t, adopted, diag.SeverityWarning, "The Zoho OAuth settings already exist",
		"The application already has these settings. With `on_existing = \"adopt\"`, the apply adopts it: it goes into the state, and is updated as configured.")
}

// No message about one object in two resources leads to its deletion.
func TestOneObjectInTwoResources(t *testing.T) {
	t.Parallel()

	tests := map[diag.Severity]diag.Diagnostics{
		diag.SeverityWarning: {diags.SharedID("account 7")},
		diag.SeverityError: append(diags.Replaced(&lifecycle.Refusal{Reason: lifecycle.Shared, AccountID: 7}),
			diags.KeptAndDestroyed("account 7")),
	}
	for severity, all := range tests {
		got := all[0]
		if severity == diag.SeverityError && !got.Equal(all[1]) {
			t.Errorf("the replacement of one of them is %s", got.Detail())
		}
		if got.Severity() != severity {
			t.Errorf("%s is of severity %s", got.Summary(), got.Severity())
		}
		for _, text := range []string{"account 7", "`removed` block that has `destroy = false`", "`terraform state rm`"} {
			if !strings.Contains(got.Detail(), text) {
				t.Errorf("%q is not in\n%s", text, got.Detail())
			}
		}
	}
}

func TestRun(t *testing.T) {
	t.Parallel()

	client, err := aurinko.New(aurinko.Config{ClientID: "client-id", ClientSecret: "client-secret"})
	if err != nil {
		t.Fatal(err)
	}
	run := lifecycle.New(client, true)
	tests := map[string]struct {
		data   any
		want   *lifecycle.Run
		errors int
	}{
		"before Configure": {data: nil, want: nil},
		"the run":          {data: run, want: run},
		"another type":     {data: "run", want: nil, errors: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diagnostics diag.Diagnostics
			if got := diags.Run(test.data, &diagnostics); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if diagnostics.ErrorsCount() != test.errors {
				t.Errorf("got %v, want %d errors", diagnostics, test.errors)
			}
		})
	}
}
