package subscription_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// Every operation, every request that it makes, and what can happen to it, once and for
// ever. Once that is over, one apply more, or an import that its message offers, leaves
// exactly one subscription, which is in the state, and an empty plan. A destroy leaves
// none.
func TestFaults(t *testing.T) {
	t.Parallel()
	faults := map[string]simulator.Fault{
		"400": {Status: 400}, "401": {Status: 401}, "403": {Status: 403}, "404": {Status: 404}, "429": {Status: 429}, "503": {Status: 503},
		"500 after":     {Status: 500, AfterEffect: true},
		"dropped":       {DropBefore: true},
		"dropped after": {DropAfter: true},
		"truncated":     {Truncate: true},
		"a page":        {HTML: true},
		"a 404 page":    {HTML: true, Status: 404},
		"200 page":      {Status: 200, Body: "<html></html>", ContentType: "text/html"},
	}
	operations := map[string]int{"create": 3, "refresh": 1, "destroy": 2} // the requests that each makes
	for operation, requests := range operations {
		for name, fault := range faults {
			for n := range requests {
				for _, times := range []int{1, 0} {
					t.Run(fmt.Sprintf("%s/%s at %d, %d times", operation, name, n, times), func(t *testing.T) {
						t.Parallel()
						in(t, func(w world) { w.survive(operation, fault, n, times) })
					})
				}
			}
		}
	}
}

func (w world) survive(operation string, fault simulator.Fault, n, times int) {
	w.T.Helper()
	if operation != "create" {
		w.Must(w.Apply())
	}
	w.simulator.ResetJournal()
	fault.Skip, fault.Times = n, times
	w.simulator.Inject(fault)
	switch operation {
	case "create":
		_ = w.Apply()
	case "refresh":
		_, _ = w.Plan()
	case "destroy":
		_ = w.Destroy()
	}
	if len(w.simulator.Journal()) <= n {
		w.T.Fatalf("there is no request %d", n)
	}
	w.simulator.ClearFaults()

	if operation == "destroy" {
		w.Must(w.Destroy())
		if there := w.simulator.Subscriptions(); len(there) > 1 || len(there) == 1 && fault.Status != http.StatusNotFound {
			w.T.Errorf("left at Aurinko: %v", there) // a 404 of Aurinko's own says that it is gone
		}
		return
	}
	if found := w.Apply(); found.Failed() {
		id := found.OfferedImport()
		if id == "" {
			w.T.Fatal(found)
		}
		w.Must(w.Import(w.only, id))
		w.Must(w.Apply())
	}
	w.MustBeEmpty()
	if there := w.simulator.Subscriptions(); len(there) != 1 || w.only.ID() != fmt.Sprintf("501/%d", there[0].ID) {
		w.T.Errorf("the state has %q, and Aurinko %v", w.only.ID(), there)
	}
}
