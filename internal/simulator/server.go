// Package simulator is an in-memory Aurinko that is reached over real HTTP.
//
// It follows the public description of Aurinko's API: it refuses what the
// service refuses, never answers a secret of an account, and writes by upsert.
// Where the description leaves room, [Quirks] says which way the simulator
// goes. [Server.Journal] returns what was asked of it, and [Server.Inject] makes
// it fail.
//
// Package web adds what a browser or a script uses: the page, the consent flow
// and the controls under /_simulator/.
//
// It shares no code with the provider on purpose: a misunderstanding of the
// API in one of them must not be hidden by the same one in the other.
package simulator

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// What a Server uses where Options say nothing.
const (
	DefaultClientID     = "simulator-client-id"
	DefaultClientSecret = "simulator-client-secret"
	DefaultFirstID      = 1001
)

const maxBody = 1 << 20 // bytes

// Options are what a Server is made with. The zero value is a server that is
// empty, has the default credentials and writes no file.
type Options struct {
	ClientID, ClientSecret string // of the only application

	Now func() time.Time // stamps accounts, the journal and the Date header; default time.Now

	// FirstID is the id of the first account. Tests use numbers above 2^53 to
	// find code that reads ids as floating point numbers.
	FirstID int64

	// RequestsPerSecond is how many requests are served in any second, by the
	// real clock, before others get 429. 0 is no limit.
	RequestsPerSecond int

	Quirks Quirks

	// File holds the accounts and registrations, secrets included, readable to
	// the owner alone. It is loaded by New and replaced after each change.
	File string

	// Log is given one line a request, without query and without any secret.
	// It may be called from several goroutines at once.
	Log func(line string)
}

// A Server is one Aurinko with one application. Its methods may be called from
// several goroutines at once.
type Server struct {
	options Options
	routes  []route
	pages   map[string]http.Handler // by the name of their route
	store   *store
	file    *file // nil: no file
	journal journal
	faults  faults
	changed signal
	started time.Time

	switchLock sync.RWMutex
	quirks     Quirks
	limit      *limiter // nil: no limit
}

