package attribute_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
)

var (
	exchangeType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"username": tftypes.String, "domain": tftypes.String,
	}}
	accountType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"name": tftypes.String, "status": tftypes.String, "on_existing": tftypes.String,
		"scopes": tftypes.Set{ElementType: tftypes.String}, "exchange": exchangeType,
	}}
)

const open = tftypes.UnknownValue

// values are an account's attributes; those that are left out are null.
type values map[string]any

func (v values) account() tftypes.Value { return encode(accountType, v) }

func encode(of tftypes.Type, value any) tftypes.Value {
	switch value := value.(type) {
	case values:
		object := map[string]tftypes.Value{}
		for name, attributeType := range of.(tftypes.Object).AttributeTypes {
			object[name] = encode(attributeType, value[name])
		}
		return tftypes.NewValue(of, object)
	case []string:
		set := make([]tftypes.Value, len(value))
		for i, name := range value {
			set[i] = tftypes.NewValue(tftypes.String, name)
		}
		return tftypes.NewValue(of, set)
	}
	return tftypes.NewValue(of, value)
}

func (v values) with(changes values) values {
	changed := maps.Clone(v)
	maps.Copy(changed, changes)
	return changed
}

var (
	config = values{"name": "Acme", "scopes": []string{"Mail.Read"}, "exchange": values{"username": "svc"}}
	state  = config.with(values{"status": "active", "exchange": values{"username": "svc", "domain": "acme.example"}})
)

// Each change is of a configuration; computed is what the plan has besides.
func TestChanges(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		change, computed, state values
		want                    []string
	}{
		"nothing":                  {},
		"a value":                  {change: values{"name": "Acme Ltd"}, want: []string{"name"}},
		"a value taken away":       {change: values{"name": nil}, want: []string{"name"}},
		"a value that was not set": {state: values{"name": nil}, want: []string{"name"}},
		"an emptied value":         {change: values{"name": ""}, want: []string{"name"}},
		"a configured unknown":     {change: values{"name": open}, want: []string{"name"}},
		"a computed unknown":       {computed: values{"status": open}},
		"a computed value":         {computed: values{"status": "dead"}, want: []string{"status"}},
		"a set":                    {change: values{"scopes": []string{"Mail.Send"}}, want: []string{"scopes"}},
		"a nested value": {
			change:   values{"exchange": values{"username": "other"}},
			computed: values{"exchange": values{"username": "other", "domain": "acme.example"}}, want: []string{"exchange.username"},
		},
		"a nested computed unknown": {computed: values{"exchange": values{"username": "svc", "domain": open}}},
		"a nested configured unknown": {
			change:   values{"exchange": values{"username": open}},
			computed: values{"exchange": values{"username": open, "domain": open}}, want: []string{"exchange.username"},
		},
		"an object taken away": {change: values{"exchange": nil}, want: []string{"exchange"}},
		"an object put in":     {state: values{"exchange": nil}, want: []string{"exchange"}},
		"an unknown object":    {change: values{"exchange": open}, want: []string{"exchange"}},
		"two":                  {change: values{"name": "Acme Ltd", "on_existing": "adopt"}, want: []string{"name", "on_existing"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			planned := state.with(test.change).with(test.computed)
			got := attribute.Changes(planned.account(), config.with(test.change).account(), state.with(test.state).account())
			slices.Sort(got)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An update that writes nothing keeps every computed value, also one that is null.
func TestKeepComputed(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		change, computed, state values
		writes                  bool
		kept                    values // over the plan
	}{
		"nothing changes": {},
		"a provider's attribute alone": {
			change: values{"on_existing": "adopt"}, computed: values{"status": open, "exchange": values{"username": "svc", "domain": open}},
			kept: values{"status": "active", "exchange": values{"username": "svc", "domain": "acme.example"}},
		},
		"a provider's attribute, the computed one is not set": {
			change: values{"on_existing": "adopt"}, computed: values{"status": open}, state: values{"status": nil}, kept: values{"status": nil},
		},
		"a provider's attribute that is unknown": {
			change: values{"on_existing": open}, computed: values{"status": open}, kept: values{"status": "active"},
		},
		"something to write":         {change: values{"name": "Acme Ltd"}, computed: values{"status": open}, writes: true, kept: values{"status": "active"}},
		"something unknown to write": {change: values{"name": open}, computed: values{"status": open}, writes: true, kept: values{"status": "active"}},
		"both":                       {change: values{"name": "Acme Ltd", "on_existing": "adopt"}, writes: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			planned := state.with(test.change).with(test.computed)
			plan := tfsdk.Plan{Raw: planned.account()}
			configured := tfsdk.Config{Raw: config.with(test.change).account()}
			prior := tfsdk.State{Raw: state.with(test.state).account()}
			if got := attribute.Writes(plan, configured, prior, []string{"on_existing"}); got != test.writes {
				t.Errorf("writes: %t, want %t", got, test.writes)
			}
			if diagnostics := attribute.KeepComputed(&plan, configured, prior); diagnostics.HasError() {
				t.Fatal(diagnostics)
			}
			if want := planned.with(test.kept).account(); !plan.Raw.Equal(want) {
				t.Errorf("planned %s, want %s", plan.Raw, want)
			}
		})
	}
}
