package customtype_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
)

// An account with a scope that is newer than this provider, or with an
// address that a user may not configure, must still go into state and come
// back: it could neither be refreshed nor destroyed otherwise. Zero values are
// null.
func TestStateTakesWhateverTheServiceAnswers(t *testing.T) {
	t.Parallel()

	type model struct {
		ID          customtype.AccountID   `tfsdk:"id"`
		Email       customtype.Email       `tfsdk:"email"`
		Scopes      customtype.Scopes      `tfsdk:"scopes"`
		ServerURL   customtype.ExchangeURL `tfsdk:"server_url"`
		Certificate customtype.PEM         `tfsdk:"certificate"`
		Credentials customtype.JSON        `tfsdk:"credentials"`
	}
	attributes := schema.Schema{Attributes: map[string]schema.Attribute{
		"id":          schema.StringAttribute{Required: true, CustomType: customtype.AccountIDType{}},
		"email":       schema.StringAttribute{Required: true, CustomType: customtype.EmailType{}},
		"scopes":      schema.SetAttribute{Required: true, CustomType: customtype.ScopesType{}},
		"server_url":  schema.StringAttribute{Required: true, CustomType: customtype.ExchangeURLType{}},
		"certificate": schema.StringAttribute{Required: true, CustomType: customtype.PEMType{}},
		"credentials": schema.StringAttribute{Required: true, CustomType: customtype.JSONType{}},
	}}
	if diags := attributes.ValidateImplementation(t.Context()); diags.HasError() {
		t.Fatalf("the framework refuses the schema: %v", diags)
	}

	tests := map[string]model{
		"odd values": {
			ID:          accountID("0x1f"),
			Email:       customtype.NewEmailValue("Sales <sales@acme>"),
			Scopes:      customtype.NewScopesValue([]string{"Mail.Read", "Files.Read"}),
			ServerURL:   customtype.NewExchangeURLValue("http://mail.acme.example/exchange"),
			Certificate: customtype.NewPEMValue("MIIB"),
			Credentials: customtype.NewJSONValue("{"),
		},
		"unknown values": {
			ID:          customtype.AccountID{StringValue: types.StringUnknown()},
			Email:       customtype.NewEmailUnknown(),
			Scopes:      customtype.NewScopesUnknown(),
			ServerURL:   customtype.NewExchangeURLUnknown(),
			Certificate: customtype.NewPEMUnknown(),
			Credentials: customtype.NewJSONUnknown(),
		},
		"zero values": {},
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
			if !read.ID.Equal(written.ID) || !read.Email.Equal(written.Email) || !read.Scopes.Equal(written.Scopes) || !read.ServerURL.Equal(written.ServerURL) ||
				!read.Certificate.Equal(written.Certificate) || !read.Credentials.Equal(written.Credentials) {
				t.Errorf("wrote %s, read %s", written, read)
			}
		})
	}
}
