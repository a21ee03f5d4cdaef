// Package planmodifier holds the rules by which a plan is made quieter than
// the framework would make it.
package planmodifier

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// KeepEquivalentString keeps the prior value of a string attribute in the plan
// when the configuration says the same in other words, such as an e-mail
// address in another case. The framework compares meanings only after an
// apply or a read; without this modifier a mere respelling would be planned as
// a change. Terraform allows a plan to hold the prior value instead of the
// configured one.
//
// The attribute's custom type decides what means the same. Put this modifier
// before a RequiresReplace, which then sees the kept value.
func KeepEquivalentString() planmodifier.String {
	return keepEquivalent{}
}

// KeepEquivalentSet is KeepEquivalentString for a set attribute.
func KeepEquivalentSet() planmodifier.Set {
	return keepEquivalent{}
}

type keepEquivalent struct{}

func (keepEquivalent) Description(context.Context) string {
	return "Keeps the prior value when the configured one means the same."
}

func (m keepEquivalent) MarkdownDescription(ctx context.Context) string {
	return m.Description(ctx)
}

func (keepEquivalent) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || req.ConfigValue.Equal(req.StateValue) {
		return
	}

	// The request holds plain strings; the meaning is in the schema's type.
	attributeType, diags := req.Plan.Schema.TypeAtPath(ctx, req.Path)
	resp.Diagnostics.Append(diags...)
	stringType, ok := attributeType.(basetypes.StringTypable)
	if !ok {
		return
	}
	configured, diags := stringType.ValueFromString(ctx, req.ConfigValue)
	resp.Diagnostics.Append(diags...)
	prior, diags := stringType.ValueFromString(ctx, req.StateValue)
	resp.Diagnostics.Append(diags...)
	meaning, ok := configured.(basetypes.StringValuableWithSemanticEquals)
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	same, diags := meaning.StringSemanticEquals(ctx, prior)
	resp.Diagnostics.Append(diags...)
	if same {
		resp.PlanValue = req.StateValue
	}
}

func (keepEquivalent) PlanModifySet(ctx context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	if req.StateValue.IsNull() || req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || req.ConfigValue.Equal(req.StateValue) {
		return
	}

	attributeType, diags := req.Plan.Schema.TypeAtPath(ctx, req.Path)
	resp.Diagnostics.Append(diags...)
	setType, ok := attributeType.(basetypes.SetTypable)
	if !ok {
		return
	}
	configured, diags := setType.ValueFromSet(ctx, req.ConfigValue)
	resp.Diagnostics.Append(diags...)
	prior, diags := setType.ValueFromSet(ctx, req.StateValue)
	resp.Diagnostics.Append(diags...)
	meaning, ok := configured.(basetypes.SetValuableWithSemanticEquals)
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	same, diags := meaning.SetSemanticEquals(ctx, prior)
	resp.Diagnostics.Append(diags...)
	if same {
		resp.PlanValue = req.StateValue
	}
}
