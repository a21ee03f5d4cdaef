package customtype

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/credential"
)

var (
	_ basetypes.StringTypable                    = JSONType{}
	_ basetypes.StringValuableWithSemanticEquals = JSON{}
)

// JSONType is the type of a JSON document that may be a secret, such as a
// Google service account key. White space and the order of keys make no
// difference. It takes the place of jsontypes.Normalized, which prints the
// whole value in its error when it is not JSON.
type JSONType struct {
	basetypes.StringType
}

// String names the type.
func (JSONType) String() string {
	return "customtype.JSONType"
}

// Equal reports whether the other type is this one.
func (JSONType) Equal(other attr.Type) bool {
	_, ok := other.(JSONType)
	return ok
}

// ValueType returns the Go type of the values.
func (JSONType) ValueType(context.Context) attr.Value {
	return JSON{}
}

// ValueFromString makes a JSON of a string value.
func (JSONType) ValueFromString(_ context.Context, value basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return JSON{StringValue: value}, nil
}

// ValueFromTerraform makes a JSON of Terraform's own form of a string.
func (JSONType) ValueFromTerraform(_ context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := stringFromTerraform(in)
	return JSON{StringValue: value}, err
}

// JSON is the text of a JSON document.
type JSON struct {
	basetypes.StringValue
}

// NewJSONValue returns a known document.
func NewJSONValue(text string) JSON {
	return JSON{StringValue: basetypes.NewStringValue(text)}
}

// NewJSONNull returns an absent document.
func NewJSONNull() JSON {
	return JSON{StringValue: basetypes.NewStringNull()}
}

// NewJSONUnknown returns a document that is known after apply.
func NewJSONUnknown() JSON {
	return JSON{StringValue: basetypes.NewStringUnknown()}
}

// Type returns JSONType.
func (j JSON) Type(context.Context) attr.Type {
	return JSONType{}
}

// Equal reports whether the other value is a JSON of the very same text.
func (j JSON) Equal(other attr.Value) bool {
	o, ok := other.(JSON)
	return ok && j.StringValue.Equal(o.StringValue)
}

// String never shows the text, which may hold a private key.
func (j JSON) String() string {
	return hidden(j.StringValue)
}

// StringSemanticEquals reports whether both texts are the same document. A
// text that is not JSON equals only itself.
func (j JSON) StringSemanticEquals(ctx context.Context, other basetypes.StringValuable) (bool, diag.Diagnostics) {
	return equivalentStrings(ctx, j.StringValue, other, sameDocument)
}

func sameDocument(a, b string) bool {
	return credential.CanonicalJSON(a) == credential.CanonicalJSON(b)
}
