package aurinko

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
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

// This file holds what stands in for Aurinko in the tests of this package.
// Nothing here sleeps on its own: where time matters, a test runs in a bubble
// of testing/synctest, and reaches its server without a socket.

const testClientID = "app-1"

// testClientSecret has characters that every way of encoding changes.
const testClientSecret = `cl!ent "s3cret"/&<+>`

// newClient makes a client that reaches handler without a socket.
func newClient(t testing.TB, handler http.Handler, options ...func(*Config)) *Client {
	t.Helper()
	return configured(t, append([]func(*Config){func(c *Config) { c.Transport = inProcess{handler} }}, options...)...)
}

// dialClient makes a client that reaches handler over a socket, and does not
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

func baseURL(address string) func(*Config) { return func(c *Config) { c.BaseURL = address } }
func maxRetries(n int) func(*Config)       { return func(c *Config) { c.MaxRetries = n } }

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

// script answers requests in order, the last reply again and again, and keeps
// what it was asked.
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

// accountServer keeps accounts as Aurinko does, just far enough for the
// client's rules about writing.
type accountServer struct {
	// intercept, when set, may answer a request itself and return true.
	intercept func(w http.ResponseWriter, r *http.Request) bool
	// loseAnswer, when set, drops the answers of requests that took effect.
	loseAnswer func(r *http.Request) bool
	// alwaysCreate makes every POST create, as if nothing ever matched.
	alwaysCreate bool
	// hideManaged leaves managed accounts out of the listing.
	hideManaged bool

	mu       sync.Mutex
	lastID   int
	accounts []stored
	journal  []string // "POST /v1/am/svc_accounts"
}

type stored map[string]any

// put stores an account and returns its id.
func (s *accountServer) put(account stored) AccountID {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastID++
	account["id"] = s.lastID
	s.accounts = append(s.accounts, account)
	return AccountID(s.lastID)
}

func (s *accountServer) remove(id AccountID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.accounts)
	s.accounts = slices.DeleteFunc(s.accounts, func(a stored) bool { return a["id"] == int(id) })
	return len(s.accounts) < before
}

func (s *accountServer) get(id AccountID) stored {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, account := range s.accounts {
		if account["id"] == int(id) {
			return account
		}
	}
	return nil
}

// asked counts the journal's entries that begin so.
func (s *accountServer) asked(prefix string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	count := 0
	for _, entry := range s.journal {
		if strings.HasPrefix(entry, prefix) {
			count++
		}
	}
	return count
}

func (s *accountServer) writes() int { return s.asked("POST") + s.asked("DELETE") }

func (s *accountServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.journal = append(s.journal, r.Method+" "+r.URL.Path)
	s.mu.Unlock()
	w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
	if s.intercept != nil && s.intercept(w, r) {
		return
	}

	route := strings.Split(strings.TrimPrefix(r.URL.Path, "/v1/am/"), "/")
	var id AccountID
	if len(route) > 1 {
		id, _ = ParseAccountID(route[1])
	}
	switch {
	case r.Method == http.MethodPost:
		s.upsert(w, r, id)
	case r.Method == http.MethodDelete && s.remove(id), r.Method == http.MethodGet && len(route) == 2 && s.get(id) != nil:
		json.NewEncoder(w).Encode(s.get(id))
	case r.Method == http.MethodGet && len(route) == 1:
		s.list(w, route[0] == "svc_accounts")
	default:
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, `{"code":"not_found","message":"Account not found"}`)
	}
	if s.loseAnswer != nil && s.loseAnswer(r) {
		panic(http.ErrAbortHandler)
	}
}

func (s *accountServer) list(w http.ResponseWriter, service bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	records := []stored{}
	for _, account := range s.accounts {
		managed := account["parentId"] != nil
		if service != managed && !(managed && s.hideManaged) {
			records = append(records, account)
		}
	}
	json.NewEncoder(w).Encode(map[string]any{"offset": 0, "totalSize": len(records), "done": true, "records": records})
}

func (s *accountServer) upsert(w http.ResponseWriter, r *http.Request, parent AccountID) {
	fields := map[string]string{
		"email": "email", "orgId": "authOrgId", "userId": "authUserId",
		"serverUrl": "serverUrl", "username": "loginString", "clientOrgId": "clientOrgId",
	}
	in := stored{}
	if json.NewDecoder(r.Body).Decode(&in) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	in["createdAt"] = time.Now().UTC().Format(time.RFC3339)
	in["type"] = TypeService
	if parent != 0 {
		in["parentId"], in["type"] = int(parent), TypeManaged
	}
	s.mu.Lock()
	var match stored
	for _, account := range s.accounts {
		same := account["parentId"] == in["parentId"]
		for key := range strings.SplitSeq(r.URL.Query().Get("recycleKeys"), ",") {
			same = same && account[fields[key]] == in[fields[key]]
		}
		if same && !s.alwaysCreate {
			match = account
			in["createdAt"] = account["createdAt"]
			for field, value := range in {
				account[field] = value
			}
		}
	}
	s.mu.Unlock()
	if match == nil {
		s.put(in)
		match = in
	}
	json.NewEncoder(w).Encode(map[string]any{"accountId": match["id"], "accessToken": "t0ken"})
}

// The targets that the tests write.
func googleTarget(domain string) Target {
	return Target{Input: AccountInput{
		ServiceType: ServiceGoogle, AuthOrgID: domain, AuthUserID: "1234567890", Email: "robot@" + domain,
		AuthScopes: []string{"Mail.Read"}, AuthString1: "MIIEvQIBADANBgkqhkiG9w0BAQ",
	}}
}

func mailboxTarget(email string) Target {
	return Target{Parent: 500, Input: AccountInput{ServiceType: ServiceGoogle, Email: email, AuthScopes: []string{"Mail.Read"}}}
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

func queryOf(t *testing.T, uri string) url.Values {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// pageOf is a page that holds the records and tells all that a page tells.
func pageOf(total int, done bool, records ...string) string {
	var b bytes.Buffer
	json.NewEncoder(&b).Encode(map[string]any{"offset": 0, "totalSize": total, "done": done})
	return strings.TrimSuffix(strings.TrimSpace(b.String()), "}") + `,"records":[` + strings.Join(records, ",") + `]}`
}
