package customtype

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	_ basetypes.StringTypable                    = EmailType{}
	_ basetypes.StringValuableWithSemanticEquals = Email{}
)

// EmailType is the type of an e-mail address. Addresses that differ only in
// case are equal: mail services store them in whichever case they like.
type EmailType struct {
	basetypes.StringType
}

// String names the type.
func (EmailType) String() string {
	return "customtype.EmailType"
}

// Equal reports whether the other type is this one.
func (EmailType) Equal(other attr.Type) bool {
	_, ok := other.(EmailType)
	return ok
}

// ValueType returns the Go type of the values.
func (EmailType) ValueType(context.Context) attr.Value {
	return Email{}
}

// ValueFromString makes an Email of a string value.
func (EmailType) ValueFromString(_ context.Context, value basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return Email{StringValue: value}, nil
}

// ValueFromTerraform makes an Email of Terraform's own form of a string.
func (EmailType) ValueFromTerraform(_ context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := stringFromTerraform(in)
	return Email{StringValue: value}, err
}

// Email is an e-mail address.
type Email struct {
	basetypes.StringValue
}

// NewEmailValue returns a known address.
func NewEmailValue(address string) Email {
	return Email{StringValue: basetypes.NewStringValue(address)}
}

// NewEmailNull returns an absent address.
func NewEmailNull() Email {
	return Email{StringValue: basetypes.NewStringNull()}
}

// NewEmailUnknown returns an address that is known after apply.
func NewEmailUnknown() Email {
	return Email{StringValue: basetypes.NewStringUnknown()}
}

// Type returns EmailType.
func (e Email) Type(context.Context) attr.Type {
	return EmailType{}
}

// Equal reports whether the other value is an Email of the very same text.
func (e Email) Equal(other attr.Value) bool {
	o, ok := other.(Email)
	return ok && e.StringValue.Equal(o.StringValue)
}

// StringSemanticEquals reports whether both are the same address but for case.
func (e Email) StringSemanticEquals(ctx context.Context, other basetypes.StringValuable) (bool, diag.Diagnostics) {
	return equivalentStrings(ctx, e.StringValue, other, strings.EqualFold)
}
