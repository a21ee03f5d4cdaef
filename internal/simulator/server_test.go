package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// api is a server with a client for it.
type api struct {
	*Server
	t   *testing.T
	url string
}

func start(t *testing.T, options Options) api {
	t.Helper()
	s, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(s)
	t.Cleanup(listening.Close)
	return api{s, t, listening.URL}
}

type result struct {
	t      *testing.T
	status int
	header http.Header
	raw    string
	body   object // numbers are json.Number
}

// request builds a request with the default credentials. A body that is a
// string is sent as it is.
func (a api) request(method, path string, body any) *http.Request {
	a.t.Helper()
	var content []byte
	switch body := body.(type) {
	case nil:
	case string:
		content = []byte(body)
	default:
		var err error
		if content, err = json.Marshal(body); err != nil {
			a.t.Fatal(err)
		}
	}
	r, err := http.NewRequestWithContext(a.t.Context(), method, a.url+path, bytes.NewReader(content))
	if err != nil {
		a.t.Fatal(err)
	}
	r.SetBasicAuth(DefaultClientID, DefaultClientSecret)
	if len(content) > 0 {
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	return r
}

func (a api) send(r *http.Request) result {
	a.t.Helper()
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	return read(a.t, response)
}

func read(t *testing.T, response *http.Response) result {
	t.Helper()
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	res := result{t: t, status: response.StatusCode, header: response.Header, raw: string(raw)}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	_ = decoder.Decode(&res.body) // what is no JSON has no fields
	return res
}

func (a api) do(method, path string, body any) result {
	a.t.Helper()
	return a.send(a.request(method, path, body))
}

// ok is do for requests that must succeed.
func (a api) ok(method, path string, body any) result {
	a.t.Helper()
	res := a.do(method, path, body)
	if res.status != http.StatusOK {
		a.t.Fatalf("%s %s: got %d %s", method, path, res.status, res.raw)
	}
	return res
}

// id is the number in a field.
func (r result) id(field string) int64 {
	r.t.Helper()
	n, err := json.Number(fmt.Sprint(r.body[field])).Int64()
	if err != nil {
		r.t.Fatalf("%s of %s: %v", field, r.raw, err)
	}
	return n
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// refused checks that the answer is an error body of Aurinko.
func (r result) refused(status int, code, message string) {
	r.t.Helper()
	if r.status != status || r.body["code"] != code || !strings.Contains(fmt.Sprint(r.body["message"]), message) {
		r.t.Errorf("got %d %s, want %d %s with %q", r.status, r.raw, status, code, message)
	}
	if id, _ := r.body["requestId"].(string); !uuid.MatchString(id) {
		r.t.Errorf("requestId is %q", id)
	}
}

// with is an object with some fields changed; nil takes one out.
func with(o object, changes object) object {
	changed := object{}
	for name, value := range o {
		changed[name] = value
	}
	for name, value := range changes {
		if value == nil {
			delete(changed, name)
		} else {
			changed[name] = value
		}
	}
	return changed
}

func TestRequestsThatReachNoEndpoint(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	for _, path := range []string{"/index.html", "/v1", "/v1/am", "/v1/am/accounts/", "/v1/am/accounts/1/2", "/am/accounts", "/v1/auth/authorize/"} {
		a.do("GET", path, nil).refused(404, "not_found", "No such endpoint")
	}
	a.do("PATCH", "/v1/am/accounts/1", nil).refused(405, "method_not_allowed", "only GET, DELETE")
	a.do("GET", "/v1/am/svc_accounts/1/accounts", nil).refused(405, "method_not_allowed", "only POST")
	a.do("GET", "/v1/auth/token/abc", nil).refused(405, "method_not_allowed", "only POST")
}

func TestEveryEndpointNeedsTheApplicationsCredentials(t *testing.T) {
	t.Parallel()
	a := start(t, Options{ClientID: "id", ClientSecret: "secret"})
	for _, route := range routes() {
		path := strings.NewReplacer("{id}", "1", "{accId}", "1", "{code}", "c").Replace(route.path)
		for _, credentials := range [][2]string{{"", ""}, {"id", "wrong"}, {"wrong", "secret"}, {DefaultClientID, DefaultClientSecret}} {
			r := a.request(route.method, path, nil)
			r.SetBasicAuth(credentials[0], credentials[1])
			if credentials[0] == "" {
				r.Header.Set("Authorization", "Bearer abc")
			}
			res := a.send(r)
			res.refused(401, "unauthorized", "credentials")
			if _, ok := res.header["Www-Authenticate"]; ok {
				t.Error("WWW-Authenticate is there")
			}
		}
	}
	r := a.request("GET", "/v1/am/application", nil)
	r.SetBasicAuth("id", "secret")
	if res := a.send(r); res.status != 200 || res.body["signingSecret"] != SigningSecret {
		t.Errorf("right credentials: got %d %s", res.status, res.raw)
	}
}

func TestRefusalsOfAnyEndpoint(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	a.do("GET", "/v1/am/application?x=1", nil).refused(400, "badRequest", `"x"`)
	a.do("GET", "/v1/am/accounts?limit=1&limit=2", nil).refused(400, "badRequest", "more than once")
	a.do("GET", "/v1/am/accounts?limit=%zz", nil).refused(400, "badRequest", "cannot be parsed")

	for _, contentType := range []string{"", "text/plain", "application/x-www-form-urlencoded", ";"} {
		r := a.request("POST", "/v1/am/oauth_regs", "{}")
		r.Header.Set("Content-Type", contentType)
		a.send(r).refused(415, "unsupported_media_type", "application/json")
	}
	// Nothing else is wrong with the two but for the length of one of them.
	fill := func(length int) string {
		empty := `{"serviceType":"Zoho","clientId":"i","clientSecret":"s","name":""}`
		return strings.Replace(empty, `"name":""`, `"name":"`+strings.Repeat("x", length-len(empty))+`"`, 1)
	}
	a.ok("POST", "/v1/am/oauth_regs", fill(maxBody))
	a.do("POST", "/v1/am/oauth_regs", fill(maxBody+1)).refused(413, "request_entity_too_large", "1048576")

	for body, message := range map[string]string{
		``:                              "missing",
		`{`:                             "not a JSON object",
		`[]`:                            "not a JSON object",
		`null`:                          "not a JSON object",
		`{} {}`:                         "more in the body",
		`{"clientID":"x"}`:              `"clientID"`,
		`{"clientId":123456}`:           `"clientId" has the wrong type`,
		`{"scopes":"Mail.Read"}`:        `"scopes" has the wrong type`,
		`{"daemon":"secret-looking"}`:   `"daemon" has the wrong type`,
		`{"scopes":[{"deep":"value"}]}`: "wrong type",
	} {
		res := a.do("POST", "/v1/am/oauth_regs", body)
		res.refused(400, "badRequest", message)
		for _, value := range []string{"123456", "secret-looking"} {
			if strings.Contains(res.raw, value) {
				t.Errorf("the refusal of %s quotes its value: %s", body, res.raw)
			}
		}
	}
}

func TestRequestIDIsInNothingElse(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	first, second := a.do("GET", "/v1/nowhere", nil), a.do("GET", "/v1/nowhere", nil)
	if first.body["requestId"] == second.body["requestId"] {
		t.Error("two answers have the same request id")
	}
	for name, values := range first.header {
		if strings.Contains(fmt.Sprint(values), fmt.Sprint(first.body["requestId"])) {
			t.Errorf("header %s has the request id", name)
		}
	}
}

func TestDateIsTheServersTime(t *testing.T) {
	t.Parallel()
	a := start(t, Options{Now: func() time.Time { return time.Date(2031, 2, 3, 4, 5, 6, 789_999_999, time.FixedZone("", 3600)) }})
	res := a.ok("GET", "/v1/am/application", nil)
	if got, want := res.header.Get("Date"), "Mon, 03 Feb 2031 03:05:06 GMT"; got != want {
		t.Errorf("Date is %q, want %q", got, want)
	}
	if got, want := res.body["createdAt"], "2031-02-03T03:05:06.789Z"; got != want {
		t.Errorf("createdAt is %v, want %v", got, want)
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, err := New(Options{RequestsPerSecond: 3})
		if err != nil {
			t.Fatal(err)
		}
		request := func() int {
			r := httptest.NewRequest("GET", "/v1/am/application", nil)
			r.SetBasicAuth(DefaultClientID, DefaultClientSecret)
			recorder := httptest.NewRecorder()
			s.ServeHTTP(recorder, r)
			return recorder.Code
		}
		// Two at once, one half a second later: the window slides.
		var got []int
		got = append(got, request(), request())
		time.Sleep(500 * time.Millisecond)
		got = append(got, request(), request())
		time.Sleep(499 * time.Millisecond)
		got = append(got, request())
		time.Sleep(time.Millisecond)
		got = append(got, request(), request(), request())
		want := []int{200, 200, 200, 429, 429, 200, 200, 429}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestLogHasNoSecret(t *testing.T) {
	t.Parallel()
	lines := make(chan string, 10)
	a := start(t, Options{Log: func(line string) { lines <- line }})
	a.do("POST", "/v1/auth/token/the-code", nil)
	a.do("GET", "/v1/am/accounts?clientOrgId=acme", nil)
	a.Inject(Fault{Status: 503})
	a.do("GET", "/v1/am/application", nil)
	for _, want := range []string{
		"POST /v1/auth/token/[redacted] 404",
		"GET /v1/am/accounts 200",
		"GET /v1/am/application 503 (fault: status 503)",
	} {
		if got := <-lines; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// attempt is do for requests that may get no answer.
func (a api) attempt(method, path string, body any) (*http.Response, error) {
	a.t.Helper()
	response, err := http.DefaultClient.Do(a.request(method, path, body))
	if err == nil {
		response.Body.Close()
	}
	return response, err
}

// A page elsewhere, whose name leads to the loopback address, gets nothing.
func TestHostNames(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	for _, host := range []string{"evil.example", "evil.example:8787", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "0.0.0.0", "[fe80::1]", "notlocalhost"} {
		r := a.request("GET", "/v1/am/oauth_regs", nil)
		r.Host = host
		a.send(r).refused(http.StatusMisdirectedRequest, "misdirected_request", "not a loopback name")
	}
	hosts := []string{"localhost", "LOCALHOST:1", "localhost.", "app.localhost:80", "127.0.0.1", "127.9.9.9:80", "[::1]", "[::1]:80"}
	for _, host := range hosts {
		r := a.request("GET", "/v1/am/oauth_regs", nil)
		r.Host = host
		if got := a.send(r).status; got != http.StatusOK {
			t.Errorf("%s: got %d", host, got)
		}
	}
	if n := len(a.Journal()); n != len(hosts) {
		t.Errorf("%d requests are in the journal", n)
	}

	// Whoever serves it to other machines knows by which names.
	r := httptest.NewRequest("GET", "http://simulator.acme.example/v1/am/oauth_regs", nil)
	r.SetBasicAuth(DefaultClientID, DefaultClientSecret)
	r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1)}))
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Errorf("got %d", w.Code)
	}
}

// Pages need no credentials, are in the journal and meet faults.
func TestHandle(t *testing.T) {
	t.Parallel()
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.Handle("POST", "/v1/page/{name}", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Page", "yes")
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprintf(w, "%s?%s %s", r.URL.Path, r.URL.RawQuery, body)
	}))
	s.Inject(Fault{Status: 503, Skip: 1, Times: 1, Route: "/v1/page/{name}"})
	for _, want := range []int{http.StatusTeapot, http.StatusServiceUnavailable} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("POST", "http://localhost/v1/page/a?b=c", strings.NewReader("d")))
		if w.Code != want || want == http.StatusTeapot && (w.Body.String() != "/v1/page/a?b=c d" || w.Header().Get("X-Page") != "yes") {
			t.Errorf("got %d %v %s", w.Code, w.Header(), w.Body)
		}
	}
	if got := s.Journal(); len(got) != 2 || got[0].Route != "POST /v1/page/{name}" || got[1].Fault != "status 503" || got[1].Number != 2 {
		t.Errorf("got %+v", got)
	}
}

