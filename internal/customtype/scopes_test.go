package customtype_test

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
)

// scopesOf makes Scopes of elements that may be null or unknown.
func scopesOf(elements ...attr.Value) customtype.Scopes {
	return customtype.Scopes{SetValue: types.SetValueMust(types.StringType, elements)}
}

func TestScopesType(t *testing.T) {
	t.Parallel()

	setOfStrings := tftypes.Set{ElementType: tftypes.String}
	tests := map[string]struct {
		terraform tftypes.Value
		base      types.Set
		want      customtype.Scopes
	}{
		"known": {
			terraform: tftypes.NewValue(setOfStrings, []tftypes.Value{tftypes.NewValue(tftypes.String, "Mail.Read")}),
			base:      types.SetValueMust(types.StringType, []attr.Value{types.StringValue("Mail.Read")}),
			want:      customtype.NewScopesValue([]string{"Mail.Read"}),
		},
		"empty": {
			terraform: tftypes.NewValue(setOfStrings, []tftypes.Value{}),
			base:      types.SetValueMust(types.StringType, []attr.Value{}),
			want:      customtype.NewScopesValue(nil),
		},
		"null": {
			terraform: tftypes.NewValue(setOfStrings, nil),
			base:      types.SetNull(types.StringType),
			want:      customtype.NewScopesNull(),
		},
		"unknown": {
			terraform: tftypes.NewValue(setOfStrings, tftypes.UnknownValue),
			base:      types.SetUnknown(types.StringType),
			want:      customtype.NewScopesUnknown(),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fromTerraform, err := customtype.ScopesType{}.ValueFromTerraform(t.Context(), test.terraform)
			if err != nil || !fromTerraform.Equal(test.want) {
				t.Errorf("ValueFromTerraform gives %#v, %v", fromTerraform, err)
			}
			fromSet, diags := customtype.ScopesType{}.ValueFromSet(t.Context(), test.base)
			if diags.HasError() || !fromSet.Equal(test.want) {
				t.Errorf("ValueFromSet gives %#v, %v", fromSet, diags)
			}
			if back, err := test.want.ToTerraformValue(t.Context()); err != nil || !back.Equal(test.terraform) {
				t.Errorf("ToTerraformValue gives %s, %v", back, err)
			}
			for other, unequal := range tests {
				if got := test.want.Equal(unequal.want); got != (name == other) {
					t.Errorf("Equal with %s is %t", other, got)
				}
			}
			if test.want.Equal(test.base) {
				t.Error("equals a plain set")
			}
		})
	}

	if _, err := (customtype.ScopesType{}).ValueFromTerraform(t.Context(), tftypes.NewValue(tftypes.String, "Mail.Read")); err == nil {
		t.Error("ValueFromTerraform takes a string")
	}
	if got := customtype.NewScopesNull().Type(t.Context()); !got.Equal(customtype.ScopesType{}) {
		t.Errorf("the value's type is %s", got)
	}
	if got := (customtype.ScopesType{}).ValueType(t.Context()).Type(t.Context()); !got.Equal(customtype.ScopesType{}) {
		t.Errorf("the type's value has the type %s", got)
	}
	if (customtype.ScopesType{}).Equal(types.SetType{ElemType: types.StringType}) {
		t.Error("the type equals a plain set's")
	}
}

// A model that was made without Scopes is written to state as null.
func TestScopesZeroValueIsNull(t *testing.T) {
	t.Parallel()

	var zero customtype.Scopes
	if !zero.IsNull() || !zero.Equal(customtype.NewScopesNull()) || !customtype.NewScopesNull().Equal(zero) {
		t.Error("the zero value does not equal null")
	}
	got, err := zero.ToTerraformValue(t.Context())
	if want := tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, nil); err != nil || !got.Equal(want) {
		t.Errorf("ToTerraformValue gives %s, %v", got, err)
	}
	if got := zero.ElementType(t.Context()); got == nil || !got.Equal(types.StringType) {
		t.Errorf("ElementType gives %v", got)
	}
}

