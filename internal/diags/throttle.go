package diags

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

// Throttled is deferred by every operation of a resource: the first one that ends
// after Aurinko has refused many requests for their rate says so, once a run.
func Throttled(run *lifecycle.Run, diagnostics *diag.Diagnostics) {
	if run == nil {
		return
	}
	if refused, say := run.Throttled(); say {
		diagnostics.AddWarning("Aurinko slows this run down", paragraphs(
			fmt.Sprintf("So far, Aurinko has answered %d requests with 429 (too many requests). The provider repeats them, and the run takes longer.", refused),
			"Lower `requests_per_second` in the provider block (AURINKO_REQUESTS_PER_SECOND), above all if other runs or programs share the application's limit."))
	}
}
