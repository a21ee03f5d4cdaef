package diags

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// Recover turns a panic into a diagnostic. It is deferred at the top of every
// method that Terraform calls, so that a fault of the provider neither crashes
// the plugin nor loses what the response holds already.
func Recover(goal string, diagnostics *diag.Diagnostics) {
	if cause := recover(); cause != nil {
		diagnostics.Append(Failure(goal, aurinko.NewPanicError(cause), ""))
	}
}

// reportPanic asks for the report of a fault of the provider.
func reportPanic(fault *aurinko.PanicError) string {
	return sentence(fault.Error()) + " Please report it with these lines at https://github.com/aurinko/terraform-provider-aurinko/issues. " +
		"What was done before it is in the state."
}
