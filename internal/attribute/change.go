package attribute

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Writes reports whether an update has anything to write to Aurinko. Attributes
// that only the provider uses are named as Changes does.
func Writes(plan tfsdk.Plan, config tfsdk.Config, state tfsdk.State, providerOnly []string) bool {
	return slices.ContainsFunc(Changes(plan.Raw, config.Raw, state.Raw), func(name string) bool {
		return !slices.Contains(providerOnly, name)
	})
}

// KeepComputed completes the plan of an update that writes nothing: no computed
// value can change, so that each keeps the state's value.
func KeepComputed(plan *tfsdk.Plan, config tfsdk.Config, state tfsdk.State) diag.Diagnostics {
	kept, err := keepComputed(plan.Raw, config.Raw, state.Raw)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to complete the plan", err.Error())}
	}
	plan.Raw = kept
	return nil
}

// Changes names the attributes in which a plan differs from the state, nested
// ones with dots ("google.domain"). A computed value that is unknown only
// because something else changes does not count.
func Changes(plan, config, state tftypes.Value) []string {
	return changes("", plan, config, state, nil)
}

func changes(name string, plan, config, state tftypes.Value, found []string) []string {
	switch {
	case plan.Equal(state):
		return found
	case !plan.IsKnown() && config.IsNull():
		return found
	}
	var planned, configured, prior map[string]tftypes.Value
	// As makes an empty map of a null object, which would hide the change.
	if plan.IsNull() || state.IsNull() || plan.As(&planned) != nil || state.As(&prior) != nil {
		return append(found, name)
	}
	if config.IsKnown() && !config.IsNull() && config.As(&configured) != nil {
		return append(found, name)
	}
	for attribute, value := range planned {
		inConfig, ok := configured[attribute]
		if !ok {
			inConfig = tftypes.NewValue(value.Type(), nil)
		}
		full := attribute
		if name != "" {
			full = name + "." + attribute
		}
		found = changes(full, value, inConfig, prior[attribute], found)
	}
	return found
}

// keepComputed gives every value that the plan leaves unknown, and the
// configuration does not set, the value that the state has.
func keepComputed(plan, config, state tftypes.Value) (tftypes.Value, error) {
	return tftypes.Transform(plan, func(path *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		if value.IsKnown() {
			return value, nil
		}
		if inConfig, ok := at(config, path); ok && !inConfig.IsNull() {
			return value, nil
		}
		if prior, ok := at(state, path); ok {
			return prior, nil
		}
		return value, nil
	})
}

func at(root tftypes.Value, path *tftypes.AttributePath) (tftypes.Value, bool) {
	found, _, err := tftypes.WalkAttributePath(root, path)
	if err != nil {
		return tftypes.Value{}, false
	}
	value, ok := found.(tftypes.Value)
	return value, ok
}
