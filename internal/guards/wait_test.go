package guards

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// An action shows in its progress that it waits.
func TestActionShowsWaits(t *testing.T) {
	t.Parallel()
	world(t, func(t *testing.T, server *simulator.Server, w *core.Workspace) {
		server.Inject(simulator.Fault{Method: http.MethodGet, Route: "/v1/am/accounts/{id}", Latency: 25 * time.Second})
		progress, _ := core.Session{Plugin: w.Start(), T: t}.Invoke("aurinko_check_account", core.Values{"account_id": "501"})
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
