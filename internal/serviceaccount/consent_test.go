package serviceaccount_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

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
func TestAccServiceAccount_consent(t *testing.T) {
	t.Parallel()

	server := newServer(t, simulator.Quirks{})
	first, second := issue(server, nil), server.Simulator.IssueCode(simulator.Grant{
		ServiceType: "Office365", Scopes: []string{"Mail.Send"}, AccountID: simulator.DefaultFirstID, Daemon: true, Email: "boss@acme.example",
	})
	step := func(config string, plans core.Expectation, writes ...string) resource.TestStep {
		step := steps(server, change{config, plans, writes})[0]
		held := acctest.NotHeld{first, second}
		step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, held)
		step.ConfigStateChecks = []statecheck.StateCheck{held}
		return step
	}
	created := step(consented(mail, "", code(first)), creates, exchangeCode)
	created.Check = resource.ComposeTestCheckFunc(created.Check,
		resource.TestCheckResourceAttr(address, "id", "1001"),
		resource.TestCheckResourceAttr(address, "service_type", "Office365"),
		resource.TestCheckResourceAttr(address, "auth_org_id", tenant),
		resource.TestCheckResourceAttr(address, "email", "admin@acme.example"),
		resource.TestCheckResourceAttr(address, "login", "admin@acme.example"),
		resource.TestCheckResourceAttr(address, "name", tenant),
		resource.TestCheckResourceAttr(address, "credentials_revision", "1"),
	)
	const sent = `scopes = ["Mail.Send"]`
	run(t, server,
		created,
		step(consented(mail, "", code(first)), nothing),                                      // the code is still there
		step(consented(mail, "", ""), nothing),                                               // and is not
		step(consented(`scopes = ["Mail.ReadOnly", "Calendar.ReadWrite"]`, "", ""), nothing), // the same by the guides' names
		step(consented(mail, "", versionAlone(1)), local),                                    // a first version without a code
		step(consented(sent, "", codeVersion(second, 2)), reconsents, exchangeCode),          // another consent
		step(consented(sent, "", versionAlone(2)), nothing),                                  // whose code is not needed any more
		step(consented(sent, `on_existing = "adopt"`, versionAlone(2)), local),               // nothing is written
		resource.TestStep{Config: acctest.Config(server, consented(sent, "", versionAlone(2))), Check: func(*terraform.State) error {
			a := server.Simulator.Accounts()
			if len(a) != 1 || !slices.Equal(a[0].AuthScopes, []string{"Mail.Send"}) || a[0].Email != "boss@acme.example" {
				return fmt.Errorf("stored: %+v", a)
			}
			return nil
		}},
	)
	for _, request := range server.Simulator.Journal() {
		if request.Route == post {
			t.Errorf("the account was written: %+v", request)
		}
	}
}

