package oauth_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
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

// newPortal is a life in portal mode, in which nothing may be written.
func newPortal(t *testing.T, c settingsCase, quirks simulator.Quirks) life {
	t.Helper()
	l := newLife(t, c, quirks)
	t.Cleanup(func() { acctest.AssertNoWrites(t, l.Server) })
	return l
}

// says plans a configuration without a refresh, applies the plan, and compares what
// is said, warnings included.
func (l life) says(t *testing.T, config values, want ...string) {
	t.Helper()
	l.Config = config
	plugin, before := l.Start(), l.State
	plan, found := plugin.Plan(t.Context(), l.Resource)
	if !found.Failed() && !plan.IsEmpty() {
		found = append(found, plugin.Apply(t.Context(), plan)...)
	}
	l.compare(t, found, want)
	if found.Failed() && before.Type() != nil && !l.State.Equal(before) {
		t.Error("a verification that failed changed the state")
	}
}

func (l life) refresh(t *testing.T) {
	t.Helper()
	if found := l.Start().Refresh(t.Context(), l.Resource); found.Failed() {
		t.Fatal(found)
	}
}

func (l life) compare(t *testing.T, found core.Problems, want []string) {
	t.Helper()
	got := said(found)
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		t.Errorf("said otherwise (-want +got):\n%s", diff)
	}
	for _, secret := range l.settings.secrets() {
		if strings.Contains(strings.Join(got, "\n"), secret) {
			t.Error("a secret was said")
		}
	}
}

// Create and update name every field that differs, and only those, with what
// to enter where. Although Aurinko returns the secrets, no message repeats them.
func TestPortalNamesWhatDiffers(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		l := newPortal(t, c, simulator.Quirks{})
		set, config := l.Server.Simulator.SetOAuthReg, c.with(portalMode)

		l.says(t, config, c.asksForAll())
		set(c.wrong)
		l.says(t, config, c.asksToCorrect(c.differences...))
		for i, line := range c.differences {
			set(c.drifted(i))
			l.says(t, config, c.asksToCorrect(line))
		}
		set(c.right)
		l.says(t, config)

		for i, line := range c.differences {
			set(c.drifted(i))
			attribute, before := strings.Split(line, "`")[1], l.State
			l.refresh(t)
			if core.At(l.State, attribute).Equal(core.At(before, attribute)) {
				t.Errorf("the refresh does not show that %s differs", attribute)
			}
			l.says(t, config, c.asksToCorrect(line))
		}
		set(c.wrong)
		l.refresh(t)
		l.says(t, config, c.asksToCorrect(c.differences...))
		set(c.right)
		l.refresh(t)
		l.says(t, config)
	})
}

// The same with the secret in its write-only form, where a plan warns of
// another secret in the portal.
func TestPortalNamesTheWriteOnlySecret(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		l := newPortal(t, c, simulator.Quirks{})
		set, config := l.Server.Simulator.SetOAuthReg, c.writeOnly(c.with(portalMode))
		const secret = 2
		short := strings.ReplaceAll(c.secret, "_", " ")
		warning := fmt.Sprintf("The %[1]s at Aurinko is another one: Aurinko holds another %[1]s than the configured one, "+
			"and with `managed_by = \"portal\"` Terraform does not send it.\n\nEnter it in the Aurinko portal, %[2]s, before you apply this plan.", short, c.page)

		l.says(t, config, c.asksForAll())
		set(c.wrong)
		l.says(t, config, c.asksToCorrect(c.differences...))
		set(c.right)
		l.says(t, config)
		set(c.drifted(secret))
		l.refresh(t)
		l.says(t, config, warning, c.asksToCorrect(c.differences[secret]))
		set(c.right)
		l.refresh(t)
		l.says(t, config)
	})
}

// What is not configured is to be empty in the portal, or the next plan would
// show it again. Scopes that are left out are Aurinko's choice.
func TestPortalAsksToClear(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		l := newPortal(t, c, simulator.Quirks{})
		config := c.with(values{"managed_by": "portal", "scopes": nil})
		var lines []string
		for _, attribute := range c.clearable {
			lines = append(lines, fmt.Sprintf("- `%s`: clear it of %q, as none is configured", attribute, config[attribute]))
			config[attribute] = nil
		}
		l.Server.Simulator.SetOAuthReg(c.right)
		if len(lines) > 0 {
			l.says(t, config, c.asksToCorrect(lines...))
		}
		cleared := c.right
		cleared.IntermediateCallbackURL, cleared.TopicName = "", ""
		l.Server.Simulator.SetOAuthReg(cleared)
		l.says(t, config)
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
				l := newPortal(t, c, simulator.Quirks{Secrets: quirk})
				config := c.with(portalMode)
				l.says(t, config, c.asksForAll())

				another := c.right
				another.ClientSecret, another.ClientSecret2 = c.wrong.ClientSecret, c.wrong.ClientSecret2
				l.Server.Simulator.SetOAuthReg(another)
				if quirk == simulator.SecretsClear {
					wrong := c.differences[2:3]
					if another.ClientSecret2 != "" { // the daemon's certificate
						wrong = c.differences[2:]
					}
					l.says(t, config, c.asksToCorrect(wrong...))
					return
				}
				unseen := fmt.Sprintf("The %[1]s could not be compared: Aurinko does not return the %[1]s.\n\n"+
					"Compare it with the configured one in the Aurinko portal, %[2]s.", strings.ReplaceAll(c.secret, "_", " "), c.page)
				l.says(t, config, unseen)
				l.refresh(t)
				l.says(t, config)
				l.says(t, c.with(values{"managed_by": "portal", "scopes": []string{"Mail.Drafts"}}),
					c.asksToCorrect("- `scopes`: enter Mail.Drafts, in place of Calendar.Read, Mail.Send"))
			})
		}
	})
}

