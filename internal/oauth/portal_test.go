package oauth_test

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

var portalMode = values{"managed_by": "portal"}

// drifted is the right registration with one field of the wrong one, in the
// order of the differences.
func (c settingsCase) drifted(i int) simulator.OAuthReg {
	r := c.right
	switch i {
	case 0:
		r.ClientID = c.wrong.ClientID
	case 1:
		r.Scopes = c.wrong.Scopes
	case 2:
		r.ClientSecret = c.wrong.ClientSecret
	case 3: // a registration has one of the two
		r.IntermediateCallbackURL, r.ClientSecret2 = c.wrong.IntermediateCallbackURL, c.wrong.ClientSecret2
	case 4:
		r.TopicName = c.wrong.TopicName
	}
	return r
}

// asks is the error that asks for corrections in the portal.
func (c settingsCase) asks(what string, lines ...string) string {
	return fmt.Sprintf("The %s must be entered in the portal: %s, and with `managed_by = \"portal\"` Terraform does not write them.\n\n"+
		"In the Aurinko portal, %s:\n\n%s\n\nThen apply again.", c.title, what, c.page, strings.Join(lines, "\n"))
}

func (c settingsCase) asksToCorrect(lines ...string) string {
	return c.asks("The settings at Aurinko differ from the configured ones", lines...)
}

func (c settingsCase) asksForAll() string {
	return c.asks("Aurinko does not have these settings yet", c.missing...)
}

// A portalTest is a resource in portal mode and its server, which must never
// be written to.
type portalTest struct {
	*managed
	settings settingsCase
	aurinko  *acctest.Server
}

func newPortalTest(t *testing.T, c settingsCase) portalTest {
	t.Helper()
	server := acctest.NewServer(t, simulator.Options{})
	t.Cleanup(func() { acctest.AssertNoWrites(t, server) })
	m := &managed{typeName: c.typeName, aurinko: server}
	m.begin(t)
	return portalTest{managed: m, settings: c, aurinko: server}
}

// says applies a configuration and compares what is said, warnings included.
func (p portalTest) says(t *testing.T, config values, want ...string) {
	t.Helper()
	configuration, prior := encode(t, object(p.schema, config)), encode(t, p.state)
	plan, err := p.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: p.typeName, Config: configuration, PriorState: prior,
		ProposedNewState: encode(t, p.proposed(t, config)), PriorPrivate: p.private,
	})
	if err != nil {
		t.Fatal(err)
	}
	applied, err := p.server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: p.typeName, Config: configuration, PriorState: prior,
		PlannedState: plan.PlannedState, PlannedPrivate: plan.PlannedPrivate,
	})
	if err != nil {
		t.Fatal(err)
	}
	p.compare(t, append(plan.Diagnostics, applied.Diagnostics...), want)
	after, err := applied.NewState.Unmarshal(p.schema.ValueType())
	if err != nil {
		t.Fatal(err)
	}
	if failed := fails(applied.Diagnostics); failed && !after.Equal(p.state) {
		t.Error("a verification that failed changed the state")
	} else if !failed {
		p.state, p.private = after, applied.Private
	}
}

// saysOnDestroy destroys the resource.
func (p portalTest) saysOnDestroy(t *testing.T, want ...string) {
	t.Helper()
	nothing := encode(t, tftypes.NewValue(p.schema.ValueType(), nil))
	destroyed, err := p.server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: p.typeName, Config: nothing, PriorState: encode(t, p.state), PlannedState: nothing, PlannedPrivate: p.private,
	})
	if err != nil {
		t.Fatal(err)
	}
	p.compare(t, destroyed.Diagnostics, want)
	after, err := destroyed.NewState.Unmarshal(p.schema.ValueType())
	if err != nil {
		t.Fatal(err)
	}
	if !after.IsNull() {
		t.Error("the resource is still in the state")
	}
}

func (p portalTest) compare(t *testing.T, diagnostics []*tfprotov6.Diagnostic, want []string) {
	t.Helper()
	var said []string
	for _, d := range diagnostics {
		said = append(said, d.Summary+": "+d.Detail)
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("said otherwise (-want +got):\n%s", diff)
	}
	for _, secret := range p.settings.secrets() {
		if strings.Contains(strings.Join(said, "\n"), secret) {
			t.Error("a secret was said")
		}
	}
}

func fails(diagnostics []*tfprotov6.Diagnostic) bool {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return true
		}
	}
	return false
}

