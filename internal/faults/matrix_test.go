package faults

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A fault is one way in which a request fails.
type fault struct {
	name string
	how  simulator.Fault
	// swallow: the request takes effect, and is not answered.
	swallow bool
	// retried: another attempt is safe and may help.
	retried bool
	// wait is how long the client is asked to wait before that; as a date
	// where that is set.
	wait   time.Duration
	asDate bool
}

const signInPage = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in to the proxy.</body></html>"

// faults are all of them, or without -full those whose turn it is.
func faults(turn int) []fault {
	var all []fault
	add := func(retried bool, statuses ...int) {
		if !*core.Full {
			statuses = statuses[turn%len(statuses):][:1]
		}
		for _, status := range statuses {
			all = append(all, fault{name: fmt.Sprint(status), how: simulator.Fault{Status: status}, retried: retried})
		}
	}
	add(false, 400)
	add(false, 401)
	add(false, 403)
	add(false, 404)
	add(false, 409, 412, 422, 501)
	add(true, 408, 500, 502, 503, 504, 520)
	add(true, 429)
	page := simulator.Fault{Status: http.StatusOK, Body: signInPage, ContentType: "text/html"}
	after := func(f simulator.Fault) simulator.Fault {
		f.AfterEffect = true
		return f
	}
	busy := simulator.Fault{Status: http.StatusServiceUnavailable}
	return append(all,
		fault{name: "429, seconds", how: simulator.Fault{Status: 429}, retried: true, wait: 7 * time.Second},
		fault{name: "429, date", how: simulator.Fault{Status: 429}, retried: true, wait: 7 * time.Second, asDate: true},
		fault{name: "503, seconds", how: busy, retried: true, wait: 7 * time.Second},
		fault{name: "503 for an hour", how: busy, wait: time.Hour},
		fault{name: "503 for an hour, after effect", how: after(busy), wait: time.Hour},
		fault{name: "drop before", how: simulator.Fault{DropBefore: true}, retried: true},
		fault{name: "drop after", how: simulator.Fault{DropAfter: true}, retried: true},
		fault{name: "truncated", how: simulator.Fault{Truncate: true}, retried: true},
		fault{name: "502 page", how: simulator.Fault{HTML: true}, retried: true},
		fault{name: "502 page, after effect", how: after(simulator.Fault{HTML: true}), retried: true},
		fault{name: "500, after effect", how: after(simulator.Fault{Status: 500}), retried: true},
		fault{name: "200 page", how: page, retried: true},
		fault{name: "200 page, after effect", how: after(page), retried: true},
		fault{name: "slow", how: simulator.Fault{Latency: 90 * time.Second}, retried: true},
		fault{name: "slow, after effect", swallow: true, retried: true},
	)
}

// A request is tried with one in this many of the faults, in turn. "make soak"
// tries all.
const sampled = 8

func faultsOf(turn int) []fault {
	all := faults(turn)
	if *core.Full {
		return all
	}
	var some []fault
	for i, f := range all {
		if i%sampled == turn%sampled {
			some = append(some, f)
		}
	}
	return some
}

// times are how often the fault is met in a row: once, and for ever (0). One
// that is not retried is the same either way.
func (f fault) times() []int {
	if f.retried || *core.Full {
		return []int{1, 0}
	}
	return []int{0}
}

// What a person does.
const (
	create = "create"
	read   = "read"
	update = "update"
	remove = "delete"
)

// A point is one request that an operation makes: the n-th, from 0, of its
// method and path.
type point struct {
	method, path, route string
	n                   int
	later               int // how many there are, with this one, from here on
}

func (p point) String() string { return fmt.Sprintf("%s#%d", p.route, p.n) }

// from returns what marks the requests that a fault is for: those of the
// point's method and path, from the n-th on, and so many of them (0: all).
func (p point) from(times int) func(*http.Request) bool {
	var lock sync.Mutex
	seen := 0
	return func(r *http.Request) bool {
		if r.Method != p.method || r.URL.EscapedPath() != p.path {
			return false
		}
		lock.Lock()
		defer lock.Unlock()
		seen++
		return seen > p.n && (times == 0 || seen <= p.n+times)
	}
}

func points(journal []simulator.Request) []point {
	var found []point
	seen := map[string]int{}
	for _, r := range journal {
		name := r.Method + " " + r.Path
		found = append(found, point{method: r.Method, path: r.Path, route: r.Route, n: seen[name]})
		seen[name]++
	}
	for i := range found {
		found[i].later = seen[found[i].method+" "+found[i].path] - found[i].n
	}
	return found
}

// begin takes a new world to where an operation begins.
func (w *world) begin(k kind, operation string) {
	w.T.Helper()
	if operation != create {
		if found := w.Apply(); found.Failed() {
			w.T.Fatalf("cannot create: %s", found)
		}
	}
	if operation == update {
		w.only.Config = k.updated
	}
	w.simulator.ResetJournal()
}

