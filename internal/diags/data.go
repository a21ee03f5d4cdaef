package diags

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

// Run returns the run that the provider passes to a Configure method, or nil
// before the provider is configured, as happens in validation.
func Run(data any, diagnostics *diag.Diagnostics) *lifecycle.Run {
	if data == nil {
		return nil
	}
	run, ok := data.(*lifecycle.Run)
	if !ok {
		diagnostics.AddError("Wrong kind of provider data",
			fmt.Sprintf("The provider passed %T where its resources expect *lifecycle.Run.\n\nReport this fault of the provider.", data))
		return nil
	}
	return run
}
