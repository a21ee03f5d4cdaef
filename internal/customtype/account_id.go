package customtype

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

var (
	_ basetypes.StringTypable  = AccountIDType{}
	_ basetypes.StringValuable = AccountID{}
)

// AccountIDType is the type of an account ID. Any text is valid in a
// configuration, since the mocks of "terraform test" make some up: AccountID.ID
// checks it where a plan or a read needs the number.
type AccountIDType struct {
	basetypes.StringType
}

// String names the type.
func (AccountIDType) String() string { return "customtype.AccountIDType" }

// Equal reports whether the other type is this one.
func (AccountIDType) Equal(other attr.Type) bool {
	_, ok := other.(AccountIDType)
	return ok
}

// ValueType returns the Go type of the values.
func (AccountIDType) ValueType(context.Context) attr.Value { return AccountID{} }

// ValueFromString converts a string value.
func (AccountIDType) ValueFromString(_ context.Context, value basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return AccountID{StringValue: value}, nil
}

// ValueFromTerraform converts Terraform's own form of a string.
func (AccountIDType) ValueFromTerraform(_ context.Context, in tftypes.Value) (attr.Value, error) {
	if !in.IsKnown() {
		return AccountID{StringValue: basetypes.NewStringUnknown()}, nil
	}
	var value *string
	err := in.As(&value)
	return AccountID{StringValue: basetypes.NewStringPointerValue(value)}, err
}

// AccountID is the number of an account, as a text.
type AccountID struct {
	basetypes.StringValue
}

// NewAccountID returns a known account ID.
func NewAccountID(id aurinko.AccountID) AccountID {
	return AccountID{StringValue: basetypes.NewStringValue(id.String())}
}

// Type returns AccountIDType.
func (AccountID) Type(context.Context) attr.Type { return AccountIDType{} }

// Equal reports whether the other value is an AccountID of the same text.
func (a AccountID) Equal(other attr.Value) bool {
	o, ok := other.(AccountID)
	return ok && a.StringValue.Equal(o.StringValue)
}

// ID returns the number. A value that is none, null and unknown ones included, is
// reported at its path, and 0 is returned.
func (a AccountID) ID(at path.Path, diagnostics *diag.Diagnostics) aurinko.AccountID {
	if a.IsNull() {
		diagnostics.AddAttributeError(at, "Invalid account ID", "The value is null.\n\nSet the number of an account, or leave the element out.")
		return 0
	}
	if a.IsUnknown() {
		diagnostics.AddAttributeError(at, "Invalid account ID", "The account ID is not known.")
		return 0
	}
	id, err := aurinko.ParseAccountID(a.ValueString())
	if err != nil {
		diagnostics.AddAttributeError(at, "Invalid account ID",
			"The value is not an account ID.\n\nSet the number of an account, such as 12345. The `id` of aurinko_service_account, aurinko_managed_account and aurinko_account is one.")
		return 0
	}
	return id
}
