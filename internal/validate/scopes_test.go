package validate_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

func TestScopes(t *testing.T) {
	t.Parallel()

	set := func(elements ...attr.Value) types.Set {
		return types.SetValueMust(types.StringType, elements)
	}
	type problem struct {
		element attr.Value
		detail  string
	}
	tests := map[string]struct {
		scopes types.Set
		want   []problem
	}{
		"null":          {scopes: types.SetNull(types.StringType)},
		"unknown":       {scopes: types.SetUnknown(types.StringType)},
		"empty":         {scopes: set()},
		"API name":      {scopes: set(types.StringValue("Mail.Read"))},
		"guide's name":  {scopes: set(types.StringValue("Mail.ReadOnly"))},
		"both names":    {scopes: set(types.StringValue("Mail.ReadOnly"), types.StringValue("Mail.Read"))},
		"unknown scope": {scopes: set(types.StringUnknown(), types.StringValue("Mail.Send"))},
		"misspelt": {
			scopes: set(types.StringValue("Mail.Send"), types.StringValue("Mail.Raed")),
			want:   []problem{{types.StringValue("Mail.Raed"), `"Mail.Raed" is not an Aurinko scope. Did you mean "Mail.Read"`}},
		},
		"far from all": {
			scopes: set(types.StringValue("Files.ReadWrite.AppFolder")),
			want:   []problem{{types.StringValue("Files.ReadWrite.AppFolder"), `"Files.ReadWrite.AppFolder" is not an Aurinko scope. Valid scopes: Calendar.Read, `}},
		},
		"two misspelt": {
			scopes: set(types.StringValue("mail.send"), types.StringValue("Tasks.Reed")),
			want: []problem{
				{types.StringValue("mail.send"), `Did you mean "Mail.Send"`},
				{types.StringValue("Tasks.Reed"), `Did you mean "Tasks.Read"`},
			},
		},
		"empty name": {
			scopes: set(types.StringValue("")),
			want:   []problem{{types.StringValue(""), `"" is not an Aurinko scope. Valid scopes: `}},
		},
		"null element": {
			scopes: set(types.StringNull(), types.StringValue("Mail.Read")),
			want:   []problem{{types.StringNull(), "must not be null"}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := &validator.SetResponse{}
			validate.Scopes().ValidateSet(t.Context(), validator.SetRequest{Path: path.Root("scopes"), ConfigValue: test.scopes}, resp)

			errs := resp.Diagnostics.Errors()
			if len(errs) != len(test.want) {
				t.Fatalf("got %d errors, want %d: %v", len(errs), len(test.want), errs)
			}
			for i, want := range test.want {
				if detail := errs[i].Detail(); !strings.Contains(detail, want.detail) || !strings.HasSuffix(detail, "Tasks.ReadWrite.") {
					t.Errorf("error %d is %q, want %q and the valid scopes", i, detail, want.detail)
				}
				withPath, ok := errs[i].(interface{ Path() path.Path })
				if !ok || !withPath.Path().Equal(path.Root("scopes").AtSetValue(want.element)) {
					t.Errorf("error %d is not at the element %s: %v", i, want.element, errs[i])
				}
			}
		})
	}
}

func TestScopesAllocatesLittle(t *testing.T) {
	scopes := types.SetValueMust(types.StringType, []attr.Value{types.StringValue("Mail.ReadOnly"), types.StringValue("Tasks.ReadWrite")})
	req := validator.SetRequest{Path: path.Root("scopes"), ConfigValue: scopes}
	resp := &validator.SetResponse{}
	ctx := t.Context()
	// One is the framework's own: Elements copies the set.
	if got := testing.AllocsPerRun(100, func() { validate.Scopes().ValidateSet(ctx, req, resp) }); got > 1 {
		t.Errorf("checking valid scopes allocates %v times", got)
	}
}
