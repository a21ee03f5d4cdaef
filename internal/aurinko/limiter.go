package aurinko

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiter holds the whole client to a rate, and finds the server's own limit where
// that is lower. A 429 pauses everything for a second, by which Aurinko counts [D], or
// for as long as the server asked. What got through in the second before is what the
// server allows: the client goes on a little below that, reaches it again after a
// while, and then tries for more, slowly at first, as the CUBIC of TCP does. All of it
// goes by time: how many callers there are, and how fast they are answered, does not
// count.
type limiter struct {
	rate *rate.Limiter
	turn chan struct{} // holds a value while a caller waits for the rate

	mu      sync.Mutex
	highest rate.Limit
	passed  []time.Time // answers other than 429 in the last second
	allowed int         // requests a second, as far as the last pause shows
	resume  time.Time   // nothing is sent before; zero before the first pause
}

const (
	counted  = time.Second      // by which the server counts
	cautious = 0.05             // of what is allowed is left unused after a pause
	fewest   = 20               // answers that show a limit: fewer may be all that was sent
	regained = 20 * time.Second // until that is used again; twice as long until it is as much above
)

// The burst is small, so that no second ever sees more than a tenth above the
// configured rate: Aurinko counts 250 a second and the default leaves a fifth.
func newLimiter(perSecond int) *limiter {
	highest := rate.Limit(perSecond)
	return &limiter{rate: rate.NewLimiter(highest, max(1, perSecond/10)), turn: make(chan struct{}, 1), highest: highest}
}

func (l *limiter) wait(ctx context.Context) error {
	// One at a time: what is reserved before the rate changes would go by the old one.
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		if err := l.rate.Wait(ctx); err != nil {
			// Wait refuses at once, with an error of its own, when the
			// deadline is nearer than the turn.
			if ctx.Err() == nil {
				<-ctx.Done()
			}
			return ctx.Err()
		}
		l.mu.Lock()
		pause := time.Until(l.resume)
		l.mu.Unlock()
		if pause <= 0 {
			return nil
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// refused notes a 429. Those that come during a pause belong to the overload that
// has begun it.
func (l *limiter) refused(retryAfter time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	pause := time.Duration(0)
	if !now.Before(l.resume) {
		pause = counted
		l.allowed = int(min(fewest, l.rate.Limit()/4))
	}
	if retryAfter <= longestRetryAfter {
		pause = max(pause, retryAfter)
	}
	if resume := now.Add(pause); resume.After(l.resume) {
		l.resume = resume
	}
	l.adapt(now)
}

// answered notes any other answer.
func (l *limiter) answered() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.passed = append(l.passed, now)
	l.adapt(now)
}

// adapt sets the rate to what the server is thought to allow.
func (l *limiter) adapt(now time.Time) {
	first, _ := slices.BinarySearchFunc(l.passed, now.Add(-counted), time.Time.Compare)
	l.passed = slices.Delete(l.passed, 0, first)
	if l.resume.IsZero() {
		return
	}
	if now.Before(l.resume) { // answers still come to what was sent before the pause
		l.allowed = max(l.allowed, len(l.passed))
	}
	since := float64(now.Sub(l.resume)-regained) / float64(regained)
	limit := min(l.highest, max(1, rate.Limit(float64(l.allowed)*(1+cautious*math.Pow(max(-1, since), 3)))))
	l.rate.SetLimit(limit)
	l.rate.SetBurst(max(1, int(limit/50))) // with which it begins after a pause
}

// sleep waits, or ends with the context.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
