package oauth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A secretive is a settings resource, with its secret in the write-only form
// and without a version.
type secretive struct {
	address  string
	revision string
	others   []string // attributes that another secret changes as well
	config   func(server *acctest.Server, secret string) string
	// One secret and another one, as the configuration has them and as Aurinko
	// stores them.
	first, second string
	stored        func(secret string) simulator.OAuthReg
}

func secretives(t *testing.T) map[string]secretive {
	t.Helper()
	oauth := func(service, resourceType, clientID string) secretive {
		return secretive{
			address:  resourceType + ".this",
			revision: "client_secret_revision",
			config: func(server *acctest.Server, secret string) string {
				return acctest.Config(server, `resource "`+resourceType+`" "this" {
					client_id        = "`+clientID+`"
					client_secret_wo = `+acctest.Quote(secret)+`
				}
				`)
			},
			first: "wo-s3cret-one", second: "wo-s3cret-two",
			stored: func(secret string) simulator.OAuthReg {
				return simulator.OAuthReg{ServiceType: service, ClientID: clientID, ClientSecret: secret}
			},
		}
	}
	one, two := newPair(t, acctest.Key(), "one"), newPair(t, acctest.OtherKey(), "two")
	two.certificate = acctest.Certificate(t, acctest.OtherKey(), "two", acctest.NextYear().AddDate(1, 0, 0))
	certificates := map[string]string{one.privateKey: one.certificate, two.privateKey: two.certificate}
	return map[string]secretive{
		"Office 365": oauth("Office365", "aurinko_office365_oauth", clientID),
		"Google":     oauth("Google", "aurinko_google_oauth", "123-abc.apps.googleusercontent.com"),
		"Zoho":       oauth("Zoho", "aurinko_zoho_oauth", "1000.ABC"),
		"daemon": {
			address:  daemon,
			revision: "private_key_revision",
			config: func(server *acctest.Server, secret string) string {
				return daemonConfig(server, pair{certificates[secret], secret}.attributes("private_key_wo"))
			},
			others: []string{"certificate", "certificate_not_after", "certificate_not_before", "certificate_sha256", "certificate_thumbprint"},
			first:  one.privateKey, second: two.privateKey,
			stored: func(secret string) simulator.OAuthReg { return pair{certificates[secret], secret}.registration() },
		},
	}
}

// step applies a secret, after which the state has this revision of it; 0 for none.
func (s secretive) step(server *acctest.Server, secret string, revision int, plans plancheck.PlanCheck, writes ...string) resource.TestStep {
	held := acctest.NotHeld{s.first, s.second}
	return resource.TestStep{
		Config:            s.config(server, secret),
		ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{held, plans}},
		ConfigStateChecks: []statecheck.StateCheck{held},
		Check:             resource.ComposeTestCheckFunc(stored(server, s.stored(secret)), s.revised(revision), acctest.CheckWrites(server, writes...)),
	}
}

func (s secretive) revised(revision int) resource.TestCheckFunc {
	if revision == 0 {
		return resource.TestCheckNoResourceAttr(s.address, s.revision)
	}
	return resource.TestCheckResourceAttr(s.address, s.revision, strconv.Itoa(revision))
}

// sends is the plan for another secret, or for one that has to be sent again: it
// leaves the revision alone unknown. It changes others too.
func (s secretive) sends(others ...string) plancheck.PlanCheck {
	checks := all{acctest.Updates(s.address, s.revision)}
	for _, other := range others {
		checks = append(checks, changes{s.address, other})
	}
	return checks
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

// Without a version a secret that changed is sent, once, and one that did not
// is not.
func TestAccSecretChanges(t *testing.T) {
	t.Parallel()

	empty := plancheck.ExpectEmptyPlan()
	for name, s := range secretives(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewServer(t, simulator.Options{})
			test(t, server,
				s.step(server, s.first, 1, plancheck.ExpectResourceAction(s.address, plancheck.ResourceActionCreate), saves),
				s.step(server, s.first, 1, empty),
				s.step(server, s.second, 2, s.sends(s.others...), saves),
				s.step(server, s.second, 2, empty),
				s.step(server, s.first, 3, s.sends(s.others...), saves),
			)
		})
	}
}

