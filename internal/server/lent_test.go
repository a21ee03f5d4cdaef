package server

import (
	"context"
	"errors"
	"testing"
	"time"
)

type key struct{}

// A lent context is the call's own while the call runs, and lets go of it with the
// end, also for who holds a context made of it.
func TestLent(t *testing.T) {
	t.Parallel()
	deadline := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(context.WithValue(t.Context(), key{}, "logger"), deadline)
	defer cancel()
	l, end := newLent(ctx)
	held, release := context.WithCancel(l) // as the framework does
	defer release()

	done := l.Done()
	if got, ok := l.Deadline(); !ok || !got.Equal(deadline) || l.Err() != nil || held.Err() != nil || held.Value(key{}) != "logger" {
		t.Errorf("during the call: deadline %v, errors %v and %v, value %v", got, l.Err(), held.Err(), held.Value(key{}))
	}
	end()
	if l.Done() != done {
		t.Error("the end makes it another channel")
	}
	for name, ctx := range map[string]context.Context{"lent": l, "held": held} {
		<-ctx.Done()
		if _, ok := ctx.Deadline(); ok || !errors.Is(ctx.Err(), context.Canceled) || ctx.Value(key{}) != nil {
			t.Errorf("%s, after the call: deadline %t, error %v, value %v", name, ok, ctx.Err(), ctx.Value(key{}))
		}
	}
	if ctx.Err() != nil {
		t.Error("the end of the call cancels what its context was made of")
	}
}

// What ends the call's context ends the lent one, for the same reason.
func TestLentEndsWithTheCall(t *testing.T) {
	t.Parallel()
	because := errors.New("the provider was stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	l, end := newLent(ctx)
	defer end()
	held, release := context.WithCancel(l)
	defer release()
	cancel(because)
	<-held.Done()
	if !errors.Is(context.Cause(held), because) || !errors.Is(l.Err(), context.Canceled) {
		t.Errorf("%v, caused by %v", l.Err(), context.Cause(held))
	}
}
