package core

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
)

// A Life is one resource that goes through Terraform's phases.
type Life struct {
	Workspace
	*Resource
	Server  *acctest.Server
	Secrets []string // which no plan and no state may hold, if they are configured as write-only
}

// NewLife begins with nothing in the state.
func NewLife(t testing.TB, server *acctest.Server, typeName string) *Life {
	only := &Resource{Name: typeName + ".this", TypeName: typeName}
	return &Life{
		Workspace: Workspace{T: t, Transport: server.Transport, Levels: [][]*Resource{{only}}},
		Resource:  only, Server: server,
	}
}

// A Phase is one "terraform apply", and what it must do.
type Phase struct {
	Before  func()   // what happens outside Terraform
	Config  Values   // nil: a destroy
	Final   Values   // the configuration when everything is known, if that is not Config
	Action  string   // as Plan.Action has it
	Unknown []string // of an update: all attributes that are known after apply, with dots into nested objects
	Writes  []string
	State   Values       // attributes afterwards, with dots; others may be anything
	Check   func() error // of what is at Aurinko afterwards
	Fails   []string     // parts of the error; what comes after it does not count
}

// Apply goes through phases, after each of which there must be nothing left to plan.
func (l *Life) Apply(phases ...Phase) {
	l.T.Helper()
	for i, p := range phases {
		if p.Before != nil {
			p.Before()
		}
		l.Server.Simulator.ResetJournal()
		l.Config, l.Final = p.Config, p.Final
		plans, found := l.Plan()
		l.hold(i, p, plans, found)
		if !found.Failed() {
			found = append(found, l.CarryOut(l.Start(), plans)...)
		}
		for _, part := range p.Fails {
			if !found.Fail(part) {
				l.T.Errorf("phase %d fails with %q, want %q", i, found, part)
			}
		}
		if p.Fails != nil {
			continue
		}
		if found.Failed() {
			l.T.Fatalf("phase %d: %s", i, found)
		}
		if diff := cmp.Diff(p.Writes, l.Server.Writes()); diff != "" {
			l.T.Errorf("phase %d: other writes than wanted (-want +got):\n%s", i, diff)
		}
		l.holdState(i, p)
		if p.Final != nil {
			l.Config, l.Final = p.Final, nil
		}
		if p.Config != nil {
			l.MustBeEmpty()
		}
	}
}

// Refuse plans a configuration that must be refused before anything is asked of the
// server; why is a part of the error.
func (l *Life) Refuse(config Values, why string) {
	l.T.Helper()
	l.Config = config
	if _, found := l.Plan(); !found.Fail(why) {
		l.T.Errorf("the plan says %q, want %q", found, why)
	}
	if asked := l.Server.Requests(); len(asked) > 0 {
		l.T.Errorf("Aurinko was asked: %v", asked)
	}
}

// hold compares the plan with what the phase wants.
func (l *Life) hold(i int, p Phase, plans []Plan, found Problems) {
	l.T.Helper()
	action := ""
	for _, plan := range plans {
		action = plan.Action()
		if after := plan.After(); after != nil {
			l.mustNotHold(p, "the plan", after.String())
		}
		if diff := cmp.Diff(p.Unknown, plan.Unknown()); diff != "" && plan.Update != nil && p.Fails == nil {
			l.T.Errorf("phase %d: other values are unknown than wanted (-want +got):\n%s", i, diff)
		}
	}
	if action != p.Action && !found.Failed() {
		l.T.Fatalf("phase %d: the plan is to %q, want %q", i, action, p.Action)
	}
}

func (l *Life) holdState(i int, p Phase) {
	l.T.Helper()
	for _, differs := range p.State.Differ(l.State) {
		l.T.Errorf("phase %d: %s", i, differs)
	}
	l.mustNotHold(p, "the state", l.State.String())
	for key, value := range l.PrivateState() {
		l.mustNotHold(p, key+" in private state", string(value))
	}
	if p.Check == nil {
		return
	}
	if err := p.Check(); err != nil {
		l.T.Errorf("phase %d: %s", i, err)
	}
}

// Differ returns which attributes, with dots, an object has otherwise.
func (v Values) Differ(object tftypes.Value) []string {
	var found []string
	for name, want := range v {
		got := At(object, strings.Split(name, ".")...)
		if want := Value(got.Type(), want); !got.Equal(want) {
			found = append(found, fmt.Sprintf("%s is %s, want %s", name, got, want))
		}
	}
	return found
}

// mustNotHold looks for the secrets that the phase does not configure in a plain
// attribute; of one with several lines, for the second, since the first is the same in all.
func (l *Life) mustNotHold(p Phase, where, text string) {
	l.T.Helper()
	for _, secret := range l.Secrets {
		if lines := strings.Split(secret, "\n"); len(lines) > 1 {
			secret = lines[1]
		}
		if !p.Config.shows(secret) && !p.Final.shows(secret) && strings.Contains(text, secret) {
			l.T.Errorf("%s holds a secret", where)
		}
	}
}

// shows reports whether a text is in an attribute that is not write-only.
func (v Values) shows(text string) bool {
	for name, value := range v {
		switch value := value.(type) {
		case Values:
			if value.shows(text) {
				return true
			}
		case string:
			if !strings.HasSuffix(name, "_wo") && strings.Contains(value, text) {
				return true
			}
		}
	}
	return false
}

// PrivateState returns the private state, which is JSON in the framework's form.
func (r *Resource) PrivateState() map[string][]byte {
	var private map[string][]byte
	if len(r.Private) > 0 {
		if err := json.Unmarshal(r.Private, &private); err != nil {
			panic(err)
		}
	}
	return private
}

// unknownNames returns the attributes that are not known, with dots into objects.
func unknownNames(name string, v tftypes.Value) []string {
	var attributes map[string]tftypes.Value
	switch {
	case v.IsFullyKnown():
		return nil
	case !v.IsKnown() || !v.Type().Is(tftypes.Object{}) || v.As(&attributes) != nil:
		return []string{name}
	}
	var names []string
	for _, attribute := range slices.Sorted(maps.Keys(attributes)) {
		names = append(names, unknownNames(strings.TrimPrefix(name+"."+attribute, "."), attributes[attribute])...)
	}
	return names
}

// Parse returns the attributes of the first block in a configuration, which must not
// refer to anything.
func Parse(t testing.TB, config string) Values {
	t.Helper()
	file, diagnostics := hclsyntax.ParseConfig([]byte(config), "test.tf", hcl.InitialPos)
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	attributes, _ := file.Body.(*hclsyntax.Body).Blocks[0].Body.JustAttributes()
	values := Values{}
	for name, attribute := range attributes {
		value, diagnostics := attribute.Expr.Value(nil)
		if diagnostics.HasErrors() {
			t.Fatal(diagnostics)
		}
		values[name] = fromCty(value)
	}
	return values
}

func fromCty(v cty.Value) any {
	switch of := v.Type(); {
	case v.IsNull():
		return nil
	case of == cty.String:
		return v.AsString()
	case of == cty.Bool:
		return v.True()
	case of == cty.Number:
		whole, _ := v.AsBigFloat().Int64()
		return whole
	case of.IsObjectType():
		values := Values{}
		for name, value := range v.AsValueMap() {
			values[name] = fromCty(value)
		}
		return values
	default: // a tuple
		elements := []any{}
		for _, element := range v.AsValueSlice() {
			elements = append(elements, fromCty(element))
		}
		return elements
	}
}