func (w *world) do(operation string) core.Problems {
	switch operation {
	case read:
		_, found := w.Plan()
		return found
	case remove:
		return w.Destroy()
	default:
		return w.Apply()
	}
}

// A record is what became of all cases of the matrix.
type record struct {
	lock           sync.Mutex
	cases, imports int
	mostApplies    int // that a case needed once the fault was over
	lost, doubled  int // accounts
}

// add takes in a case that has ended with so many objects where there should
// be want.
func (r *record) add(applies int, imported bool, objects, want int) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.cases++
	r.mostApplies = max(r.mostApplies, applies)
	r.lost += max(0, want-objects)
	r.doubled += max(0, objects-want)
	if imported {
		r.imports++
	}
}

// Every resource, every operation, every request that it makes, every fault,
// once and for ever. Whatever happens: once it is over, one more apply leaves
// exactly one object, which is in the state and holds what is configured, an
// empty plan, and everything of others as it was.
func TestMatrix(t *testing.T) {
	t.Parallel()
	var outcome record
	t.Cleanup(func() {
		t.Logf("%d faults tried, %d accounts lost, %d doubled; at most %d applies needed afterwards, and an import in %d cases",
			outcome.cases, outcome.lost, outcome.doubled, outcome.mostApplies, outcome.imports)
	})
	for i, k := range kinds(t) {
		for j, operation := range []string{create, read, update, remove} {
			t.Run(k.name+"/"+operation, func(t *testing.T) {
				t.Parallel()
				var (
					begin moment
					at    []point
					want  []object
				)
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, k)
					w.begin(k, operation)
					begin = w.moment(k)
					if found := w.do(operation); found.Failed() {
						t.Fatalf("without any fault: %s", found)
					}
					at, want = points(w.simulator.Journal()), w.ours()
				})
				for n, p := range at {
					for _, f := range faultsOf(i + j + n) {
						for _, times := range f.times() {
							name := fmt.Sprintf("%s/%s/%s", p, f.name, map[int]string{1: "once", 0: "for ever"}[times])
							t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
								synctest.Test(t, func(t *testing.T) {
									c := matrixCase{kind: k, operation: operation, begin: begin, point: p, fault: f, times: times, want: want}
									c.run(t, &outcome)
								})
							})
						}
					}
				}
			})
		}
	}
}

type matrixCase struct {
	kind      kind
	operation string
	begin     moment
	point     point
	fault     fault
	times     int
	want      []object // what is there in the end
}

func (c matrixCase) run(t *testing.T, outcome *record) {
	var swallow func(*http.Request) bool
	over := false
	if c.fault.swallow {
		match := c.point.from(c.times)
		swallow = func(r *http.Request) bool { return !over && match(r) }
	}
	w := c.begin.again(t, swallow)
	if !c.fault.swallow {
		w.simulator.Inject(c.injected())
	}
	found := w.do(c.operation)
	synctest.Wait() // for the server to end with the requests of clients that have gone
	c.checkAttempts(t, w.simulator.Journal(), found)
	c.checkWords(t, found)
	over = true
	w.simulator.ClearFaults()

	if c.isLie() && c.operation == remove {
		// What is not in the state cannot be destroyed.
		if ours := w.ours(); len(ours) != 1 || w.only.HasState() {
			t.Errorf("there is %v, the state has %q", ours, w.only.ID())
		}
		return
	}
	again := c.operation
	if c.isLie() {
		again = create
	}
	applies, imported := 0, false
	for {
		applies++
		more := w.do(again)
		if !more.Failed() {
			break
		}
		id := more.OfferedImport()
		if imported || id == "" || !c.isLie() && !c.isLost() {
			t.Fatalf("the apply after the fault fails:\n%safter\n%s", more, found)
		}
		imported = true
		if found := w.Import(w.only, id); found.Failed() {
			t.Fatal(found)
		}
	}
	outcome.add(applies, imported, len(w.ours()), len(c.want))
	c.checkEnd(t, w)
}

func (c matrixCase) injected() simulator.Fault {
	f := c.fault.how
	f.Match = c.point.from(c.times)
	if wait := c.fault.wait; wait > 0 {
		header := fmt.Sprint(wait.Seconds())
		if c.fault.asDate {
			header = time.Now().Add(wait).UTC().Format(http.TimeFormat)
		}
		f.Header = http.Header{"Retry-After": {header}}
	}
	return f
}

// isLie reports whether a 404 of Aurinko's own, answered wrongly, takes a
// mailbox out of the state: it proves that the account is gone [D]. The next
// apply finds it, refuses to adopt it, and offers the import.
func (c matrixCase) isLie() bool {
	lie := c.point.method == http.MethodGet && c.point.n == 0 || c.point.method == http.MethodDelete
	return lie && c.kind.isMailbox() && c.fault.how.Status == http.StatusNotFound && c.operation != create
}

