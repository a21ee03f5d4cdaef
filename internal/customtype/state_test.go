package customtype_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
)

// An account with a scope that is newer than this provider must still go into state
// and come back: it could neither be refreshed nor destroyed otherwise. Zero values
// are null.
func TestStateTakesWhateverTheServiceAnswers(t *testing.T) {
	t.Parallel()

	type model struct {
		ID     customtype.AccountID `tfsdk:"id"`
		Scopes customtype.Scopes    `tfsdk:"scopes"`
	}
	attributes := schema.Schema{Attributes: map[string]schema.Attribute{
		"id":     schema.StringAttribute{Required: true, CustomType: customtype.AccountIDType{}},
		"scopes": schema.SetAttribute{Required: true, CustomType: customtype.ScopesType{}},
	}}
	if diags := attributes.ValidateImplementation(t.Context()); diags.HasError() {
		t.Fatalf("the framework refuses the schema: %v", diags)
	}

	tests := map[string]model{
		"odd values":     {ID: accountID("0x1f"), Scopes: customtype.NewScopesValue([]string{"Mail.Read", "Files.Read"})},
		"unknown values": {ID: customtype.AccountID{StringValue: types.StringUnknown()}, Scopes: customtype.NewScopesUnknown()},
		"zero values":    {},
	}
	for name, written := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			state := tfsdk.State{Schema: attributes}
			if diags := state.Set(t.Context(), written); diags.HasError() {
				t.Fatalf("writing to state: %v", diags)
			}
			var read model
			if diags := state.Get(t.Context(), &read); diags.HasError() {
				t.Fatalf("reading from state: %v", diags)
			}
			if !read.ID.Equal(written.ID) || !read.Scopes.Equal(written.Scopes) {
				t.Errorf("wrote %s, read %s", written, read)
			}
		})
	}
}
