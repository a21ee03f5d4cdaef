package attribute_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

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

func TestPlanToken(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		status, tokenError types.String
		stays              bool
	}{
		"active":               {status: text("active"), tokenError: null, stays: true},
		"active with an error": {status: text("active"), tokenError: text("expired")},
		"dead":                 {status: text("dead"), tokenError: null},
		"not returned":         {status: null, tokenError: null},
	} {
		status, tokenError := attribute.PlanToken(test.status, test.tokenError)
		if test.stays && (status != test.status || tokenError != test.tokenError) ||
			!test.stays && (!status.IsUnknown() || !tokenError.IsUnknown()) {
			t.Errorf("%s: planned %s and %s", name, status, tokenError)
		}
	}
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
}
