package diags

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// ShowWaits returns a context whose calls show in the progress of an action that they
// wait, until end is called.
func ShowWaits(ctx context.Context, resp *action.InvokeResponse) (_ context.Context, end func()) {
	return aurinko.OnWait(ctx, func(w aurinko.Wait) {
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf("Still waiting for Aurinko to answer %s %s: %s so far.", w.Method, w.Route, w.Waited)})
	})
}