// What cannot be planned is refused before any code is used.
func TestAccServiceAccount_consentRefusedAtPlan(t *testing.T) {
	t.Parallel()

	server := newServer(t, simulator.Quirks{})
	refuses := func(config, says string) resource.TestStep {
		return resource.TestStep{Config: acctest.Config(server, config), ExpectError: acctest.Says(says)}
	}
	run(t, server,
		refuses(consented(mail, "", ""), "Missing consent code"),
		refuses(consented(mail, "", "code_wo = null"), "`aurinko_authorization_url`"),
		refuses(consented(mail, `name = "Acme"`, code("c0de-c0de")), "Remove `name`."),
		refuses(consented(mail, "check_connection = true", code("c0de-c0de")), "there is no credential to check"),
		refuses(consented(mail, "", code("https://acme.example/back?code=abc&state=x")), "looks like a URL"),
		refuses(consented(mail, "", code("abc&state=x")), "looks like a URL, or a part of one"),
		refuses(consented(mail, "", code("abc def")), "has spaces or line breaks in it"),
		refuses(consented(mail, "", code("..")), "The value is no code."),
		refuses(account(mail, `authorization = { service_type = "Ofice365", code_wo = "abc" }`), `"Ofice365" is not a service type of a service account. Did you mean "Office365"?`),
		resource.TestStep{
			PreConfig: func() { acctest.AssertNoWrites(t, server) },
			Config:    acctest.Config(server, consented(mail, "", codeVersion(issue(server, nil), 1))),
			Check:     acctest.CheckWrites(server, exchangeCode),
		},
		refuses(consented(`scopes = ["Mail.Send"]`, "", versionAlone(1)), "Other scopes need another consent"),
		refuses(consented(mail, "", versionAlone(2)), "`code_wo_version` has changed, which exchanges another code, and there is none."),
		refuses(consented(mail, `client_org_id = "acme"`, versionAlone(1)), "Missing consent code"), // it would be replaced
		resource.TestStep{
			PreConfig: func() { acctest.AssertNoWrites(t, server) },
			Config:    acctest.Config(server, consented(mail, "", versionAlone(1))),
		},
	)
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
func TestAccServiceAccount_consentAdopts(t *testing.T) {
	t.Parallel()

	server := newServer(t, simulator.Quirks{})
	server.Simulator.AddAccount(simulator.Account{ID: 9, Type: simulator.Daemon, ServiceType: "Office365", Email: "admin@acme.example"})
	given := issue(server, func(g *simulator.Grant) { g.AccountID = 9 })
	adopted := steps(server, change{consented(mail, `on_existing = "adopt"`, code(given)), creates, []string{exchangeCode}})[0]
	adopted.Check = resource.ComposeTestCheckFunc(adopted.Check, resource.TestCheckResourceAttr(address, "id", "9"))
	run(t, server, adopted)
}

// A code that gets no answer has probably worked: it is not sent again, and the
// account is named.
func TestAccServiceAccount_consentWithoutAnswer(t *testing.T) {
	t.Parallel()

	for name, fault := range map[string]simulator.Fault{
		"dropped": {DropAfter: true},
		"503":     {Status: http.StatusServiceUnavailable, AfterEffect: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newServer(t, simulator.Quirks{})
			server.Simulator.AddAccount(simulator.Account{ID: 9, Type: simulator.Daemon, ServiceType: "Office365", AuthOrgID: "other.example"})
			given := issue(server, nil)
			fault.Method, fault.Route = "POST", "/v1/auth/token/{code}"
			server.Simulator.Inject(fault)
			imported := "import {\n  to = " + address + "\n  id = \"1001\"\n}\n"
			run(t, server,
				resource.TestStep{
					Config: acctest.Config(server, consented(mail, "", code(given))),
					ExpectError: acctest.Says("the provider did not send it again. It may have been used.",
						"- account 1001 (Office365, "+tenant, "import its ID into the resource named above"),
				},
				resource.TestStep{
					PreConfig: func() {
						acctest.AssertWrites(t, server, exchangeCode)
						server.Simulator.ClearFaults()
						server.Simulator.RemoveAccount(9)
						server.Simulator.ResetJournal()
					},
					Config:           acctest.Config(server, imported+consented(mail, "", code(given))),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{nothing.Check(address)}},
					Check:            acctest.CheckWrites(server),
				},
			)
		})
	}
}

// A later consent to another account changes nothing of this one.
func TestAccServiceAccount_consentToAnother(t *testing.T) {
	t.Parallel()

	server := newServer(t, simulator.Quirks{})
	first, other := issue(server, nil), issue(server, func(g *simulator.Grant) { g.AuthOrgID = "other.example" })
	run(t, server,
		steps(server, change{consented(mail, "", codeVersion(first, 1)), creates, []string{exchangeCode}})[0],
		resource.TestStep{
			Config:      acctest.Config(server, consented(mail, "", codeVersion(other, 2))),
			ExpectError: acctest.Says("consented to account 1002, and not to account 1001", "Neither was changed.", `account_id = "1001"`, "To manage account 1002 as well, import it"),
		},
		resource.TestStep{
			PreConfig: func() {
				acctest.AssertWrites(t, server, exchangeCode)
				server.Simulator.RemoveAccount(1002)
				server.Simulator.ResetJournal()
			},
			Config:           acctest.Config(server, consented(mail, "", versionAlone(1))),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{nothing.Check(address)}},
		},
	)
}

