package customtype

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

var (
	_ basetypes.SetTypable                    = ScopesType{}
	_ attr.TypeWithElementType                = ScopesType{}
	_ basetypes.SetValuableWithSemanticEquals = Scopes{}
)

// stringSet is what Scopes are underneath.
var stringSet = basetypes.SetType{ElemType: basetypes.StringType{}}

// ScopesType is the type of a set of Aurinko scopes. A scope's name in the
// guides and its name in the API mean the same.
type ScopesType struct{}

// String names the type.
func (ScopesType) String() string {
	return "customtype.ScopesType"
}

// Equal reports whether the other type is this one.
func (ScopesType) Equal(other attr.Type) bool {
	_, ok := other.(ScopesType)
	return ok
}

// ElementType returns the type of one scope, a string.
func (ScopesType) ElementType() attr.Type {
	return stringSet.ElementType()
}

// WithElementType returns the plain set type of other elements.
func (ScopesType) WithElementType(element attr.Type) attr.TypeWithElementType {
	return stringSet.WithElementType(element)
}

// TerraformType returns a set of strings.
func (ScopesType) TerraformType(ctx context.Context) tftypes.Type {
	return stringSet.TerraformType(ctx)
}

// ApplyTerraform5AttributePathStep steps from the set to the type of a scope.
func (ScopesType) ApplyTerraform5AttributePathStep(step tftypes.AttributePathStep) (any, error) {
	return stringSet.ApplyTerraform5AttributePathStep(step)
}

// ValueType returns the Go type of the values.
func (ScopesType) ValueType(context.Context) attr.Value {
	return Scopes{}
}

// ValueFromSet makes Scopes of a set of strings.
func (ScopesType) ValueFromSet(_ context.Context, set basetypes.SetValue) (basetypes.SetValuable, diag.Diagnostics) {
	return Scopes{SetValue: set}, nil
}

// ValueFromTerraform makes Scopes of Terraform's own form of a set.
func (ScopesType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := stringSet.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}
	set, ok := value.(basetypes.SetValue)
	if !ok {
		return nil, fmt.Errorf("a set of strings was read as %T", value)
	}
	return Scopes{SetValue: set}, nil
}

// Scopes is a set of Aurinko scopes, as a user wrote them or as the API
// returned them. The zero value is null.
type Scopes struct {
	basetypes.SetValue
}

// NewScopesValue returns a known set of the given names, spelled as they are
// and each taken once.
func NewScopesValue(names []string) Scopes {
	elements := make([]attr.Value, 0, len(names))
	for i, name := range names {
		if !slices.Contains(names[:i], name) {
			elements = append(elements, basetypes.NewStringValue(name))
		}
	}
	return Scopes{SetValue: basetypes.NewSetValueMust(basetypes.StringType{}, elements)}
}

// NewScopesNull returns an absent set.
func NewScopesNull() Scopes {
	return Scopes{SetValue: basetypes.NewSetNull(basetypes.StringType{})}
}

// NewScopesUnknown returns a set that is known after apply.
func NewScopesUnknown() Scopes {
	return Scopes{SetValue: basetypes.NewSetUnknown(basetypes.StringType{})}
}

// Type returns ScopesType.
func (s Scopes) Type(context.Context) attr.Type {
	return ScopesType{}
}

// ElementType returns the type of one scope, a string.
func (s Scopes) ElementType(context.Context) attr.Type {
	return stringSet.ElementType()
}

// ToSetValue returns the plain set. The framework's own zero set has no
// element type and panics when it is written to state; that of Scopes is null.
func (s Scopes) ToSetValue(ctx context.Context) (basetypes.SetValue, diag.Diagnostics) {
	if s.SetValue.ElementType(ctx) == nil {
		return NewScopesNull().SetValue, nil
	}
	return s.SetValue, nil
}

// ToTerraformValue returns Terraform's own form of the set.
func (s Scopes) ToTerraformValue(ctx context.Context) (tftypes.Value, error) {
	set, _ := s.ToSetValue(ctx)
	return set.ToTerraformValue(ctx)
}

// Equal reports whether the other value is Scopes of the very same names.
func (s Scopes) Equal(other attr.Value) bool {
	o, ok := other.(Scopes)
	if !ok {
		return false
	}
	a, _ := s.ToSetValue(context.Background())
	b, _ := o.ToSetValue(context.Background())
	return a.Equal(b)
}

// SetSemanticEquals reports whether both sets name the same scopes.
func (s Scopes) SetSemanticEquals(ctx context.Context, other basetypes.SetValuable) (bool, diag.Diagnostics) {
	set, diags := other.ToSetValue(ctx)
	return !diags.HasError() && s.Same(Scopes{SetValue: set}), diags
}

// Same reports whether both sets name the same scopes, in whichever order and by
// whichever of their names. An unknown set, or one with an unknown element, is
// the same as no other.
func (s Scopes) Same(other Scopes) bool {
	switch {
	case s.IsUnknown() || other.IsUnknown():
		return false
	case s.IsNull() || other.IsNull():
		return s.IsNull() && other.IsNull()
	}
	names, complete := knownNames(s.SetValue)
	otherNames, otherComplete := knownNames(other.SetValue)
	return complete && otherComplete && slices.Equal(aurinko.CanonicalScopes(names), aurinko.CanonicalScopes(otherNames))
}

// Canonical returns the API's names of the scopes, sorted and each once. It is
// empty for a null or unknown set, and leaves out unknown elements.
func (s Scopes) Canonical() []string {
	names, _ := knownNames(s.SetValue)
	return aurinko.CanonicalScopes(names)
}

// knownNames returns the names in a set; it reports false when an element is
// null or unknown, so that the names are not all there is.
func knownNames(set basetypes.SetValue) (names []string, complete bool) {
	complete = true
	for _, element := range set.Elements() {
		name, ok := element.(basetypes.StringValue)
		if !ok || name.IsNull() || name.IsUnknown() {
			complete = false
			continue
		}
		names = append(names, name.ValueString())
	}
	return names, complete
}
