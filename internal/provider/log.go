package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// httpSubsystem is the tflog subsystem of the requests: TF_LOG_PROVIDER=DEBUG
// shows one line for each attempt, TRACE the bodies besides, and INFO only long waits. A body is made
// ready for the log only when the log takes it.
const httpSubsystem = "http"

// logWait says that a call waits: for its turn, for an answer, or to be repeated.
func logWait(ctx context.Context, w aurinko.Wait) {
	tflog.SubsystemInfo(tflog.NewSubsystem(ctx, httpSubsystem), httpSubsystem, "still waiting for Aurinko", map[string]any{
		"method": w.Method, "route": w.Route, "waited_s": int64(w.Waited.Seconds()),
	})
}

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
