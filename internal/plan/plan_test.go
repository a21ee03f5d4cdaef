package plan_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/plan"
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

const unknown = tftypes.UnknownValue

// values are an account's attributes; those that are left out are null.
type values map[string]any

func (v values) account() tftypes.Value {
	account := map[string]tftypes.Value{}
	for name, attributeType := range accountType.AttributeTypes {
		value := v[name]
		if nested, ok := value.(values); ok {
			value = map[string]tftypes.Value{
				"username": tftypes.NewValue(tftypes.String, nested["username"]),
				"domain":   tftypes.NewValue(tftypes.String, nested["domain"]),
			}
		}
		if names, ok := value.([]string); ok {
			set := make([]tftypes.Value, len(names))
			for i, name := range names {
				set[i] = tftypes.NewValue(tftypes.String, name)
			}
			value = set
		}
		account[name] = tftypes.NewValue(attributeType, value)
	}
	return tftypes.NewValue(accountType, account)
}

func (v values) with(name string, value any) values {
	changed := maps.Clone(v)
	changed[name] = value
	return changed
}

var (
	config = values{"name": "Acme", "scopes": []string{"Mail.Read"}, "exchange": values{"username": "svc"}}
	state  = config.with("status", "active").with("exchange", values{"username": "svc", "domain": "acme.example"})
)

func TestChanges(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		plan, config, state values
		want                []string
	}{
		"nothing":                  {state, config, state, nil},
		"a value":                  {state.with("name", "Acme Ltd"), config.with("name", "Acme Ltd"), state, []string{"name"}},
		"a value taken away":       {state.with("name", nil), config.with("name", nil), state, []string{"name"}},
		"a value that was not set": {state, config, state.with("name", nil), []string{"name"}},
		"an emptied value":         {state.with("name", ""), config.with("name", ""), state, []string{"name"}},
		"a configured unknown":     {state.with("name", unknown), config.with("name", unknown), state, []string{"name"}},
		"a computed unknown":       {state.with("status", unknown), config, state, nil},
		"a computed value":         {state.with("status", "dead"), config, state, []string{"status"}},
		"a set":                    {state.with("scopes", []string{"Mail.Send"}), config.with("scopes", []string{"Mail.Send"}), state, []string{"scopes"}},
		"a nested value": {
			state.with("exchange", values{"username": "other", "domain": "acme.example"}),
			config.with("exchange", values{"username": "other"}), state, []string{"exchange.username"},
		},
		"a nested computed unknown": {state.with("exchange", values{"username": "svc", "domain": unknown}), config, state, nil},
		"a nested configured unknown": {
			state.with("exchange", values{"username": unknown, "domain": unknown}),
			config.with("exchange", values{"username": unknown}), state, []string{"exchange.username"},
		},
		"an object taken away": {state.with("exchange", nil), config.with("exchange", nil), state, []string{"exchange"}},
		"an object put in":     {state, config, state.with("exchange", nil), []string{"exchange"}},
		"an unknown object":    {state.with("exchange", unknown), config.with("exchange", unknown), state, []string{"exchange"}},
		"two": {
			state.with("name", "Acme Ltd").with("on_existing", "adopt"),
			config.with("name", "Acme Ltd").with("on_existing", "adopt"), state, []string{"name", "on_existing"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := plan.Changes(test.plan.account(), test.config.account(), test.state.account())
			slices.Sort(got)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSettle(t *testing.T) {
	t.Parallel()

	local := func(attribute string) bool { return attribute == "on_existing" }
	open := values{"username": "svc", "domain": unknown}
	tests := map[string]struct {
		plan, config, state values
		writes              bool
		want                values
	}{
		"nothing changes": {state, config, state, false, state},
		"a local attribute alone": {
			state.with("on_existing", "adopt").with("status", unknown).with("exchange", open), config.with("on_existing", "adopt"), state,
			false, state.with("on_existing", "adopt"),
		},
		"a local attribute, what is computed is not set": {
			state.with("on_existing", "adopt").with("status", unknown), config.with("on_existing", "adopt"), state.with("status", nil),
			false, state.with("on_existing", "adopt").with("status", nil),
		},
		"a local attribute that is unknown": {
			state.with("on_existing", unknown).with("status", unknown), config.with("on_existing", unknown), state,
			false, state.with("on_existing", unknown),
		},
		"something to write": {
			state.with("name", "Acme Ltd").with("status", unknown), config.with("name", "Acme Ltd"), state,
			true, state.with("name", "Acme Ltd").with("status", unknown),
		},
		"something unknown to write": {
			state.with("name", unknown).with("status", unknown), config.with("name", unknown), state,
			true, state.with("name", unknown).with("status", unknown),
		},
		"both": {
			state.with("name", "Acme Ltd").with("on_existing", "adopt").with("status", unknown),
			config.with("name", "Acme Ltd").with("on_existing", "adopt"), state,
			true, state.with("name", "Acme Ltd").with("on_existing", "adopt").with("status", unknown),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			planned := tfsdk.Plan{Raw: test.plan.account()}
			configured := tfsdk.Config{Raw: test.config.account()}
			prior := tfsdk.State{Raw: test.state.account()}
			if got := plan.Writes(planned, configured, prior, local); got != test.writes {
				t.Errorf("writes: %t, want %t", got, test.writes)
			}
			if diagnostics := plan.Settle(&planned, configured, prior, local); diagnostics.HasError() {
				t.Fatal(diagnostics)
			}
			if want := test.want.account(); !planned.Raw.Equal(want) {
				t.Errorf("planned %s, want %s", planned.Raw, want)
			}
		})
	}
}
