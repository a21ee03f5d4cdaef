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
		never  = "never"              // final, and nothing was done
		lost   = "never, but unclear" // final, though it may have taken effect
	)
	tests := []struct {
		name  string
		reply reply
		want  string
	}{
		{"400", reply{status: 400}, never},
		{"401", reply{status: 401}, never},
		{"403", reply{status: 403}, never},
		{"404", reply{status: 404}, never},
		{"405", reply{status: 405}, never},
		{"409", reply{status: 409}, never},
		{"412", reply{status: 412}, never},
		{"422", reply{status: 422}, never},
		{"501", reply{status: 501}, never},
		{"408", reply{status: 408}, safe},
		{"429", reply{status: 429}, always},
		{"500", reply{status: 500}, safe},
		{"502", reply{status: 502, body: "<html>Bad gateway</html>"}, safe},
		{"503", reply{status: 503}, safe},
		{"504", reply{status: 504}, safe},
		{"520", reply{status: 520}, safe},
		{"503 for an hour", reply{status: 503, header: map[string]string{"Retry-After": "3600"}}, lost},
		{"dropped", reply{drop: true}, safe},
		{"cut short", reply{body: `{"id": 12345}`, cut: true}, safe},
		{"cut short, valid JSON", reply{body: `{}            `, cut: true}, safe},
		{"error cut short", reply{status: 400, body: `{"message": "bad"}`, cut: true}, safe},
		{"HTML for JSON", reply{body: "<html>"}, safe},
		{"nothing for JSON", reply{}, safe},
		{"hangs", reply{hang: true}, safe},
		{"another JSON", reply{body: `null`}, lost},
	}
	calls := []struct {
		name string
		send func(*Client, context.Context) error
		safe bool
	}{
		{"GET", get, true},
		{"repeatable POST", func(c *Client, ctx context.Context) error { return post(c, ctx, true) }, true},
		{"other POST", func(c *Client, ctx context.Context) error { return post(c, ctx, false) }, false},
	}
	for _, test := range tests {
		for _, call := range calls {
			t.Run(test.name+"/"+call.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server := answering(test.reply)
					c := newClient(t, server, maxRetries(2))
					e := asError(t, call.send(c, t.Context()))
					want := 1
					if test.want == always || test.want == safe && call.safe {
						want = 3
					}
					if got := len(server.requests()); got != want || e.Attempts != want {
						t.Errorf("%d requests, %d attempts told, want %d", got, e.Attempts, want)
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

// A call that expects nothing in particular takes anything for an answer, but
// not a page of something between here and Aurinko.
func TestAnswerOfAnyKind(t *testing.T) {
	for _, test := range []struct {
		body  string
		taken bool
	}{
		{"", true}, {"{}", true}, {"null", true}, {"OK", true},
		{"<!DOCTYPE html><title>Sign in</title>", false}, {" \n<html>", false},
	} {
		synctest.Test(t, func(t *testing.T) {
			server := answering(reply{body: test.body})
			err := newClient(t, server, maxRetries(2)).deleteAccount(t.Context(), 7)
			switch {
			case test.taken && (err != nil || len(server.requests()) != 1):
				t.Errorf("%q: %v after %d requests", test.body, err, len(server.requests()))
			case !test.taken && (!asError(t, err).Ambiguous || len(server.requests()) != 3):
				t.Errorf("%q: %v after %d requests, want an ambiguous error after 3", test.body, err, len(server.requests()))
			}
		})
	}
}

func TestRecovery(t *testing.T) {
	for _, bad := range []reply{{drop: true}, {status: 429}, {status: 503}, {body: `{"a":1}`, cut: true}, {hang: true}} {
		synctest.Test(t, func(t *testing.T) {
			server := answering(bad, bad, reply{body: `{}`})
			if err := post(newClient(t, server), t.Context(), true); err != nil {
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
		header    string
		status    int
		least     time.Duration
		gaveUp    time.Duration // what the error tells; 0: retried
		unlimited bool
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
						t.Errorf("told to wait %s after %s and %d requests", e.RetryAfter, time.Since(start), len(server.requests()))
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
		c := newClient(t, server, maxRetries(1), func(config *Config) { config.RequestTimeout = 3 * time.Second })
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

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

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

// What a write that was under way has done is told, even when its context has
// ended meanwhile; but nothing more is tried.
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

func TestUnreachableWithinAMinute(t *testing.T) {
	// The last attempt may begin this late, and then has to connect.
	if worst := unreachableAfter + backoffMax + 2*connectTimeout; worst > time.Minute {
		t.Errorf("the worst case is %s", worst)
	}
	// Jitter makes every run another one.
	for range 50 {
		for _, dial := range []time.Duration{0, connectTimeout, 2 * connectTimeout} {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				c := configured(t, maxRetries(20), func(config *Config) { config.Transport = refused{dial} })
				e := asError(t, post(c, t.Context(), false))
				if took := time.Since(start); took > time.Minute {
					t.Fatalf("took %s with dials of %s", took, dial)
				}
				if e.Attempts < 3 || !e.Unsent || e.Ambiguous {
					t.Fatalf("error is %+v", e)
				}
			})
		}
	}
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
		t.Errorf("the error tells too much: %s", text)
	}
}

// A server that takes the connection and breaks off while TLS is being agreed
// on has seen nothing of the request.
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

	for name, test := range map[string]struct{ address, cause string }{
		"unknown authority": {secure.URL, "certificate signed by unknown authority"},
		"no TLS":            {strings.Replace(plain.URL, "http:", "https:", 1), "TLS"},
	} {
		t.Run(name, func(t *testing.T) {
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
			reply{body: `{"requestId":"not looked for in an answer that is no error"}`})
		c := newClient(t, server, func(config *Config) {
			config.Log = func(_ context.Context, a Attempt) { attempts = append(attempts, a) }
		})
		if err := post(c, t.Context(), true); err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, a := range attempts {
			told = append(told, fmt.Sprintf("%s %s %d %d %s %v", a.Method, a.Route, a.Number, a.Status, a.RequestID, a.Err))
		}
		want := []string{
			"POST /am/things 1 0  unexpected EOF",
			"POST /am/things 2 503 " + requestID + " <nil>",
			"POST /am/things 3 200  <nil>",
		}
		if got := strings.Join(told, "\n"); got != strings.Join(want, "\n") {
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
	target := googleTarget("example.com")
	target.Input.AuthString2 = "hunter22hunter22"
	_, _, _ = newClient(t, server, options...).upsert(t.Context(), target, &saveResult{})

	broken := roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, errors.New(`malformed HTTP response "hunter22hunter22"`)
	})
	options = append(options, func(config *Config) { config.Transport = broken })
	_, _, err := configured(t, options...).upsert(t.Context(), target, &saveResult{})

	if strings.Contains(logged.String(), "hunter22") || strings.Count(logged.String(), "\n") != 2 {
		t.Errorf("logged %s", logged.String())
	}
	if err == nil || strings.Contains(err.Error(), "hunter22") || !strings.Contains(err.Error(), "malformed HTTP response") {
		t.Errorf("error is %v", err)
	}
}
