package customtype_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
)

func accountID(text string) customtype.AccountID {
	return customtype.AccountID{StringValue: types.StringValue(text)}
}

func TestAccountID(t *testing.T) {
	t.Parallel()

	const (
		noNumber = "The value is not an account ID."
		notKnown = "The account ID is not known."
	)
	tests := []struct {
		name  string
		value customtype.AccountID
		want  aurinko.AccountID
		err   string // empty: valid
	}{
		{name: "least", value: accountID("1"), want: 1},
		{name: "usual", value: accountID("12345"), want: 12345},
		{name: "above 2^53", value: accountID("9007199254740993"), want: 9007199254740993},
		{name: "greatest", value: accountID("9223372036854775807"), want: 9223372036854775807},
		{name: "made from the number", value: customtype.NewAccountID(12345), want: 12345},
		{name: "null", value: customtype.AccountID{StringValue: types.StringNull()}, err: "The value is null."},
		{name: "unknown", value: customtype.AccountID{StringValue: types.StringUnknown()}, err: notKnown},
		{name: "the zero value", err: "The value is null."},
		{name: "empty", value: accountID(""), err: noNumber},
		{name: "zero", value: accountID("0"), err: noNumber},
		{name: "leading zeros", value: accountID("007"), err: noNumber},
		{name: "negative", value: accountID("-1"), err: noNumber},
		{name: "plus sign", value: accountID("+5"), err: noNumber},
		{name: "fraction", value: accountID("1.0"), err: noNumber},
		{name: "exponent", value: accountID("1e3"), err: noNumber},
		{name: "hexadecimal", value: accountID("0x1f"), err: noNumber},
		{name: "underscore", value: accountID("1_000"), err: noNumber},
		{name: "space before", value: accountID(" 5"), err: noNumber},
		{name: "space after", value: accountID("5 "), err: noNumber},
		{name: "Arabic digit", value: accountID("٥"), err: noNumber},
		{name: "too great", value: accountID("9223372036854775808"), err: noNumber},
		{name: "email address", value: accountID("sales@acme.example"), err: noNumber},
		{name: "mocked", value: accountID("a1b2c3d4"), err: noNumber},
		{name: "line break and quotes", value: accountID("a\n\"b\""), err: noNumber},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			// What was reported before stays.
			diagnostics := diag.Diagnostics{diag.NewWarningDiagnostic("Another", "It was there before.")}
			if got := test.value.ID(path.Root("service_account_id"), &diagnostics); got != test.want {
				t.Errorf("the ID is %s, want %s", got, test.want)
			}
			reported := diagnostics[1:]
			if test.err == "" {
				if len(reported) > 0 {
					t.Errorf("refused: %v", reported)
				}
				return
			}
			if len(reported) != 1 || reported[0].Severity() != diag.SeverityError || !strings.Contains(reported[0].Detail(), test.err) {
				t.Fatalf("reported: %v, want %q", reported, test.err)
			}
			if at, ok := reported[0].(diag.DiagnosticWithPath); !ok || !at.Path().Equal(path.Root("service_account_id")) {
				t.Errorf("reported without its path: %v", reported[0])
			}
		})
	}
}

func TestAccountIDType(t *testing.T) {
	t.Parallel()

	attrType := customtype.AccountIDType{}
	values := map[string]struct {
		terraform tftypes.Value
		base      types.String
	}{
		"known":   {terraform: tftypes.NewValue(tftypes.String, "x"), base: types.StringValue("x")},
		"empty":   {terraform: tftypes.NewValue(tftypes.String, ""), base: types.StringValue("")},
		"null":    {terraform: tftypes.NewValue(tftypes.String, nil), base: types.StringNull()},
		"unknown": {terraform: tftypes.NewValue(tftypes.String, tftypes.UnknownValue), base: types.StringUnknown()},
	}
	for name, value := range values {
		want := customtype.AccountID{StringValue: value.base}
		if got, err := attrType.ValueFromTerraform(t.Context(), value.terraform); err != nil || !got.Equal(want) {
			t.Errorf("%s: ValueFromTerraform returns %#v, %v", name, got, err)
		}
		if got, diags := attrType.ValueFromString(t.Context(), value.base); diags.HasError() || !got.Equal(want) {
			t.Errorf("%s: ValueFromString returns %#v, %v", name, got, diags)
		}
		if got, err := want.ToTerraformValue(t.Context()); err != nil || !got.Equal(value.terraform) {
			t.Errorf("%s: ToTerraformValue returns %s, %v", name, got, err)
		}
		for other, unequal := range values {
			if got := want.Equal(customtype.AccountID{StringValue: unequal.base}); got != (name == other) {
				t.Errorf("Equal of %s and %s is %t", name, other, got)
			}
		}
		if want.Equal(value.base) {
			t.Errorf("%s: equals a plain string", name)
		}
	}
	if _, err := attrType.ValueFromTerraform(t.Context(), tftypes.NewValue(tftypes.Bool, true)); err == nil {
		t.Error("ValueFromTerraform accepts a bool")
	}
	if got := attrType.ValueType(t.Context()).Type(t.Context()); !got.Equal(attrType) || attrType.Equal(types.StringType) {
		t.Errorf("the type's value has the type %s", got)
	}
}
