package aurinko

import (
	"context"
	"sync"
	"time"
)

// A Wait is a call that is under way for long, whatever it waits for: its turn, an
// answer, or another attempt.
type Wait struct {
	Method string
	Route  string
	Waited time.Duration // so far
}

// patience is after how long a wait is reported, again and again.
const patience = 10 * time.Second

type waitKey struct{}

// OnWait returns a context whose calls report their waits to report as well, until end
// is called. One report is made at a time, and end waits for it.
func OnWait(ctx context.Context, report func(Wait)) (_ context.Context, end func()) {
	var (
		mu    sync.Mutex
		ended bool
	)
	return context.WithValue(ctx, waitKey{}, func(w Wait) {
			mu.Lock()
			defer mu.Unlock()
			if !ended {
				report(w)
			}
		}), func() {
			mu.Lock()
			defer mu.Unlock()
			ended = true
		}
}

// watch reports the wait for a call, every ten seconds until end is called.
func (c *Client) watch(ctx context.Context, r request) (end func()) {
	var (
		mu    sync.Mutex
		ended bool
		timer *time.Timer
	)
	started := time.Now()
	mu.Lock()
	defer mu.Unlock()
	timer = time.AfterFunc(patience, func() {
		mu.Lock()
		defer mu.Unlock()
		if ended {
			return
		}
		w := Wait{Method: r.method, Route: r.route, Waited: time.Since(started).Round(time.Second)}
		if c.config.OnWait != nil {
			c.config.OnWait(ctx, w)
		}
		if report, ok := ctx.Value(waitKey{}).(func(Wait)); ok {
			report(w)
		}
		timer.Reset(patience)
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		ended = true
		timer.Stop()
	}
}
