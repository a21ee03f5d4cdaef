package attribute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// IdentitySchema is the schema of an identity that is the resource's ID. If it
// ever holds more, raise its version and give the resource an identity upgrader.
func IdentitySchema(description string) identityschema.Schema {
	return identityschema.Schema{
		Version: 0,
		Attributes: map[string]identityschema.Attribute{
			"id": identityschema.StringAttribute{Description: description, RequiredForImport: true},
		},
	}
}

var identityType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}

// SetIdentity sets the identity of a resource that was created, read, updated or
// listed. A CLI without identities sends none, and the framework then refuses a
// read or an update that does not set it, even a read that finds nothing.
func SetIdentity(identity *tfsdk.ResourceIdentity, id types.String) {
	if identity == nil || id.ValueString() == "" {
		return
	}
	// SetAttribute would cost more than everything else in a read.
	identity.Raw = tftypes.NewValue(identityType, map[string]tftypes.Value{
		"id": tftypes.NewValue(tftypes.String, id.ValueString()),
	})
}

// ImportID returns the ID of an import, be it by ID or by identity.
func ImportID(ctx context.Context, req resource.ImportStateRequest) (string, diag.Diagnostics) {
	if req.ID != "" || req.Identity == nil {
		return req.ID, nil
	}
	var id types.String
	diagnostics := req.Identity.GetAttribute(ctx, path.Root("id"), &id)
	return id.ValueString(), diagnostics
}
