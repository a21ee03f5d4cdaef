package serviceaccount_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A secretive is a service account with its credential in the write-only form
// and without a version.
type secretive struct {
	config        func(secret string) string
	first, second string
	ids           map[string]string // of the credentials; nil if they have none
	open          []string          // attributes that another credential leaves unknown
	follow        []string          // attributes that a credential leaves unknown that may be another one
}

// followKey are the attributes that follow from a Google key.
var followKey = []string{"credentials_revision", "google.client_email", "google.client_id", "google.private_key_id", "google.project_id", "login"}

func secretives(t *testing.T) map[string]secretive {
	t.Helper()
	return map[string]secretive{
		"google": {
			config: func(secret string) string {
				return account(mail, google("acme.example", "credentials_wo = "+acctest.Quote(secret)))
			},
			first: googleKey(t, googleService, "key-1"), second: acctest.GoogleKey(t, googleService, "key-2", acctest.OtherKey()),
			ids: map[string]string{
				googleKey(t, googleService, "key-1"): "key-1", acctest.GoogleKey(t, googleService, "key-2", acctest.OtherKey()): "key-2",
			},
			open: []string{"credentials_revision", "login"}, follow: followKey,
		},
		"exchange": {
			config: func(secret string) string {
				return account(mail, exchange("mail.acme.example", "svc@acme.example", "password_wo = "+acctest.Quote(secret)))
			},
			first: "wo-passw0rd-one", second: "wo-passw0rd-two",
			open: []string{"credentials_revision"}, follow: []string{"credentials_revision"},
		},
	}
}

// stores checks which credential the only account has, and that it is still the
// first account.
func stores(server *acctest.Server, want string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		accounts := server.Simulator.Accounts()
		if len(accounts) != 1 || accounts[0].ID != simulator.DefaultFirstID {
			return fmt.Errorf("there are other accounts: %d", len(accounts))
		}
		if accounts[0].AuthString2 != want {
			return fmt.Errorf("another credential is stored")
		}
		return nil
	}
}

// step applies a credential, after which the account has this revision of it.
func (s secretive) step(server *acctest.Server, secret string, revision int, plans plancheck.PlanCheck, writes ...string) resource.TestStep {
	held := acctest.NotHeld{s.first, s.second}
	step := steps(server, change{s.config(secret), plans, writes})[0]
	step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, held)
	step.ConfigStateChecks = []statecheck.StateCheck{held}
	step.Check = resource.ComposeTestCheckFunc(stores(server, secret), step.Check, resource.TestCheckResourceAttr(address, "id", "1001"), revised(revision))
	return step
}

func revised(revision int) resource.TestCheckFunc {
	return resource.TestCheckResourceAttr(address, "credentials_revision", strconv.Itoa(revision))
}

// sends is the plan for another credential: it shows which one, as far as a
// credential has an ID.
func (s secretive) sends(secret string) plancheck.PlanCheck {
	if s.ids == nil {
		return acctest.Updates(address, s.open...)
	}
	return all{
		acctest.Updates(address, s.open...),
		plancheck.ExpectKnownValue(address, tfjsonpath.New("google").AtMapKey("private_key_id"), knownvalue.StringExact(s.ids[secret])),
	}
}

// all are checks of one plan.
type all []plancheck.PlanCheck

func (a all) CheckPlan(ctx context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, check := range a {
		if resp.Error == nil {
			check.CheckPlan(ctx, req, resp)
		}
	}
}

func run(t *testing.T, server *acctest.Server, steps ...resource.TestStep) {
	t.Helper()
	acctest.Test(t, resource.TestCase{
		CheckDestroy: noAccounts(server),
		Steps:        steps,
	})
}

// Without a version a credential that changed is sent, once, to the account
// that has it, and one that did not is not.
func TestAccServiceAccount_secretChanges(t *testing.T) {
	t.Parallel()

	for name, s := range secretives(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newServer(t, simulator.Quirks{})
			run(t, server,
				s.step(server, s.first, 1, creates, post),
				s.step(server, s.first, 1, nothing),
				s.step(server, s.second, 2, s.sends(s.second), post),
				s.step(server, s.second, 2, nothing),
				s.step(server, s.first, 3, s.sends(s.first), post),
			)
		})
	}
}

// The same key in another order of its fields is the same key.
func TestAccServiceAccount_sameKeyReformatted(t *testing.T) {
	t.Parallel()

	s := secretives(t)["google"]
	server := newServer(t, simulator.Quirks{})
	reformatted := steps(server, change{s.config(strings.ReplaceAll(s.first, "\n", "\n\t")), nothing, nil})[0]
	run(t, server, s.step(server, s.first, 1, creates, post), reformatted)
}