// isLost: where the server lists no mailboxes, no look finds the one that a
// write without an answer has made. The next apply offers the import.
func (c matrixCase) isLost() bool {
	return c.kind.unlisted && c.operation == create && c.point.method == http.MethodPost && c.times == 0
}

func (c matrixCase) checkEnd(t *testing.T, w *world) {
	if w.theirs() != w.older {
		t.Errorf("what others have was changed:\nfrom %s\nto   %s", w.older, w.theirs())
	}
	ours := w.ours()
	if c.operation == remove {
		if w.only.HasState() {
			t.Errorf("destroyed, but still in the state: %s", w.only.State)
		}
		if len(ours) > 0 {
			t.Errorf("still there after the destroy: %v", ours)
		}
		return
	}
	w.MustBeEmpty()
	// The case of an e-mail address means nothing.
	if len(ours) != 1 || !strings.EqualFold(ours[0].content, c.want[0].content) {
		t.Errorf("there is %v\nwant     %v", ours, c.want)
	}
	if len(ours) > 0 && ours[0].id != w.only.ID() {
		t.Errorf("the state has %q, there is %q", w.only.ID(), ours[0].id)
	}
}

// checkAttempts looks at how often the request was tried.
func (c matrixCase) checkAttempts(t *testing.T, journal []simulator.Request, found core.Problems) {
	if c.fault.swallow {
		return // the journal does not see this one
	}
	var hit []simulator.Request
	var next []time.Time
	for i, r := range journal {
		if r.Fault == "" {
			continue
		}
		hit = append(hit, r)
		for _, later := range journal[i+1:] {
			if later.Method == r.Method && later.Path == r.Path {
				next = append(next, later.Time)
				break
			}
		}
	}
	switch {
	case len(hit) == 0:
		t.Fatal("no request met the fault")
	case !c.fault.retried:
		if most := c.requests(); len(hit) > most {
			t.Errorf("tried %d times, want %d at most", len(hit), most)
		}
	case c.times == 1:
		if found.Failed() {
			t.Errorf("one such fault is not survived:\n%s", found)
		}
	case len(hit) < c.leastAttempts():
		t.Errorf("tried %d times, want %d at least", len(hit), c.leastAttempts())
	}
	if c.fault.retried && c.fault.wait > 0 {
		if waited := next[0].Sub(hit[0].Time); waited < c.fault.wait {
			t.Errorf("tried again after %s, was asked to wait %s", waited, c.fault.wait)
		}
	}
}

// leastAttempts is how often a fault that stays is met: the first time and with
// six retries. A server that is slow from a run's first request on has never
// answered, and gets one retry.
func (c matrixCase) leastAttempts() int {
	if c.fault.how.Latency > 0 {
		return 2
	}
	return 7
}

// requests is how often the request may meet a fault that is not to be tried
// again: as often as the operation makes it anyway. One answer is not the
// last word: that a page is too large.
func (c matrixCase) requests() int {
	status := c.fault.how.Status
	listing := c.point.method == http.MethodGet && (c.point.path == "/v1/am/accounts" || c.point.path == "/v1/am/svc_accounts")
	switch {
	case c.times == 1:
		return 1
	case listing && c.operation == create && status == http.StatusBadRequest:
		return 2 * (c.point.later + 1)
	case listing && c.operation == create: // a listing that failed in the apply's plan is read again for the write
		return c.point.later + 1
	case status == http.StatusBadRequest && (c.point.path == "/v1/am/accounts" || c.point.path == "/v1/am/svc_accounts" || c.point.path == "/v1/am/oauth_regs"):
		return 2 * c.point.later
	}
	return c.point.later
}

// checkWords looks whether an error says what was asked, what was answered and
// what to do.
func (c matrixCase) checkWords(t *testing.T, found core.Problems) {
	route := strings.NewReplacer("/v1", "", "{accId}", "{id}").Replace(c.point.route)
	for _, p := range found.Errors() {
		var want []string
		if strings.HasPrefix(p.Summary, "Unable to ") && strings.Contains(p.Detail, route) {
			want = append(want, route)
			if status := c.fault.how.Status; status != 0 {
				want = append(want, fmt.Sprintf("Aurinko answered %d", status))
				if c.fault.how.Body == "" && !c.fault.how.HTML {
					want = append(want, "Injected fault", "Request ID ")
				}
			}
		}
		missing := slices.DeleteFunc(want, func(words string) bool { return strings.Contains(p.Detail, words) })
		if len(missing) > 0 {
			t.Errorf("the error lacks %q:\n%s", missing, found)
		}
	}
}
