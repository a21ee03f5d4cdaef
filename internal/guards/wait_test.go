package guards

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// An action shows in its progress that it waits.
func TestActionShowsWaits(t *testing.T) {
	t.Parallel()
	world(t, func(t *testing.T, server *simulator.Server, w *core.Workspace) {
		server.Inject(simulator.Fault{Method: http.MethodGet, Route: "/v1/am/accounts/{id}", Latency: 25 * time.Second})
		stream, err := w.Start().Server.(tfprotov6.ActionServer).InvokeAction(t.Context(), &tfprotov6.InvokeActionRequest{
			ActionType: "aurinko_check_account", Config: core.ActionConfig("aurinko_check_account", core.Values{"account_id": "501"}),
		})
		if err != nil {
			t.Fatal(err)
		}
		var progress []string
		for event := range stream.Events {
			if event, ok := event.Type.(tfprotov6.ProgressInvokeActionEventType); ok {
				progress = append(progress, event.Message)
			}
		}
		waits := slices.DeleteFunc(progress, func(text string) bool { return !strings.HasPrefix(text, "Still waiting") })
		want := []string{
			"Still waiting for Aurinko to answer GET /am/accounts/{id}: 10s so far.",
			"Still waiting for Aurinko to answer GET /am/accounts/{id}: 20s so far.",
		}
		if !slices.Equal(waits, want) {
			t.Errorf("the progress shows %q", waits)
		}
	})
}