// A credential moves out of the state without a request, and is then noticed by
// its hash.
func TestAccServiceAccount_secretMovesOutOfTheState(t *testing.T) {
	t.Parallel()

	for name, s := range secretives(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newServer(t, simulator.Quirks{})
			plain := strings.NewReplacer("credentials_wo", "credentials", "password_wo", "password").Replace(s.config(s.first))
			moves := s.step(server, s.first, 1, acctest.Updates(address, s.follow...))
			moves.ConfigPlanChecks.PreApply = moves.ConfigPlanChecks.PreApply[:1] // the state before has it
			run(t, server,
				steps(server, change{plain, creates, once})[0],
				moves,
				s.step(server, s.first, 1, nothing),
				s.step(server, s.second, 2, s.sends(s.second), post),
			)
		})
	}
}

// A value that is not known when the plan is made, and is another one each
// time, is sent each time.
func TestAccServiceAccount_secretUnknownAtPlan(t *testing.T) {
	t.Parallel()

	key := func(name string) string { // the ID of the key differs each time
		return account(mail, name, google("acme.example", "credentials_wo = replace("+acctest.Quote(googleKey(t, googleService, "the-id"))+`, "the-id", uuid())`))
	}
	password := func(name string) string {
		return account(mail, name, exchange("mail.acme.example", "svc@acme.example", `password_wo = "one of ${uuid()}"`))
	}
	for name, test := range map[string]struct {
		config  func(name string) string
		unknown []string
	}{
		"google":   {config: key, unknown: followKey},
		"exchange": {config: password, unknown: followKey[:1]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newServer(t, simulator.Quirks{})
			sent := acctest.Updates(address, test.unknown...)
			list := steps(server,
				change{test.config(""), creates, once},
				change{test.config(""), sent, once},
				change{test.config(`name = "Acme"`), sent, once},
			)
			for i := range list {
				list[i].ExpectNonEmptyPlan = true
				list[i].Check = resource.ComposeTestCheckFunc(list[i].Check, revised(i+1))
			}
			run(t, server, list...)
		})
	}
}

// A value that is not known when the plan is made, and turns out to be the one that
// Aurinko has, is not sent. Another one is, by the same apply.
func TestAccServiceAccount_secretTurnsOut(t *testing.T) {
	t.Parallel()

	for name, s := range secretives(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newServer(t, simulator.Quirks{})
			config := func(secret, other string, input int) string { // the output is unknown when the input changes
				return fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = %d\n}\n", input) +
					strings.Replace(s.config(secret), acctest.Quote(secret), fmt.Sprintf("terraform_data.later.output < 0 ? %s : %s", acctest.Quote(other), acctest.Quote(secret)), 1)
			}
			step := func(secret, other string, input, revision int, plans plancheck.PlanCheck, writes ...string) resource.TestStep {
				step := s.step(server, secret, revision, plans, writes...)
				step.Config = acctest.Config(server, config(secret, other, input))
				return step
			}
			open := acctest.Updates(address, s.follow...)
			run(t, server,
				step(s.first, s.second, 1, 1, creates, post),
				step(s.first, s.second, 2, 1, open),
				step(s.first, s.second, 2, 1, nothing),
				step(s.second, s.first, 3, 2, open, post),
				step(s.second, s.first, 3, 2, nothing),
			)
		})
	}
}

// A value that differs in each run needs a version, which alone decides then.
func TestAccServiceAccount_secretDiffersOnEachRun(t *testing.T) {
	t.Parallel()

	config := func(version int) string {
		return account(mail, exchange("mail.acme.example", "svc@acme.example",
			fmt.Sprintf("password_wo = \"one of ${plantimestamp()}\"\n  password_wo_version = %d", version)))
	}
	server := newServer(t, simulator.Quirks{})
	run(t, server, steps(server,
		change{config(1), creates, once},
		change{config(1), nothing, nil},
		change{config(2), acctest.Raises(address, "credentials_revision", "exchange.password_wo_version"), once},
		change{config(2), nothing, nil},
	)...)
}

// A new key is tried before it replaces the one that works: when it does not,
// nothing is written, and mail goes on.
func TestAccServiceAccount_rotationIsChecked(t *testing.T) {
	t.Parallel()

	s := secretives(t)["google"]
	config := s.config
	s.config = func(secret string) string {
		return strings.Replace(config(secret), mail, mail+"\ncheck_connection = true", 1)
	}
	server := newServer(t, simulator.Quirks{})
	refused := resource.TestStep{
		PreConfig: func() {
			server.Simulator.Inject(simulator.Fault{
				Method: "POST", Route: "/v1/am/accounts/connect", Status: http.StatusBadRequest,
				Body: `{"code":"badRequest","message":"Invalid JWT signature"}`,
			})
		},
		Config:      acctest.Config(server, s.config(s.second)),
		ExpectError: acctest.Says("Unable to connect to the mail service", "Invalid JWT signature. Nothing was written."),
	}
	unharmed := s.step(server, s.first, 1, nothing)
	unharmed.PreConfig = func() {
		acctest.AssertWrites(t, server, connect)
		server.Simulator.ClearFaults()
		server.Simulator.ResetJournal()
	}
	run(t, server,
		s.step(server, s.first, 1, creates, connect, post),
		refused,
		unharmed, // the old key is still there, and still the one that is remembered
		s.step(server, s.second, 2, s.sends(s.second), connect, post),
		s.step(server, s.second, 2, nothing),
	)
}
