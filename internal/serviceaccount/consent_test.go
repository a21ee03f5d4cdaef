package serviceaccount_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const exchangeCode = "POST /v1/auth/token/{code}"

// reconsents is the exchange of another code: perhaps another administrator has
// consented.
var reconsents = core.Updates("auth_user_id", "email", "login")

// consented is a resource with an authorization. The attributes of the
// authorization come last.
func consented(scopes, rest string, inside string) string {
	return account(scopes, rest, fmt.Sprintf("authorization = {\n  service_type = \"Office365\"\n  %s\n}", inside))
}

func code(code string) string { return "code_wo = " + acctest.Quote(code) }

func codeVersion(value string, version int) string {
	return fmt.Sprintf("%s\n  code_wo_version = %d", code(value), version)
}

func versionAlone(version int) string { return fmt.Sprintf("code_wo_version = %d", version) }

// grant is an administrator's consent to what mail asks for.
func grant() simulator.Grant {
	return simulator.Grant{
		ServiceType: "Office365", Scopes: []string{"Calendar.ReadWrite", "Mail.Read"}, AuthOrgID: tenant, Email: "admin@acme.example", Daemon: true,
	}
}

// issue is the code of a grant, after a change to it.
func issue(server *acctest.Server, change func(*simulator.Grant)) string {
	g := grant()
	if change != nil {
		change(&g)
	}
	return server.Simulator.IssueCode(g)
}

// consentAgain is a consent to scopes of the account that is there already. Tests know
// its id, since it is the first.
func consentAgain(scopes ...string) func(*simulator.Grant) {
	return func(g *simulator.Grant) { g.AccountID, g.Scopes = simulator.DefaultFirstID, scopes }
}

// The life of a consent: the code is exchanged once, is kept nowhere, and is
// not needed any more.
func TestServiceAccount_consent(t *testing.T) {
	t.Parallel()

	l := newLife(t, newServer(t, simulator.Quirks{}))
	first, second := issue(l.Server, nil), l.Server.Simulator.IssueCode(simulator.Grant{
		ServiceType: "Office365", Scopes: []string{"Mail.Send"}, AccountID: simulator.DefaultFirstID, Daemon: true, Email: "boss@acme.example",
	})
	l.Secrets = []string{first, second}
	created := change{consented(mail, "", code(first)), creates, []string{exchangeCode}}.phase(t)
	created.State = core.Values{
		"id": "1001", "service_type": "Office365", "auth_org_id": tenant, "email": "admin@acme.example", "login": "admin@acme.example",
		"name": tenant, "credentials_revision": 1,
	}
	l.Apply(created)
	const sent = `scopes = ["Mail.Send"]`
	for _, c := range []change{
		{consented(mail, "", code(first)), nothing, nil},                                      // the code is still there
		{consented(mail, "", code(second)), nothing, nil},                                     // is another one, without a version
		{consented(mail, "", ""), nothing, nil},                                               // and is not
		{consented(`scopes = ["Mail.ReadOnly", "Calendar.ReadWrite"]`, "", ""), nothing, nil}, // the same by the guides' names
		{consented(mail, "", versionAlone(1)), providerOnly, nil},                             // a first version without a code
		{consented(sent, "", codeVersion(second, 2)), reconsents, []string{exchangeCode}},     // another consent
		{consented(sent, "", versionAlone(2)), nothing, nil},                                  // whose code is not needed any more
		{consented(sent, `on_existing = "adopt"`, versionAlone(2)), providerOnly, nil},        // nothing is written
	} {
		l.Apply(c.phase(t))
	}
	if a := l.Server.Simulator.Accounts(); len(a) != 1 || !slices.Equal(a[0].AuthScopes, []string{"Mail.Send"}) || a[0].Email != "boss@acme.example" {
		t.Errorf("stored: %+v", a)
	}
	l.end()
}

// A consent and another one with the real CLI.
func TestAccServiceAccount_consent(t *testing.T) {
	t.Parallel()

	server := newServer(t, simulator.Quirks{})
	first, second := issue(server, nil), issue(server, consentAgain("Mail.Read", "Calendar.ReadWrite"))
	list := steps(server,
		change{consented(mail, "", code(first)), creates, []string{exchangeCode}},
		change{consented(mail, "", codeVersion(second, 1)), reconsents, []string{exchangeCode}},
	)
	held := acctest.NotHeld{first, second}
	for i := range list {
		list[i].ConfigPlanChecks.PreApply = append(list[i].ConfigPlanChecks.PreApply, held)
		list[i].ConfigStateChecks = []statecheck.StateCheck{held}
	}
	run(t, server, list...)
}

