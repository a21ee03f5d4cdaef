// Package readback copies an answer of the API into a model. Any field of an
// answer can be absent or null [D], so absence never overwrites a value.
package readback

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
)

// Reader copies what the API returned.
type Reader struct {
	// planned is for the state after an apply: Terraform requires a known planned
	// value to stay, so that only unknown values are copied. If the server stored
	// something else, the next refresh shows it.
	planned bool
}

var (
	// Refresh is for Read: what the API returned replaces what the state holds.
	Refresh = Reader{}
	// AfterWrite is for Create and Update: it completes what the plan left unknown.
	AfterWrite = Reader{planned: true}
)

// String copies a text. An empty one counts as absent.
func (r Reader) String(value *types.String, returned string) {
	switch {
	case r.planned && !value.IsUnknown():
	case returned != "":
		*value = types.StringValue(returned)
	case value.IsUnknown():
		*value = types.StringNull()
	}
}

// Same is String for a text that can be written in several ways.
func (r Reader) Same(value *types.String, returned string, same func(a, b string) bool) {
	if value.IsNull() || value.IsUnknown() || !same(value.ValueString(), returned) {
		r.String(value, returned)
	}
}

// Fold is Same for a text whose case does not count.
func (r Reader) Fold(value *types.String, returned string) {
	r.Same(value, returned, strings.EqualFold)
}

// Exactly copies a text whose absence means something, such as the error of an
// account that has none.
func (r Reader) Exactly(value *types.String, returned string) {
	if r.planned && !value.IsUnknown() {
		return
	}
	*value = types.StringNull()
	if returned != "" {
		*value = types.StringValue(returned)
	}
}

// Value copies a value of any type whose absence means that it is not set.
func Value[T attr.Value](r Reader, value *T, returned T) {
	if !r.planned || (*value).IsUnknown() {
		*value = returned
	}
}

// Bool copies a switch that defaults to off: off is not written into a state that
// does not set it.
func (r Reader) Bool(value *types.Bool, returned *bool) {
	switch {
	case r.planned && !value.IsUnknown():
	case returned != nil && (*returned || !value.IsNull()):
		*value = types.BoolValue(*returned)
	case value.IsUnknown():
		*value = types.BoolNull()
	}
}

// Scopes copies a set of scopes; nil counts as absent.
func (r Reader) Scopes(value *customtype.Scopes, returned aurinko.ScopeNames) {
	switch {
	case r.planned && !value.IsUnknown():
	case returned != nil:
		read := customtype.NewScopesValue(aurinko.CanonicalScopes(returned))
		if !value.Same(read) {
			*value = read
		}
	case value.IsUnknown():
		*value = customtype.NewScopesNull()
	}
}

// Texts copies a set of texts. An empty one counts as absent.
func (r Reader) Texts(value *types.Set, returned []string) {
	switch {
	case r.planned && !value.IsUnknown():
	case len(returned) > 0:
		elements := make([]attr.Value, len(returned))
		for i, text := range slices.Compact(slices.Sorted(slices.Values(returned))) {
			elements[i] = types.StringValue(text)
		}
		*value = types.SetValueMust(types.StringType, elements)
	case value.IsUnknown() || value.IsNull():
		*value = types.SetNull(types.StringType)
	}
}
