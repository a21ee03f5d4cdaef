// Package secret is what every secret attribute of the provider shares: its
// two forms, and when a plan sends another secret than before.
//
// A secret named x has a plain form x, which is kept in the state, and a
// write-only form x_wo, which is not, with an optional x_wo_version.
package secret

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// Attribute describes a secret of a schema.
type Attribute struct {
	Parent     path.Path // the nested attribute it stands in; empty at the root
	Name       string
	Short      string                  // "client secret"
	What       string                  // completes "The … ": "client secret of the app registration"
	CustomType basetypes.StringTypable // of the plain form; nil for a plain string
	Modifiers  []planmodifier.String   // of the plain form
	Validators []validator.String      // of both forms
}

// AddTo puts the secret's three attributes into a schema's attributes.
func (a Attribute) AddTo(attributes map[string]schema.Attribute) {
	writeOnly, version := a.Name+"_wo", a.Name+"_wo_version"
	// The validators want absolute expressions.
	sibling := func(name string) path.Expression { return a.Parent.AtName(name).Expression() }

	attributes[a.Name] = schema.StringAttribute{
		MarkdownDescription: "The " + a.What + ". It is kept in the state: prefer `" + writeOnly + "`. Exactly one of the two must be set. Changing it updates in place.",
		Optional:            true,
		Sensitive:           true,
		CustomType:          a.CustomType,
		PlanModifiers:       a.Modifiers,
		Validators: append([]validator.String{
			stringvalidator.LengthAtLeast(1),
			stringvalidator.ExactlyOneOf(sibling(a.Name), sibling(writeOnly)),
			stringvalidator.PreferWriteOnlyAttribute(sibling(writeOnly)),
		}, a.Validators...),
	}
	attributes[writeOnly] = schema.StringAttribute{
		MarkdownDescription: "The " + a.What + ", write-only: it is never kept in the state or the plan (Terraform and OpenTofu 1.11 and later). " +
			"Without `" + version + "` the provider notices by itself that the secret changed; with it, another number is what sends the secret again. Another secret updates in place.",
		Optional:   true,
		Sensitive:  true,
		WriteOnly:  true,
		Validators: append([]validator.String{stringvalidator.LengthAtLeast(1)}, a.Validators...),
	}
	attributes[version] = schema.Int64Attribute{
		MarkdownDescription: "Version of `" + writeOnly + "`, a number of your own: another number sends the secret again, and nothing else does. " +
			"Needed for a secret that differs on every run; otherwise leave it out.",
		Optional: true,
		Validators: []validator.Int64{
			int64validator.AlsoRequires(sibling(writeOnly)),
		},
	}
}

// Values are a secret's three attributes, as a configuration or a state holds
// them. The write-only form is null in a state.
type Values struct {
	Plain, WriteOnly types.String
	Version          types.Int64
}

// Value is the secret to send: whichever form is set.
func (v Values) Value() types.String {
	if !v.Plain.IsNull() {
		return v.Plain
	}
	return v.WriteOnly
}

// IsAttribute reports whether a changed attribute, named as plan.Changes does,
// belongs to the secret called name.
func IsAttribute(changed, name string) bool {
	rest, ok := strings.CutPrefix(changed, name)
	return ok && (rest == "" || rest == "_wo" || rest == "_wo_version")
}
