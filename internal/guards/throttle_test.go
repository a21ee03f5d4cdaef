package guards

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const slowed = "Aurinko slows this run down"

// A run says once that Aurinko slows it down, with the first answer after the
// tenth 429, and the next run counts anew.
func TestThrottled(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		refusals int
		warns    bool
	}{
		"few": {9, false}, "many": {10, true}, "very many": {40, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			world(t, func(t *testing.T, server *simulator.Server, w *core.Workspace) {
				var all []*core.Resource
				for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
					all = append(all, mailbox(name, googleID, nil))
				}
				w.Levels, w.Settings = [][]*core.Resource{all}, core.Values{"max_retries": 20}
				plans, found := w.Plan()
				must(t, found)
				server.Inject(simulator.Fault{Method: http.MethodPost, Status: http.StatusTooManyRequests, Times: test.refusals})
				found = w.CarryOut(w.Start(), plans)
				if !test.warns {
					must(t, found)
				} else {
					must(t, found, slowed)
					if found.Failed() || !strings.Contains(found.String(), "requests with 429") {
						t.Error(found)
					}
				}
				_, found = w.Plan()
				must(t, found)
			})
		})
	}
}
