package validate

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// ScopesRule is a rule for a set of scopes: an attribute, or an argument of a
// function.
type ScopesRule interface {
	validator.Set
	function.SetParameterValidator
}

// Scopes takes a set of Aurinko scopes, by their names in the API or in the
// guides. Each name that is neither gets an error with the nearest valid ones.
func Scopes() ScopesRule {
	return scopes{}
}

type scopes struct{}

func (scopes) Description(context.Context) string {
	return "must be Aurinko scopes"
}

func (s scopes) MarkdownDescription(ctx context.Context) string {
	return s.Description(ctx)
}

func (scopes) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, element := range req.ConfigValue.Elements() {
		if summary, detail := scopeProblem(element); summary != "" {
			resp.Diagnostics.AddAttributeError(req.Path.AtSetValue(element), summary, detail)
		}
	}
}

func (scopes) ValidateParameterSet(_ context.Context, req function.SetParameterValidatorRequest, resp *function.SetParameterValidatorResponse) {
	var problems []string
	for _, element := range req.Value.Elements() {
		if _, detail := scopeProblem(element); detail != "" {
			problems = append(problems, detail)
		}
	}
	if len(problems) > 0 {
		resp.Error = ArgumentError(req.ArgumentPosition, strings.Join(problems, "\n"))
	}
}

// ArgumentError is the error for an argument of a function. The CLI adds the
// full stop.
func ArgumentError(position int64, detail string) *function.FuncError {
	return function.NewArgumentFuncError(position, strings.TrimSuffix(detail, "."))
}

func scopeProblem(element attr.Value) (summary, detail string) {
	name, ok := element.(basetypes.StringValue)
	switch {
	case element.IsUnknown():
		return "", ""
	case !ok || name.IsNull():
		return "Missing scope", "A scope must not be null. Take the null element away, for example with compact(). " + validScopes()
	}
	if _, known := aurinko.CanonicalScope(name.ValueString()); known {
		return "", ""
	}
	detail = fmt.Sprintf("%q is not an Aurinko scope.", name.ValueString())
	if near := nearest(name.ValueString(), aurinko.ScopeNamesKnown(), 4); len(near) > 0 {
		detail += " Did you mean " + quotedChoice(near) + "?"
	}
	return "Unknown Aurinko scope", detail + " " + validScopes()
}

func validScopes() string {
	return "Valid scopes: " + strings.Join(aurinko.Scopes, ", ") + "."
}

// quotedChoice writes "a", "b" or "c".
func quotedChoice(names []string) string {
	var text strings.Builder
	for i, name := range names {
		switch {
		case i > 0 && i == len(names)-1:
			text.WriteString(" or ")
		case i > 0:
			text.WriteString(", ")
		}
		fmt.Fprintf(&text, "%q", name)
	}
	return text.String()
}
