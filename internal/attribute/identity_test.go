package attribute_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
)

// identityOf is an identity that was set to an ID.
func identityOf(t *testing.T, id types.String) *tfsdk.ResourceIdentity {
	t.Helper()
	schema := attribute.IdentitySchema("ID of the account.")
	if diagnostics := schema.ValidateImplementation(t.Context()); diagnostics.HasError() {
		t.Fatal(diagnostics)
	}
	identity := &tfsdk.ResourceIdentity{Schema: schema, Raw: tftypes.NewValue(schema.Type().TerraformType(t.Context()), nil)}
	attribute.SetIdentity(identity, id)
	return identity
}

func TestSetIdentity(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ id, want types.String }{
		"known":   {id: text("12345"), want: text("12345")},
		"null":    {id: null, want: null},
		"unknown": {id: unknown, want: null},
		"empty":   {id: text(""), want: null},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			identity := identityOf(t, test.id)
			var got types.String
			if !identity.Raw.IsNull() {
				if diagnostics := identity.GetAttribute(t.Context(), path.Root("id"), &got); diagnostics.HasError() {
					t.Fatal(diagnostics)
				}
			}
			if !got.Equal(test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	attribute.SetIdentity(nil, text("12345")) // from a CLI without identities
}

func TestImportID(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		req  resource.ImportStateRequest
		want string
	}{
		"by ID":                {req: resource.ImportStateRequest{ID: "678", Identity: identityOf(t, null)}, want: "678"},
		"by ID, no identities": {req: resource.ImportStateRequest{ID: "678"}, want: "678"},
		"by identity":          {req: resource.ImportStateRequest{Identity: identityOf(t, text("12345"))}, want: "12345"},
		"by neither":           {},
	} {
		got, diagnostics := attribute.ImportID(t.Context(), test.req)
		if diagnostics.HasError() || got != test.want {
			t.Errorf("%s: got %q, %v, want %q", name, got, diagnostics, test.want)
		}
	}
}
