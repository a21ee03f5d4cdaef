package aurinko

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// get and post are plain requests, for tests of what all requests share. They
// expect a JSON answer.
func get(c *Client, ctx context.Context) error {
	var out any
	return c.do(ctx, request{
		method: http.MethodGet, route: "/am/things/{id}", path: []string{"am", "things", "7"}, repeatable: true,
	}, &out)
}

func post(c *Client, ctx context.Context, repeatable bool) error {
	var out any
	return c.do(ctx, request{
		method: http.MethodPost, route: "/am/things", path: []string{"am", "things"},
		query: map[string][]string{"recycleKeys": {"email"}}, body: map[string]string{"name": "<a>&b"}, repeatable: repeatable,
	}, &out)
}

func TestRequestHeaders(t *testing.T) {
	server := answering(reply{body: `{}`})
	c := dialClient(t, server)
	if err := get(c, t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := post(c, t.Context(), true); err != nil {
		t.Fatal(err)
	}
	read, write := server.requests()[0], server.requests()[1]
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(testClientID+":"+testClientSecret))
	for _, r := range []seen{read, write} {
		for name, want := range map[string]string{"Authorization": basic, "Accept": "application/json", "User-Agent": "agent/1"} {
			if got := r.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", r.method, name, got, want)
			}
		}
	}
	if got := read.header.Values("Content-Type"); got != nil || read.body != "" {
		t.Errorf("a GET has Content-Type %v and body %q", got, read.body)
	}
	if got := write.header.Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type is %q", got)
	}
	if want := `{"name":"<a>&b"}`; strings.TrimSpace(write.body) != want {
		t.Errorf("body is %s, want %s", write.body, want)
	}
}

func TestPathsAreEscaped(t *testing.T) {
	server := answering(reply{})
	for _, base := range []string{"https://example.com", "https://example.com/prefix"} {
		c := newClient(t, server, baseURL(base))
		err := c.do(t.Context(), request{method: http.MethodPost, path: []string{"auth", "token", "a/b?c#d%2F e"}}, nil)
		if err != nil {
			t.Fatal(err)
		}
	}
	const want = "/v1/auth/token/a%2Fb%3Fc%23d%252F%20e"
	if got := server.requests()[0].uri; got != want {
		t.Errorf("asked for %s, want %s", got, want)
	}
	if got := server.requests()[1].uri; got != "/prefix"+want {
		t.Errorf("asked for %s, want /prefix%s", got, want)
	}
}

func TestSuccessfulAnswers(t *testing.T) {
	tests := []struct {
		name    string
		reply   reply
		ignored bool // the caller wants no body
		want    AccountID
		fails   bool
	}{
		{name: "200", reply: reply{body: `{"accountId":7}`}, want: 7},
		{name: "201 for 200", reply: reply{status: 201, body: `{"accountId":7}`}, want: 7},
		{name: "unknown fields", reply: reply{body: `{"accountId":7,"new":{"deep":[1]},"accessToken":"x"}`}, want: 7},
		{name: "above 2^53", reply: reply{body: `{"accountId":9223372036854775807}`}, want: 9223372036854775807},
		{name: "in quotes", reply: reply{body: `{"accountId":"9007199254740993"}`}, want: 9007199254740993},
		{name: "empty, ignored", reply: reply{}, ignored: true},
		{name: "204, ignored", reply: reply{status: 204}, ignored: true},
		{name: "text, ignored", reply: reply{body: `OK`}, ignored: true},
		{name: "HTML, ignored", reply: reply{body: `<html>`}, ignored: true, fails: true},
		{name: "empty", reply: reply{}, fails: true},
		{name: "HTML", reply: reply{body: `<html><body>Welcome</body></html>`}, fails: true},
		{name: "null", reply: reply{body: ` null `}, fails: true},
		{name: "an array", reply: reply{body: `[]`}, fails: true},
		{name: "a field of another type", reply: reply{body: `{"accountId":{}}`}, fails: true},
		{name: "cut short", reply: reply{body: `{"accountId":7}`, cut: true}, fails: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := dialClient(t, answering(test.reply))
			var saved SavedAccount
			var out any = &saved
			if test.ignored {
				out = nil
			}
			err := c.do(t.Context(), request{method: http.MethodPost, route: "/am/things"}, out)
			if (err != nil) != test.fails {
				t.Fatalf("error is %v", err)
			}
			if err == nil {
				if saved.AccountID != test.want {
					t.Errorf("the ID is %s, want %s", saved.AccountID, test.want)
				}
				return
			}
			// The write may have taken effect, whatever the answer was.
			if !asError(t, err).Ambiguous {
				t.Errorf("not ambiguous: %v", err)
			}
		})
	}
}

