package aurinko

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestRetries(t *testing.T) {
	const (
		always = "always"             // repeated whatever the request does
		safe   = "when safe"          // repeated only if that is safe, since it may have taken effect
		never  = "never"              // final, and without effect
		lost   = "never, but unclear" // final, though it may have taken effect
	)
	tests := []struct {
		name  string
		reply reply
		want  string
	}{
		{name: "400", reply: reply{status: 400}, want: never},
		{name: "401", reply: reply{status: 401}, want: never},
		{name: "403", reply: reply{status: 403}, want: never},
		{name: "404", reply: reply{status: 404}, want: never},
		{name: "405", reply: reply{status: 405}, want: never},
		{name: "409", reply: reply{status: 409}, want: never},
		{name: "412", reply: reply{status: 412}, want: never},
		{name: "422", reply: reply{status: 422}, want: never},
		{name: "501", reply: reply{status: 501}, want: never},
		{name: "408", reply: reply{status: 408}, want: safe},
		{name: "429", reply: reply{status: 429}, want: always},
		{name: "500", reply: reply{status: 500}, want: safe},
		{name: "502", reply: reply{status: 502, body: "<html>Bad gateway</html>"}, want: safe},
		{name: "503", reply: reply{status: 503}, want: safe},
		{name: "504", reply: reply{status: 504}, want: safe},
		{name: "520", reply: reply{status: 520}, want: safe},
		{name: "503 for an hour", reply: reply{status: 503, header: map[string]string{"Retry-After": "3600"}}, want: lost},
		{name: "dropped", reply: reply{drop: true}, want: safe},
		{name: "cut short", reply: reply{body: `{"id": 12345}`, cut: true}, want: safe},
		{name: "cut short, valid JSON", reply: reply{body: `{}            `, cut: true}, want: safe},
		{name: "error cut short", reply: reply{status: 400, body: `{"message": "bad"}`, cut: true}, want: safe},
		{name: "HTML for JSON", reply: reply{body: "<html>"}, want: safe},
		{name: "nothing for JSON", reply: reply{}, want: safe},
		{name: "hangs", reply: reply{hang: true}, want: safe},
		{name: "another JSON", reply: reply{body: `null`}, want: lost},
	}
	calls := []struct {
		name string
		send func(*Client, context.Context) error
		safe bool
	}{
		{name: "GET", send: get, safe: true},
		{name: "repeatable POST", send: func(c *Client, ctx context.Context) error { return post(c, ctx, true) }, safe: true},
		{name: "other POST", send: func(c *Client, ctx context.Context) error { return post(c, ctx, false) }},
	}
	for _, test := range tests {
		for _, call := range calls {
			t.Run(test.name+"/"+call.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server := answering(test.reply)
					c := newClient(t, server, maxRetries(2), timeout(5*time.Second))
					e := asError(t, call.send(c, t.Context()))
					want := 1
					if test.want == always || test.want == safe && call.safe {
						want = 3
					}
					if got := len(server.requests()); got != want || e.Attempts != want {
						t.Errorf("%d requests, %d attempts reported, want %d", got, e.Attempts, want)
					}
					if e.Ambiguous != (test.want == safe || test.want == lost) {
						t.Errorf("ambiguous is %t", e.Ambiguous)
					}
					for _, r := range server.requests() {
						if r.body != server.requests()[0].body {
							t.Errorf("repeated with the body %q", r.body)
						}
					}
				})
			})
		}
	}
}

// A call that expects nothing in particular accepts any answer but a page of
// something between here and Aurinko.
func TestAnswerOfAnyKind(t *testing.T) {
	for _, test := range []struct {
		body     string
		accepted bool
	}{
		{body: "", accepted: true}, {body: "{}", accepted: true}, {body: "null", accepted: true}, {body: "OK", accepted: true},
		{body: "<!DOCTYPE html><title>Sign in</title>"}, {body: " \n<html>"},
	} {
		synctest.Test(t, func(t *testing.T) {
			server := answering(reply{body: test.body})
			err := newClient(t, server, maxRetries(2)).DeleteAccount(t.Context(), 7)
			switch {
			case test.accepted && (err != nil || len(server.requests()) != 1):
				t.Errorf("%q: %v after %d requests", test.body, err, len(server.requests()))
			case !test.accepted && (!asError(t, err).Ambiguous || len(server.requests()) != 3):
				t.Errorf("%q: %v after %d requests, want an ambiguous error after 3", test.body, err, len(server.requests()))
			}
		})
	}
}

