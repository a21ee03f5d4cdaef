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

// repeated counts the errors of calls that were not made.
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

// inTurn is a round-tripper that passes each request to the next of some, and
// all that follow to the last. It counts them.
func inTurn(transports ...http.RoundTripper) (http.RoundTripper, *atomic.Int32) {
	var n atomic.Int32
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		i := int(n.Add(1))
		return transports[min(i, len(transports))-1].RoundTrip(req)
	}), &n
}

func TestRefusedCredentialsCostOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := answering(reply{status: 503}, reply{status: 401, body: `{"code":"unauthorized","message":"Bad credentials"}`})
		c := newClient(t, server)
		errs := append(atOnce(t, c, 20), get(c, t.Context()))
		time.Sleep(time.Hour) // the credentials stay what they are
		errs = append(errs, get(c, t.Context()))
		for _, err := range errs {
			if e := asError(t, err); e.Status != 401 || e.Message != "Bad credentials" || !RefusesCredentials(err) || e.Repeated && e.Ambiguous {
				t.Errorf("error is %+v", e)
			}
		}
		if n := len(server.requests()); n != 2 || repeated(errs) != 21 {
			t.Errorf("%d requests, %d calls not made", n, repeated(errs))
		}
	})
}

// Credentials can be revoked in the middle of a run.
func TestCredentialsRefusedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := answering(reply{body: `{}`}, reply{body: `{}`}, reply{status: 401, body: `{"code":"unauthorized"}`})
		c := newClient(t, server)
		for range 2 {
			if err := get(c, t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		errs := []error{get(c, t.Context()), get(c, t.Context()), get(c, t.Context())}
		if n := len(server.requests()); n != 3 || repeated(errs) != 2 || !RefusesCredentials(errs[2]) {
			t.Errorf("%d requests, errors %v", n, errs)
		}
	})
}

// A call that cannot connect and ends after another one was refused changes
// nothing.
func TestRefusedCredentialsOutliveAnUnreachableServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := inProcess{answering(reply{body: `{}`}, reply{status: 401, body: `{"code":"unauthorized"}`})}
		transport, requests := inTurn(answers, refused{time.Second}, answers)
		c := configured(t, maxRetries(0), func(config *Config) { config.Transport = transport })
		if err := get(c, t.Context()); err != nil {
			t.Fatal(err)
		}
		slow := make(chan error)
		go func() { slow <- get(c, t.Context()) }()
		synctest.Wait()
		if err := get(c, t.Context()); !RefusesCredentials(err) {
			t.Errorf("the refused call: %v", err)
		}
		if e := asError(t, <-slow); !e.Unreachable || e.Repeated {
			t.Errorf("the slow call: %+v", e)
		}
		time.Sleep(2 * unreachableFor)
		if e := asError(t, get(c, t.Context())); !e.Repeated || !RefusesCredentials(e) || requests.Load() != 3 {
			t.Errorf("the last call: %+v after %d requests", e, requests.Load())
		}
	})
}

func TestUnreachableServerIsTriedOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport, dials := inTurn(refused{time.Second / 10})
		c := configured(t, maxRetries(1), func(config *Config) { config.Transport = transport })
		errs := atOnce(t, c, 20)
		for _, err := range errs {
			if e := asError(t, err); !e.Unsent || !e.Unreachable || e.Ambiguous {
				t.Errorf("error is %+v", e)
			}
		}
		if n := dials.Load(); n != 2 || repeated(errs) != 19 {
			t.Errorf("%d dials, %d calls not made", n, repeated(errs))
		}
		time.Sleep(unreachableFor - time.Second)
		if e := asError(t, get(c, t.Context())); !e.Repeated || dials.Load() != 2 {
			t.Errorf("error is %+v after %d dials", e, dials.Load())
		}
		// The network may be back.
		time.Sleep(time.Second)
		if e := asError(t, get(c, t.Context())); e.Repeated || dials.Load() != 4 {
			t.Errorf("error is %+v after %d dials", e, dials.Load())
		}
	})
}

func TestUnreachableServerComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport, _ := inTurn(refused{}, inProcess{answering(reply{body: `{}`})})
		c := configured(t, maxRetries(0), func(config *Config) { config.Transport = transport })
		if e := asError(t, get(c, t.Context())); !e.Unreachable {
			t.Errorf("error is %+v", e)
		}
		time.Sleep(unreachableFor)
		for _, err := range atOnce(t, c, 5) {
			if err != nil {
				t.Error(err)
			}
		}
	})
}

// A server that accepts connections and never answers does not hold a run for
// long, however many resources it has.
func TestSilentServerIsTriedOnceForAll(t *testing.T) {
	tests := []struct {
		name string
		ten  func(t *testing.T, c *Client) []error
	}{
		{name: "at once", ten: func(t *testing.T, c *Client) []error { return atOnce(t, c, 10) }},
		{name: "one after the other", ten: func(t *testing.T, c *Client) []error {
			var errs []error
			for range 10 {
				errs = append(errs, get(c, t.Context()))
			}
			return errs
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := answering(reply{hang: true})
				c, err := New(Config{MaxRetries: DefaultMaxRetries, Transport: inProcess{server}})
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				errs := test.ten(t, c)
				if took := time.Since(start); took > 2*time.Minute {
					t.Errorf("took %s", took)
				}
				for _, err := range errs {
					if e := asError(t, err); !e.Unreachable || e.Unsent || e.Repeated == e.Ambiguous {
						t.Errorf("error is %+v", e)
					}
				}
				if n := len(server.requests()); n != 2 || repeated(errs) != 9 {
					t.Errorf("%d requests, %d calls not made", n, repeated(errs))
				}
			})
		})
	}
}

// What else goes wrong with the first call says nothing about the others.
func TestOtherFailuresStopNoCall(t *testing.T) {
	for _, first := range []reply{
		{status: 401, body: `{"code":"token.dead"}`},
		{status: 401, body: `{"error":{"code":"InvalidAuthenticationToken"}}`},
		{status: 403}, {status: 404}, {status: 500}, {drop: true}, {body: "<html>"},
	} {
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