// A secret that was changed in the portal is drift, where Aurinko returns it; a
// masked or absent one is none. The one that is sent again is no other one.
func TestAccSecretDrifts(t *testing.T) {
	t.Parallel()

	for name, s := range secretives(t) {
		for quirkName, quirk := range map[string]simulator.SecretsQuirk{"clear": simulator.SecretsClear, "masked": simulator.SecretsMasked} {
			t.Run(name+"/"+quirkName, func(t *testing.T) {
				t.Parallel()
				server := acctest.NewServer(t, simulator.Options{Quirks: simulator.Quirks{Secrets: quirk}})
				changed := s.stored(s.first)
				changed.ClientSecret = s.second // the certificate stays
				drifts := s.step(server, s.first, 1, s.sends(), saves)
				if quirk != simulator.SecretsClear {
					drifts = s.step(server, s.first, 1, plancheck.ExpectEmptyPlan())
					drifts.Check = stored(server, changed)
				}
				drifts.PreConfig = func() { server.Simulator.SetOAuthReg(changed) }
				test(t, server,
					s.step(server, s.first, 1, plancheck.ExpectResourceAction(s.address, plancheck.ResourceActionCreate), saves),
					drifts,
					resource.TestStep{
						Config:           s.config(server, s.first),
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
					},
				)
			})
		}
	}
}

// An object that was imported with the secret that is configured has nothing to
// plan where Aurinko returns the secret, and is written once where it does not.
func TestAccSecretAfterImport(t *testing.T) {
	t.Parallel()

	for name, s := range secretives(t) {
		for quirkName, quirk := range map[string]simulator.SecretsQuirk{"clear": simulator.SecretsClear, "masked": simulator.SecretsMasked} {
			t.Run(name+"/"+quirkName, func(t *testing.T) {
				t.Parallel()
				server := acctest.NewServer(t, simulator.Options{Quirks: simulator.Quirks{Secrets: quirk}})
				server.Simulator.SetOAuthReg(s.stored(s.first))
				id := s.stored(s.first).ServiceType
				if s.address == daemon {
					id += "/daemon"
				}
				sent := 0 // so far
				imported := s.step(server, s.first, sent, plancheck.ExpectResourceAction(s.address, plancheck.ResourceActionNoop))
				if quirk != simulator.SecretsClear {
					sent++
					imported = s.step(server, s.first, sent, s.sends(notReturned(s)...), saves)
				}
				imported.Config += "import {\n  to = " + s.address + "\n  id = \"" + id + "\"\n}\n"
				test(t, server,
					imported,
					s.step(server, s.first, sent, plancheck.ExpectEmptyPlan()),
					s.step(server, s.second, sent+1, s.sends(s.others...), saves),
					s.step(server, s.second, sent+1, plancheck.ExpectEmptyPlan()),
				)
			})
		}
	}
}

// notReturned are the attributes that a server which masks secrets leaves to the
// configuration.
func notReturned(s secretive) []string {
	if s.address == daemon {
		return s.others
	}
	return nil
}

// A secret moves out of the state without a request.
func TestAccSecretMovesOutOfTheState(t *testing.T) {
	t.Parallel()

	for name, s := range secretives(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewServer(t, simulator.Options{})
			argument := strings.TrimSuffix(s.revision, "_revision")
			plain := strings.Replace(s.config(server, s.first), argument+"_wo", argument, 1)
			moves := s.step(server, s.first, 1, s.sends())
			moves.ConfigPlanChecks.PreApply = moves.ConfigPlanChecks.PreApply[1:] // the state before has it
			test(t, server,
				resource.TestStep{Config: plain, Check: acctest.CheckWrites(server, saves)},
				moves,
				s.step(server, s.first, 1, plancheck.ExpectEmptyPlan()),
				s.step(server, s.second, 2, s.sends(s.others...), saves),
			)
		})
	}
}

// A value that is not known when the plan is made, and is another one each
// time, is sent each time.
func TestAccSecretUnknownAtPlan(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	step := func(more string, revision int64, plans plancheck.PlanCheck) resource.TestStep {
		return resource.TestStep{
			Config: oauthSettings(server, `
				client_id        = "`+clientID+`"
				client_secret_wo = "one of ${uuid()}"
				`+more),
			ConfigPlanChecks:   resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plans}},
			ConfigStateChecks:  []statecheck.StateCheck{holds(settings, "client_secret_revision", knownvalue.Int64Exact(revision))},
			Check:              acctest.CheckWrites(server, saves),
			ExpectNonEmptyPlan: true,
		}
	}
	sends := acctest.Updates(settings, "client_secret_revision")
	test(t, server,
		step("", 1, plancheck.ExpectResourceAction(settings, plancheck.ResourceActionCreate)),
		step("", 2, sends),
		step(`scopes = ["Mail.Read"]`, 3, sends),
	)
}