// What cannot be planned is refused before any code is used.
func TestServiceAccount_consentRefusedAtPlan(t *testing.T) {
	t.Parallel()

	for config, says := range map[string]string{
		consented(mail, "", ""):                                                         "Missing consent code",
		consented(mail, "", "code_wo = null"):                                           "`aurinko_authorization_url`",
		consented(mail, `name = "Acme"`, code("c0de-c0de")):                             "Remove `name`.",
		consented(mail, "check_connection = true", code("c0de-c0de")):                   "there is no credential to check",
		consented(mail, "", code("https://acme.example/back?code=abc&state=x")):         "looks like a URL",
		consented(mail, "", code("abc&state=x")):                                        "looks like a URL, or a part of one",
		consented(mail, "", code("abc def")):                                            "has spaces or line breaks in it",
		consented(mail, "", code("..")):                                                 "The value is no code.",
		account(mail, `authorization = { service_type = "Ofice365", code_wo = "abc" }`): `"Ofice365" is not a service type of a service account. Did you mean "Office365"?`,
	} {
		newLife(t, newServer(t, simulator.Quirks{})).Refuse(core.Parse(t, config), says)
	}

	l := newLife(t, newServer(t, simulator.Quirks{}))
	config := consented(mail, "", versionAlone(1))
	l.Apply(change{consented(mail, "", codeVersion(issue(l.Server, nil), 1)), creates, []string{exchangeCode}}.phase(t))
	for _, refused := range []struct{ config, says string }{
		{consented(`scopes = ["Mail.Send"]`, "", versionAlone(1)), "Other scopes need another consent"},
		{consented(`scopes = ["Mail.Send"]`, "", codeVersion("old-c0de", 1)), "Other scopes need another consent"},
		{consented(mail, "", versionAlone(2)), "`code_wo_version` has changed, which exchanges another code, and there is none."},
		{consented(mail, `client_org_id = "acme"`, versionAlone(1)), "Missing consent code"}, // it would be replaced
	} {
		phase := change{refused.config, nothing, nil}.phase(t)
		phase.Fails = []string{refused.says}
		l.Apply(phase)
		acctest.AssertNoWrites(t, l.Server)
	}
	l.Apply(change{config, nothing, nil}.phase(t))
}

// Codes that do not lead to the account that is meant.
func TestServiceAccount_consentFails(t *testing.T) {
	t.Parallel()

	later := time.Now()
	tests := map[string]struct {
		config func(*acctest.Server) string
		says   []string
		left   int // accounts at the end
		waits  time.Duration
	}{
		"unknown code": {
			func(*acctest.Server) string { return consented(mail, "", code("never-issued")) },
			[]string{"Aurinko answered 404 not_found to POST /auth/token/{code}", "A code works once", "Get a new code"}, 0, 0,
		},
		"used code": {
			func(s *acctest.Server) string {
				s.Simulator.AddAccount(simulator.Account{ID: 7, Type: simulator.Daemon, ServiceType: "Google", AuthOrgID: "other.example"})
				s.Simulator.AddAccount(simulator.Account{ID: 8, Type: simulator.Daemon, ServiceType: "Office365", AuthOrgID: "acme.example", CreatedAt: later})
				return consented(mail, "", code("used-c0de"))
			},
			[]string{"If an earlier run used it", "- account 8 (Office365, acme.example", "import its ID into the resource named above"}, 2, 0,
		},
		"expired code": {
			func(s *acctest.Server) string { return consented(mail, "", code(issue(s, nil))) },
			[]string{"Aurinko answered 400 badRequest to POST /auth/token/{code}: The code has expired.", "A code works once, and only for some minutes"}, 0, time.Hour,
		},
		"an account that was there": {
			func(s *acctest.Server) string {
				s.Simulator.AddAccount(simulator.Account{ID: 9, Type: simulator.Daemon, ServiceType: "Office365", AuthOrgID: "acme.example"})
				return consented(mail, "", code(issue(s, func(g *simulator.Grant) { g.AccountID = 9 })))
			},
			[]string{"The service account already exists", "consented to account 9, which existed before", "import ID 9 into the resource named above", "adopting needs a new one"}, 1, 0,
		},
		"another service": {
			func(s *acctest.Server) string {
				return consented(mail, "", code(issue(s, func(g *simulator.Grant) { g.ServiceType, g.AuthOrgID = "Google", "acme.example" })))
			},
			[]string{`consented to account 1001, whose service type is "Google", where "Office365" is configured. The account is not in the state, and nothing was written to it.`}, 1, 0,
		},
		"another client_org_id": {
			func(s *acctest.Server) string {
				return consented(mail, `client_org_id = "acme"`, code(issue(s, func(g *simulator.Grant) { g.ClientOrgID = "other" })))
			},
			[]string{`whose client_org_id is "other", where "acme" is configured`}, 1, 0,
		},
		"no service account": {
			func(s *acctest.Server) string {
				return consented(mail, "", code(issue(s, func(g *simulator.Grant) { g.Daemon = false })))
			},
			[]string{"which is a personal account and not a service account", `flow = "daemon"`}, 1, 0,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var passed atomic.Int64 // since the server has begun
			server := acctest.NewServer(t, simulator.Options{Now: func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }})
			config := test.config(server)
			passed.Store(int64(test.waits))
			refused := change{config, creates, nil}.phase(t)
			refused.Fails = test.says
			newLife(t, server).Apply(refused)
			acctest.AssertWrites(t, server, exchangeCode) // nothing is deleted
			if left := server.Simulator.Accounts(); len(left) != test.left {
				t.Errorf("left: %+v", left)
			}
		})
	}
}

