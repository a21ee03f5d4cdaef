package server

import (
	"context"
	"sync/atomic"
	"time"
)

// A lent context is that of a call while the call runs. Afterwards it has no values
// and is canceled, whoever still holds it.
type lent struct {
	call atomic.Pointer[context.Context]
	done <-chan struct{} // of the call's context, which ends with the call
}

// newLent lends a call's context until the function is called that it returns.
func newLent(ctx context.Context) (*lent, func()) {
	ctx, cancel := context.WithCancel(ctx)
	l := &lent{done: ctx.Done()}
	l.call.Store(&ctx)
	return l, func() {
		cancel() // first, since an open Done goes with no Err
		l.call.Store(nil)
	}
}

// get returns the call's context, or one that is canceled.
func (l *lent) get() context.Context {
	if call := l.call.Load(); call != nil {
		return *call
	}
	return ended
}

var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (l *lent) Deadline() (time.Time, bool) { return l.get().Deadline() }
func (l *lent) Done() <-chan struct{}       { return l.done }
func (l *lent) Err() error                  { return l.get().Err() }
func (l *lent) Value(key any) any           { return l.get().Value(key) }

// lend makes a call with a lent context.
func lend[Request, Response any](ctx context.Context, req Request, call func(context.Context, Request) (Response, error)) (Response, error) {
	l, end := newLent(ctx)
	defer end()
	return call(l, req)
}