// Destroying the resource forgets it, with a warning.
func TestPortalForgets(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		l := newPortal(t, c, simulator.Quirks{})
		l.Server.Simulator.SetOAuthReg(c.right)
		l.says(t, c.with(portalMode))
		l.compare(t, l.Destroy(), []string{fmt.Sprintf("The %s stay at Aurinko: With `managed_by = \"portal\"`, Terraform only removes them from the state.\n\n"+
			"If they are no longer needed, delete them in the Aurinko portal, %s.", c.title, c.page)})
		if l.HasState() {
			t.Error("the resource is still in the state")
		}
		if diff := cmp.Diff([]simulator.OAuthReg{c.right}, l.Server.Simulator.OAuthRegs()); diff != "" {
			t.Errorf("the registration changed (-want +got):\n%s", diff)
		}
	})
}

// An expired certificate is not uploaded in portal mode, so it is a warning.
func TestPortalWarnsOfAnExpiredCertificate(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		l := newPortal(t, c, simulator.Quirks{})
		expired := acctest.Certificate(t, acctest.Key(), "expired", acctest.NextYear().AddDate(-2, 0, 0))
		registration := c.right
		registration.ClientSecret2 = expired
		l.Server.Simulator.SetOAuthReg(registration)
		l.Config = c.with(values{"managed_by": "portal", "certificate": expired})
		_, found := l.Plan()
		if got := said(found); found.Failed() || len(got) != 1 || !strings.HasPrefix(got[0], "The certificate has expired: ") {
			t.Errorf("the plan says %q", got)
		}
	}, "daemon")
}

// Either way managed_by is switched in place, and writes nothing where nothing
// differs. Where something does, either mode does what it is for.
func TestPortalSwitch(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		l := newLife(t, c, simulator.Quirks{Secrets: simulator.SecretsMasked})
		set, own, portal := l.Server.Simulator.SetOAuthReg, c.attributes, c.with(portalMode)
		l.apply(
			phase{config: own, action: "create", writes: []string{saves}, revision: 1, stored: c.right},
			phase{config: portal, action: "update", revision: 1, stored: c.right},
			phase{config: c.with(values{"managed_by": "terraform"}), action: "update", revision: 1, stored: c.right},
		)
		set(c.drifted(0))
		l.apply(phase{config: portal, action: "update", fails: []string{c.differences[0]}})
		set(c.right)
		l.apply(phase{config: portal, action: "update", revision: 1, stored: c.right})
		set(c.drifted(1))
		l.apply(
			phase{config: own, action: "update", writes: []string{saves}, revision: 1, stored: c.right},
			phase{action: "destroy", writes: []string{deletes}},
		)
	})
}

// Settings that are in the portal are imported in portal mode without a write,
// however Aurinko answers their secrets.
func TestPortalImport(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		for name, quirk := range secretQuirks {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				l := newPortal(t, c, simulator.Quirks{Secrets: quirk})
				config := c.writeOnly(c.with(portalMode))
				imports := func(registration simulator.OAuthReg) {
					l.Server.Simulator.SetOAuthReg(registration)
					l.Config = config
					if found := l.Import(l.Resource, c.importID); found.Failed() {
						t.Fatal(found)
					}
				}
				imports(c.drifted(0))
				l.apply(phase{config: config, action: "update", fails: []string{c.differences[0]}})
				imports(c.right)
				after := phase{config: config, action: "update", unknown: c.revision(), stored: c.right} // of managed_by
				if quirk != simulator.SecretsClear {
					after.revision = 1
				}
				l.apply(after)
			})
		}
	})
}

// A server that takes the settings in its portal only: the error offers portal
// mode, which then works.
func TestRefusedWriteOffersPortal(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		const (
			refused = "This server does not accept OAuth settings through its API."
			offer   = "managed_by = \"portal\""
		)
		enter := fmt.Sprintf("%s\n\nEnter them in the Aurinko portal, %s. To have Terraform compare them from then on, set `managed_by` in this resource:\n\n  %s", refused, c.page, offer)
		remove := fmt.Sprintf("%s\n\nDelete them in the Aurinko portal, %s, and run Terraform again. "+
			"To leave them at Aurinko, apply this first, and destroy afterwards:\n\n  %s", refused, c.page, offer)
		l := newLife(t, c, simulator.Quirks{})
		refusing := func(status int) { l.Server.Simulator.SetQuirks(simulator.Quirks{RefuseOAuthWrites: status}) }
		refusing(http.StatusMethodNotAllowed) // what counts as such is proven with the client
		l.apply(phase{config: c.attributes, action: "create", fails: []string{enter}})
		refusing(0)
		l.apply(phase{config: c.attributes, action: "create", writes: []string{saves}, revision: 1, stored: c.right})
		refusing(http.StatusMethodNotAllowed)
		l.apply(
			phase{config: c.with(values{"scopes": []string{"Tasks.Read"}}), action: "update", fails: []string{enter}},
			phase{action: "destroy", fails: []string{remove}},
			phase{config: c.with(portalMode), action: "update", revision: 1, stored: c.right},
		)
	})
}
