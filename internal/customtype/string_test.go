package customtype_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
)

// stringTypes are the string types with their constructors, for the tests of
// what all of them have in common.
var stringTypes = map[string]struct {
	attrType basetypes.StringTypable
	value    func(string) attr.Value
	null     attr.Value
	unknown  attr.Value
}{
	"AccountID": {
		attrType: customtype.AccountIDType{},
		value:    func(s string) attr.Value { return accountID(s) },
		null:     customtype.AccountID{StringValue: types.StringNull()},
		unknown:  customtype.AccountID{StringValue: types.StringUnknown()},
	},
	"Email": {
		attrType: customtype.EmailType{},
		value:    func(s string) attr.Value { return customtype.NewEmailValue(s) },
		null:     customtype.NewEmailNull(),
		unknown:  customtype.NewEmailUnknown(),
	},
	"PEM": {
		attrType: customtype.PEMType{},
		value:    func(s string) attr.Value { return customtype.NewPEMValue(s) },
		null:     customtype.NewPEMNull(),
		unknown:  customtype.NewPEMUnknown(),
	},
	"JSON": {
		attrType: customtype.JSONType{},
		value:    func(s string) attr.Value { return customtype.NewJSONValue(s) },
		null:     customtype.NewJSONNull(),
		unknown:  customtype.NewJSONUnknown(),
	},
	"ExchangeURL": {
		attrType: customtype.ExchangeURLType{},
		value:    func(s string) attr.Value { return customtype.NewExchangeURLValue(s) },
		null:     customtype.NewExchangeURLNull(),
		unknown:  customtype.NewExchangeURLUnknown(),
	},
}

func TestStringTypes(t *testing.T) {
	t.Parallel()

	for name, test := range stringTypes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			values := map[string]struct {
				terraform tftypes.Value
				base      types.String
				want      attr.Value
			}{
				"known":   {tftypes.NewValue(tftypes.String, "x"), types.StringValue("x"), test.value("x")},
				"empty":   {tftypes.NewValue(tftypes.String, ""), types.StringValue(""), test.value("")},
				"null":    {tftypes.NewValue(tftypes.String, nil), types.StringNull(), test.null},
				"unknown": {tftypes.NewValue(tftypes.String, tftypes.UnknownValue), types.StringUnknown(), test.unknown},
			}
			for state, value := range values {
				fromTerraform, err := test.attrType.ValueFromTerraform(t.Context(), value.terraform)
				if err != nil || !fromTerraform.Equal(value.want) {
					t.Errorf("%s: ValueFromTerraform gives %#v, %v", state, fromTerraform, err)
				}
				fromString, diags := test.attrType.ValueFromString(t.Context(), value.base)
				if diags.HasError() || !fromString.Equal(value.want) {
					t.Errorf("%s: ValueFromString gives %#v, %v", state, fromString, diags)
				}
				if back, err := value.want.ToTerraformValue(t.Context()); err != nil || !back.Equal(value.terraform) {
					t.Errorf("%s: ToTerraformValue gives %s, %v", state, back, err)
				}
				for other, unequal := range values {
					if got := value.want.Equal(unequal.want); got != (state == other) {
						t.Errorf("Equal of %s and %s is %t", state, other, got)
					}
				}
				if value.want.Equal(value.base) {
					t.Errorf("%s: equals a plain string", state)
				}
			}

			if _, err := test.attrType.ValueFromTerraform(t.Context(), tftypes.NewValue(tftypes.Bool, true)); err == nil {
				t.Error("ValueFromTerraform takes a bool")
			}
			if got := test.null.Type(t.Context()); !got.Equal(test.attrType) {
				t.Errorf("the value's type is %s", got)
			}
			if got := test.attrType.ValueType(t.Context()).Type(t.Context()); !got.Equal(test.attrType) {
				t.Errorf("the type's value has the type %s", got)
			}
			for otherName, other := range stringTypes {
				if got := test.attrType.Equal(other.attrType); got != (name == otherName) {
					t.Errorf("the type's Equal with %s is %t", other.attrType, got)
				}
				if name != otherName && test.attrType.String() == other.attrType.String() {
					t.Errorf("the type has the name of %s", other.attrType)
				}
			}
		})
	}
}

// comparison is a row of a semantic equality test.
type comparison[V any] struct {
	a, b V
	same bool
}

func compareStrings[V basetypes.StringValuableWithSemanticEquals](t *testing.T, tests map[string]comparison[V]) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, pair := range [][2]V{{test.a, test.b}, {test.b, test.a}} {
				same, diags := pair[0].StringSemanticEquals(t.Context(), pair[1])
				if diags.HasError() {
					t.Fatalf("unexpected errors: %v", diags)
				}
				if same != test.same {
					t.Errorf("StringSemanticEquals of %s and %s is %t", pair[0], pair[1], same)
				}
			}
		})
	}
}
