package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

type object = map[string]any

// site is a simulator with its pages, and a client for it.
type site struct {
	*simulator.Server
	handler *Handler
	t       *testing.T
	url     string
}

func start(t *testing.T, options simulator.Options, returnURLs ...string) site {
	t.Helper()
	return startWith(t, options, Options{ReturnURLs: returnURLs})
}

func startWith(t *testing.T, options simulator.Options, shown Options) site {
	t.Helper()
	server, err := simulator.New(options)
	if err != nil {
		t.Fatal(err)
	}
	handler, err := New(server, shown)
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(handler)
	t.Cleanup(listening.Close)
	t.Cleanup(handler.Close)
	return site{server, handler, t, listening.URL}
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
func (a site) request(method, path string, body any) *http.Request {
	a.t.Helper()
	content, isText := body.(string)
	if body != nil && !isText {
		text, err := json.Marshal(body)
		if err != nil {
			a.t.Fatal(err)
		}
		content = string(text)
	}
	r, err := http.NewRequestWithContext(a.t.Context(), method, a.url+path, strings.NewReader(content))
	if err != nil {
		a.t.Fatal(err)
	}
	r.SetBasicAuth(simulator.DefaultClientID, simulator.DefaultClientSecret)
	if content != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// send does not go on where it is sent to, as no browser's page would see it.
func (a site) send(r *http.Request) result {
	a.t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	res := result{t: a.t, status: response.StatusCode, header: response.Header, raw: string(raw)}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	_ = decoder.Decode(&res.body) // what is no JSON has no fields
	return res
}

func (a site) do(method, path string, body any) result {
	a.t.Helper()
	return a.send(a.request(method, path, body))
}

// ok is do for requests that must succeed.
func (a site) ok(method, path string, body any) result {
	a.t.Helper()
	res := a.do(method, path, body)
	if res.status != http.StatusOK {
		a.t.Fatalf("%s %s: got %d %s", method, path, res.status, res.raw)
	}
	return res
}

// browse opens a page as a browser does: without credentials.
func (a site) browse(r *http.Request) result {
	a.t.Helper()
	r.Header.Del("Authorization")
	return a.send(r)
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

// fails checks for a refusal and its message.
func (r result) fails(status int, message string) {
	r.t.Helper()
	if got := fmt.Sprint(r.body["message"]); r.status != status || !strings.Contains(got, message) {
		r.t.Errorf("got %d %s, want %d with %q", r.status, r.raw, status, message)
	}
}

// A page elsewhere gets nothing, neither under a name that leads to the loopback
// address nor by what it has a browser send.
func TestForeignPages(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{})
	for _, path := range []string{"/", daemonFlow, "/_simulator/state", "/_simulator/health", "/v1/am/oauth_regs"} {
		for _, host := range []string{"evil.example", "evil.example:8787", "localhost.evil.example", "10.0.0.1", "[fe80::1]"} {
			r := a.request("GET", path, nil)
			r.Host = host
			a.send(r).fails(http.StatusMisdirectedRequest, "not a loopback name")
		}
		for _, host := range []string{"localhost", "app.localhost:80", "127.0.0.1", "[::1]:80"} {
			r := a.request("GET", path, nil)
			r.Host = host
			if got := a.send(r).status; got == http.StatusMisdirectedRequest {
				t.Errorf("%s is refused", host)
			}
		}
	}
	own := a.url
	for _, header := range []struct {
		site, origin string
		refused      bool
	}{
		{"", "", false},
		{"none", "", false},
		{"same-origin", own, false},
		{"same-origin", "null", false}, // a form of a page without referrer
		{"", own, false},
		{"", "null", true},
		{"", "https://evil.example", true},
		{"", "http://localhost:1", true},
		{"cross-site", "", true},
		{"same-site", "", true},
		{"cross-site", "null", true},
		{"same-origin", "https://evil.example", true},
	} {
		for _, path := range []string{"GET /_simulator/state", "DELETE /_simulator/requests", "POST /_simulator/consent", "GET /_simulator/openapi.yaml"} {
			method, path, _ := strings.Cut(path, " ")
			r := a.request(method, path, nil)
			for name, value := range map[string]string{"Sec-Fetch-Site": header.site, "Origin": header.origin} {
				if value != "" {
					r.Header.Set(name, value)
				}
			}
			if got := a.send(r); (got.status == http.StatusForbidden) != header.refused {
				t.Errorf("%s %s of %+v: got %d", method, path, header, got.status)
			}
		}
	}
	r := a.request("GET", "/", nil) // a link may lead there
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := a.send(r); got.status != http.StatusOK {
		t.Errorf("a link elsewhere: got %d", got.status)
	}
}

// Other machines get the API at most, where the simulator listens to them.
func TestOtherMachines(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		anyAddress bool
		host       string
		want       int
	}{
		{false, "localhost", http.StatusForbidden},
		{false, "simulator.acme.example", http.StatusMisdirectedRequest},
		{true, "localhost:8787", http.StatusOK}, // the port of a container, published
		{true, "simulator.acme.example", http.StatusMisdirectedRequest},
	} {
		a := startWith(t, simulator.Options{}, Options{AnyAddress: test.anyAddress})
		r := httptest.NewRequest("GET", "http://"+test.host+"/_simulator/state", nil)
		r.RemoteAddr = "172.17.0.1:1234"
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.IPv4(172, 17, 0, 2)}))
		w := httptest.NewRecorder()
		a.handler.ServeHTTP(w, r)
		if w.Code != test.want {
			t.Errorf("%+v: got %d", test, w.Code)
		}
	}
}

// What is no page and no control is the API's, and as it was sent.
func TestEverythingElseIsTheAPI(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{})
	for _, path := range []string{"/index.html", "/v1//am/accounts", "/_simulator", "/v1/am/accounts/a%2Fb/c"} {
		if got := a.do("GET", path, nil); got.status != http.StatusNotFound || got.body["code"] != "not_found" {
			t.Errorf("%s: got %d %s", path, got.status, got.raw)
		}
	}
	a.do("POST", "/", nil).fails(404, "No such endpoint")
	a.ok("GET", "/v1/am/application", nil)
	a.do("GET", "/_simulator/nothing", nil).fails(404, "openapi.yaml")
	a.do("PUT", "/_simulator/health", nil).fails(404, "PUT /_simulator/health")
}
