package aurinko

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// A gate spares a run the same failure a thousand times. The first call goes
// alone, while all others wait for its end. A call that finds the credentials
// refused, or the server out of reach, leaves a verdict that ends later calls
// before they are sent.
type gate struct {
	mu      sync.Mutex
	first   chan struct{} // closed when the first call has ended; nil before it begins
	verdict *Error
	until   time.Time // when the verdict expires; zero for never
}

// unreachableFor is how long a server that could not be reached is not tried
// again: long enough for Terraform's queue to drain.
const unreachableFor = 10 * time.Second

// enter returns the function to call with the call's error at its end, or the
// verdict.
func (g *gate) enter(ctx context.Context) (leave func(error), err error) {
	g.mu.Lock()
	if g.first == nil {
		first := make(chan struct{})
		g.first = first
		g.mu.Unlock()
		return func(err error) {
			g.judge(err)
			close(first)
		}, nil
	}
	first := g.first
	g.mu.Unlock()
	select {
	case <-first:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.verdict != nil && (g.until.IsZero() || time.Now().Before(g.until)) {
		return nil, g.verdict
	}
	return g.judge, nil
}

// judge passes a verdict on what a call has ended with. A refusal of the
// credentials stays; a server out of reach is forgotten with the next success.
func (g *gate) judge(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var e *Error
	if !errors.As(err, &e) || !e.Unreachable && !e.BadCredential {
		if err == nil && g.verdict != nil && g.verdict.Unreachable {
			g.verdict = nil
		}
		return
	}
	e.reported = new(atomic.Bool)
	if g.verdict != nil && g.verdict.BadCredential == e.BadCredential {
		e.reported = g.verdict.reported
	}
	if g.verdict != nil && g.verdict.BadCredential {
		return
	}
	repeated := *e
	repeated.Repeated, repeated.Ambiguous = true, false
	g.verdict, g.until = &repeated, time.Time{}
	if e.Unreachable {
		g.until = time.Now().Add(unreachableFor)
	}
}
