package customtype

import (
	"bytes"
	"context"
	"encoding/pem"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	_ basetypes.StringTypable                    = PEMType{}
	_ basetypes.StringValuableWithSemanticEquals = PEM{}
)

// PEMType is the type of a certificate or a private key in PEM form. Line
// breaks, text around the block and a chain after the certificate make no
// difference.
type PEMType struct {
	basetypes.StringType
}

// String names the type.
func (PEMType) String() string {
	return "customtype.PEMType"
}

// Equal reports whether the other type is this one.
func (PEMType) Equal(other attr.Type) bool {
	_, ok := other.(PEMType)
	return ok
}

// ValueType returns the Go type of the values.
func (PEMType) ValueType(context.Context) attr.Value {
	return PEM{}
}

// ValueFromString makes a PEM of a string value.
func (PEMType) ValueFromString(_ context.Context, value basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return PEM{StringValue: value}, nil
}

// ValueFromTerraform makes a PEM of Terraform's own form of a string.
func (PEMType) ValueFromTerraform(_ context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := stringFromTerraform(in)
	return PEM{StringValue: value}, err
}

// PEM is the PEM text of a certificate or a private key.
type PEM struct {
	basetypes.StringValue
}

// NewPEMValue returns a known PEM text.
func NewPEMValue(text string) PEM {
	return PEM{StringValue: basetypes.NewStringValue(text)}
}

// NewPEMNull returns an absent PEM text.
func NewPEMNull() PEM {
	return PEM{StringValue: basetypes.NewStringNull()}
}

// NewPEMUnknown returns a PEM text that is known after apply.
func NewPEMUnknown() PEM {
	return PEM{StringValue: basetypes.NewStringUnknown()}
}

// Type returns PEMType.
func (p PEM) Type(context.Context) attr.Type {
	return PEMType{}
}

// Equal reports whether the other value is a PEM of the very same text.
func (p PEM) Equal(other attr.Value) bool {
	o, ok := other.(PEM)
	return ok && p.StringValue.Equal(o.StringValue)
}

// String never shows the text, which may be a private key.
func (p PEM) String() string {
	return hidden(p.StringValue)
}

// StringSemanticEquals reports whether both texts hold the same certificate
// and the same private key. Only the first of each counts. A text without
// either equals only itself.
func (p PEM) StringSemanticEquals(ctx context.Context, other basetypes.StringValuable) (bool, diag.Diagnostics) {
	return equivalentStrings(ctx, p.StringValue, other, samePEM)
}

func samePEM(a, b string) bool {
	certificateA, keyA := firstBlocks(a)
	certificateB, keyB := firstBlocks(b)
	if certificateA == nil && keyA == nil {
		return false
	}
	return sameBlock(certificateA, certificateB) && sameBlock(keyA, keyB)
}

// firstBlocks returns the first certificate and the first private key of a
// text, nil for what it does not hold. Both are looked for, and not just the
// first block of any kind, so that a renewed certificate that comes after its
// unchanged key is seen as a change.
func firstBlocks(text string) (certificate, key *pem.Block) {
	for rest := []byte(text); ; {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		switch {
		case block == nil:
			return certificate, key
		case certificate == nil && block.Type == "CERTIFICATE":
			certificate = block
		case key == nil && strings.HasSuffix(block.Type, "PRIVATE KEY"):
			key = block
		}
	}
}

func sameBlock(a, b *pem.Block) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Type == b.Type && bytes.Equal(a.Bytes, b.Bytes)
}
