package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// httpSubsystem is the tflog subsystem of the requests: TF_LOG_PROVIDER=DEBUG
// shows one line for each attempt.
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
	tflog.SubsystemDebug(tflog.NewSubsystem(ctx, httpSubsystem), httpSubsystem, "request to Aurinko", fields)
}
