package serviceaccount_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A secretive is a service account with its credential in the write-only form
// and without a version.
type secretive struct {
	config        func(secret string) string
	first, second string
	others        []string // attributes that another credential changes beside the revision
}

func secretives(t *testing.T) map[string]secretive {
	t.Helper()
	return map[string]secretive{
		"google": {
			config: func(secret string) string {
				return account(mail, google("acme.example", "credentials_wo = "+acctest.Quote(secret)))
			},
			first: googleKey(t, googleService, "key-1"), second: acctest.GoogleKey(t, googleService, "key-2", acctest.OtherKey()),
			others: []string{"google.private_key_id", "login"},
		},
		"exchange": {
			config: func(secret string) string {
				return account(mail, exchange("mail.acme.example", "svc@acme.example", "password_wo = "+acctest.Quote(secret)))
			},
			first: "wo-passw0rd-one", second: "wo-passw0rd-two",
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

// step applies a credential.
func (s secretive) step(server *acctest.Server, secret string, plans plancheck.PlanCheck, writes ...string) resource.TestStep {
	held := acctest.NotHeld{s.first, s.second}
	step := steps(server, change{s.config(secret), plans, writes})[0]
	step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, held)
	step.ConfigStateChecks = []statecheck.StateCheck{held}
	step.Check = resource.ComposeTestCheckFunc(stores(server, secret), step.Check, resource.TestCheckResourceAttr(address, "id", "1001"))
	return step
}

func (s secretive) raises() plancheck.PlanCheck {
	return acctest.Raises(address, "credentials_revision", s.others...)
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
				s.step(server, s.first, creates, post),
				s.step(server, s.first, nothing),
				s.step(server, s.second, s.raises(), post),
				s.step(server, s.second, nothing),
				s.step(server, s.first, s.raises(), post),
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
	run(t, server, s.step(server, s.first, creates, post), reformatted)
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
			moves := s.step(server, s.first, updates)
			moves.ConfigPlanChecks.PreApply = moves.ConfigPlanChecks.PreApply[:1] // the state before has it
			run(t, server,
				steps(server, change{plain, creates, once})[0],
				moves,
				s.step(server, s.first, nothing),
				s.step(server, s.second, s.raises(), post),
			)
		})
	}
}

// A value that is not known when the plan is made, and is another one each
// time, leads to no diff of its own. When something else is written, it goes
// along.
func TestAccServiceAccount_secretUnknownAtPlan(t *testing.T) {
	t.Parallel()

	key := func(name string) string { // the id of the key differs each time
		return account(mail, name, google("acme.example", "credentials_wo = replace("+acctest.Quote(googleKey(t, googleService, "the-id"))+`, "the-id", timestamp())`))
	}
	password := func(name string) string {
		return account(mail, name, exchange("mail.acme.example", "svc@acme.example", `password_wo = "one of ${timestamp()}"`))
	}
	computed := []string{"credentials_revision", "google.client_email", "google.client_id", "google.private_key_id", "google.project_id", "login"}
	for name, test := range map[string]struct {
		config  func(name string) string
		unknown []string
	}{
		"google":   {key, computed},
		"exchange": {password, computed[:1]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newServer(t, simulator.Quirks{})
			run(t, server, steps(server,
				change{test.config(""), creates, once},
				change{test.config(""), nothing, nil},
				change{test.config(`name = "Acme"`), acctest.Updates(address, test.unknown...), once},
				change{test.config(`name = "Acme"`), nothing, nil},
			)...)
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
	unharmed := s.step(server, s.first, nothing)
	unharmed.PreConfig = func() {
		acctest.AssertWrites(t, server, connect)
		server.Simulator.ClearFaults()
		server.Simulator.ResetJournal()
	}
	run(t, server,
		s.step(server, s.first, creates, connect, post),
		refused,
		unharmed, // the old key is still there, and still the one that is remembered
		s.step(server, s.second, s.raises(), connect, post),
		s.step(server, s.second, nothing),
	)
}