func TestRecovery(t *testing.T) {
	for _, bad := range []reply{{drop: true}, {status: 429}, {status: 503}, {body: `{"a":1}`, cut: true}, {hang: true}} {
		synctest.Test(t, func(t *testing.T) {
			server := answering(bad, bad, reply{body: `{}`})
			if err := post(newClient(t, server, timeout(5*time.Second)), t.Context(), true); err != nil {
				t.Errorf("%+v: %v", bad, err)
			}
			if n := len(server.requests()); n != 3 {
				t.Errorf("%+v: %d requests", bad, n)
			}
		})
	}
}

func TestNoRetriesWanted(t *testing.T) {
	server := answering(reply{status: 503})
	err := get(newClient(t, server, maxRetries(0)), t.Context())
	if StatusOf(err) != 503 || len(server.requests()) != 1 {
		t.Errorf("error is %v after %d requests", err, len(server.requests()))
	}
}

func TestRetryAfter(t *testing.T) {
	// A bubble's clock starts at this time.
	start := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		header string
		status int
		least  time.Duration
		gaveUp time.Duration // what the error reports; 0: retried
	}{
		{header: "30", status: 429, least: 30 * time.Second},
		{header: "30", status: 503, least: 30 * time.Second},
		{header: "120", status: 429, least: 2 * time.Minute},
		{header: start.Add(90 * time.Second).Format(http.TimeFormat), status: 429, least: 90 * time.Second},
		{header: start.Add(-time.Hour).Format(http.TimeFormat), status: 429},
		{header: "121", status: 429, gaveUp: 121 * time.Second},
		{header: "3600", status: 503, gaveUp: time.Hour},
		{header: start.Add(time.Hour).Format(http.TimeFormat), status: 503, gaveUp: time.Hour},
		{header: "99999999999999999999", status: 429, gaveUp: (1<<31 - 1) * time.Second},
		{header: "soon", status: 429},
	}
	for _, test := range tests {
		t.Run(test.header, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := answering(
					reply{status: test.status, header: map[string]string{"Retry-After": test.header}},
					reply{body: `{}`})
				err := get(newClient(t, server), t.Context())
				if test.gaveUp != 0 {
					e := asError(t, err)
					if e.RetryAfter != test.gaveUp || len(server.requests()) != 1 || time.Since(start) > 0 {
						t.Errorf("asked to wait %s after %s and %d requests", e.RetryAfter, time.Since(start), len(server.requests()))
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if waited := time.Since(start); waited < test.least || waited > test.least+time.Second {
					t.Errorf("waited %s, want %s and a little", waited, test.least)
				}
			})
		})
	}
}

func TestParseRetryAfter(t *testing.T) {
	now := time.Date(2025, 8, 1, 12, 0, 0, 0, time.UTC)
	tests := map[string]time.Duration{
		"":                               0,
		"0":                              0,
		"7":                              7 * time.Second,
		"-7":                             0,
		"1.5":                            0,
		"99999999999999999999":           (1<<31 - 1) * time.Second,
		"Fri, 01 Aug 2025 12:00:10 GMT":  10 * time.Second,
		"Fri, 01 Aug 2025 11:00:00 GMT":  0,
		"Friday, 01-Aug-25 12:00:10 GMT": 10 * time.Second,
		"tomorrow":                       0,
	}
	for value, want := range tests {
		if got := parseRetryAfter(value, now); got != want {
			t.Errorf("%q is %s, want %s", value, got, want)
		}
	}
}

func FuzzParseRetryAfter(f *testing.F) {
	for _, value := range []string{"", "7", "-1", "18446744073709551616", "Fri, 01 Aug 2025 12:00:10 GMT"} {
		f.Add(value)
	}
	now := time.Date(2025, 8, 1, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value string) {
		if got := parseRetryAfter(value, now); got < 0 {
			t.Errorf("%q is %s", value, got)
		}
	})
}