func TestSetRate(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	if a.Rate() != 0 {
		t.Errorf("the rate is %d", a.Rate())
	}
	a.SetRate(1)
	a.ok("GET", "/v1/am/application", nil)
	a.do("GET", "/v1/am/application", nil).refused(429, "too_many_requests", "More than 1 requests")
	a.SetRate(0)
	a.ok("GET", "/v1/am/application", nil)
}

// Whatever changes wakes those who wait for a change.
func TestChanged(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	id := a.AddAccount(Account{ServiceType: "IMAP"})
	for name, change := range map[string]func(){
		"add":       func() { a.AddAccount(Account{ServiceType: "IMAP"}) },
		"update":    func() { a.UpdateAccount(id, func(*Account) {}) },
		"settings":  func() { a.SetOAuthReg(OAuthReg{ServiceType: "Zoho"}) },
		"state":     func() { a.SetState(a.State()) },
		"request":   func() { a.ok("GET", "/v1/am/application", nil) },
		"forgotten": a.ResetJournal,
		"fault":     func() { a.Inject(Fault{Status: 500, Times: 1, Route: "/x"}) },
		"quirks":    func() { a.SetQuirks(Quirks{Nulls: true}) },
		"rate":      func() { a.SetRate(100) },
	} {
		changed := a.Changed()
		select {
		case <-changed:
			t.Errorf("%s: changed before", name)
		default:
		}
		change()
		select {
		case <-changed:
		default:
			t.Errorf("%s wakes nobody", name)
		}
	}
}
