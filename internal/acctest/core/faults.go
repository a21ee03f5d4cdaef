package core

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// Full is set by the flag of this name.
var Full = flag.Bool("full", false, "try every fault at every request; without, they take turns")

// What a person does.
const (
	Create  = "create"
	Refresh = "refresh"
	Update  = "update"
	Destroy = "destroy"
)

// A Trial is an operation one of whose requests meets a fault.
type Trial struct {
	Operation string
	Fault     simulator.Fault // Skip says at which request, Times how often in a row
}

type namedFault struct {
	name string
	how  simulator.Fault
}

var (
	// After these it is not known that the request took effect.
	unanswered = []namedFault{
		{"500 after", simulator.Fault{Status: 500, AfterEffect: true}}, {"dropped after", simulator.Fault{DropAfter: true}}, {"truncated", simulator.Fault{Truncate: true}},
	}
	// With these it took none.
	refused = []namedFault{
		{"400", simulator.Fault{Status: 400}}, {"401", simulator.Fault{Status: 401}}, {"403", simulator.Fault{Status: 403}},
		{"404", simulator.Fault{Status: 404}}, {"429", simulator.Fault{Status: 429}}, {"503", simulator.Fault{Status: 503}},
		{"dropped", simulator.Fault{DropBefore: true}}, {"a page", simulator.Fault{HTML: true}}, {"a 404 page", simulator.Fault{HTML: true, Status: 404}},
		{"200 page", simulator.Fault{Status: 200, Body: "<html></html>", ContentType: "text/html"}},
	}
)

// Trials tries operations, of which each makes so many requests, those of its refresh
// included: every request, and what can happen to it, once and for ever. Without -full
// it is one of each kind, in turn.
func Trials(t *testing.T, requests map[string]int, try func(*testing.T, Trial)) {
	t.Helper()
	turn := 0
	for _, operation := range slices.Sorted(maps.Keys(requests)) {
		first := 0
		if operation == Update { // as with any refresh
			first = requests[Refresh]
		}
		for n := first; n < requests[operation]; n++ {
			faults := []namedFault{unanswered[turn%len(unanswered)], refused[turn%len(refused)]}
			if turn++; *Full {
				faults = slices.Concat(unanswered, refused)
			}
			for _, fault := range faults {
				for _, times := range []int{1, 0} {
					t.Run(fmt.Sprintf("%s/%s at %d, %d times", operation, fault.name, n, times), func(t *testing.T) {
						t.Parallel()
						how := fault.how
						how.Skip, how.Times = n, times
						try(t, Trial{operation, how})
					})
				}
			}
		}
	}
}

// Survive has an operation on the only resource meet a fault. Once that is over, one
// apply more, or an import that its message offers, must leave an empty plan, or a
// destroy nothing: objects counts what is at Aurinko. An update configures what is
// updated.
func (w *Workspace) Survive(server *simulator.Server, trial Trial, updated Values, objects func() int) {
	w.T.Helper()
	only := w.Resources()[0]
	if trial.Operation != Create {
		w.Must(w.Apply())
	}
	server.ResetJournal()
	server.Inject(trial.Fault)
	switch trial.Operation {
	case Refresh:
		_, _ = w.Plan()
	case Destroy:
		_ = w.Destroy()
	case Update:
		only.Config = updated
		fallthrough
	default:
		_ = w.Apply()
	}
	if len(server.Journal()) <= trial.Fault.Skip {
		w.T.Fatalf("there is no request %d", trial.Fault.Skip)
	}
	server.ClearFaults()

	want := 1
	if trial.Operation == Destroy {
		w.Must(w.Destroy())
		want = 0
	} else {
		if found := w.Apply(); found.Failed() {
			id := found.OfferedImport()
			if id == "" {
				w.T.Fatal(found)
			}
			w.Must(w.Import(only, id))
			w.Must(w.Apply())
		}
		w.MustBeEmpty()
	}
	// A 404 of Aurinko's own, answered wrongly to a destroy, says that it is gone.
	isLie := trial.Operation == Destroy && trial.Fault.Status == http.StatusNotFound && !trial.Fault.HTML
	if left := objects(); left != want && !(isLie && left == 1) {
		w.T.Fatalf("Aurinko has %d, want %d", left, want)
	}
}
