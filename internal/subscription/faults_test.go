package subscription_test

import (
	"fmt"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
)

// Whatever happens to a request: once it is over, there is exactly one subscription,
// which is in the state.
func TestFaults(t *testing.T) {
	t.Parallel()
	core.Trials(t, map[string]int{core.Create: 3, core.Refresh: 1, core.Destroy: 2}, func(t *testing.T, trial core.Trial) {
		in(t, func(w world) {
			w.Survive(w.simulator, trial, nil, func() int { return len(w.simulator.Subscriptions()) })
			if there := w.simulator.Subscriptions(); trial.Operation != core.Destroy && w.only.ID() != fmt.Sprintf("501/%d", there[0].ID) {
				t.Errorf("the state has %q, and Aurinko %v", w.only.ID(), there)
			}
		})
	})
}
