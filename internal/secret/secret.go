// Package secret holds what all secrets of the provider share: the two forms of a
// secret attribute, and the rule by which a plan sends a secret again.
//
// A secret named x has a plain form x, which the state keeps, and a write-only
// form x_wo, which nothing keeps, with an optional x_wo_version. A computed
// x_revision shows in the plan that a secret is sent.
package secret

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Attribute describes a secret of a schema.
type Attribute struct {
	Parent     path.Path // the nested attribute that has it; empty at the root
	Name       string
	Short      string                // "client secret"
	What       string                // starts the description: "Client secret of the app registration"
	OneLine    bool                  // a trailing line break is a slip
	Modifiers  []planmodifier.String // of the plain form
	Validators []validator.String    // of both forms
}

// AddTo adds the secret's three attributes to a schema's attributes.
func (a Attribute) AddTo(attributes map[string]schema.Attribute) {
	writeOnly, version := a.Name+"_wo", a.Name+"_wo_version"
	// The validators need absolute expressions.
	sibling := func(name string) path.Expression { return a.Parent.AtName(name).Expression() }
	valid := append([]validator.String{stringvalidator.LengthAtLeast(1)}, a.Validators...)
	if a.OneLine {
		valid = append(valid, oneLine{a.Short})
	}

	attributes[a.Name] = schema.StringAttribute{
		MarkdownDescription: a.What + ". Exactly one of `" + a.Name + "` and `" + writeOnly + "` must be set. The state keeps this value: prefer `" + writeOnly + "`.",
		Optional:            true,
		Sensitive:           true,
		PlanModifiers:       a.Modifiers,
		Validators: append([]validator.String{
			stringvalidator.ExactlyOneOf(sibling(a.Name), sibling(writeOnly)),
			stringvalidator.PreferWriteOnlyAttribute(sibling(writeOnly)),
		}, valid...),
	}
	attributes[writeOnly] = schema.StringAttribute{
		MarkdownDescription: a.What + ". Write-only: neither the plan nor the state keeps this value. Requires Terraform or OpenTofu 1.11 or later. " +
			"If `" + version + "` is omitted, the provider detects a changed value and sends it.",
		Optional:   true,
		Sensitive:  true,
		WriteOnly:  true,
		Validators: valid,
	}
	attributes[version] = schema.Int64Attribute{
		MarkdownDescription: "Version of `" + writeOnly + "`, any whole number. If set, the provider sends the secret when this number changes, and not when the value of `" + writeOnly + "` does. " +
			"Set it for a value that changes on every run.",
		Optional:   true,
		Validators: []validator.Int64{int64validator.AlsoRequires(sibling(writeOnly))},
	}
}

// Names returns the names of the secret's attributes that cause no write by
// themselves: Compare decides whether the secret is sent.
func (a Attribute) Names() []string {
	prefix := ""
	if a.Parent.String() != "" {
		prefix = a.Parent.String() + "."
	}
	return []string{prefix + a.Name, prefix + a.Name + "_wo", prefix + a.Name + "_wo_version"}
}

// Values are a secret's three attributes in a configuration or a state. The
// write-only form is null in a state.
type Values struct {
	Plain, WriteOnly types.String
	Version          types.Int64
}

// Value returns the secret to send: whichever form is set.
func (v Values) Value() types.String {
	if !v.Plain.IsNull() {
		return v.Plain
	}
	return v.WriteOnly
}

// oneLine warns about a secret that ends in a line break, as file() reads it.
type oneLine struct{ short string }

func (oneLine) Description(context.Context) string { return "must not end in a line break" }

func (o oneLine) MarkdownDescription(ctx context.Context) string { return o.Description(ctx) }

func (o oneLine) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if value := req.ConfigValue.ValueString(); strings.HasSuffix(value, "\n") || strings.HasSuffix(value, "\r") {
		resp.Diagnostics.AddAttributeWarning(req.Path, "The "+o.short+" ends in a line break",
			"Aurinko receives the line break as part of the "+o.short+".\n\nIf the value comes from a file, remove the line break with `trimspace()` or `chomp()`.")
	}
}