func TestBackoff(t *testing.T) {
	for attempt := range 70 {
		ceiling := backoffMax
		if attempt < 5 {
			ceiling = backoffBase << attempt
		}
		var longest time.Duration
		for range 200 {
			wait := backoff(0, 0, attempt, nil)
			if wait < 0 || wait > ceiling {
				t.Fatalf("attempt %d: %s is not within %s", attempt, wait, ceiling)
			}
			longest = max(longest, wait)
		}
		if longest < ceiling/2 {
			t.Errorf("attempt %d: never above %s of %s", attempt, longest, ceiling)
		}
	}
}

func TestAttemptTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		server := answering(reply{hang: true})
		c := newClient(t, server, maxRetries(1), timeout(3*time.Second))
		e := asError(t, post(c, t.Context(), true))
		if !errors.Is(e, errAttemptTimeout) || !strings.Contains(e.Error(), "no complete answer after 3s") || e.Attempts != 2 {
			t.Errorf("error is %v after %d attempts", e, e.Attempts)
		}
		if waited := time.Since(start); waited < 6*time.Second || waited > 6*time.Second+backoffBase {
			t.Errorf("took %s", waited)
		}
	})
}

// slowBody is a body that comes too slowly.
type slowBody struct{ ctx context.Context }

func (b slowBody) Read([]byte) (int, error) {
	<-b.ctx.Done()
	return 0, b.ctx.Err()
}

func TestTimeoutCoversTheBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := configured(t, maxRetries(0), func(config *Config) {
			config.Transport = roundTrip(func(req *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(slowBody{req.Context()})}, nil
			})
		})
		if err := get(c, t.Context()); !errors.Is(err, errAttemptTimeout) {
			t.Errorf("error is %v", err)
		}
	})
}

// Whatever the client waits for, it stops at once when its context ends, or
// soon when a write is under way.
func TestContextEndsWaits(t *testing.T) {
	tests := []struct {
		name      string
		reply     reply
		ambiguous bool
		write     bool
		late      time.Duration
	}{
		{name: "an answer", reply: reply{hang: true}, ambiguous: true},
		{name: "an answer to a write", reply: reply{hang: true}, ambiguous: true, write: true, late: lastWait},
		{name: "the next attempt", reply: reply{status: 503, header: map[string]string{"Retry-After": "100"}}, ambiguous: true, write: true},
		{name: "the end of a pause", reply: reply{status: 429, header: map[string]string{"Retry-After": "100"}}, ambiguous: true, write: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				c := newClient(t, answering(test.reply))
				send := get
				if test.write {
					send = func(c *Client, ctx context.Context) error { return post(c, ctx, true) }
				}
				e := asError(t, send(c, ctx))
				if !errors.Is(e, context.DeadlineExceeded) || e.Unsent || e.Ambiguous != test.ambiguous {
					t.Errorf("error is %+v", e)
				}
				if took := time.Since(start); took != 10*time.Second+test.late {
					t.Errorf("ended after %s", took)
				}
			})
		})
	}
}

// The outcome of a write that was under way is reported even when its context
// has ended meanwhile; but nothing more is tried.
func TestWriteOutlivesItsContext(t *testing.T) {
	for _, status := range []int{200, 400, 503} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			server := answering(reply{status: status, body: `{}`})
			c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				cancel()
				time.Sleep(lastWait / 2)
				server.ServeHTTP(w, r)
			}))
			err := post(c, ctx, true)
			if (err == nil) != (status == 200) || err != nil && StatusOf(err) != status {
				t.Errorf("%d: %v", status, err)
			}
			if n := len(server.requests()); n != 1 {
				t.Errorf("%d: %d requests", status, n)
			}
		})
	}
}

func TestContextOverBeforeTheRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	server := answering(reply{body: `{}`})
	e := asError(t, post(newClient(t, server), ctx, true))
	if !errors.Is(e, context.Canceled) || e.Ambiguous || len(server.requests()) != 0 {
		t.Errorf("error is %+v after %d requests", e, len(server.requests()))
	}
}

