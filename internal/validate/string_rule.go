// Package validate holds the rules for what a configuration may hold. Each
// says in its error how to mend the value, and never repeats a value that may
// have a secret in it.
package validate

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// stringRule is a validator of one string. Null and unknown values pass.
type stringRule struct {
	// description completes "The value …".
	description string
	// summary is the error's first line.
	summary string
	// problem returns what is wrong and how to mend it as full sentences, or
	// "" when the value is right.
	problem func(value string) string
}

func (r stringRule) Description(context.Context) string {
	return r.description
}

func (r stringRule) MarkdownDescription(context.Context) string {
	return r.description
}

func (r stringRule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if problem := r.problem(req.ConfigValue.ValueString()); problem != "" {
		resp.Diagnostics.AddAttributeError(req.Path, r.summary, problem)
	}
}
