// Package attribute has the schema attributes that several resources share.
package attribute

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

// Stable is a computed text that an update leaves alone.
func Stable(description string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// Computed is a computed text that every write may change.
func Computed(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

// StringOrNull is null for an empty text, which is a field that the API did not
// return.
func StringOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

// Revision is the computed revision of a secret.
func Revision(what string) schema.Int64Attribute {
	return schema.Int64Attribute{
		MarkdownDescription: fmt.Sprintf("Number of secrets that this resource has sent: goes up by one with each new %s. Null after an import, until one is sent.", what),
		Computed:            true,
	}
}

const scopeNames = "By the guides' names (`Mail.ReadOnly`) or the API's names (`Mail.Read`)."

// Scopes are the required scopes of an account.
func Scopes(description string) schema.SetAttribute {
	return schema.SetAttribute{
		MarkdownDescription: description + " " + scopeNames,
		CustomType:          customtype.ScopesType{},
		Required:            true,
		Validators:          []validator.Set{setvalidator.SizeAtLeast(1), validate.Scopes()},
		PlanModifiers:       []planmodifier.Set{KeepScopes()},
	}
}

// OptionalScopes are scopes that Aurinko chooses when they are left out.
func OptionalScopes(description string) schema.SetAttribute {
	scopes := Scopes(description)
	scopes.MarkdownDescription += " If omitted, the current value is kept."
	scopes.Required, scopes.Optional, scopes.Computed = false, true, true
	scopes.PlanModifiers = append(scopes.PlanModifiers, setplanmodifier.UseStateForUnknown())
	return scopes
}

const (
	onExistingError = "error"
	onExistingAdopt = "adopt"
)

// OnExisting is what a create does if the object, such as "account", exists.
func OnExisting(object string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: fmt.Sprintf("Behavior of a create if the %s exists: `%s` writes nothing and names the ID to import, `%s` adopts and updates it. Defaults to `%s`.",
			object, onExistingError, onExistingAdopt, onExistingError),
		Optional:   true,
		Validators: []validator.String{stringvalidator.OneOf(onExistingError, onExistingAdopt)},
	}
}

// Adopts reports whether on_existing asks to adopt what exists.
func Adopts(onExisting types.String) bool { return onExisting.ValueString() == onExistingAdopt }

// ImportedKey of private state says that an object was imported and not written
// since: what its state lacks may exist all the same, and not be returned.
const ImportedKey = "imported"

// PlanToken plans an account's token status and error for an update. A write
// that succeeds leaves an active token active; what becomes of another one is
// seen afterwards.
func PlanToken(status, tokenError types.String) (types.String, types.String) {
	if status.ValueString() == "active" && tokenError.IsNull() {
		return status, tokenError
	}
	return types.StringUnknown(), types.StringUnknown()
}