// A refused connection is an error before a user wonders, whatever max_retries
// is.
func TestRefusedConnections(t *testing.T) {
	// Jitter makes every run a different one.
	for range 50 {
		for _, dial := range []time.Duration{0, time.Second / 10, time.Second / 2, time.Second, 2 * time.Second, connectTimeout} {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				c := configured(t, maxRetries(20), func(config *Config) { config.Transport = refused{dial} })
				e := asError(t, post(c, t.Context(), false))
				if took := time.Since(start); took > 5*time.Second {
					t.Fatalf("took %s with dials of %s", took, dial)
				}
				if dial < time.Second && e.Attempts < 2 || !e.Unsent || !e.Unreachable || e.Ambiguous {
					t.Fatalf("dials of %s: the error is %+v", dial, e)
				}
			})
		}
	}
}

// A write whose answer was lost may have taken effect, even if the server cannot
// be reached afterwards.
func TestLostAnswerBeforeARefusedConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport, _ := inTurn(inProcess{answering(reply{drop: true})}, refused{})
		c := configured(t, func(config *Config) { config.Transport = transport })
		e := asError(t, post(c, t.Context(), true))
		if !e.Ambiguous || e.Unsent || e.Unreachable || e.Attempts < 2 {
			t.Errorf("the error is %+v", e)
		}
	})
}

// A server that never answers is not waited for as long as one that has.
func TestSilentServer(t *testing.T) {
	tests := []struct {
		name        string
		timeout     time.Duration
		retries     int
		replies     []reply
		send        func(*Client, context.Context) error
		attempts    int // 0 where it depends on the backoff
		least, most time.Duration
		unreachable bool
	}{
		{
			name: "never answered, default timeout", timeout: DefaultRequestTimeout, retries: 20, replies: []reply{{hang: true}}, send: get,
			attempts: 2, least: silentWithin, most: silentWithin, unreachable: true,
		},
		{
			name: "never answered, a short timeout", timeout: 9 * time.Second, retries: 20, replies: []reply{{hang: true}}, send: get,
			least: silentWithin - connectTimeout, most: silentWithin + backoffMax, unreachable: true,
		},
		{
			name: "never answered, a write that is not repeatable", timeout: 9 * time.Second, retries: 20, replies: []reply{{hang: true}},
			send:     func(c *Client, ctx context.Context) error { return post(c, ctx, false) },
			attempts: 1, least: 9 * time.Second, most: 9 * time.Second, unreachable: true,
		},
		{
			name: "has answered before", timeout: DefaultRequestTimeout, retries: 2, replies: []reply{{body: `{}`}, {hang: true}}, send: getTwice,
			attempts: 3, least: 3 * DefaultRequestTimeout, most: 3*DefaultRequestTimeout + 2*backoffMax,
		},
		{
			name: "has answered with an error", timeout: DefaultRequestTimeout, retries: 2, replies: []reply{{status: 404}, {hang: true}}, send: getTwice,
			attempts: 3, least: 3 * DefaultRequestTimeout, most: 3*DefaultRequestTimeout + 2*backoffMax,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, answering(test.replies...), maxRetries(test.retries), timeout(test.timeout))
				start := time.Now()
				e := asError(t, test.send(c, t.Context()))
				if !errors.Is(e, errAttemptTimeout) || (test.attempts != 0 && e.Attempts != test.attempts) || !e.Ambiguous || e.Unsent || e.Unreachable != test.unreachable {
					t.Errorf("the error is %+v", e)
				}
				if took := time.Since(start); took < test.least || took > test.most {
					t.Errorf("took %s, want between %s and %s", took, test.least, test.most)
				}
			})
		})
	}
}

// getTwice returns the error of the second call.
func getTwice(c *Client, ctx context.Context) error {
	_ = get(c, ctx)
	return get(c, ctx)
}

func TestUnreachableError(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()

	c := configured(t, baseURL("http://"+address), maxRetries(0))
	e := asError(t, post(c, t.Context(), true))
	text := e.Error()
	if !strings.HasPrefix(text, "Aurinko at http://"+address+" could not be reached for POST /am/things: ") ||
		!strings.Contains(text, "connection refused") {
		t.Errorf("error is %s", text)
	}
	if strings.Contains(text, "recycleKeys") || leaks(text, testClientSecret) {
		t.Errorf("the error holds too much: %s", text)
	}
}