func TestNewScopesValueTakesEachNameOnce(t *testing.T) {
	t.Parallel()

	got := customtype.NewScopesValue([]string{"Mail.Send", "Mail.Read", "Mail.Send"})
	if want := scopesOf(types.StringValue("Mail.Read"), types.StringValue("Mail.Send")); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestScopesSemanticEquals(t *testing.T) {
	t.Parallel()

	value := func(names ...string) customtype.Scopes { return customtype.NewScopesValue(names) }
	tests := map[string]struct {
		a, b customtype.Scopes
		same bool
	}{
		"same":                {a: value("Mail.Read", "Mail.Send"), b: value("Mail.Read", "Mail.Send"), same: true},
		"order":               {a: value("Mail.Read", "Mail.Send"), b: value("Mail.Send", "Mail.Read"), same: true},
		"guide's names":       {a: value("Mail.ReadOnly", "Mail.Draft"), b: value("Mail.Read", "Mail.Drafts"), same: true},
		"one by both names":   {a: value("Mail.ReadOnly", "Mail.Read"), b: value("Mail.Read"), same: true},
		"one more":            {a: value("Mail.Read", "Mail.Send"), b: value("Mail.Read")},
		"another":             {a: value("Mail.Read"), b: value("Mail.ReadWrite")},
		"case":                {a: value("Mail.Read"), b: value("mail.read")},
		"new at the service":  {a: value("Mail.ReadOnly", "Files.Read"), b: value("Files.Read", "Mail.Read"), same: true},
		"empty and known":     {a: value(), b: value("Mail.Read")},
		"both empty":          {a: value(), b: value(), same: true},
		"empty and null":      {a: value(), b: customtype.NewScopesNull()},
		"empty and unknown":   {a: value(), b: customtype.NewScopesUnknown()},
		"both null":           {a: customtype.NewScopesNull(), b: customtype.NewScopesNull(), same: true},
		"null and the zero":   {a: customtype.NewScopesNull(), b: customtype.Scopes{}, same: true},
		"null and unknown":    {a: customtype.NewScopesNull(), b: customtype.NewScopesUnknown()},
		"both unknown":        {a: customtype.NewScopesUnknown(), b: customtype.NewScopesUnknown()},
		"unknown element":     {a: scopesOf(types.StringValue("Mail.Read"), types.StringUnknown()), b: value("Mail.Read")},
		"null element":        {a: scopesOf(types.StringValue("Mail.Read"), types.StringNull()), b: value("Mail.Read")},
		"only null and empty": {a: scopesOf(types.StringNull()), b: value()},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, pair := range [][2]customtype.Scopes{{test.a, test.b}, {test.b, test.a}} {
				same, diags := pair[0].SetSemanticEquals(t.Context(), pair[1])
				if diags.HasError() {
					t.Fatalf("unexpected errors: %v", diags)
				}
				if same != test.same {
					t.Errorf("SetSemanticEquals of %s and %s is %t", pair[0], pair[1], same)
				}
			}
		})
	}
}

func TestScopesCanonical(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		scopes customtype.Scopes
		want   []string
	}{
		"names of both kinds": {customtype.NewScopesValue([]string{"Mail.Send", "Mail.ReadOnly", "Mail.Read"}), []string{"Mail.Read", "Mail.Send"}},
		"unknown element":     {scopesOf(types.StringUnknown(), types.StringValue("Mail.Draft")), []string{"Mail.Drafts"}},
		"null element":        {scopesOf(types.StringNull(), types.StringValue("Mail.Draft")), []string{"Mail.Drafts"}},
		"empty":               {customtype.NewScopesValue([]string{}), []string{}},
		"null":                {customtype.NewScopesNull(), []string{}},
		"unknown":             {customtype.NewScopesUnknown(), []string{}},
		"zero":                {customtype.Scopes{}, []string{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.scopes.Canonical(); !slices.Equal(got, test.want) || got == nil {
				t.Errorf("Canonical gives %#v, want %q", got, test.want)
			}
		})
	}
}
