package oauth_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const (
	clientID = "6a1b3c5d-0f2e-4d6c-8b7a-9e0f1a2b3c4d"
	otherID  = "0d9c8b7a-1e2f-4a3b-9c5d-6e7f8a9b0c1d"

	saves   = "POST /v1/am/oauth_regs"
	deletes = "DELETE /v1/am/oauth_regs"
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
	others   []simulator.OAuthReg // which must stay as they are
}

func newLife(t *testing.T, c settingsCase, quirks simulator.Quirks) life {
	t.Helper()
	l := core.NewLife(t, acctest.NewServer(t, simulator.Options{Quirks: quirks}), c.typeName)
	l.Secrets = c.secrets()
	return life{Life: l, settings: c}
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
			next.Check = func() error { return stored(l.Server, append(l.others, p.stored)...) }
			next.State = values{l.settings.secret + "_revision": nil}
			if p.revision > 0 {
				next.State[l.settings.secret+"_revision"] = p.revision
			}
			if certificate := p.stored.ClientSecret2; certificate != "" {
				maps.Copy(next.State, pair{certificate: certificate}.shown())
			}
		}
		l.Apply(next)
	}
}

// stored compares the registrations with what they should be, in any order.
func stored(server *acctest.Server, want ...simulator.OAuthReg) error {
	key := func(r simulator.OAuthReg) string { return fmt.Sprint(r.ServiceType, r.Daemon) }
	inOrder := cmp.Options{
		cmpopts.SortSlices(strings.Compare),
		cmpopts.SortSlices(func(a, b simulator.OAuthReg) int { return strings.Compare(key(a), key(b)) }),
	}
	if diff := cmp.Diff(want, server.Simulator.OAuthRegs(), inOrder); diff != "" {
		return fmt.Errorf("stored otherwise (-want +got):\n%s", diff)
	}
	return nil
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
