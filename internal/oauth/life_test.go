package oauth_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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
	core.Workspace
	*core.Resource
	settings settingsCase
	server   *acctest.Server
}

func newLife(t *testing.T, c settingsCase, quirks simulator.Quirks) *life {
	t.Helper()
	server := acctest.NewServer(t, simulator.Options{Quirks: quirks})
	only := &core.Resource{Name: c.address(), TypeName: c.typeName}
	return &life{
		Workspace: core.Workspace{T: t, Transport: server.Transport, Levels: [][]*core.Resource{{only}}},
		Resource:  only, settings: c, server: server,
	}
}

// A phase is one "terraform apply", and what it must do.
type phase struct {
	config, final values // final: with what is known only after the plan
	action        string // as core.Plan has it
	unknown       []string
	writes        []string
	revision      int64 // of the secret in the state afterwards; 0 for none
	stored        simulator.OAuthReg
	fails         string // a part of the error; nothing after it counts
}

// apply goes through phases, after each of which there is nothing left to plan.
func (l *life) apply(t *testing.T, phases ...phase) {
	t.Helper()
	for i, p := range phases {
		l.server.Simulator.ResetJournal()
		l.Config, l.Final = p.config, p.final
		plans, found := l.Plan()
		for _, plan := range plans {
			if action := plan.Action(); action != p.action {
				t.Fatalf("phase %d: the plan is to %s", i, action)
			}
			if plan.Update != nil {
				l.holdsNoSecret(t, p, "plan", []byte(plan.Update.String()))
				if diff := cmp.Diff(p.unknown, unknownNames(plan)); diff != "" && p.fails == "" {
					t.Errorf("phase %d: unknown (-want +got):\n%s", i, diff)
				}
			}
		}
		if len(plans) == 0 && p.action != "" && !found.Failed() {
			t.Fatalf("phase %d: nothing is planned", i)
		}
		if !found.Failed() {
			found = append(found, l.CarryOut(l.Start(), plans)...)
		}
		if p.fails != "" {
			if !strings.Contains(found.Errors().String(), p.fails) {
				t.Errorf("phase %d fails with %q, want %q", i, found, p.fails)
			}
			continue
		}
		if found.Failed() {
			t.Fatalf("phase %d: %s", i, found)
		}
		acctest.AssertWrites(t, l.server, p.writes...)
		l.holds(t, i, p)
		if p.final != nil {
			l.Config, l.Final = p.final, nil
		}
		if p.config != nil {
			l.MustBeEmpty()
		}
	}
}

// holds compares what is at Aurinko and in the state after a phase.
func (l *life) holds(t *testing.T, i int, p phase) {
	t.Helper()
	if p.config == nil {
		if !l.server.Simulator.Empty() {
			t.Errorf("phase %d leaves %v", i, l.server.Simulator.OAuthRegs())
		}
		return
	}
	if err := stored(l.server, p.stored)(nil); err != nil {
		t.Errorf("phase %d: %s", i, err)
	}
	if got := l.revision(t); got != p.revision {
		t.Errorf("phase %d: the revision is %d, want %d", i, got, p.revision)
	}
	l.holdsNoSecret(t, p, "state", []byte(l.State.String()))
	for key, value := range l.private(t) {
		l.holdsNoSecret(t, p, "private state's "+key, value)
	}
}

// holdsNoSecret looks for write-only secrets.
func (l *life) holdsNoSecret(t *testing.T, p phase, where string, document []byte) {
	t.Helper()
	if p.config[l.settings.secret] != nil {
		return
	}
	for _, secret := range l.settings.secrets() {
		for _, part := range []string{secret, strings.Split(secret+"\n\n", "\n")[1]} { // of a key the first line of its body
			if part != "" && bytes.Contains(document, []byte(part)) {
				t.Errorf("the %s holds a secret", where)
			}
		}
	}
}

// private is the private state in the framework's form.
func (l *life) private(t *testing.T) map[string][]byte {
	t.Helper()
	var private map[string][]byte
	if len(l.Private) == 0 {
		return nil
	}
	if err := json.Unmarshal(l.Private, &private); err != nil {
		t.Fatal(err)
	}
	return private
}

func (l *life) revision(t *testing.T) int64 {
	t.Helper()
	var number big.Float
	value := core.At(l.State, l.settings.secret+"_revision")
	if value.IsNull() {
		return 0
	}
	if err := value.As(&number); err != nil {
		t.Fatal(err)
	}
	whole, _ := number.Int64()
	return whole
}

func unknownNames(plan core.Plan) []string {
	var names []string
	for _, attribute := range core.Schema(plan.Resource.TypeName).Block.Attributes {
		if !core.At(*plan.Update, attribute.Name).IsFullyKnown() {
			names = append(names, attribute.Name)
		}
	}
	slices.Sort(names)
	return names
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