// New returns a server. It fails when Options.File is there and cannot be read.
func New(options Options) (*Server, error) {
	if options.ClientID == "" {
		options.ClientID = DefaultClientID
	}
	if options.ClientSecret == "" {
		options.ClientSecret = DefaultClientSecret
	}
	if options.FirstID == 0 {
		options.FirstID = DefaultFirstID
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	s := &Server{
		options: options,
		routes:  routes(),
		pages:   map[string]http.Handler{},
		store:   newStore(options.FirstID),
		journal: journal{size: journalSize},
		quirks:  options.Quirks,
	}
	s.started = s.Now()
	s.SetRate(options.RequestsPerSecond)
	if options.File != "" {
		s.file = &file{path: options.File}
		if err := s.file.load(s.store); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// ClientID returns the Client ID of the only application.
func (s *Server) ClientID() string { return s.options.ClientID }

// SetQuirks changes the quirks of all requests that arrive from now on.
func (s *Server) SetQuirks(q Quirks) {
	defer s.changed.raise()
	s.switchLock.Lock()
	defer s.switchLock.Unlock()
	s.quirks = q
}

// Quirks returns the present quirks.
func (s *Server) Quirks() Quirks {
	s.switchLock.RLock()
	defer s.switchLock.RUnlock()
	return s.quirks
}

// SetRate changes how many requests are served in any second. 0 is no limit.
func (s *Server) SetRate(perSecond int) {
	defer s.changed.raise()
	s.switchLock.Lock()
	defer s.switchLock.Unlock()
	s.limit = nil
	if perSecond > 0 {
		s.limit = newLimiter(perSecond)
	}
}

// Rate returns how many requests are served in any second. 0 is no limit.
func (s *Server) Rate() int {
	s.switchLock.RLock()
	defer s.switchLock.RUnlock()
	if s.limit == nil {
		return 0
	}
	return len(s.limit.passed)
}

func (s *Server) checkRate() error {
	s.switchLock.RLock()
	limit := s.limit
	s.switchLock.RUnlock()
	if limit != nil && !limit.allow(time.Now()) {
		return refuse(http.StatusTooManyRequests, "More than %d requests a second", len(limit.passed))
	}
	return nil
}

// Changed returns a channel that is closed with the next change of anything
// that the server holds: data, requests, faults, quirks.
func (s *Server) Changed() <-chan struct{} { return s.changed.next() }

// A signal wakes whoever waits for it.
type signal struct {
	lock    sync.Mutex
	waiting chan struct{}
}

func (s *signal) next() <-chan struct{} {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.waiting == nil {
		s.waiting = make(chan struct{})
	}
	return s.waiting
}

func (s *signal) raise() {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.waiting != nil {
		close(s.waiting)
		s.waiting = nil
	}
}

// Now returns the time in the precision that the API answers.
func (s *Server) Now() time.Time {
	return s.options.Now().UTC().Truncate(time.Millisecond)
}

// A route is one endpoint.
type route struct {
	method  string
	path    string   // a segment in braces matches any one segment
	query   []string // its parameters; others are refused
	handler func(*Server, *call) (answer, error)
}

func (r *route) name() string { return r.method + " " + r.path }

// Handle adds a page for browsers. Its requests are in the journal and meet
// faults, and need no credentials. Add pages before the server is used.
func (s *Server) Handle(method, path string, page http.Handler) {
	added := route{method: method, path: path}
	s.routes = append(s.routes, added)
	s.pages[added.name()] = page
}

func routes() []route {
	page := []string{"limit", "offset"}
	filters := slices.Concat(page, []string{"authOrgId", "clientOrgId", "serviceType", "subscriptionId"})
	write := []string{"recycleKeys", "ensureAccess", "userId", "userAccount"}
	return []route{
		{"GET", "/v1/am/accounts", filters, (*Server).listAccounts},
		{"POST", "/v1/am/accounts", write, (*Server).savePersonalAccount},
		{"POST", "/v1/am/accounts/connect", nil, (*Server).checkConnection},
		{"GET", "/v1/am/accounts/{id}", nil, (*Server).getAccount},
		{"DELETE", "/v1/am/accounts/{id}", nil, (*Server).deleteAccount},
		{"GET", "/v1/am/svc_accounts", filters, (*Server).listServiceAccounts},
		{"POST", "/v1/am/svc_accounts", []string{"recycleKeys"}, (*Server).saveServiceAccount},
		{"POST", "/v1/am/svc_accounts/{accId}/accounts", write, (*Server).saveManagedAccount},
		{"GET", "/v1/am/oauth_regs", page, (*Server).listOAuthRegs},
		{"POST", "/v1/am/oauth_regs", nil, (*Server).saveOAuthReg},
		{"DELETE", "/v1/am/oauth_regs", []string{"serviceType", "daemon"}, (*Server).deleteOAuthReg},
		{"GET", "/v1/am/application", nil, (*Server).getApplication},
		{"POST", "/v1/auth/token/{code}", nil, (*Server).exchangeCode},
		{"GET", "/v1/account", []string{"pingProvider", "includeProviderAuth"}, (*Server).getOwnAccount},
		{"DELETE", "/v1/account/token", nil, (*Server).revokeOwnToken},

		{"GET", "/v1/subscriptions", slices.Concat(page, []string{"includeInactive"}), (*Server).listSubscriptions},
		{"POST", "/v1/subscriptions", nil, (*Server).addSubscription},
		{"GET", "/v1/subscriptions/{id}", nil, (*Server).getSubscription},
		{"DELETE", "/v1/subscriptions/{id}", nil, (*Server).deleteSubscription},

		{"GET", "/v1/book/group/profiles", page, (*Server).listProfiles},
		{"POST", "/v1/book/group/profiles", nil, (*Server).addProfile},
		{"GET", "/v1/book/group/profiles/{id}", nil, (*Server).getProfile},
		{"PATCH", "/v1/book/group/profiles/{id}", nil, (*Server).updateProfile},
		{"DELETE", "/v1/book/group/profiles/{id}", nil, (*Server).deleteProfile},
		{"GET", "/v1/book/group/profiles/{id}/attachAccounts", page, (*Server).listMembers},
		{"POST", "/v1/book/group/profiles/{id}/attachAccounts", nil, (*Server).attachMembers},
		{"POST", "/v1/book/group/profiles/{id}/detachAccounts", nil, (*Server).detachMembers},
		{"GET", "/v1/book/group/profiles/{id}/attachGroups", page, (*Server).listGroups},
		{"POST", "/v1/book/group/profiles/{id}/attachGroups", nil, (*Server).attachGroups},
		{"POST", "/v1/book/group/profiles/{id}/detachGroups", nil, (*Server).detachGroups},
		{"GET", "/v1/book/account/profiles", page, (*Server).listProfiles},
		{"POST", "/v1/book/account/profiles", nil, (*Server).addProfile},
		{"GET", "/v1/book/account/profiles/{id}", nil, (*Server).getProfile},
		{"PATCH", "/v1/book/account/profiles/{id}", nil, (*Server).updateProfile},
		{"DELETE", "/v1/book/account/profiles/{id}", nil, (*Server).deleteProfile},
	}
}

// A call is a request on its way through the server.
type call struct {
	request *http.Request
	quirks  Quirks // as they were when the request arrived
	route   *route // nil: no endpoint
	path    map[string]string
	query   url.Values
	body    []byte
	account int64 // the account that it is about, for the journal
	tokenOf int64 // the account whose token it has; 0 with the application's credentials
}

// An answer is what a handler wants to be sent: a JSON value, or nothing when
// body is nil.
type answer struct {
	status int
	body   any
}

// object is a JSON object. A nil in it is a field that is not set: whether it
// is sent as null or left out is a question of quirks.
type object = map[string]any

// optional turns a zero value into a field that is not set.
func optional[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

func optionalList(names []string) any {
	if len(names) == 0 {
		return nil
	}
	return names
}

// created is the answer to a POST; isNew reports whether it made something.
func (c *call) created(isNew bool, body object) answer {
	if isNew && c.quirks.Created201 {
		return answer{http.StatusCreated, body}
	}
	return answer{http.StatusOK, body}
}

// A refusal is an error that the API answers.
type refusal struct {
	status        int
	message       string
	code          string // "": that of the status
	originalError any    // the mail provider's own error, nil if there is none
}

func (r *refusal) Error() string { return r.message }

func refuse(status int, format string, args ...any) error {
	return &refusal{status: status, message: fmt.Sprintf(format, args...)}
}

func badRequest(format string, args ...any) error {
	return refuse(http.StatusBadRequest, format, args...)
}

// code is the error code for a status. Only the first four are known; the
// others are inferred from not_found.
func code(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "badRequest"
	case http.StatusUnauthorized:
		return "unauthorized"
	case http.StatusForbidden:
		return "forbidden"
	case http.StatusNotFound:
		return "not_found"
	}
	return strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_")
}

func errorAnswer(r *refusal) answer {
	return answer{r.status, object{
		"code":          cmp.Or(r.code, code(r.status)),
		"message":       r.message,
		"requestId":     newUUID(),
		"originalError": r.originalError,
	}}
}

func newUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails, see crypto/rand
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// A reply is an answer as it goes over the wire.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// Header, WriteHeader and Write make a reply of what a page writes.
func (r *reply) Header() http.Header         { return r.header }
func (r *reply) WriteHeader(status int)      { r.status = status }
func (r *reply) Write(b []byte) (int, error) { r.body = append(r.body, b...); return len(b), nil }

func (a answer) encode(q Quirks) reply {
	if a.body == nil {
		return reply{status: a.status}
	}
	body, err := json.Marshal(q.apply(a.body))
	if err != nil { // handlers answer nothing but maps, slices and scalars
		panic(fmt.Sprintf("simulator: an answer cannot be encoded: %v", err))
	}
	return reply{
		status: a.status,
		header: http.Header{"Content-Type": {"application/json"}},
		body:   body,
	}
}

// ServeHTTP answers one request. A fault that drops the connection ends in a
// panic with http.ErrAbortHandler, as net/http wants it.
//
// What is sent to the wrong host is no request to Aurinko: the journal, the
// faults and the log have no part in it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if misdirected(r) {
		s.send(w, errorAnswer(&refusal{
			status:  http.StatusMisdirectedRequest,
			message: "The simulator is asked for by a host name that is not a loopback name; use localhost or 127.0.0.1",
		}).encode(s.Quirks()))
		return
	}
	// The body is read first, whatever follows: the journal shows it, a fault
	// may look at it, and net/http notices only then that a client has gone.
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	c := &call{request: r, quirks: s.Quirks(), body: body}
	var otherMethods []string
	c.route, c.path, otherMethods = s.find(r)

	entry := s.journal.begin(s.Now(), c)
	s.changed.raise()
	f := s.faults.take(c)
	abort := func() {
		s.finish(entry, c, 0, f)
		panic(http.ErrAbortHandler)
	}
	if f.Latency > 0 && !wait(r, f.Latency) {
		abort()
	}
	if f.DropBefore {
		abort()
	}
	var out reply
	if f.Status == 0 || f.AfterEffect {
		out = s.serve(c, otherMethods)
	}
	if f.Status != 0 {
		out = f.reply(c.quirks)
	}
	if f.DropAfter || f.Truncate && len(out.body) == 0 {
		abort()
	}
	s.finish(entry, c, out.status, f)

	if f.Truncate {
		s.sendHead(w, out)
		_, _ = w.Write(out.body[:len(out.body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	s.send(w, out)
}

func (s *Server) send(w http.ResponseWriter, out reply) {
	s.sendHead(w, out)
	_, _ = w.Write(out.body) // a client that has gone is its own affair
}

// sendHead announces the whole body.
func (s *Server) sendHead(w http.ResponseWriter, out reply) {
	for name, values := range out.header {
		w.Header()[name] = values
	}
	w.Header().Set("Date", s.Now().Format(http.TimeFormat))
	w.Header().Set("Content-Length", fmt.Sprint(len(out.body)))
	w.WriteHeader(out.status)
}

func (s *Server) finish(entry *Request, c *call, status int, f Fault) {
	s.journal.finish(entry, c.account, status, f.Name())
	s.changed.raise()
	if s.options.Log == nil {
		return
	}
	outcome := fmt.Sprint(status)
	if status == 0 {
		outcome = "no answer"
	}
	if name := f.Name(); name != "" {
		outcome += " (fault: " + name + ")"
	}
	s.options.Log(entry.Method + " " + entry.Path + " " + outcome)
}

func (s *Server) serve(c *call, otherMethods []string) reply {
	if c.route != nil && s.pages[c.route.name()] != nil {
		out := reply{status: http.StatusOK, header: http.Header{}}
		s.pages[c.route.name()].ServeHTTP(&out, c.withBody())
		return out
	}
	return s.serveAPI(c, otherMethods).encode(c.quirks)
}

// serveAPI checks what is common to all endpoints and calls the handler.
func (s *Server) serveAPI(c *call, otherMethods []string) answer {
	a, err := s.handle(c, otherMethods)
	if err == nil && c.request.Method != http.MethodGet {
		err = s.persist()
	}
	if err != nil {
		var r *refusal
		if !errors.As(err, &r) {
			panic(fmt.Sprintf("simulator: not a refusal: %v", err))
		}
		return errorAnswer(r)
	}
	return a
}

func (s *Server) handle(c *call, otherMethods []string) (answer, error) {
	if err := s.checkRate(); err != nil {
		return answer{}, err
	}
	if c.route == nil {
		if len(otherMethods) > 0 {
			return answer{}, refuse(http.StatusMethodNotAllowed, "Method not allowed, only %s", strings.Join(otherMethods, ", "))
		}
		return answer{}, refuse(http.StatusNotFound, "No such endpoint")
	}
	if !s.authorized(c.request) && !s.ownToken(c) {
		return answer{}, refuse(http.StatusUnauthorized, "Wrong or missing application credentials")
	}
	var err error
	if c.query, err = url.ParseQuery(c.request.URL.RawQuery); err != nil {
		return answer{}, badRequest("The query cannot be parsed")
	}
	for name, values := range c.query {
		if !slices.Contains(c.route.query, name) {
			return answer{}, badRequest("Unknown query parameter %q", name)
		}
		if len(values) > 1 && name != "recycleKeys" {
			return answer{}, badRequest("Query parameter %q is given more than once", name)
		}
	}
	if err := c.checkBody(); err != nil {
		return answer{}, err
	}
	return c.route.handler(s, c)
}

func (s *Server) authorized(r *http.Request) bool {
	id, secret, ok := r.BasicAuth()
	// Not && between the two: the time must not reveal which one is wrong.
	match := subtle.ConstantTimeCompare([]byte(id), []byte(s.options.ClientID)) &
		subtle.ConstantTimeCompare([]byte(secret), []byte(s.options.ClientSecret))
	return ok && match == 1
}

// find returns the endpoint of a request with the values of the path's
// segments, or else the methods of the path.
func (s *Server) find(r *http.Request) (*route, map[string]string, []string) {
	var methods []string
	for i := range s.routes {
		values, ok := matchPath(s.routes[i].path, r.URL.EscapedPath())
		if !ok {
			continue
		}
		if s.routes[i].method == r.Method {
			return &s.routes[i], values, nil
		}
		methods = append(methods, s.routes[i].method)
	}
	return nil, nil, methods
}

func matchPath(pattern, escaped string) (map[string]string, bool) {
	wanted, got := strings.Split(pattern, "/"), strings.Split(escaped, "/")
	if len(wanted) != len(got) {
		return nil, false
	}
	values := map[string]string{}
	for i := range wanted {
		segment, err := url.PathUnescape(got[i])
		if err != nil {
			return nil, false
		}
		if name, ok := strings.CutPrefix(wanted[i], "{"); ok && segment != "" {
			values[strings.TrimSuffix(name, "}")] = segment
		} else if segment != wanted[i] {
			return nil, false
		}
	}
	return values, true
}

// wait reports false when the client went away first.
func wait(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// withBody is the request with a body that can be read once more.
func (c *call) withBody() *http.Request {
	r := *c.request
	r.Body = io.NopCloser(bytes.NewReader(c.body))
	return &r
}

// misdirected reports whether a request that came over a loopback address asks
// for a host that is none. A page of another site can have its own name lead
// here; it must not read what is kept, nor write it, with the credentials that
// everybody knows.
func misdirected(r *http.Request) bool {
	addr, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && addr.IP.IsLoopback() && !IsLoopback(r.Host)
}

// IsLoopback reports whether a host, with or without a port, is a loopback
// address or a name that always leads to one.
func IsLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// A limiter allows a number of requests in any second.
type limiter struct {
	lock   sync.Mutex
	passed []time.Time // a ring of the latest requests that passed
	oldest int
}

func newLimiter(perSecond int) *limiter {
	return &limiter{passed: make([]time.Time, perSecond)}
}

func (l *limiter) allow(now time.Time) bool {
	l.lock.Lock()
	defer l.lock.Unlock()
	if now.Sub(l.passed[l.oldest]) < time.Second {
		return false
	}
	l.passed[l.oldest] = now
	l.oldest = (l.oldest + 1) % len(l.passed)
	return true
}
