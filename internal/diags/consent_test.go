package diags_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
)

func TestConsentFailure(t *testing.T) {
	t.Parallel()

	refused := &aurinko.Error{Method: "POST", Route: "/auth/token/{code}", Status: 404, Code: "not_found", Message: "Unknown code", RequestID: requestID}
	lost := &aurinko.Error{Method: "POST", Route: "/auth/token/{code}", Ambiguous: true}
	acme := aurinko.Account{ID: 12, ServiceType: "Office365", AuthOrgID: "acme.example", Email: "admin@acme.example", CreatedAt: "2026-01-02T03:04:05Z"}
	const block = "import {\n  to = aurinko_service_account.acme_example\n  id = \"12\"\n}"

	tests := map[string]struct {
		err     error
		summary string
		says    []string
		silent  []string
	}{
		"refused": {
			&aurinko.CodeError{Err: refused}, "Unable to create the service account",
			[]string{"Aurinko answered 404 not_found to POST /auth/token/{code}: Unknown code. Request id " + requestID + ". A code works once", "`aurinko_authorization_url`"},
			[]string{"import"},
		},
		"refused, something found": {
			&aurinko.CodeError{Err: refused, Found: []aurinko.Account{acme, {ID: 13}}}, "Unable to create the service account",
			[]string{"Account 12 (Office365, acme.example, admin@acme.example, created 2026-01-02T03:04:05Z)\n\n" + block, "Account 13\n\nimport {\n  to = aurinko_service_account.account\n"}, nil,
		},
		"lost": {
			&aurinko.CodeError{Err: lost}, "Unable to create the service account",
			[]string{"No answer from Aurinko", "it was not sent again", "run Terraform again"}, []string{"import"},
		},
		"lost, something found": {
			&aurinko.CodeError{Err: lost, Found: []aurinko.Account{acme}}, "Unable to create the service account",
			[]string{"What was not there before", block}, []string{"run Terraform again"},
		},
		"there before": {
			&aurinko.ConsentedError{Account: acme}, "The service account exists already",
			[]string{"which was there before", block, "set `on_existing = \"adopt\"`, and get a new code"}, nil,
		},
		"claimed": {
			&aurinko.ConsentedError{Account: acme, Claimed: true}, "Unable to create the service account",
			[]string{"which another resource of this configuration has"}, []string{"import"},
		},
		"another account": {
			&aurinko.ConsentedError{Account: acme, Meant: 7}, "Unable to create the service account",
			[]string{"and not to account 7", "`account_id = \"7\"`", block}, nil,
		},
		"another service": {
			&aurinko.ConsentedError{Account: acme, Differs: "serviceType"}, "Unable to create the service account",
			[]string{`is of the service type "Office365", where "Google" is configured`, block}, nil,
		},
		"another organisation": {
			&aurinko.ConsentedError{Account: aurinko.Account{ID: 12, ClientOrgID: "other"}, Differs: "clientOrgId"}, "Unable to create the service account",
			[]string{`has the client_org_id "other", where "acme" is configured`}, nil,
		},
		"a person's account": {
			&aurinko.ConsentedError{Account: aurinko.Account{ID: 12, Type: "personal"}, Differs: "type"}, "Unable to create the service account",
			[]string{"is a personal account, where a service account is meant", "`flow = \"daemon\"`"}, []string{"import"},
		},
		"wrong credentials": {
			&aurinko.Error{Method: "POST", Route: "/auth/token/{code}", Status: 401, Code: "unauthorized"}, "Unable to create the service account",
			[]string{"Check `client_id` and `client_secret`"}, []string{"new code"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := diags.ConsentFailure(diags.Consent{Verb: "create", ServiceType: "Google", ClientOrgID: "acme"}, test.err)
			if got.Summary() != test.summary {
				t.Errorf("summary is %q, want %q", got.Summary(), test.summary)
			}
			for _, text := range test.says {
				if !strings.Contains(got.Detail(), text) {
					t.Errorf("%q is not said: %s", text, got.Detail())
				}
			}
			for _, text := range test.silent {
				if strings.Contains(got.Detail(), text) {
					t.Errorf("%q is said: %s", text, got.Detail())
				}
			}
		})
	}
}

func TestOtherScopes(t *testing.T) {
	t.Parallel()

	for want, scopes := range map[string][2][]string{
		"it lacks Mail.Read, Mail.Send. The":                {{"Mail.Read", "Mail.Send"}, nil},
		"it has Mail.All besides. The":                      {nil, {"Mail.All"}},
		"it lacks Mail.Read; it has Mail.All besides. The ": {{"Mail.Read"}, {"Mail.All"}},
	} {
		got := diags.OtherScopes(path.Root("scopes"), 7, scopes[0], scopes[1])
		if !strings.Contains(got.Detail(), "other scopes than are configured: "+want) || !strings.Contains(got.Detail(), `account_id = "7"`) {
			t.Errorf("got %s", got.Detail())
		}
	}
}

func TestMissingDaemon(t *testing.T) {
	t.Parallel()

	got := diags.MissingDaemon("create the service account", &aurinko.Error{
		Method: "POST", Route: "/am/svc_accounts", Status: 400, Message: "No", RequestID: requestID,
	})
	want := "Aurinko answered 400 to POST /am/svc_accounts: No. The application has no Office 365 daemon app registration, which an `office365` service account needs. " +
		"Declare it with the resource `aurinko_office365_daemon`, and let this resource follow it with `depends_on`, so that Terraform creates it first; or enter it in the Aurinko portal. " +
		"Request id " + requestID + "."
	if got.Detail() != want {
		t.Errorf("got  %s\nwant %s", got.Detail(), want)
	}
}
