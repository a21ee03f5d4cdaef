package aurinko

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// atOnce makes so many calls at the same time and returns their errors.
func atOnce(t *testing.T, c *Client, calls int) []error {
	errs := make(chan error, calls)
	for range calls {
		go func() { errs <- get(c, t.Context()) }()
	}
	all := make([]error, calls)
	for i := range all {
		all[i] = <-errs
	}
	return all
}

// repeated counts the errors that stand for a call that was not made.
func repeated(errs []error) int {
	n := 0
	for _, err := range errs {
		var e *Error
		if errors.As(err, &e) && e.Repeated {
			n++
		}
	}
	return n
}

func TestRefusedCredentialsCostOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := answering(reply{status: 503}, reply{status: 401, body: `{"code":"unauthorized","message":"Bad credentials"}`})
		c := newClient(t, server)
		errs := append(atOnce(t, c, 20), get(c, t.Context()))
		for _, err := range errs {
			if e := asError(t, err); e.Status != 401 || e.Message != "Bad credentials" || e.Repeated && e.Ambiguous {
				t.Errorf("error is %+v", e)
			}
		}
		if n := len(server.requests()); n != 2 || repeated(errs) != 20 {
			t.Errorf("%d requests, %d calls not made", n, repeated(errs))
		}
	})
}

func TestUnreachableServerIsTriedOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dials atomic.Int32
		c := configured(t, maxRetries(2), func(config *Config) {
			config.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
				dials.Add(1)
				return refused{time.Second}.RoundTrip(req)
			})
		})
		errs := atOnce(t, c, 20)
		for _, err := range errs {
			if e := asError(t, err); !e.Unsent {
				t.Errorf("error is %+v", e)
			}
		}
		if n := dials.Load(); n != 3 || repeated(errs) != 19 {
			t.Errorf("%d dials, %d calls not made", n, repeated(errs))
		}
		if e := asError(t, get(c, t.Context())); !e.Repeated || dials.Load() != 3 {
			t.Errorf("error is %+v after %d dials", e, dials.Load())
		}
		// The network may be back.
		time.Sleep(unreachableFor + time.Second)
		if e := asError(t, get(c, t.Context())); e.Repeated || dials.Load() != 6 {
			t.Errorf("error is %+v after %d dials", e, dials.Load())
		}
	})
}

// What else goes wrong with the first call says nothing about the others.
func TestOtherFailuresStopNobody(t *testing.T) {
	for _, first := range []reply{{status: 401, body: `{"code":"token.dead"}`}, {status: 401, body: `{"error":{"code":"InvalidAuthenticationToken"}}`}, {status: 403}, {status: 404}, {status: 500}, {drop: true}} {
		synctest.Test(t, func(t *testing.T) {
			server := answering(first, reply{body: `{}`})
			errs := atOnce(t, newClient(t, server, maxRetries(0)), 10)
			failed := 0
			for _, err := range errs {
				if err != nil {
					failed++
				}
			}
			if n := len(server.requests()); n != 10 || failed != 1 {
				t.Errorf("%+v: %d requests, %d failed", first, n, failed)
			}
		})
	}
}

// A 401 is about the application's credentials where nothing says that a mail
// service gave it.
func TestIsCredentialsRefusal(t *testing.T) {
	for name, test := range map[string]struct {
		err  Error
		want bool
	}{
		"unauthorized":            {Error{Status: 401, Code: "unauthorized"}, true},
		"no code":                 {Error{Status: 401}, true},
		"another code":            {Error{Status: 401, Code: "invalid_client"}, true},
		"an account's token":      {Error{Status: 401, Code: "token.dead"}, false},
		"a mail service's":        {Error{Status: 401, Code: "InvalidAuthenticationToken", NestedCode: true}, false},
		"a key that is tried":     {Error{Status: 401, Code: "invalid_grant", Route: connectRoute}, false},
		"a code that was used":    {Error{Status: 401, Code: "invalid_grant", Route: codeRoute}, false},
		"our own, while trying":   {Error{Status: 401, Code: "unauthorized", Route: connectRoute}, true},
		"another status entirely": {Error{Status: 403, Code: "unauthorized"}, false},
	} {
		if got := RefusesCredentials(&test.err); got != test.want {
			t.Errorf("%s: %t, want %t", name, got, test.want)
		}
	}
}

func TestFirstCallGoesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := answering(reply{hang: true}, reply{body: `{}`})
		c := newClient(t, server, maxRetries(0))
		firstCtx, giveUp := context.WithCancel(t.Context())
		first, second := make(chan error), make(chan error)
		go func() { first <- get(c, firstCtx) }()
		synctest.Wait()
		go func() { second <- get(c, t.Context()) }()

		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := get(c, impatient); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the impatient call: %v", err)
		}
		if n := len(server.requests()); n != 1 {
			t.Errorf("%d requests beside the first", n-1)
		}
		giveUp()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("the first call: %v", err)
		}
		if err := <-second; err != nil {
			t.Errorf("the second call: %v", err)
		}
	})
}
