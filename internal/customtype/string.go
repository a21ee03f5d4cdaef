package customtype

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// equivalentStrings reports whether two strings are the same or, where both
// are known, mean the same. An unknown value is equivalent to nothing.
func equivalentStrings(ctx context.Context, a basetypes.StringValue, b basetypes.StringValuable, meanTheSame func(a, b string) bool) (bool, diag.Diagnostics) {
	other, diags := b.ToStringValue(ctx)
	if diags.HasError() || a.IsUnknown() || other.IsUnknown() {
		return false, diags
	}
	if a.IsNull() || other.IsNull() {
		return a.IsNull() && other.IsNull(), diags
	}
	return a.ValueString() == other.ValueString() || meanTheSame(a.ValueString(), other.ValueString()), diags
}

// stringFromTerraform reads a Terraform string, be it null, unknown or known.
func stringFromTerraform(in tftypes.Value) (basetypes.StringValue, error) {
	if !in.IsKnown() {
		return basetypes.NewStringUnknown(), nil
	}
	var value *string
	if err := in.As(&value); err != nil {
		return basetypes.StringValue{}, err
	}
	return basetypes.NewStringPointerValue(value), nil
}

// hidden stands for a secret string where the framework prints a value: it
// logs both sides of a semantic equality check at TRACE.
func hidden(value basetypes.StringValue) string {
	if value.IsNull() || value.IsUnknown() {
		return value.String()
	}
	return `"(hidden)"`
}
