package oauth_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// rotated is these attributes, and what is stored of them, with another secret.
func (c settingsCase) rotated(attributes values) (values, simulator.OAuthReg) {
	other, stored := attributes.With(nil), c.right
	stored.ClientSecret, stored.ClientSecret2 = c.wrong.ClientSecret, c.wrong.ClientSecret2
	for _, name := range []string{c.secret, c.secret + "_wo"} {
		if other[name] != nil {
			other[name] = stored.ClientSecret
		}
	}
	if stored.ClientSecret2 != "" {
		other["certificate"] = stored.ClientSecret2
	}
	return other, stored
}

func (c settingsCase) revision() []string { return []string{c.secret + "_revision"} }

// Without a version a secret that changed is sent, once, and one that did not
// change is not sent. With one the version alone decides.
func TestSecretChanges(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		one := c.writeOnly(c.attributes)
		two, rotated := c.rotated(one)
		version := func(attributes values, version int) values {
			return attributes.With(values{c.secret + "_wo_version": version})
		}
		saved, sent := []string{saves}, c.revision()
		l := newLife(t, c, simulator.Quirks{})
		l.apply(
			phase{config: one, action: "create", writes: saved, revision: 1, stored: c.right},
			phase{config: one, revision: 1, stored: c.right},
			phase{config: two, action: "update", unknown: sent, writes: saved, revision: 2, stored: rotated},
			phase{config: one, action: "update", unknown: sent, writes: saved, revision: 3, stored: c.right},
			phase{config: version(one, 1), action: "update", writes: saved, revision: 4, stored: c.right},
			phase{config: version(two, 2), action: "update", writes: saved, revision: 5, stored: rotated},
			phase{config: version(two, 2), revision: 5, stored: rotated},
			phase{config: version(two, 3), action: "update", writes: saved, revision: 6, stored: rotated},
		)
		if c.secret == "client_secret" { // of a private key, the certificate would change as well
			l.apply(phase{config: version(one, 3), revision: 6, stored: rotated})
		}
		l.apply(
			phase{config: one, action: "update", unknown: sent, writes: saved, revision: 7, stored: c.right},
			phase{action: "destroy", writes: []string{deletes}},
		)
	})
}

// A plain secret is sent when it changes, however Aurinko answers it.
func TestSecretInTheState(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		for name, quirk := range secretQuirks {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				two, rotated := c.rotated(c.attributes)
				newLife(t, c, simulator.Quirks{Secrets: quirk}).apply(
					phase{config: c.attributes, action: "create", writes: []string{saves}, revision: 1, stored: c.right},
					phase{config: two, action: "update", writes: []string{saves}, revision: 2, stored: rotated},
				)
			})
		}
	})
}

// A secret that was changed in the portal is drift, where Aurinko returns it; a
// masked or absent one is none. The one that is sent again is no other one.
func TestSecretDrifts(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		for name, quirk := range secretQuirks {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				config := c.writeOnly(c.attributes)
				l := newLife(t, c, simulator.Quirks{Secrets: quirk})
				l.apply(phase{config: config, action: "create", writes: []string{saves}, revision: 1, stored: c.right})
				changed := c.drifted(2) // the certificate stays
				l.Server.Simulator.SetOAuthReg(changed)
				if quirk != simulator.SecretsClear {
					l.apply(phase{config: config, revision: 1, stored: changed})
					return
				}
				l.apply(phase{config: config, action: "update", unknown: c.revision(), writes: []string{saves}, revision: 1, stored: c.right})
			})
		}
	})
}

// An object that was imported with the secret that is configured has nothing to
// plan where Aurinko returns the secret, and is written once where it does not.
func TestSecretAfterImport(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		for name, quirk := range secretQuirks {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				config := c.writeOnly(c.attributes)
				after := phase{config: config, stored: c.right}
				if quirk != simulator.SecretsClear {
					after = phase{config: config, action: "update", unknown: c.revision(), writes: []string{saves}, revision: 1, stored: c.right}
				}
				two, rotated := c.rotated(config)
				imported := func() life {
					l := newLife(t, c, simulator.Quirks{Secrets: quirk})
					l.Server.Simulator.SetOAuthReg(c.right)
					l.Config = config
					l.Must(l.Import(l.Resource, c.importID))
					return l
				}
				imported().apply(after,
					phase{config: two, action: "update", unknown: c.revision(), writes: []string{saves}, revision: after.revision + 1, stored: rotated})
				after.config, after.action, after.unknown = c.attributes, "update", nil // into the state
				imported().apply(after)
			})
		}
	})
}