// A value that is not known when the plan is made, and turns out to be the one that
// Aurinko has, is not sent. Another one is, by the same apply.
func TestAccSecretTurnsOut(t *testing.T) {
	t.Parallel()

	for name, s := range secretives(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewServer(t, simulator.Options{})
			step := func(secret, other string, input, revision int, plans plancheck.PlanCheck, writes ...string) resource.TestStep {
				step := s.step(server, secret, revision, plans, writes...)
				later := fmt.Sprintf("terraform_data.later.output < 0 ? %s : %s", acctest.Quote(other), acctest.Quote(secret)) // unknown when the input changes
				step.Config = strings.Replace(step.Config, acctest.Quote(secret), later, 1) + fmt.Sprintf("\nresource \"terraform_data\" \"later\" {\n  input = %d\n}\n", input)
				return step
			}
			noop := plancheck.ExpectResourceAction(s.address, plancheck.ResourceActionNoop)
			test(t, server,
				step(s.first, s.second, 1, 1, plancheck.ExpectResourceAction(s.address, plancheck.ResourceActionCreate), saves),
				step(s.first, s.second, 2, 1, s.sends()),
				step(s.first, s.second, 2, 1, noop),
				step(s.second, s.first, 3, 2, s.sends(s.others...), saves),
				step(s.second, s.first, 3, 2, noop),
			)
		})
	}
}

// A value that differs in each run needs a version, which alone decides then.
func TestAccSecretDiffersOnEachRun(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	config := func(version string) string {
		return oauthSettings(server, `
			client_id                = "`+clientID+`"
			client_secret_wo         = "one of ${plantimestamp()}"
			client_secret_wo_version = `+version)
	}
	empty := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	test(t, server,
		resource.TestStep{Config: config("1"), Check: acctest.CheckWrites(server, saves)},
		resource.TestStep{Config: config("1"), ConfigPlanChecks: empty, Check: acctest.CheckWrites(server)},
		resource.TestStep{
			Config: config("2"),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				acctest.Raises(settings, "client_secret_revision", "client_secret_wo_version"),
			}},
			ConfigStateChecks: []statecheck.StateCheck{holds(settings, "client_secret_revision", knownvalue.Int64Exact(2))},
			Check:             acctest.CheckWrites(server, saves),
		},
		resource.TestStep{Config: config("2"), ConfigPlanChecks: empty, Check: acctest.CheckWrites(server)},
	)
}

// reread refreshes the state, as a CLI does before it plans.
func (m *managed) reread(t *testing.T) {
	t.Helper()
	m.begin(t)
	read, err := m.server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: m.typeName, CurrentState: encode(t, m.state), Private: m.private,
	})
	check(t, err, read.Diagnostics)
	m.private = read.Private
	if m.state, err = read.NewState.Unmarshal(m.schema.ValueType()); err != nil {
		t.Fatal(err)
	}
}

// warnings are what a plan warns of.
func (m *managed) warnings(t *testing.T, config values) string {
	t.Helper()
	plan, err := m.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: m.typeName, Config: encode(t, object(m.schema, config)), PriorState: encode(t, m.state),
		ProposedNewState: encode(t, m.proposed(t, config)), PriorPrivate: m.private,
	})
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, d := range plan.Diagnostics {
		if d.Severity != tfprotov6.DiagnosticSeverityWarning {
			t.Errorf("the plan fails: %s: %s", d.Summary, d.Detail)
		}
		all.WriteString(d.Attribute.String() + ": " + d.Summary + ": " + d.Detail)
	}
	return all.String()
}

