package aurinko

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiter holds the whole client to a rate. When the server answers 429 it
// halves the rate and pauses everything for as long as the server asked; each
// other answer wins a little of the rate back. It is the additive increase and
// multiplicative decrease that TCP uses.
type limiter struct {
	rate *rate.Limiter

	mu      sync.Mutex
	highest rate.Limit
	resume  time.Time // nothing is sent before
	slowed  time.Time // when the rate was halved last
}

// The burst is small, so that no second ever sees more than a tenth above the
// configured rate: Aurinko counts 250 a second and the default leaves a fifth.
func newLimiter(perSecond int) *limiter {
	highest := rate.Limit(perSecond)
	return &limiter{rate: rate.NewLimiter(highest, max(1, perSecond/10)), highest: highest}
}

func (l *limiter) wait(ctx context.Context) error {
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

func (l *limiter) slowDown(retryAfter time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if retryAfter <= longestRetryAfter {
		if resume := now.Add(retryAfter); resume.After(l.resume) {
			l.resume = resume
		}
	}
	// One overload is answered by many 429s at once: they count as one.
	if now.Sub(l.slowed) < time.Second {
		return
	}
	l.slowed = now
	l.rate.SetLimit(max(1, l.rate.Limit()/2))
}

func (l *limiter) speedUp() {
	if l.rate.Limit() >= l.highest {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rate.SetLimit(min(l.highest, l.rate.Limit()+l.highest/200))
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