// Create and update name every field that differs, and only those, with what
// to enter where. Although Aurinko returns the secrets, no message repeats them.
func TestPortalNamesWhatDiffers(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		p := newPortalTest(t, c)
		set, config := p.aurinko.Simulator.SetOAuthReg, c.with(portalMode)

		p.says(t, config, c.asksForAll())
		set(c.wrong)
		p.says(t, config, c.asksToCorrect(c.differences...))
		for i, line := range c.differences {
			set(c.drifted(i))
			p.says(t, config, c.asksToCorrect(line))
		}
		set(c.right)
		p.says(t, config)

		for i, line := range c.differences {
			set(c.drifted(i))
			p.reread(t)
			p.says(t, config, c.asksToCorrect(line))
		}
		set(c.wrong)
		p.reread(t)
		p.says(t, config, c.asksToCorrect(c.differences...))
		set(c.right)
		p.reread(t)
		p.says(t, config)
	})
}

// The same with the secret in its write-only form, where a plan warns of
// another secret in the portal.
func TestPortalNamesTheWriteOnlySecret(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		p := newPortalTest(t, c)
		set, config := p.aurinko.Simulator.SetOAuthReg, c.writeOnly(c.with(portalMode))
		const secret = 2
		short := strings.ReplaceAll(c.secret, "_", " ")
		warning := fmt.Sprintf("The %[1]s at Aurinko is another one: Aurinko holds another %[1]s than the configured one, "+
			"and with `managed_by = \"portal\"` Terraform does not send it.\n\nEnter it in the Aurinko portal, %[2]s, before you apply this plan.", short, c.page)

		p.says(t, config, c.asksForAll())
		set(c.wrong)
		p.says(t, config, c.asksToCorrect(c.differences...))
		set(c.right)
		p.says(t, config)
		set(c.drifted(secret))
		p.reread(t)
		p.says(t, config, warning, c.asksToCorrect(c.differences[secret]))
		set(c.right)
		p.reread(t)
		p.says(t, config)
	})
}

// What is not configured is to be empty in the portal, or the next plan would
// show it again. Scopes that are left out are Aurinko's choice.
func TestPortalAsksToClear(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		p := newPortalTest(t, c)
		config := c.with(values{"managed_by": "portal", "scopes": nil})
		var lines []string
		for _, attribute := range c.clearable {
			lines = append(lines, fmt.Sprintf("- `%s`: clear it of %q, as none is configured", attribute, config[attribute]))
			config[attribute] = nil
		}
		p.aurinko.Simulator.SetOAuthReg(c.right)
		if len(lines) > 0 {
			p.says(t, config, c.asksToCorrect(lines...))
		}
		cleared := c.right
		cleared.IntermediateCallbackURL, cleared.TopicName = "", ""
		p.aurinko.Simulator.SetOAuthReg(cleared)
		p.says(t, config)
	})
}

// A secret that Aurinko does not return may be any, and passes. Settings that are
// not there have none.
func TestPortalCannotKnowASecret(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		for name, quirk := range secretQuirks {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				p := newPortalTest(t, c)
				p.aurinko.Simulator.SetQuirks(simulator.Quirks{Secrets: quirk})
				config := c.with(portalMode)
				p.says(t, config, c.asksForAll())

				another := c.right
				another.ClientSecret, another.ClientSecret2 = c.wrong.ClientSecret, c.wrong.ClientSecret2
				p.aurinko.Simulator.SetOAuthReg(another)
				if quirk == simulator.SecretsClear {
					told := c.differences[2:3]
					if another.ClientSecret2 != "" { // the daemon's certificate
						told = c.differences[2:]
					}
					p.says(t, config, c.asksToCorrect(told...))
					return
				}
				unseen := fmt.Sprintf("The %[1]s could not be compared: Aurinko does not return the %[1]s.\n\n"+
					"Compare it with the configured one in the Aurinko portal, %[2]s.", strings.ReplaceAll(c.secret, "_", " "), c.page)
				p.says(t, config, unseen)
				p.reread(t)
				p.says(t, config, unseen)
				p.says(t, c.with(values{"managed_by": "portal", "scopes": []string{"Mail.Drafts"}}),
					c.asksToCorrect("- `scopes`: enter Mail.Drafts, in place of Calendar.Read, Mail.Send"))
			})
		}
	})
}

// Destroying the resource forgets it, with a warning.
func TestPortalForgets(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		p := newPortalTest(t, c)
		p.aurinko.Simulator.SetOAuthReg(c.right)
		p.says(t, c.with(portalMode))
		p.saysOnDestroy(t, fmt.Sprintf("The %s stay at Aurinko: With `managed_by = \"portal\"`, Terraform only removes them from the state.\n\n"+
			"If they are no longer needed, delete them in the Aurinko portal, %s.", c.title, c.page))
		if diff := cmp.Diff([]simulator.OAuthReg{c.right}, p.aurinko.Simulator.OAuthRegs()); diff != "" {
			t.Errorf("the registration changed (-want +got):\n%s", diff)
		}
	})
}