// A consent to other scopes than configured leaves a working account, and plans
// that say what to do.
func TestAccServiceAccount_consentToOtherScopes(t *testing.T) {
	t.Parallel()

	server := newServer(t, simulator.Quirks{})
	given := issue(server, func(g *simulator.Grant) { g.Scopes = []string{"Mail.Read"} })
	better := issue(server, consentAgain("Mail.Read", "Calendar.ReadWrite"))
	run(t, server,
		resource.TestStep{
			Config:      acctest.Config(server, consented(mail, "", code(given))),
			ExpectError: acctest.Says("Other scopes need another consent", `account_id = "1001"`), // of the plan that the test makes afterwards
		},
		steps(server, change{consented(`scopes = ["Mail.Read"]`, "", ""), nothing, []string{exchangeCode}})[0],
		steps(server, change{consented(mail, "", codeVersion(better, 1)), reconsents, []string{exchangeCode}})[0],
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

// A code that is known only when the plan is applied.
func TestAccServiceAccount_consentUnknownAtPlan(t *testing.T) {
	t.Parallel()

	server := newServer(t, simulator.Quirks{})
	given := issue(server, nil)
	config := func(value string) string {
		return "resource \"terraform_data\" \"later\" {\n  input = " + value + "\n}\n" + consented(mail, "", "code_wo = terraform_data.later.output")
	}
	run(t, server, steps(server,
		change{config(acctest.Quote(given)), creates, []string{exchangeCode}},
		change{config(acctest.Quote(given)), nothing, nil},
	)...)

	missing := newServer(t, simulator.Quirks{})
	run(t, missing, resource.TestStep{
		Config:      acctest.Config(missing, config("null")),
		ExpectError: acctest.Says("Missing consent code"),
	})
	acctest.AssertNoWrites(t, missing)
}

// The whole object is known only when the plan is applied: another consent, by
// another administrator, is still an update of the account.
func TestAccServiceAccount_consentObjectUnknownAtPlan(t *testing.T) {
	t.Parallel()

	server := newServer(t, simulator.Quirks{})
	config := func(code string, version int) string {
		return fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = { service_type = \"Office365\", code_wo = %q, code_wo_version = %d }\n}\n", code, version) +
			account(mail, "authorization = terraform_data.later.output")
	}
	again := issue(server, func(g *simulator.Grant) { g.AccountID, g.Email = simulator.DefaultFirstID, "boss@acme.example" })
	reauthorized := steps(server, change{
		config(again, 2), core.Updates("auth_org_id", "auth_user_id", "authorization", "credentials_revision", "email", "login", "service_type", "token_error", "token_status"), []string{exchangeCode},
	})[0]
	reauthorized.Check = resource.ComposeTestCheckFunc(reauthorized.Check,
		resource.TestCheckResourceAttr(address, "id", "1001"), resource.TestCheckResourceAttr(address, "email", "boss@acme.example"))
	run(t, server,
		steps(server, change{config(issue(server, nil), 1), creates, []string{exchangeCode}})[0],
		reauthorized,
		steps(server, change{config(again, 2), nothing, nil})[0],
	)
}

// An account that cannot be read after the exchange is in the state all the
// same: its code is used.
func TestAccServiceAccount_consentNotReadBack(t *testing.T) {
	t.Parallel()

	server := newServer(t, simulator.Quirks{})
	server.Simulator.Inject(simulator.Fault{Method: "GET", Route: "/v1/am/accounts/{id}", Status: http.StatusForbidden, Times: 1})
	server.Simulator.Inject(simulator.Fault{Method: "GET", Route: "/v1/am/svc_accounts", Status: http.StatusForbidden, Skip: 1, Times: 1})
	created := steps(server, change{consented(mail, "", code(issue(server, nil))), creates, []string{exchangeCode}})[0]
	created.Check = resource.ComposeTestCheckFunc(created.Check,
		resource.TestCheckResourceAttr(address, "id", "1001"), resource.TestCheckResourceAttr(address, "service_type", "Office365"))
	read := steps(server, change{consented(mail, "", ""), nothing, nil})[0]
	read.Check = resource.ComposeTestCheckFunc(read.Check, resource.TestCheckResourceAttr(address, "email", "admin@acme.example"))
	run(t, server, created, read)
}
