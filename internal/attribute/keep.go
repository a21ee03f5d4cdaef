package attribute

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
)

// Keep keeps the state's value in the plan when the configured one means the
// same, such as an email address in another case. Terraform allows a plan to
// hold the prior value instead of the configured one.
func Keep(same func(a, b string) bool) planmodifier.String { return keep{same} }

// IgnoreCase is Keep for values whose case does not count.
func IgnoreCase() planmodifier.String { return Keep(strings.EqualFold) }

// KeepScopes is Keep for scopes, each of which may have two names.
func KeepScopes() planmodifier.Set { return keep{} }

type keep struct{ same func(a, b string) bool }

func (keep) Description(context.Context) string {
	return "Keeps the prior value if the configured one is equivalent."
}

func (k keep) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

func (k keep) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	config, state := req.ConfigValue, req.StateValue
	if config.IsNull() || config.IsUnknown() || state.IsNull() {
		return
	}
	if k.same(config.ValueString(), state.ValueString()) {
		resp.PlanValue = state
	}
}

func (keep) PlanModifySet(_ context.Context, req planmodifier.SetRequest, resp *planmodifier.SetResponse) {
	if !req.ConfigValue.IsNull() && sameScopes(req.ConfigValue, req.StateValue) {
		resp.PlanValue = req.StateValue
	}
}

func sameScopes(a, b basetypes.SetValue) bool {
	return customtype.Scopes{SetValue: a}.Same(customtype.Scopes{SetValue: b})
}

// Differs reports whether a plan asks for another object by an attribute that
// identifies it. A state that lacks it, as after an import from a server that
// does not return it, says nothing. A planned value that is not known yet may
// turn out to be another one.
func Differs(planned, state basetypes.StringValuable) bool {
	return !planned.IsNull() && !state.IsNull() && !planned.Equal(state)
}