// A server that accepts the connection and closes it during the TLS handshake
// has seen nothing of the request.
func TestBrokenHandshakeIsUnsent(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connection.Close()
		}
	}()
	c := configured(t, baseURL("https://"+listener.Addr().String()), maxRetries(0))
	e := asError(t, post(c, t.Context(), true))
	if !e.Unsent || e.Ambiguous || !strings.Contains(e.Error(), listener.Addr().String()) {
		t.Errorf("error is %v, unsent %t, ambiguous %t", e, e.Unsent, e.Ambiguous)
	}
}

func TestCertificateErrorsAreFinal(t *testing.T) {
	secure := httptest.NewUnstartedServer(answering(reply{body: `{}`}))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	plain := httptest.NewServer(answering(reply{body: `{}`}))
	defer plain.Close()

	for _, test := range []struct{ name, address, cause string }{
		{name: "unknown authority", address: secure.URL, cause: "certificate signed by unknown authority"},
		{name: "no TLS", address: strings.Replace(plain.URL, "http:", "https:", 1), cause: "TLS"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := configured(t, baseURL(test.address), maxRetries(3)) // would wait if it were retried
			e := asError(t, post(c, t.Context(), true))
			if e.Attempts != 1 || e.Ambiguous || !e.Unsent {
				t.Errorf("error is %+v", e)
			}
			if text := strings.ToUpper(e.Error()); !strings.Contains(text, strings.ToUpper(test.cause)) || !strings.Contains(e.Error(), test.address) {
				t.Errorf("error is %v", e)
			}
		})
	}
}

func TestLog(t *testing.T) {
	const requestID = "3cd38fee-0000-4000-8000-000000000000"
	synctest.Test(t, func(t *testing.T) {
		var attempts []Attempt
		server := answering(
			reply{drop: true},
			reply{status: 503, body: `{"requestId":"` + requestID + `"}`},
			reply{body: `{"requestId":"ignored in a success"}`})
		c := newClient(t, server, func(config *Config) {
			config.Log = func(_ context.Context, a Attempt) { attempts = append(attempts, a) }
		})
		if err := post(c, t.Context(), true); err != nil {
			t.Fatal(err)
		}
		var logged []string
		for _, a := range attempts {
			logged = append(logged, fmt.Sprintf("%s %s %d %d %s %v", a.Method, a.Route, a.Number, a.Status, a.RequestID, a.Err))
		}
		want := []string{
			"POST /am/things 1 0  unexpected EOF",
			"POST /am/things 2 503 " + requestID + " <nil>",
			"POST /am/things 3 200  <nil>",
		}
		if got := strings.Join(logged, "\n"); got != strings.Join(want, "\n") {
			t.Errorf("logged\n%s\nwant\n%s", got, strings.Join(want, "\n"))
		}
	})
}

// A server that echoes a secret where the log looks must not get it there.
func TestLogHoldsNoSecret(t *testing.T) {
	var logged bytes.Buffer
	server := answering(reply{status: 400, body: `{"requestId":"` + `hunter22hunter22` + `"}`})
	options := []func(*Config){maxRetries(0), func(config *Config) {
		config.Log = func(_ context.Context, a Attempt) { fmt.Fprintf(&logged, "%+v\n", a) }
	}}
	in := googleInput("example.com")
	in.AuthString2 = "hunter22hunter22"
	_ = newClient(t, server, options...).CheckConnection(t.Context(), in)

	broken := roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, errors.New(`malformed HTTP response "hunter22hunter22"`)
	})
	options = append(options, func(config *Config) { config.Transport = broken })
	err := configured(t, options...).CheckConnection(t.Context(), in)

	if strings.Contains(logged.String(), "hunter22") || strings.Count(logged.String(), "\n") != 2 {
		t.Errorf("logged %s", logged.String())
	}
	if err == nil || strings.Contains(err.Error(), "hunter22") || !strings.Contains(err.Error(), "malformed HTTP response") {
		t.Errorf("error is %v", err)
	}
}