// An account that existed is adopted if the configuration says so.
func TestServiceAccount_consentAdopts(t *testing.T) {
	t.Parallel()

	l := newLife(t, newServer(t, simulator.Quirks{}))
	l.Server.Simulator.AddAccount(simulator.Account{ID: 9, Type: simulator.Daemon, ServiceType: "Office365", Email: "admin@acme.example"})
	given := issue(l.Server, func(g *simulator.Grant) { g.AccountID = 9 })
	adopted := change{consented(mail, `on_existing = "adopt"`, code(given)), creates, []string{exchangeCode}}.phase(t)
	adopted.State = core.Values{"id": "9"}
	l.Apply(adopted)
}

// A code that gets no answer has probably worked: it is not sent again, and the
// account is named.
func TestServiceAccount_consentWithoutAnswer(t *testing.T) {
	t.Parallel()

	for name, fault := range map[string]simulator.Fault{
		"dropped": {DropAfter: true},
		"503":     {Status: http.StatusServiceUnavailable, AfterEffect: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLife(t, newServer(t, simulator.Quirks{}))
			l.Server.Simulator.AddAccount(simulator.Account{ID: 9, Type: simulator.Daemon, ServiceType: "Office365", AuthOrgID: "other.example"})
			fault.Method, fault.Route = "POST", "/v1/auth/token/{code}"
			l.Server.Simulator.Inject(fault)
			config := consented(mail, "", code(issue(l.Server, nil)))
			refused := change{config, creates, nil}.phase(t)
			refused.Fails = []string{
				"the provider did not send it again. It may have been used.", "- account 1001 (Office365, " + tenant, "import its ID into the resource named above",
			}
			l.Apply(refused)
			acctest.AssertWrites(t, l.Server, exchangeCode)
			l.Server.Simulator.ClearFaults()
			l.Must(l.Import(l.Resource, "1001"))
			l.Apply(change{config, nothing, nil}.phase(t))
		})
	}
}

// A later consent to another account changes nothing of this one.
func TestServiceAccount_consentToAnother(t *testing.T) {
	t.Parallel()

	l := newLife(t, newServer(t, simulator.Quirks{}))
	first, other := issue(l.Server, nil), issue(l.Server, func(g *simulator.Grant) { g.AuthOrgID = "other.example" })
	refused := change{consented(mail, "", codeVersion(other, 2)), reconsents, nil}.phase(t)
	refused.Fails = []string{
		"consented to account 1002, and not to account 1001", "Neither was changed.", `account_id = "1001"`, "To manage account 1002 as well, import it",
	}
	l.Apply(change{consented(mail, "", codeVersion(first, 1)), creates, []string{exchangeCode}}.phase(t), refused)
	acctest.AssertWrites(t, l.Server, exchangeCode)
	l.Apply(change{consented(mail, "", versionAlone(1)), nothing, nil}.phase(t))
}