// An expired certificate is not uploaded in portal mode, so it is a warning.
func TestPortalWarnsOfAnExpiredCertificate(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		p := newPortalTest(t, c)
		expired := acctest.Certificate(t, acctest.Key(), "expired", acctest.NextYear().AddDate(-2, 0, 0))
		registration := c.right
		registration.ClientSecret2 = expired
		p.aurinko.Simulator.SetOAuthReg(registration)
		plan, err := p.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: p.typeName, PriorState: encode(t, p.state),
			Config:           encode(t, object(p.schema, c.with(values{"managed_by": "portal", "certificate": expired}))),
			ProposedNewState: encode(t, p.proposed(t, c.with(values{"managed_by": "portal", "certificate": expired}))),
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(plan.Diagnostics) != 1 || fails(plan.Diagnostics) || plan.Diagnostics[0].Summary != "The certificate has expired" {
			t.Errorf("the plan says %v", plan.Diagnostics)
		}
	}, "daemon")
}

// unchanged checks that nothing was written so far, and that the registration
// is still the one that was entered in the portal.
func (c settingsCase) unchanged(server *acctest.Server) resource.TestCheckFunc {
	return resource.ComposeTestCheckFunc(acctest.CheckWrites(server), stored(server, c.right))
}

// enters is what somebody does in the portal before a step.
func enters(server *acctest.Server, r simulator.OAuthReg) func() {
	return func() { server.Simulator.SetOAuthReg(r) }
}

// changes checks that a plan updates a resource in place, this attribute among
// others.
type changes struct{ address, attribute string }

func (c changes) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, planned := range req.Plan.ResourceChanges {
		if planned.Address != c.address || !planned.Change.Actions.Update() {
			continue
		}
		if reflect.DeepEqual(attributeOf(planned.Change.Before, c.attribute), attributeOf(planned.Change.After, c.attribute)) {
			resp.Error = fmt.Errorf("the plan does not show that %s differs", c.attribute)
		}
		return
	}
	resp.Error = fmt.Errorf("no update of %s is planned", c.address)
}

func attributeOf(object any, name string) any {
	attributes, _ := object.(map[string]any)
	return attributes[name]
}

// The life of a resource in portal mode: nothing is ever written.
func TestAccPortal(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		server := acctest.NewServer(t, simulator.Options{})
		config := c.config(server, c.with(portalMode))
		steps := []resource.TestStep{
			{Config: config, ExpectError: acctest.Says(append([]string{c.page}, c.missing...)...)},
			{PreConfig: enters(server, c.wrong), Config: config, ExpectError: acctest.Says(append([]string{c.page}, c.differences...)...)},
			{
				PreConfig: enters(server, c.right), Config: config,
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate, c.address()),
				Check:            c.unchanged(server),
			},
		}
		for i, line := range c.differences {
			attribute := strings.Split(line, "`")[1]
			steps = append(steps, resource.TestStep{
				PreConfig: enters(server, c.drifted(i)), Config: config, PlanOnly: true, ExpectNonEmptyPlan: true,
				ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{changes{c.address(), attribute}}},
			})
		}
		steps = append(steps,
			resource.TestStep{PreConfig: enters(server, c.wrong), Config: config, ExpectError: acctest.Says(append([]string{c.page}, c.differences...)...)},
			resource.TestStep{
				PreConfig: func() { server.Simulator.RemoveOAuthReg(c.right.ServiceType, c.right.Daemon) }, Config: config,
				ExpectError: acctest.Says(append([]string{c.page}, c.missing...)...),
			},
			resource.TestStep{PreConfig: enters(server, c.right), Config: config, Check: c.unchanged(server)},
			resource.TestStep{
				Config: config, Destroy: true,
				Check: resource.ComposeTestCheckFunc(c.unchanged(server), func(*terraform.State) error {
					server.Simulator.RemoveOAuthReg(c.right.ServiceType, c.right.Daemon)
					return nil
				}),
			},
		)
		test(t, server, steps...)
	})
}

