package identity_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/identity"
)

func empty(t *testing.T) *tfsdk.ResourceIdentity {
	t.Helper()
	schema := identity.Schema("Id of the account.")
	if diagnostics := schema.ValidateImplementation(t.Context()); diagnostics.HasError() {
		t.Fatal(diagnostics)
	}
	return &tfsdk.ResourceIdentity{Schema: schema, Raw: tftypes.NewValue(schema.Type().TerraformType(t.Context()), nil)}
}

func TestSet(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ id, want types.String }{
		"known":   {types.StringValue("12345"), types.StringValue("12345")},
		"null":    {types.StringNull(), types.StringNull()},
		"unknown": {types.StringUnknown(), types.StringNull()},
		"empty":   {types.StringValue(""), types.StringNull()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := empty(t)
			identity.Set(is, test.id)
			var got types.String
			if !is.Raw.IsNull() {
				if diagnostics := is.GetAttribute(t.Context(), path.Root("id"), &got); diagnostics.HasError() {
					t.Fatal(diagnostics)
				}
			}
			if !got.Equal(test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	identity.Set(nil, types.StringValue("12345")) // a CLI that knows of none
}

func TestImportID(t *testing.T) {
	t.Parallel()
	given := empty(t)
	identity.Set(given, types.StringValue("12345"))
	for name, test := range map[string]struct {
		req  resource.ImportStateRequest
		want string
	}{
		"by id":                  {resource.ImportStateRequest{ID: "678", Identity: empty(t)}, "678"},
		"by id, without any":     {resource.ImportStateRequest{ID: "678"}, "678"},
		"by identity":            {resource.ImportStateRequest{Identity: given}, "12345"},
		"without either of them": {resource.ImportStateRequest{}, ""},
	} {
		got, diagnostics := identity.ImportID(t.Context(), test.req)
		if diagnostics.HasError() || got != test.want {
			t.Errorf("%s: got %q, %v, want %q", name, got, diagnostics, test.want)
		}
	}
}
