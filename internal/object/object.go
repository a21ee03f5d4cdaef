// Package object moves values between Terraform's objects and the structs that
// the nouns keep them in.
//
// The framework's Get and Set do the same for any struct there is, and compile
// a regular expression for each field each time. Where thousands of resources
// are refreshed and planned, that was a sixth of what the provider cost.
package object

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Get fills a struct, to which into points, from an object, which must not be
// null. Each field has a tag `tfsdk` with its attribute's name, and a type whose zero
// value knows its own type, as texts, numbers, booleans and the types of
// package customtype do.
func Get(ctx context.Context, object tftypes.Value, into any) diag.Diagnostics {
	if object.IsNull() {
		panic("object: a null object is read")
	}
	var values map[string]tftypes.Value
	if err := object.As(&values); err != nil {
		return failed("read", err)
	}
	target := reflect.ValueOf(into).Elem()
	for i, f := range fieldsOf(target.Type()) {
		value, err := f.attributeType.ValueFromTerraform(ctx, values[f.attribute])
		if err != nil {
			return failed("read", fmt.Errorf("%s: %w", f.attribute, err))
		}
		target.Field(i).Set(reflect.ValueOf(value))
	}
	return nil
}

// Set writes a struct, as Get takes it, over an object. The object may be null
// but has its type.
func Set(ctx context.Context, object *tftypes.Value, from any) diag.Diagnostics {
	source := reflect.ValueOf(from)
	fields := fieldsOf(source.Type())
	values := make(map[string]tftypes.Value, len(fields))
	for i, f := range fields {
		value, err := source.Field(i).Interface().(attr.Value).ToTerraformValue(ctx)
		if err != nil {
			return failed("write", fmt.Errorf("%s: %w", f.attribute, err))
		}
		values[f.attribute] = value
	}
	if err := tftypes.ValidateValue(object.Type(), values); err != nil {
		return failed("write", err)
	}
	*object = tftypes.NewValue(object.Type(), values)
	return nil
}

func failed(verb string, err error) diag.Diagnostics {
	return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to "+verb+" Terraform's values",
		"The provider and its schema do not fit together: "+err.Error())}
}

// A field is what is to be known of a struct's field.
type field struct {
	attribute     string
	attributeType attr.Type
}

var known sync.Map // reflect.Type → []field

func fieldsOf(of reflect.Type) []field {
	if fields, ok := known.Load(of); ok {
		return fields.([]field)
	}
	var fields []field
	for f := range of.Fields() {
		fields = append(fields, field{
			attribute:     f.Tag.Get("tfsdk"),
			attributeType: reflect.Zero(f.Type).Interface().(attr.Value).Type(context.Background()),
		})
	}
	known.Store(of, fields)
	return fields
}