// A consent to other scopes than configured leaves a working account, and plans
// that say what to do.
func TestServiceAccount_consentToOtherScopes(t *testing.T) {
	t.Parallel()

	l := newLife(t, newServer(t, simulator.Quirks{}))
	l.Config = core.Parse(t, consented(mail, "", code(issue(l.Server, func(g *simulator.Grant) { g.Scopes = []string{"Mail.Read"} }))))
	l.Must(l.Workspace.Apply())
	refused := core.Phase{Config: l.Config, Fails: []string{"Other scopes need another consent", `account_id = "1001"`}}
	l.Apply(
		refused,
		change{consented(`scopes = ["Mail.Read"]`, "", ""), nothing, nil}.phase(t),
		change{consented(mail, "", codeVersion(issue(l.Server, consentAgain("Mail.Read", "Calendar.ReadWrite")), 1)), reconsents, []string{exchangeCode}}.phase(t),
	)
}

// An account that was consented to is imported by its id, and then needs no
// code.
func TestServiceAccount_consentImported(t *testing.T) {
	t.Parallel()

	for serviceType, stored := range map[string]simulator.Account{
		"Office365": {AuthOrgID: tenant, LoginString: "admin@acme.example", Email: "admin@acme.example"},
		"Google":    {AuthOrgID: "acme.example", LoginString: "admin@acme.example", Email: "admin@acme.example"},
		"Slack":     {AuthOrgID: "T0123"},
	} {
		t.Run(serviceType, func(t *testing.T) {
			t.Parallel()
			l := newLife(t, newServer(t, simulator.Quirks{}))
			stored.ID, stored.Type, stored.ServiceType, stored.AuthScopes = 1<<53+1, simulator.Daemon, serviceType, []string{"Mail.Read", "Calendar.ReadWrite"}
			l.Server.Simulator.AddAccount(stored)
			if found := l.Import(l.Resource, strconv.FormatInt(stored.ID, 10)); found.Failed() {
				t.Fatal(found)
			}
			l.Apply(change{account(mail, fmt.Sprintf("authorization = { service_type = %q }", serviceType)), nothing, nil}.phase(t))
		})
	}
}

// A code, or the whole object, that is known only when the plan is applied: another
// consent, by another administrator, is still an update of the account.
func TestServiceAccount_consentUnknownAtPlan(t *testing.T) {
	t.Parallel()

	for name, unknown := range map[string][]string{
		"authorization.code_wo": {"auth_user_id", "email", "login"}, // of a version that changes
		"authorization": {
			"auth_org_id", "auth_user_id", "authorization", "credentials_revision", "email", "login", "service_type", "token_error", "token_status",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLife(t, newServer(t, simulator.Quirks{}))
			missing := later(change{consented(mail, "", ""), creates, nil}.phase(t), name)
			missing.Fails = []string{"Missing consent code"}
			l.Apply(missing)
			acctest.AssertNoWrites(t, l.Server)

			consents := func(code string, version int, plans core.Expectation) core.Phase {
				return later(change{consented(mail, "", codeVersion(code, version)), plans, []string{exchangeCode}}.phase(t), name)
			}
			again := issue(l.Server, func(g *simulator.Grant) { g.AccountID, g.Email = simulator.DefaultFirstID, "boss@acme.example" })
			other := consents(again, 2, core.Updates(unknown...))
			other.State = core.Values{"id": "1001", "email": "boss@acme.example"}
			l.Apply(consents(issue(l.Server, nil), 1, creates), other)
			l.end()
		})
	}
}

// An account that cannot be read after the exchange is in the state all the
// same: its code is used.
func TestServiceAccount_consentNotReadBack(t *testing.T) {
	t.Parallel()

	l := newLife(t, newServer(t, simulator.Quirks{}))
	l.Server.Simulator.Inject(simulator.Fault{Method: "GET", Route: "/v1/am/accounts/{id}", Status: http.StatusForbidden, Times: 1})
	l.Server.Simulator.Inject(simulator.Fault{Method: "GET", Route: "/v1/am/svc_accounts", Status: http.StatusForbidden, Skip: 1, Times: 1})
	created := change{consented(mail, "", code(issue(l.Server, nil))), creates, []string{exchangeCode}}.phase(t)
	created.State = core.Values{"id": "1001", "service_type": "Office365", "token_status": nil}
	read := change{consented(mail, "", ""), nothing, nil}.phase(t)
	read.State = core.Values{"email": "admin@acme.example"}
	l.Apply(created, read)
}