// A secret moves out of the state, and back, without a request.
func TestSecretMovesOutOfTheState(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		writeOnly := c.writeOnly(c.attributes)
		two, rotated := c.rotated(writeOnly)
		newLife(t, c, simulator.Quirks{}).apply(
			phase{config: c.attributes, action: "create", writes: []string{saves}, revision: 1, stored: c.right},
			phase{config: writeOnly, action: "update", unknown: c.revision(), revision: 1, stored: c.right},
			phase{config: c.attributes, action: "update", revision: 1, stored: c.right},
			phase{config: two, action: "update", unknown: c.revision(), writes: []string{saves}, revision: 2, stored: rotated},
		)
	})
}

// A value that is not known when the plan is made, and turns out to be the one that
// Aurinko has, is not sent. Another one is, by the same apply.
func TestSecretTurnsOut(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		one := c.writeOnly(c.attributes)
		two, rotated := c.rotated(one)
		unknown := func(final values) values { return final.With(values{c.secret + "_wo": core.Unknown}) }
		newLife(t, c, simulator.Quirks{}).apply(
			phase{config: unknown(one), final: one, action: "create", writes: []string{saves}, revision: 1, stored: c.right},
			phase{config: unknown(one), final: one, action: "update", unknown: c.revision(), revision: 1, stored: c.right},
			phase{config: unknown(two), final: two, action: "update", unknown: c.revision(), writes: []string{saves}, revision: 2, stored: rotated},
		)
	})
}

// What the plan says of a secret that was changed in the portal, and that what is
// known of it stays known.
func TestSecretDriftIsSaid(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		l := newLife(t, c, simulator.Quirks{})
		l.apply(phase{config: c.writeOnly(c.attributes), action: "create", writes: []string{saves}, revision: 1, stored: c.right})
		if hash := l.PrivateState()["secret"]; !bytes.Contains(hash, []byte("$argon2id$v=19$")) {
			t.Errorf("the private state has no hash: %s", hash)
		}
		warns := func(quirk simulator.SecretsQuirk, reg simulator.OAuthReg, want ...string) {
			t.Helper()
			l.Server.Simulator.SetOAuthReg(reg)
			l.Server.Simulator.SetQuirks(simulator.Quirks{Secrets: quirk})
			_, found := l.Plan()
			if got := said(found); strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("the plan says %q, want %q", got, want)
			}
		}
		short := strings.ReplaceAll(c.secret, "_", " ")
		warning := "The " + short + " was changed outside Terraform: Aurinko holds another " + short +
			" than Terraform sent last.\n\nApply this plan to send the configured one again. To keep the other one, configure it here."
		changed := c.drifted(2)
		warns(simulator.SecretsClear, c.right)
		warns(simulator.SecretsMasked, changed)
		warns(simulator.SecretsClear, changed, warning)
		warns(simulator.SecretsMasked, changed, warning)
		l.apply(phase{config: l.Config, action: "update", unknown: c.revision(), writes: []string{saves}, revision: 1, stored: c.right})
		warns(simulator.SecretsClear, c.right)
	}, "Office 365", "daemon")
}

// A state without a hash, such as one of an import, is written once.
func TestSecretWithoutAHash(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		config := c.writeOnly(c.attributes)
		l := newLife(t, c, simulator.Quirks{Secrets: simulator.SecretsMasked})
		l.apply(phase{config: config, action: "create", writes: []string{saves}, revision: 1, stored: c.right})
		l.Private = nil
		l.apply(phase{config: config, action: "update", unknown: c.revision(), writes: []string{saves}, revision: 2, stored: c.right})
	}, "Office 365")
}
