package attribute

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	tfpath "github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

// An Origin is what the state of a generic REST provider says of an object.
type Origin struct {
	ID      string // the last part of the object's path
	Path    string // of the object, or of the call that created it
	Account string // on whose behalf the requests were made; empty if the state does not say so
}

// OnBehalf returns both numbers of an object of an account, as in "12346/678".
func (o Origin) OnBehalf() (string, error) {
	if o.Account == "" {
		return "", fmt.Errorf("it has no header %s, which names the account", aurinko.AccountHeader)
	}
	return o.Account + "/" + o.ID, nil
}

// origins are the resource types that objects move from, by the namespace and the type
// of their providers, which are the same in every registry.
var origins = map[string]string{
	"mastercard/restapi": "restapi_object",   // its ID is the object's
	"magodo/restful":     "restful_resource", // its ID is the object's path
}

// MoveState returns what a moved block needs that leads from a generic REST provider to
// a resource type. Only the ID moves: the refresh of the plan reads the rest, as after
// an import, and sets the identity: a move does not know the application. The function
// returns the ID in the words of the resource.
func MoveState(id func(Origin) (string, error)) []resource.StateMover {
	return []resource.StateMover{{StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		defer diags.Recover("move the object", &resp.Diagnostics)
		_, source, _ := strings.Cut(strings.ToLower(req.SourceProviderAddress), "/")
		if typeName, ok := origins[source]; !ok || typeName != req.SourceTypeName {
			return // the framework says that nothing moves from there
		}
		moved, err := id(originOf(req.SourceRawState.JSON))
		if err != nil {
			resp.Diagnostics.AddError("Unable to move the object", fmt.Sprintf("The state of %s does not identify it: %s.\n\n"+
				"Import it instead: replace the `moved` block with an `import` block for this resource and a `removed` block with `destroy = false` for the old one.", req.SourceTypeName, err))
			return
		}
		resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, tfpath.Root("id"), moved)...)
		resp.Diagnostics.Append(resp.TargetPrivate.SetKey(ctx, ImportedKey, []byte(movedHere))...)
	}}}
}

// movedHere is the value of ImportedKey for an object that a move brought.
const movedHere = `"moved"`

// Gone removes an object that is not there from the state: the plan creates it again.
// An object that a move brought and that was never read is an error instead, as it is
// after an import: the ID or the application is a wrong one, and a create would make a
// second object. object names it in the message: "account 1034".
func Gone(ctx context.Context, run *lifecycle.Run, object string, req resource.ReadRequest, resp *resource.ReadResponse) {
	imported, diagnostics := req.Private.GetKey(ctx, ImportedKey)
	resp.Diagnostics.Append(diagnostics...)
	if string(imported) == movedHere && isUnread(req.State.Raw) {
		resp.Diagnostics.Append(diags.MovedGone(object, run.Client.ClientID()))
		return
	}
	resp.State.RemoveResource(ctx)
}

// isUnread reports whether a state has an ID and nothing else.
func isUnread(state tftypes.Value) bool {
	var attributes map[string]tftypes.Value
	_ = state.As(&attributes) // an object, which cannot fail
	for name, value := range attributes {
		if name != "id" && !value.IsNull() {
			return false
		}
	}
	return true
}

// MoveAccount is MoveState for accounts.
func MoveAccount() []resource.StateMover {
	return MoveState(func(from Origin) (string, error) {
		id, err := aurinko.ParseAccountID(from.ID)
		return id.String(), err
	})
}

// originOf reads a state. What it lacks, or has in another form, is empty.
func originOf(state []byte) Origin {
	var read map[string]json.RawMessage
	var id string
	var from Origin
	_ = json.Unmarshal(state, &read)
	_ = json.Unmarshal(read["id"], &id)
	_ = json.Unmarshal(read["path"], &from.Path)
	id, _, _ = strings.Cut(id, "?")
	from.ID = path.Base(id)
	if strings.Contains(id, "/") {
		from.Path = id
	}
	for _, name := range []string{"header", "create_header", "read_header", "delete_header"} {
		var headers map[string]string
		_ = json.Unmarshal(read[name], &headers)
		for header, value := range headers {
			if strings.EqualFold(header, aurinko.AccountHeader) && from.Account == "" {
				from.Account = value
			}
		}
	}
	return from
}
