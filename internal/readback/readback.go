// Package readback turns an answer of the API into state. Any field of an
// answer can be absent or null, so absence tells nothing: it never overwrites
// a value.
package readback

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
)

// Reader takes what the API told into a model's values.
type Reader struct {
	// planned: a known value was planned, and Terraform insists on it after an
	// apply, so that only unknown values are taken. Should the server have
	// stored something else, the next refresh shows it.
	planned bool
}

var (
	// Refresh is for Read: what the API tells replaces what the state holds.
	Refresh = Reader{}
	// AfterWrite is for Create and Update: what the plan left unknown is taken.
	AfterWrite = Reader{planned: true}
)

// String takes a text; an empty one tells nothing.
func (r Reader) String(value *types.String, told string) {
	switch {
	case r.planned && !value.IsUnknown():
	case told != "":
		*value = types.StringValue(told)
	case value.IsUnknown():
		*value = types.StringNull()
	}
}

// StringFold is String for a text whose case means nothing.
func (r Reader) StringFold(value *types.String, told string) {
	if !strings.EqualFold(value.ValueString(), told) || value.IsUnknown() {
		r.String(value, told)
	}
}

// Email takes an e-mail address.
func (r Reader) Email(value *customtype.Email, told string) {
	r.StringFold(&value.StringValue, told)
}

// Told takes a text that is empty when there is nothing to tell, such as the
// error of an account without one.
func (r Reader) Told(value *types.String, told string) {
	if r.planned && !value.IsUnknown() {
		return
	}
	*value = types.StringNull()
	if told != "" {
		*value = types.StringValue(told)
	}
}

// Bool takes a switch whose default is off: off is not written into a state
// that leaves it unset.
func (r Reader) Bool(value *types.Bool, told *bool) {
	switch {
	case r.planned && !value.IsUnknown():
	case told != nil && (*told || !value.IsNull()):
		*value = types.BoolValue(*told)
	case value.IsUnknown():
		*value = types.BoolNull()
	}
}

// Scopes takes a set of scopes; nil tells nothing.
func (r Reader) Scopes(value *customtype.Scopes, told aurinko.ScopeNames) {
	switch {
	case r.planned && !value.IsUnknown():
	case told != nil:
		*value = customtype.NewScopesValue(aurinko.CanonicalScopes(told))
	case value.IsUnknown():
		*value = customtype.NewScopesNull()
	}
}