// What the plan says of a secret that was changed in the portal, and what the
// private state keeps.
func TestSecretDriftInTheProtocol(t *testing.T) {
	t.Parallel()

	for typeName, c := range map[string]struct {
		argument, short string
		config          values
		first, second   string
	}{
		"aurinko_office365_oauth": {"client_secret", "client secret", values{"client_id": clientID}, "wo-s3cret-one", "wo-s3cret-two"},
		"aurinko_office365_daemon": {
			"private_key", "private key",
			values{"client_id": clientID, "certificate": newPair(t, acctest.Key(), "one").certificate},
			acctest.PrivateKey(t, acctest.Key()), acctest.PrivateKey(t, acctest.OtherKey()),
		},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewServer(t, simulator.Options{})
			m := &managed{typeName: typeName, aurinko: server}
			c.config[c.argument+"_wo"] = c.first
			change := func(quirk simulator.SecretsQuirk, secret string) {
				stored := server.Simulator.OAuthRegs()[0]
				stored.ClientSecret = secret
				server.Simulator.SetOAuthReg(stored)
				server.Simulator.SetQuirks(simulator.Quirks{Secrets: quirk})
				m.reread(t)
			}
			m.apply(t, c.config, []any{c.first})
			if said := m.warnings(t, c.config); said != "" {
				t.Errorf("the plan warns of nothing: %s", said)
			}

			change(simulator.SecretsMasked, c.second)
			if said := m.warnings(t, c.config); said != "" {
				t.Errorf("a masked secret is no drift: %s", said)
			}
			change(simulator.SecretsClear, c.second)
			want := `AttributeName("` + c.argument + `_wo"): The ` + c.short + ` was changed outside Terraform: Aurinko holds another ` + c.short +
				" than Terraform sent last.\n\nApply this plan to send the configured one again. To keep the other one, configure it here."
			if said := m.warnings(t, c.config); said != want {
				t.Errorf("the plan warns %q, want %q", said, want)
			}
			m.holdsHashesAlone(t, c.first, c.second)
			change(simulator.SecretsMasked, c.second) // what is known stays known
			if said := m.warnings(t, c.config); said != want {
				t.Errorf("the plan warns %q, want %q", said, want)
			}

			server.Simulator.ResetJournal()
			m.applyOver(t, c.config)
			acctest.AssertWrites(t, server, saves)
			change(simulator.SecretsClear, c.first)
			if said := m.warnings(t, c.config); said != "" {
				t.Errorf("the drift is healed: %s", said)
			}
		})
	}
}

// applyOver applies a plan that may warn.
func (m *managed) applyOver(t *testing.T, config values) {
	t.Helper()
	m.begin(t)
	configuration := encode(t, object(m.schema, config))
	plan, err := m.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: m.typeName, Config: configuration, PriorState: encode(t, m.state),
		ProposedNewState: encode(t, m.proposed(t, config)), PriorPrivate: m.private,
	})
	if err != nil {
		t.Fatal(err)
	}
	applied, err := m.server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: m.typeName, Config: configuration, PriorState: encode(t, m.state),
		PlannedState: plan.PlannedState, PlannedPrivate: plan.PlannedPrivate,
	})
	check(t, err, applied.Diagnostics)
	m.private = applied.Private
	if m.state, err = applied.NewState.Unmarshal(m.schema.ValueType()); err != nil {
		t.Fatal(err)
	}
}

// holdsHashesAlone looks into the private state.
func (m *managed) holdsHashesAlone(t *testing.T, secrets ...string) {
	t.Helper()
	var private map[string][]byte // the framework's form of it
	if err := json.Unmarshal(m.private, &private); err != nil {
		t.Fatal(err)
	}
	for key, text := range private {
		for _, secret := range secrets {
			if strings.Contains(string(text), secret) || strings.Contains(string(text), strings.Split(secret+"\n", "\n")[1]) && strings.Contains(secret, "\n") {
				t.Errorf("%s of the private state holds a secret", key)
			}
		}
	}
	if !strings.Contains(string(private["secret"]), "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the private state has no hash: %s", private)
	}
}

// A state from before there were hashes is written once.
func TestSecretWithoutAHash(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{Quirks: simulator.Quirks{Secrets: simulator.SecretsMasked}})
	m := &managed{typeName: "aurinko_office365_oauth", aurinko: server}
	config := values{"client_id": clientID, "client_secret_wo": "wo-s3cret-one"}
	m.apply(t, config, nil)
	m.private = nil
	server.Simulator.ResetJournal()
	m.apply(t, config, nil)
	acctest.AssertWrites(t, server, saves)
	m.apply(t, config, nil)
	acctest.AssertWrites(t, server, saves) // and no more
	if got := m.number(t, "client_secret_revision"); got != 2 {
		t.Errorf("the revision is %d, want 2", got)
	}
}
