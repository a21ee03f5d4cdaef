package attribute_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
)

var (
	null    = types.StringNull()
	unknown = types.StringUnknown()
	text    = types.StringValue
)

func TestAdopts(t *testing.T) {
	t.Parallel()

	for value, want := range map[types.String]bool{
		null: false, unknown: false, text(""): false, text("error"): false, text("adopt"): true,
	} {
		if got := attribute.Adopts(value); got != want {
			t.Errorf("on_existing %s adopts: %t", value, got)
		}
	}
}

func TestReplace(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		state, plan    types.String
		folds, exactly bool // whether Replace and ReplaceExactly replace
	}{
		"same":            {text("acme"), text("acme"), false, false},
		"another":         {text("acme"), text("other"), true, true},
		"in another case": {text("acme"), text("Acme"), false, true},
		"unknown":         {text("acme"), unknown, true, true},
		"taken away":      {text("acme"), null, false, false},
		"emptied":         {text("acme"), text(""), true, true},
		"not set before":  {null, text("acme"), false, true},
		"neither set":     {null, null, false, false},
		"both empty":      {text(""), text(""), false, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folds := modify(t, attribute.Replace(), test.state, test.plan)
			if folds.RequiresReplace != test.folds {
				t.Errorf("Replace: %t, want %t", folds.RequiresReplace, test.folds)
			}
			kept := !test.folds && !test.state.IsNull() && !test.plan.IsNull() // the state's spelling
			if want := map[bool]types.String{true: test.state, false: test.plan}[kept]; !folds.PlanValue.Equal(want) {
				t.Errorf("Replace plans %s, want %s", folds.PlanValue, want)
			}
			exactly := modify(t, attribute.ReplaceExactly(), test.state, test.plan)
			if exactly.RequiresReplace != test.exactly || !exactly.PlanValue.Equal(test.plan) {
				t.Errorf("ReplaceExactly: %t with %s, want %t", exactly.RequiresReplace, exactly.PlanValue, test.exactly)
			}
		})
	}
}

// modify runs a modifier for the change of an object's only attribute.
func modify(t *testing.T, modifier planmodifier.String, state, plan types.String) *planmodifier.StringResponse {
	t.Helper()
	objectType := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"login": tftypes.String}}
	object := tftypes.NewValue(objectType, map[string]tftypes.Value{"login": tftypes.NewValue(tftypes.String, nil)})
	accountSchema := schema.Schema{Attributes: map[string]schema.Attribute{"login": schema.StringAttribute{Optional: true}}}
	resp := &planmodifier.StringResponse{PlanValue: plan}
	modifier.PlanModifyString(t.Context(), planmodifier.StringRequest{
		Path:        path.Root("login"),
		State:       tfsdk.State{Raw: object, Schema: accountSchema},
		Plan:        tfsdk.Plan{Raw: object, Schema: accountSchema},
		StateValue:  state,
		PlanValue:   plan,
		ConfigValue: plan,
	}, resp)
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	return resp
}

func TestScopes(t *testing.T) {
	t.Parallel()

	required, optional := attribute.Scopes("Scopes."), attribute.OptionalScopes("Scopes.")
	if !required.IsRequired() || required.IsComputed() {
		t.Error("Scopes is not a required attribute")
	}
	if optional.IsRequired() || !optional.IsOptional() || !optional.IsComputed() {
		t.Error("OptionalScopes is not an optional and computed attribute")
	}
	if len(required.PlanModifiers) != 1 || len(optional.PlanModifiers) != 2 {
		t.Errorf("there are %d and %d plan modifiers, want 1 and 2: the optional one also keeps the state", len(required.PlanModifiers), len(optional.PlanModifiers))
	}
}
