// Package identity has what all resources share of their identity: what an
// object is at Aurinko, whatever it is called in a configuration. Terraform and
// OpenTofu 1.12 import by it, and Terraform 1.14 lists it.
package identity

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

const attribute = "id"

// Schema is an identity that is the resource's id. Should it ever hold more,
// raise its version and give the resource an identity upgrader.
func Schema(description string) identityschema.Schema {
	return identityschema.Schema{
		Version: 0,
		Attributes: map[string]identityschema.Attribute{
			attribute: identityschema.StringAttribute{Description: description, RequiredForImport: true},
		},
	}
}

var objectType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{attribute: tftypes.String}}

// Set notes the identity of a resource that was created, read, updated or
// listed. CLIs that know of none keep none, and the framework then refuses a
// read or an update that does not give it, even a read that finds nothing.
func Set(identity *tfsdk.ResourceIdentity, id types.String) {
	if identity == nil || id.ValueString() == "" {
		return
	}
	// Not through SetAttribute, which would cost more than all else where
	// thousands of resources are read.
	identity.Raw = tftypes.NewValue(objectType, map[string]tftypes.Value{
		attribute: tftypes.NewValue(tftypes.String, id.ValueString()),
	})
}

// ImportID is the id that an import gives, as such or as an identity.
func ImportID(ctx context.Context, req resource.ImportStateRequest) (string, diag.Diagnostics) {
	if req.ID != "" || req.Identity == nil {
		return req.ID, nil
	}
	var id types.String
	diagnostics := req.Identity.GetAttribute(ctx, path.Root(attribute), &id)
	return id.ValueString(), diagnostics
}
