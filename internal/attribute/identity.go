package attribute

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

// IdentitySchema is the schema of an identity: the ID of the object, and the
// application that has it, since the OAuth settings have the same ID in every one. If
// it ever holds more, raise its version and give the resources an identity upgrader.
func IdentitySchema(description string) identityschema.Schema {
	return identityschema.Schema{
		Version: 0,
		Attributes: map[string]identityschema.Attribute{
			"id": identityschema.StringAttribute{Description: description, RequiredForImport: true},
			"application_client_id": identityschema.StringAttribute{
				Description:       "Client ID of the Aurinko application that the object belongs to. If given, an import with the credentials of another application fails.",
				OptionalForImport: true,
			},
		},
	}
}

var identityType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String, "application_client_id": tftypes.String}}

// SetIdentity sets the identity of an object of the run's application. A CLI without
// identities sends none.
func SetIdentity(run *lifecycle.Run, identity *tfsdk.ResourceIdentity, id types.String) {
	if identity == nil || id.ValueString() == "" {
		return
	}
	// SetAttribute would cost more than everything else in a read.
	identity.Raw = tftypes.NewValue(identityType, map[string]tftypes.Value{
		"id":                    tftypes.NewValue(tftypes.String, id.ValueString()),
		"application_client_id": tftypes.NewValue(tftypes.String, run.Client.ClientID()),
	})
}

// applicationKey is the key of the private state that has the Client ID of the
// application that the object belongs to. A CLI without identities keeps it too.
const applicationKey = "application"

// A Private is the private state of a resource.
type Private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// Identify sets the identity of an object that was created, read, updated or imported,
// and records the application in its private state. The framework refuses a read or an
// update without an identity, even a read that finds nothing.
func Identify(ctx context.Context, run *lifecycle.Run, id types.String, identity *tfsdk.ResourceIdentity, private Private) diag.Diagnostics {
	SetIdentity(run, identity, id)
	return private.SetKey(ctx, applicationKey, recorded(run))
}

// recorded returns what the private state records of the run's application.
func recorded(run *lifecycle.Run) []byte {
	text, err := json.Marshal(run.Client.ClientID())
	if err != nil { // of a string, there is none
		panic(err)
	}
	return text
}

// CheckApplication refuses an object of another application than the one that the
// provider block is for: there it would look gone. It is to be called before the first
// request of a plan, a read, an update or a delete. Of an object whose application is
// not recorded yet, it says nothing. object names it in the message: "account 1034".
func CheckApplication(ctx context.Context, run *lifecycle.Run, object string, private Private) diag.Diagnostics {
	if run == nil || run.Client.ClientID() == "" { // which is unknown; the first request says so
		return nil
	}
	value, diagnostics := private.GetKey(ctx, applicationKey)
	if value == nil || diagnostics.HasError() || bytes.Equal(value, recorded(run)) {
		return diagnostics
	}
	var application string
	if err := json.Unmarshal(value, &application); err != nil {
		return nil // the state was edited; Identify records it anew
	}
	return diag.Diagnostics{diags.AnotherApplication(object, application, run.Client.ClientID(), run.FirstForeign())}
}

// IsForeign reports whether private state, as the protocol has it, records another
// application than the run's.
func IsForeign(run *lifecycle.Run, private []byte) bool {
	const key = `"` + applicationKey + `":`
	return run != nil && bytes.Contains(private, []byte(key)) &&
		!bytes.Contains(private, []byte(key+`"`+base64.StdEncoding.EncodeToString(recorded(run))+`"`))
}

// ImportID returns the ID of an import, be it by ID or by identity. An identity of
// another application is an error.
func ImportID(ctx context.Context, run *lifecycle.Run, req resource.ImportStateRequest) (string, diag.Diagnostics) {
	if req.ID != "" || req.Identity == nil {
		return req.ID, nil
	}
	var id, application types.String
	diagnostics := req.Identity.GetAttribute(ctx, path.Root("id"), &id)
	diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("application_client_id"), &application)...)
	if ours := run.Client.ClientID(); application.ValueString() != "" && ours != "" && application.ValueString() != ours {
		diagnostics.Append(diags.ImportFromAnotherApplication(id.ValueString(), application.ValueString(), ours))
	}
	return id.ValueString(), diagnostics
}

// Import begins the state of an import, of which the read fills in the rest.
func Import(ctx context.Context, run *lifecycle.Run, id string, resp *resource.ImportStateResponse) {
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(Identify(ctx, run, types.StringValue(id), resp.Identity, resp.Private)...)
}
