package aurinko

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// This file holds what stands in for Aurinko in the tests of this package. No
// test sleeps for real: where time matters, it runs in a bubble of
// testing/synctest and reaches its server without a socket.

const testClientID = "app-1"

// testClientSecret has characters that every encoding changes.
const testClientSecret = `cl!ent "s3cret"/&<+>`

// newClient returns a client that reaches handler without a socket.
func newClient(t testing.TB, handler http.Handler, options ...func(*Config)) *Client {
	t.Helper()
	return configured(t, append([]func(*Config){func(c *Config) { c.Transport = inProcess{handler} }}, options...)...)
}

// dialClient returns a client that reaches handler over a socket, and does not
// retry, so that it never waits.
func dialClient(t testing.TB, handler http.Handler, options ...func(*Config)) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return configured(t, append([]func(*Config){baseURL(server.URL), maxRetries(0)}, options...)...)
}

func configured(t testing.TB, options ...func(*Config)) *Client {
	t.Helper()
	config := Config{
		ClientID: testClientID, ClientSecret: testClientSecret, UserAgent: "agent/1",
		RequestsPerSecond: 1000, MaxRetries: DefaultMaxRetries,
	}
	for _, option := range options {
		option(&config)
	}
	client, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func baseURL(address string) func(*Config)   { return func(c *Config) { c.BaseURL = address } }
func maxRetries(n int) func(*Config)         { return func(c *Config) { c.MaxRetries = n } }
func timeout(of time.Duration) func(*Config) { return func(c *Config) { c.RequestTimeout = of } }

// inProcess is a round-tripper that calls a handler. A handler that panics
// drops the connection, and one that writes less than its Content-Length cuts
// the answer short, as with a real server.
type inProcess struct{ http.Handler }

func (p inProcess) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	defer func() {
		if recover() != nil {
			resp, err = nil, io.ErrUnexpectedEOF
		}
	}()
	incoming := req.Clone(req.Context())
	incoming.RequestURI = req.URL.RequestURI()
	if incoming.Body == nil {
		incoming.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	p.ServeHTTP(recorder, incoming)
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	resp = recorder.Result()
	if announced, err := strconv.Atoi(resp.Header.Get("Content-Length")); err == nil && announced > recorder.Body.Len() {
		resp.Body = io.NopCloser(io.MultiReader(resp.Body, cutOff{}))
	}
	return resp, nil
}

type cutOff struct{}

func (cutOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// roundTrip is a round-tripper that is a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// refused is a round-tripper that cannot connect, after a wait.
type refused struct {
	wait time.Duration
}

func (r refused) RoundTrip(*http.Request) (*http.Response, error) {
	time.Sleep(r.wait)
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
}

// reply is one answer of a script.
type reply struct {
	status int
	body   string
	header map[string]string
	drop   bool // no answer at all
	cut    bool // only half of the body
	hang   bool // no answer until the client gives up
}

// script answers requests in order, the last reply again and again, and records
// the requests.
type script struct {
	replies []reply

	mu   sync.Mutex
	seen []seen
}

type seen struct {
	method, uri string
	header      http.Header
	body        string
	at          time.Time
}

func answering(replies ...reply) *script { return &script{replies: replies} }

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	next := s.replies[min(len(s.seen), len(s.replies)-1)]
	s.seen = append(s.seen, seen{r.Method, r.RequestURI, r.Header, string(body), time.Now()})
	s.mu.Unlock()

	switch {
	case next.drop:
		panic(http.ErrAbortHandler)
	case next.hang:
		<-r.Context().Done()
		return
	}
	for name, value := range next.header {
		w.Header().Set(name, value)
	}
	if next.cut {
		w.Header().Set("Content-Length", strconv.Itoa(len(next.body)))
		next.body = next.body[:len(next.body)/2]
	}
	w.WriteHeader(cmp.Or(next.status, http.StatusOK))
	io.WriteString(w, next.body)
}

func (s *script) requests() []seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// asked returns the requests as "GET /v1/am/accounts".
func (s *script) asked() []string {
	var asked []string
	for _, r := range s.requests() {
		asked = append(asked, r.method+" "+r.uri)
	}
	return asked
}

// googleInput returns the input of a Google service account.
func googleInput(domain string) AccountInput {
	return AccountInput{
		ServiceType: ServiceGoogle, AuthOrgID: domain, AuthUserID: "1234567890", Email: "robot@" + domain,
		AuthScopes: []string{"Mail.Read"}, AuthString1: "MIIEvQIBADANBgkqhkiG9w0BAQ",
	}
}

// logTo writes all that is logged of an attempt.
func logTo(w io.Writer) func(context.Context, Attempt) {
	return func(_ context.Context, a Attempt) { fmt.Fprintf(w, "%+v\n", a) }
}

// asError returns the client's own error in err's chain.
func asError(t *testing.T, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("the error is %T (%v), not *Error", err, err)
	}
	return e
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func queryOf(t *testing.T, uri string) url.Values {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// pageOf returns a page of the records with all of its fields.
func pageOf(total int, done bool, records ...string) string {
	var b bytes.Buffer
	json.NewEncoder(&b).Encode(map[string]any{"offset": 0, "totalSize": total, "done": done})
	return strings.TrimSuffix(strings.TrimSpace(b.String()), "}") + `,"records":[` + strings.Join(records, ",") + `]}`
}
