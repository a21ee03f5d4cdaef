package aurinko

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"text/tabwriter"
	"time"
)

// An allowance is how a server counts: it reports whether one more request may pass.
type allowance func(now time.Time) bool

// anySecond allows a number of requests in any second, as the simulator does.
func anySecond(limit int) allowance {
	passed, oldest := make([]time.Time, limit), 0
	return func(now time.Time) bool {
		if now.Sub(passed[oldest]) < time.Second {
			return false
		}
		passed[oldest], oldest = now, (oldest+1)%limit
		return true
	}
}

// eachSecond allows a number of requests in each second of the clock.
func eachSecond(limit int) allowance {
	var second int64
	var passed int
	return func(now time.Time) bool {
		if now.Unix() != second {
			second, passed = now.Unix(), 0
		}
		passed++
		return passed <= limit
	}
}

// A settling is how a client got on with a server's limit.
type settling struct {
	took            time.Duration
	answers, errors int
	refused         int // of the answers
}

func latency() time.Duration { return 5*time.Millisecond + rand.N(20*time.Millisecond) }

// settle sends requests to a server that has a limit, so many at a time.
func settle(t *testing.T, may allowance, perSecond, parallel, requests int) settling {
	var lock sync.Mutex
	var s settling
	var failed atomic.Int64
	server := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(latency()) // there
		lock.Lock()
		s.answers++
		allowed := may(time.Now())
		if !allowed {
			s.refused++
			w.WriteHeader(http.StatusTooManyRequests)
		}
		lock.Unlock()
		time.Sleep(latency()) // and back
		_, _ = io.WriteString(w, `{}`)
	})
	client := newClient(t, server, func(c *Config) { c.RequestsPerSecond = perSecond })
	started := time.Now()
	var workers sync.WaitGroup
	var next atomic.Int64
	for range parallel {
		workers.Go(func() {
			for next.Add(1) <= int64(requests) {
				if err := get(client, t.Context()); err != nil {
					failed.Add(1)
				}
			}
		})
	}
	workers.Wait()
	s.took, s.errors = time.Since(started), int(failed.Load())
	return s
}

// The client settles at the server's limit: few requests are refused, none fails for
// it, and little of the limit is left unused. "go test ./internal/aurinko -run Settles
// -v" prints the table; with -short it tries the extremes.
func TestSettles(t *testing.T) {
	table := tabwriter.NewWriter(io.Discard, 0, 0, 2, ' ', tabwriter.AlignRight)
	if testing.Verbose() {
		table.Init(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	}
	fmt.Fprintln(table, "limit\tcounted in\tset to\tparallel\tseconds\t429s\terrors\tof the limit\t")
	limits, parallels := []int{15, 25, 50, 100, 150, 250}, []int{10, 30, 50}
	if testing.Short() {
		limits, parallels = []int{15, 250}, []int{10, 50}
	}
	for _, limit := range limits {
		for name, counts := range map[string]func(int) allowance{"any second": anySecond, "each second": eachSecond} {
			for _, perSecond := range []int{DefaultRequestsPerSecond, 1000} {
				for _, parallel := range parallels {
					requests := max(1000, 20*limit)
					var s settling
					synctest.Test(t, func(t *testing.T) { s = settle(t, counts(limit), perSecond, parallel, requests) })
					refused := float64(s.refused) / float64(s.answers)
					used := float64(requests) / s.took.Seconds() / float64(limit)
					row := fmt.Sprintf("%d\t%s\t%d\t%d\t%.0f\t%.1f %%\t%d\t%.0f %%\t", limit, name, perSecond, parallel, s.took.Seconds(), 100*refused, s.errors, 100*used)
					fmt.Fprintln(table, row)
					if refused > 0.1 || s.errors > 0 || used < 0.8*min(1, float64(perSecond)/float64(limit)) {
						t.Errorf("does not settle: %s", row)
					}
				}
			}
		}
	}
	_ = table.Flush()
}