// Either way managed_by is switched in place, and writes nothing where nothing
// differs. Where something does, either mode does what it is for.
func TestAccPortalSwitch(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		for name, quirk := range map[string]simulator.SecretsQuirk{"masked": simulator.SecretsMasked} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				server := acctest.NewServer(t, simulator.Options{Quirks: simulator.Quirks{Secrets: quirk}})
				portal, own := c.config(server, c.with(portalMode)), c.config(server, c.attributes)
				inPlace := planned(plancheck.ResourceActionUpdate, c.address())
				test(t, server,
					resource.TestStep{Config: own, Check: acctest.CheckWrites(server, saves)},
					resource.TestStep{Config: portal, ConfigPlanChecks: inPlace, Check: c.unchanged(server)},
					resource.TestStep{
						Config: c.config(server, c.with(values{"managed_by": "terraform"})), ConfigPlanChecks: inPlace, Check: c.unchanged(server),
					},
					resource.TestStep{PreConfig: enters(server, c.drifted(0)), Config: portal, ExpectError: acctest.Says(c.differences[0])},
					resource.TestStep{PreConfig: enters(server, c.right), Config: portal, ConfigPlanChecks: inPlace, Check: c.unchanged(server)},
					resource.TestStep{
						PreConfig: enters(server, c.drifted(1)), Config: own, ConfigPlanChecks: inPlace,
						Check: resource.ComposeTestCheckFunc(acctest.CheckWrites(server, saves), stored(server, c.right)),
					},
					resource.TestStep{Config: own, Destroy: true, Check: acctest.CheckWrites(server, deletes)},
				)
			})
		}
	})
}

// Settings that are in the portal are imported in portal mode without a write,
// however Aurinko answers their secrets.
func TestAccPortalImport(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		for name, quirk := range map[string]simulator.SecretsQuirk{"clear": simulator.SecretsClear, "absent": simulator.SecretsAbsent} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				server := acctest.NewServer(t, simulator.Options{Quirks: simulator.Quirks{Secrets: quirk}})
				config := c.config(server, c.writeOnly(c.with(portalMode))) + c.importBlock()
				test(t, server,
					resource.TestStep{
						PreConfig: enters(server, c.drifted(0)), Config: config,
						ExpectError: acctest.Says(c.page, c.differences[0]),
					},
					resource.TestStep{
						PreConfig: enters(server, c.right), Config: config,
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{acctest.NotHeld(c.secrets())}},
						Check:            c.unchanged(server),
					},
					resource.TestStep{
						Config: config, Destroy: true,
						Check: resource.ComposeTestCheckFunc(c.unchanged(server), func(*terraform.State) error {
							server.Simulator.RemoveOAuthReg(c.right.ServiceType, c.right.Daemon)
							return nil
						}),
					},
				)
			})
		}
	})
}

// A server that takes the settings in its portal only: the error offers portal
// mode, which then works.
func TestAccRefusedWriteOffersPortal(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		const (
			refused = "This server does not accept OAuth settings through its API."
			offer   = `managed_by = "portal"`
		)
		enter := acctest.Says(fmt.Sprintf("%s Enter them in the Aurinko portal, %s. To have Terraform compare them from then on, set `managed_by` in this resource: %s", refused, c.page, offer))
		remove := acctest.Says(fmt.Sprintf("%s Delete them in the Aurinko portal, %s, and run Terraform again. "+
			"To leave them at Aurinko, apply this first, and destroy afterwards: %s", refused, c.page, offer))
		for _, status := range []int{http.StatusMethodNotAllowed} { // what counts as such is proven with the client
			t.Run(fmt.Sprint(status), func(t *testing.T) {
				t.Parallel()
				server := acctest.NewServer(t, simulator.Options{})
				refusing := func() { server.Simulator.SetQuirks(simulator.Quirks{RefuseOAuthWrites: status}) }
				willing := func() { server.Simulator.SetQuirks(simulator.Quirks{}) }
				own, portal := c.config(server, c.attributes), c.config(server, c.with(portalMode))
				test(t, server,
					resource.TestStep{PreConfig: refusing, Config: own, ExpectError: enter},
					resource.TestStep{PreConfig: willing, Config: own},
					resource.TestStep{
						PreConfig: refusing, Config: c.config(server, c.with(values{"scopes": []string{"Tasks.Read"}})), ExpectError: enter,
					},
					resource.TestStep{Config: own, Destroy: true, ExpectError: remove},
					resource.TestStep{PreConfig: server.Simulator.ResetJournal, Config: portal, Check: c.unchanged(server)},
					resource.TestStep{
						Config: portal, Destroy: true,
						Check: resource.ComposeTestCheckFunc(c.unchanged(server), func(*terraform.State) error {
							server.Simulator.RemoveOAuthReg(c.right.ServiceType, c.right.Daemon)
							return nil
						}),
					},
				)
			})
		}
	})
}
