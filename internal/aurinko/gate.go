package aurinko

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"
)

// gate lets the first call go alone, while all others wait for its end. When
// the credentials are refused, or the server cannot be reached, it is then
// known after one call, however many are made at once.
type gate struct {
	mu    sync.Mutex
	first *firstCall
}

type firstCall struct {
	done chan struct{} // closed at its end
	err  error         // why those who waited need not try; nil when they should
	// until is when err is no longer believed; zero for never.
	until time.Time
}

// unreachableFor is for how long a server that could not be reached is not
// tried again. A run with hundreds of resources would otherwise wait for it
// over and over.
const unreachableFor = time.Minute

// enter returns what to call with the call's error at its end, or the error
// that makes the call needless.
func (g *gate) enter(ctx context.Context) (leave func(error), err error) {
	g.mu.Lock()
	first := g.first
	if first != nil && !first.until.IsZero() && time.Now().After(first.until) {
		first = nil
	}
	if first == nil {
		first = &firstCall{done: make(chan struct{})}
		g.first = first
		g.mu.Unlock()
		return func(err error) { g.leave(first, err) }, nil
	}
	g.mu.Unlock()

	select {
	case <-first.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if first.err != nil {
		return nil, first.err
	}
	return func(error) {}, nil
}

func (g *gate) leave(first *firstCall, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var e *Error
	if errors.As(err, &e) {
		repeated := *e
		repeated.Repeated, repeated.Ambiguous = true, false
		switch {
		case isCredentialsRefusal(e): // for good: the credentials stay what they are
			first.err = &repeated
		case e.Unsent:
			first.err, first.until = &repeated, time.Now().Add(unreachableFor)
		}
	}
	close(first.done)
}

// isCredentialsRefusal reports whether an answer refuses the application's
// credentials (code unauthorized [D]), rather than an account's own token (codes
// token.… [D]), or a credential that Aurinko passes on to a mail service.
func isCredentialsRefusal(e *Error) bool {
	switch {
	case e.Status != http.StatusUnauthorized, e.NestedCode, strings.HasPrefix(e.Code, "token."):
		return false
	case e.Route == connectRoute, e.Route == codeRoute:
		return e.Code == "" || strings.EqualFold(e.Code, "unauthorized")
	}
	return true
}

// RefusesCredentials reports whether err says that the application's
// credentials are wrong.
func RefusesCredentials(err error) bool {
	var e *Error
	return errors.As(err, &e) && isCredentialsRefusal(e)
}