func TestUnreadableSuccessError(t *testing.T) {
	c := dialClient(t, answering(reply{body: "<html><title>Sign in</title></html>"}))
	err := get(c, t.Context())
	const want = "Aurinko answered 200 to GET /am/things/{id} with something other than the JSON expected: Sign in"
	if err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
}

func TestAnswerOverTheBound(t *testing.T) {
	c := dialClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `"`)
		chunk := []byte(strings.Repeat("a", 1<<20))
		for range maxAnswer >> 20 {
			w.Write(chunk)
		}
		io.WriteString(w, `"`)
	}), maxRetries(3)) // would wait if it were retried
	e := asError(t, post(c, t.Context(), true))
	if !errors.Is(e, errTooLarge) || e.Attempts != 1 || !e.Ambiguous {
		t.Errorf("error is %+v", e)
	}
}

func TestUnknownConfig(t *testing.T) {
	server := answering(reply{body: `{}`})
	c := newClient(t, server, func(config *Config) { config.Unknown = []string{"client_secret", "base_url"} })
	err := get(c, t.Context())
	var unknown *UnknownConfigError
	if !errors.As(err, &unknown) || !slices.Equal(unknown.Names, []string{"client_secret", "base_url"}) {
		t.Errorf("error is %v", err)
	}
	if want := "not known yet: client_secret, base_url"; err.Error() != want {
		t.Errorf("error is %q, want %q", err, want)
	}
	if n := len(server.requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestBodyThatCannotBeEncoded(t *testing.T) {
	server := answering(reply{})
	c := newClient(t, server)
	err := c.do(t.Context(), request{method: http.MethodPost, body: func() {}}, nil)
	if err == nil || len(server.requests()) != 0 {
		t.Errorf("error is %v after %d requests", err, len(server.requests()))
	}
}

func TestRedirects(t *testing.T) {
	elsewhere := answering(reply{body: `{}`})
	other := httptest.NewServer(elsewhere)
	defer other.Close()

	tests := []struct {
		name     string
		status   int
		location string
		post     bool
		follows  bool
	}{
		{name: "same host", status: 302, location: "/v1/moved", follows: true},
		{name: "same host, 308", status: 308, location: "/v1/moved", follows: true},
		{name: "other host", status: 302, location: other.URL + "/v1/moved"},
		{name: "other host, 307", status: 307, location: other.URL + "/v1/moved"},
		{name: "POST, same host, 302", status: 302, location: "/v1/moved", post: true},
		{name: "POST, same host, 307", status: 307, location: "/v1/moved", post: true},
		{name: "POST, other host, 308", status: 308, location: other.URL + "/v1/moved", post: true},
		{name: "no location", status: 302},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := answering(
				reply{status: test.status, header: map[string]string{"Location": test.location}},
				reply{body: `{}`})
			c := dialClient(t, server)
			err := get(c, t.Context())
			if test.post {
				server = answering(server.replies...)
				err = post(dialClient(t, server), t.Context(), true)
			}
			if !test.follows {
				if StatusOf(err) != test.status || len(server.requests()) != 1 {
					t.Errorf("error is %v after %d requests", err, len(server.requests()))
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			moved := server.requests()[1]
			if moved.uri != "/v1/moved" || moved.header.Get("Authorization") == "" {
				t.Errorf("followed to %s with Authorization %q", moved.uri, moved.header.Get("Authorization"))
			}
		})
	}
	if n := len(elsewhere.requests()); n != 0 {
		t.Errorf("the other host was asked %d times", n)
	}
}

func TestEndlessRedirect(t *testing.T) {
	server := answering(reply{status: 302, header: map[string]string{"Location": "/v1/again"}})
	err := get(dialClient(t, server), t.Context())
	if n := len(server.requests()); StatusOf(err) != 302 || n > 5 {
		t.Errorf("error is %v after %d requests", err, n)
	}
}

func TestRedirectToHTTP(t *testing.T) {
	server := answering(reply{status: 302, header: map[string]string{"Location": "http://example.com/v1/moved"}})
	c := newClient(t, server, baseURL("https://example.com"))
	if err := get(c, t.Context()); StatusOf(err) != 302 || len(server.requests()) != 1 {
		t.Errorf("error is %v after %d requests", err, len(server.requests()))
	}
}
