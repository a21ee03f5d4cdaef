package core

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// This file holds the rules by which Terraform accepts what a provider plans and
// applies (its package internal/plans/objchange, and the plan of a resource
// instance). Only what this provider's schemas use is here: attributes, and nested
// attributes of single objects. Objects in lists and sets are like any other value,
// since nothing in them is computed.

// proposed returns what Terraform proposes to a provider's plan: the configured
// values, and for computed attributes that are not configured the prior ones.
func proposed(attributes []*tfprotov6.SchemaAttribute, of tftypes.Type, prior, config tftypes.Value) tftypes.Value {
	values := map[string]tftypes.Value{}
	for _, a := range attributes {
		configured, before := at(config, a), at(prior, a)
		switch {
		case a.WriteOnly:
			values[a.Name] = tftypes.NewValue(a.ValueType(), nil)
		case configured.IsNull() && a.Computed:
			values[a.Name] = before
		case isObject(a) && configured.IsKnown() && !configured.IsNull():
			values[a.Name] = proposed(a.NestedType.Attributes, a.ValueType(), before, configured)
		default:
			values[a.Name] = configured
		}
	}
	return tftypes.NewValue(of, values)
}

func isObject(a *tfprotov6.SchemaAttribute) bool {
	return a.NestedType != nil && a.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle
}

// at returns an attribute of an object; of a null one it is null, of an unknown one
// unknown.
func at(object tftypes.Value, a *tfprotov6.SchemaAttribute) tftypes.Value {
	switch {
	case !object.IsKnown():
		return tftypes.NewValue(a.ValueType(), tftypes.UnknownValue)
	case object.IsNull():
		return tftypes.NewValue(a.ValueType(), nil)
	}
	var values map[string]tftypes.Value
	if err := object.As(&values); err != nil {
		panic(err)
	}
	return values[a.Name]
}

// invalid returns what makes a plan invalid: a planned value is the configured one,
// or the prior one if there is both, or any for a computed attribute that is not
// configured.
func invalid(path string, attributes []*tfprotov6.SchemaAttribute, prior, config, planned tftypes.Value) []string {
	var found []string
	for _, a := range attributes {
		before, configured, after := at(prior, a), at(config, a), at(planned, a)
		name := path + a.Name
		switch {
		case a.WriteOnly:
			if !after.IsNull() {
				found = append(found, name+": a write-only attribute is planned")
			}
		case after.Equal(configured), after.Equal(before) && !before.IsNull() && !configured.IsNull():
		case a.Computed && (!a.Optional || configured.IsNull()):
		case configured.IsNull():
			found = append(found, name+": planned, but neither configured nor computed")
		case isObject(a) && after.IsKnown() && !after.IsNull() && configured.IsKnown():
			found = append(found, invalid(name+".", a.NestedType.Attributes, before, configured, after)...)
		default:
			found = append(found, fmt.Sprintf("%s: planned %s, configured %s, before %s", name, after, configured, before))
		}
	}
	return found
}

// inconsistent returns where a value is no completion of the planned one: what is
// known stays, what is unknown may become anything.
func inconsistent(path string, planned, got tftypes.Value) []string {
	if !planned.IsKnown() {
		return nil
	}
	changed := []string{fmt.Sprintf("%s: planned %s, got %s", path, planned, got)}
	switch {
	case planned.IsNull() || got.IsNull() || !got.IsKnown():
		if planned.Equal(got) {
			return nil
		}
		return changed
	case planned.Type().Is(tftypes.Object{}):
		var plannedValues, gotValues map[string]tftypes.Value
		if planned.As(&plannedValues) != nil || got.As(&gotValues) != nil {
			return changed
		}
		var found []string
		for name, value := range plannedValues {
			found = append(found, inconsistent(path+"."+name, value, gotValues[name])...)
		}
		return found
	case planned.Type().Is(tftypes.Set{}):
		var plannedElements, gotElements []tftypes.Value
		if planned.As(&plannedElements) != nil || got.As(&gotElements) != nil || !correlate(plannedElements, gotElements) {
			return changed
		}
		return nil
	case planned.Type().Is(tftypes.List{}):
		var plannedElements, gotElements []tftypes.Value
		if planned.As(&plannedElements) != nil || got.As(&gotElements) != nil || len(plannedElements) != len(gotElements) {
			return changed
		}
		var found []string
		for i, element := range plannedElements {
			found = append(found, inconsistent(fmt.Sprintf("%s[%d]", path, i), element, gotElements[i])...)
		}
		return found
	case !planned.Equal(got):
		return changed
	}
	return nil
}

// correlate reports whether each element of either set completes, or is completed
// by, one of the other.
func correlate(planned, got []tftypes.Value) bool {
	if len(got) > len(planned) {
		return false
	}
	completed, completing := make([]bool, len(planned)), make([]bool, len(got))
	for i, p := range planned {
		for j, g := range got {
			if inconsistent("", p, g) == nil {
				completed[i], completing[j] = true, true
			}
		}
	}
	for _, is := range append(completed, completing...) {
		if !is {
			return false
		}
	}
	return true
}
