package booking_test

import (
	"fmt"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
)

// Whatever happens to a request: once it is over, there is exactly one profile, which
// is in the state with its members.
func TestFaults(t *testing.T) {
	t.Parallel()
	core.Trials(t, map[string]int{core.Create: 5, core.Refresh: 3, core.Update: 13, core.Destroy: 4}, func(t *testing.T, trial core.Trial) {
		in(t, groupType, func(w world) {
			w.configure(core.Values{"subject": "One", "accounts": []string{"501", "502"}, "groups": []core.Values{group("vienna", "one", "501", "502")}})
			others := w.only.Config.With(core.Values{"subject": "Two", "accounts": []string{"502", "503"}, "groups": []core.Values{group("tokyo", "one", "503")}})
			w.Survive(w.simulator, trial, others, func() int { return len(w.simulator.BookingProfiles()) })
			if trial.Operation == core.Destroy {
				return
			}
			if p := w.profile(); w.only.ID() != fmt.Sprint(p.ID) || len(p.AccountIDs) != 2 || len(p.Groups) != 1 || w.only.Tainted {
				t.Errorf("the state has %q, and Aurinko %+v", w.only.ID(), p)
			}
		})
	})
}
