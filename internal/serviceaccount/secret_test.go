package serviceaccount_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
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

// life is a life in which the credentials are looked for.
func (s secretive) life(t *testing.T) life {
	l := newLife(t, newServer(t, simulator.Quirks{}))
	l.Secrets = []string{s.first, s.second}
	if key, _, isKey := strings.Cut(s.first, "BEGIN PRIVATE KEY"); isKey { // its body
		l.Secrets = append(l.Secrets, s.first[len(key)+30:len(key)+60])
	}
	return l
}

// phase applies a credential, after which the account has this revision of it.
func (s secretive) phase(l life, secret string, revision int64, plans core.Expectation, writes ...string) core.Phase {
	phase := change{s.config(secret), plans, writes}.phase(l.t)
	phase.State = core.Values{"id": "1001", "credentials_revision": revision}
	if s.ids != nil { // the plan has shown it, unless it was unknown
		phase.State["google.private_key_id"] = s.ids[secret]
	}
	phase.Check = func() error { return stores(l.Server, secret)(nil) }
	return phase
}

func run(t *testing.T, server *acctest.Server, steps ...resource.TestStep) {
	t.Helper()
	acctest.Test(t, resource.TestCase{
		CheckDestroy: noAccounts(server),
		Steps:        steps,
	})
}

// Without a version a credential that changed is sent, once, to the account
// that has it, and one that did not change is not sent.
func TestServiceAccount_secretChanges(t *testing.T) {
	t.Parallel()

	for name, s := range secretives(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := s.life(t)
			l.Apply(
				s.phase(l, s.first, 1, creates, post),
				s.phase(l, s.first, 1, nothing),
				s.phase(l, s.second, 2, core.Updates(s.open...), post),
				s.phase(l, s.second, 2, nothing),
				s.phase(l, s.first, 3, core.Updates(s.open...), post),
			)
			l.end()
		})
	}
}

// The same key in another order of its fields is the same key.
func TestServiceAccount_sameKeyReformatted(t *testing.T) {
	t.Parallel()

	s := secretives(t)["google"]
	l := s.life(t)
	l.Apply(s.phase(l, s.first, 1, creates, post), change{s.config(strings.ReplaceAll(s.first, "\n", "\n\t")), nothing, nil}.phase(t))
}

// A credential moves out of the state without a request, and is then noticed by
// its hash.
func TestServiceAccount_secretMovesOutOfTheState(t *testing.T) {
	t.Parallel()

	for name, s := range secretives(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := s.life(t)
			plain := strings.NewReplacer("credentials_wo", "credentials", "password_wo", "password").Replace(s.config(s.first))
			l.Apply(
				change{plain, creates, once}.phase(t),
				s.phase(l, s.first, 1, core.Updates(s.follow...)),
				s.phase(l, s.second, 2, core.Updates(s.open...), post),
			)
		})
	}
}

// A value that is not known when the plan is made, and turns out to be the one that
// Aurinko has, is not sent. Another one is, by the same apply.
func TestServiceAccount_secretTurnsOut(t *testing.T) {
	t.Parallel()

	for name, s := range secretives(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := s.life(t)
			later := func(phase core.Phase) core.Phase {
				return later(phase, map[string]string{"google": "google.credentials_wo", "exchange": "exchange.password_wo"}[name])
			}
			l.Apply(
				later(s.phase(l, s.first, 1, creates, post)),
				later(s.phase(l, s.first, 1, core.Updates(s.follow...))),
				later(s.phase(l, s.second, 2, core.Updates(s.follow...), post)),
			)
		})
	}
}

// With a version it alone decides. Every write sends the secret, since writes are
// upserts of the whole account.
func TestServiceAccount_secretWithAVersion(t *testing.T) {
	t.Parallel()

	s := secretives(t)["exchange"]
	l := s.life(t)
	phase := func(secret string, version int, stored string, revision int64, plans core.Expectation, writes ...string) core.Phase {
		phase := s.phase(l, secret, revision, plans, writes...)
		phase.Config = phase.Config.With(core.Values{"exchange.password_wo_version": version})
		phase.Check = func() error { return stores(l.Server, stored)(nil) }
		return phase
	}
	renamed := phase(s.second, 2, s.second, 2, updates, post)
	renamed.Config["name"] = "Acme"
	l.Apply(
		phase(s.first, 1, s.first, 1, creates, post),
		phase(s.second, 1, s.first, 1, nothing),
		phase(s.second, 2, s.second, 2, updates, post),
		renamed,
	)
	l.end()
}

// A new key is tried before it replaces the one that works: when it does not,
// nothing is written, and mail goes on.
func TestServiceAccount_rotationIsChecked(t *testing.T) {
	t.Parallel()

	s := secretives(t)["google"]
	config := s.config
	s.config = func(secret string) string {
		return strings.Replace(config(secret), mail, mail+"\ncheck_connection = true", 1)
	}
	l := s.life(t)
	l.Apply(s.phase(l, s.first, 1, creates, connect, post))
	l.Server.Simulator.Inject(simulator.Fault{
		Method: "POST", Route: "/v1/am/accounts/connect", Status: http.StatusBadRequest,
		Body: `{"code":"badRequest","message":"Invalid JWT signature"}`,
	})
	refused := change{s.config(s.second), core.Updates(s.open...), nil}.phase(t)
	refused.Fails = []string{"Unable to connect to the mail service", "Invalid JWT signature. Nothing was written."}
	l.Apply(refused)
	acctest.AssertWrites(t, l.Server, connect)
	l.Server.Simulator.ClearFaults()
	l.Apply(
		s.phase(l, s.first, 1, nothing), // still there, and still the one that is remembered
		s.phase(l, s.second, 2, core.Updates(s.open...), connect, post),
	)
}
