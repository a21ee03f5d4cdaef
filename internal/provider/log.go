package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// httpSubsystem is the tflog subsystem of the requests: TF_LOG_PROVIDER=DEBUG
// shows one line for each attempt, and TRACE the bodies besides. A body is made
// ready for the log only when the log takes it.
const httpSubsystem = "http"

func logAttempt(ctx context.Context, a aurinko.Attempt) {
	fields := map[string]any{
		"method":      a.Method,
		"route":       a.Route,
		"attempt":     a.Number,
		"duration_ms": a.Duration.Milliseconds(),
	}
	if a.Status != 0 {
		fields["status"] = a.Status
	}
	if a.RequestID != "" {
		fields["request_id"] = a.RequestID
	}
	if a.Err != nil {
		fields["error"] = a.Err.Error()
	}
	ctx = tflog.NewSubsystem(ctx, httpSubsystem)
	tflog.SubsystemDebug(ctx, httpSubsystem, "request to Aurinko", fields)
	if !a.Sent.IsEmpty() || !a.Answered.IsEmpty() {
		tflog.SubsystemTrace(ctx, httpSubsystem, "bodies", map[string]any{
			"method": a.Method, "route": a.Route, "attempt": a.Number, "request_body": a.Sent, "answer_body": a.Answered,
		})
	}
}
