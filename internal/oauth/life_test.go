package oauth_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

func TestMain(m *testing.M) {
	secret.UseCheapHashes()
	os.Exit(m.Run())
}

// values are the attributes of a configuration; others are null.
type values = core.Values

// A life is one resource with OAuth settings, which goes through Terraform's phases
// without a CLI.
type life struct {
	*core.Life
	settings settingsCase
}

func newLife(t *testing.T, c settingsCase, quirks simulator.Quirks) life {
	t.Helper()
	l := core.NewLife(t, acctest.NewServer(t, simulator.Options{Quirks: quirks}), c.typeName)
	l.Secrets = c.secrets()
	return life{l, c}
}

// A phase is one "terraform apply", and what it must do.
type phase struct {
	config, final values // final: with what is known only after the plan
	action        string
	unknown       []string
	writes        []string
	revision      int64 // of the secret in the state afterwards; 0 for none
	stored        simulator.OAuthReg
	fails         []string // parts of the error
}

func (l life) apply(phases ...phase) {
	l.T.Helper()
	for _, p := range phases {
		next := core.Phase{Config: p.config, Final: p.final, Action: p.action, Unknown: p.unknown, Writes: p.writes, Fails: p.fails}
		if p.config == nil {
			next.Check = func() error {
				if !l.Server.Simulator.Empty() {
					return fmt.Errorf("left behind: %v", l.Server.Simulator.OAuthRegs())
				}
				return nil
			}
		} else {
			next.Check = func() error { return stored(l.Server, p.stored)(nil) }
			next.State = values{l.settings.secret + "_revision": nil}
			if p.revision > 0 {
				next.State[l.settings.secret+"_revision"] = p.revision
			}
			if certificate := p.stored.ClientSecret2; certificate != "" {
				thumbprint, _ := pair{certificate: certificate}.fingerprints()
				next.State["certificate_thumbprint"] = fmt.Sprintf("%X", thumbprint)
			}
		}
		l.Apply(next)
	}
}

// said are the texts of diagnostics, each once, without the framework's hint that
// there is a write-only form.
func said(found core.Problems) []string {
	texts := []string{}
	for _, problem := range found {
		if problem.Summary == "Available Write-Only Attribute Alternative" {
			continue
		}
		if text := fmt.Sprintf("%s: %s", problem.Summary, problem.Detail); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return texts
}
