package aurinko

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

func TestAuthorizationURL(t *testing.T) {
	yes, no := true, false
	full := Authorization{
		Flow: FlowAccount, ClientID: "app & co", ServiceType: "Google", Scopes: []string{"Mail.Send", "Mail.ReadOnly", "Mail.Read"},
		NativeScopes: []string{"https://b.example/x", "https://a.example/y"}, ResponseType: "token", AccountID: 1<<53 + 1,
		ReturnURL: "https://acme.example/back?a=b&c=d e", State: "a+b c%d&é", ClientOrgID: "acme/1",
		EnsureScopes: &yes, LoginHint: "anna+x@acme.example", ServerURL: "https://mail.acme.example", EnsureAccess: &no, Recycle: &yes, AuthEmail: "anna@acme.example",
	}
	tests := []struct {
		name string
		base string
		a    Authorization
		want string
	}{
		{
			name: "least",
			base: DefaultBaseURL, a: Authorization{ClientID: "app", ServiceType: "Office365", ReturnURL: "https://acme.example/"},
			want: "https://api.aurinko.io/v1/auth/authorizeDaemon?clientId=app&returnUrl=https%3A%2F%2Facme.example%2F&serviceType=Office365",
		},
		{
			name: "scopes",
			base: "http://localhost:8080/v1/", a: Authorization{Flow: FlowDaemon, Scopes: []string{"Mail.Draft", "Calendar.ReadOnly"}},
			want: "http://localhost:8080/v1/auth/authorizeDaemon?scopes=Calendar.Read%20Mail.Drafts",
		},
		{
			name: "everything, under a path",
			base: "https://proxy.acme.example/aurinko", a: full,
			want: "https://proxy.acme.example/aurinko/v1/auth/authorize?accountId=9007199254740993&authEmail=anna%40acme.example&clientId=app%20%26%20co" +
				"&clientOrgId=acme%2F1&ensureAccess=false&ensureScopes=true&loginHint=anna%2Bx%40acme.example" +
				"&nativeScopes=https%3A%2F%2Fa.example%2Fy%20https%3A%2F%2Fb.example%2Fx&recycle=true&responseType=token" +
				"&returnUrl=https%3A%2F%2Facme.example%2Fback%3Fa%3Db%26c%3Dd%20e&scopes=Mail.Read%20Mail.Send&serverUrl=https%3A%2F%2Fmail.acme.example" +
				"&serviceType=Google&state=a%2Bb%20c%25d%26%C3%A9",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			base, err := ParseBaseURL(test.base)
			if err != nil {
				t.Fatal(err)
			}
			got := test.a.url(base)
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			// A server reads the same values.
			u, err := url.Parse(got)
			if err != nil || test.a.State != u.Query().Get("state") || test.a.ReturnURL != u.Query().Get("returnUrl") {
				t.Errorf("read as %v, %v", u.Query(), err)
			}
		})
	}
}

func TestAuthorizationURLOfClient(t *testing.T) {
	server := answering(reply{})
	got, err := newClient(t, server, baseURL("https://aurinko.acme.example")).AuthorizationURL(Authorization{ClientID: "another"})
	if err != nil || got != "https://aurinko.acme.example/v1/auth/authorizeDaemon?clientId="+testClientID {
		t.Errorf("got %s, %v", got, err)
	}
	if len(server.requests()) > 0 {
		t.Error("a request was sent")
	}
	for unknown, want := range map[string][]string{"client_secret": nil, "client_id": {"client_id"}, "base_url": {"base_url"}} {
		_, err := newClient(t, server, func(c *Config) { c.Unknown = []string{unknown} }).AuthorizationURL(Authorization{})
		var missing *UnknownConfigError
		if errors.As(err, &missing) != (want != nil) || want != nil && !slices.Equal(missing.Names, want) {
			t.Errorf("with an unknown %s: %v", unknown, err)
		}
	}
}

func TestServiceTypes(t *testing.T) {
	if FlowDaemon.ServiceTypes()[3] != "EWS" || slices.Contains(FlowDaemon.ServiceTypes(), "IMAP") || !slices.Contains(FlowAccount.ServiceTypes(), "IMAP") {
		t.Error("the service types are those of the other flow")
	}
	FlowDaemon.ServiceTypes()[0] = "changed"
	if FlowDaemon.ServiceTypes()[0] != "Google" {
		t.Error("a caller can change the list")
	}
	known := KnownServiceTypes()
	for _, name := range slices.Concat(FlowDaemon.ServiceTypes(), FlowAccount.ServiceTypes()) {
		if i := slices.Index(known, name); i < 0 || slices.Contains(known[i+1:], name) {
			t.Errorf("%s is not in the known types %q once", name, known)
		}
	}
}

const testCode = "c0de/with+every=thing?"

// A code is sent once, unless it had certainly no effect.
func TestExchangeIsRepeatedOnlyWithoutEffect(t *testing.T) {
	const saved = `{"accountId":7,"accessToken":"t0ken"}`
	tests := []struct {
		name      string
		replies   []reply
		attempts  int
		ok        bool
		ambiguous bool // it may have taken effect
		refused   bool // the code itself
	}{
		{name: "answered", replies: []reply{{body: saved}}, attempts: 1, ok: true},
		{name: "throttled", replies: []reply{{status: 429}, {status: 429}, {body: saved}}, attempts: 3, ok: true},
		{name: "dropped", replies: []reply{{drop: true}, {body: saved}}, attempts: 1, ambiguous: true},
		{name: "cut", replies: []reply{{body: saved, cut: true}, {body: saved}}, attempts: 1, ambiguous: true},
		{name: "unavailable", replies: []reply{{status: 503}, {body: saved}}, attempts: 1, ambiguous: true},
		{name: "internal error", replies: []reply{{status: 500}, {body: saved}}, attempts: 1, ambiguous: true},
		{name: "timeout", replies: []reply{{status: 408}, {body: saved}}, attempts: 1, ambiguous: true},
		{name: "a page", replies: []reply{{body: "<html>"}, {body: saved}}, attempts: 1, ambiguous: true},
		{name: "no ID", replies: []reply{{body: `{}`}, {body: saved}}, attempts: 1, ambiguous: true},
		{name: "used", replies: []reply{{status: 404, body: `{"code":"not_found"}`}}, attempts: 1, refused: true},
		{name: "expired", replies: []reply{{status: 400, body: `{"code":"badRequest"}`}}, attempts: 1, refused: true},
		{name: "refused by the mail service", replies: []reply{{status: 401, body: `{"code":"invalid_grant"}`}}, attempts: 1, refused: true},
		{name: "wrong credentials", replies: []reply{{status: 401, body: `{"code":"unauthorized"}`}}, attempts: 1},
		{name: "not allowed", replies: []reply{{status: 403}}, attempts: 1},
		{name: "no such call", replies: []reply{{status: 405}}, attempts: 1},
		{name: "redirected", replies: []reply{{status: 307, header: map[string]string{"Location": "https://elsewhere.example/"}}}, attempts: 1},
		{name: "throttled for good", replies: []reply{{status: 429, header: map[string]string{"Retry-After": "3600"}}}, attempts: 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := answering(test.replies...)
				saved, err := newClient(t, server).ExchangeCode(t.Context(), testCode)
				if (err == nil) != test.ok || test.ok && saved != (SavedAccount{AccountID: 7, AccessToken: "t0ken"}) {
					t.Errorf("got %+v, %v", saved, err)
				}
				seen := server.requests()
				if len(seen) != test.attempts {
					t.Errorf("%d attempts, want %d", len(seen), test.attempts)
				}
				if seen[0].method != http.MethodPost || seen[0].uri != "/v1/auth/token/c0de%2Fwith+every=thing%3F" || seen[0].body != "" {
					t.Errorf("asked %+v", seen[0])
				}
				if IsAmbiguous(err) != test.ambiguous || IsCodeRefusal(err) != test.refused {
					t.Errorf("%v: ambiguous %t, the code is refused %t", err, IsAmbiguous(err), IsCodeRefusal(err))
				}
			})
		})
	}

	// Without a connection there was no effect.
	synctest.Test(t, func(t *testing.T) {
		_, err := configured(t, func(c *Config) { c.Transport = refused{} }).ExchangeCode(t.Context(), testCode)
		if e := asError(t, err); !e.Unsent || e.Ambiguous || e.Attempts < 2 {
			t.Errorf("error is %v after %d attempts", err, e.Attempts)
		}
	})
}

func TestExchangeRefusesWhatIsAnotherPath(t *testing.T) {
	server := answering(reply{body: `{"accountId":7}`})
	for _, code := range []string{"", ".", ".."} {
		if _, err := newClient(t, server).ExchangeCode(t.Context(), code); !IsCodeRefusal(err) {
			t.Errorf("%q: %v", code, err)
		}
	}
	if asked := server.asked(); len(asked) > 0 {
		t.Errorf("asked %s", asked)
	}
}

// A code is a secret wherever a server repeats it, and in every log.
func TestCodesAreRedacted(t *testing.T) {
	var logged strings.Builder
	log := func(_ context.Context, a Attempt) {
		logged.WriteString(a.Route + " " + a.Sent.String() + a.Answered.String())
		if a.Err != nil {
			logged.WriteString(a.Err.Error())
		}
	}
	for name, answers := range map[string]reply{
		"in words":  {status: 400, body: `{"code":"badRequest","message":"code ` + testCode + ` is used"}`},
		"escaped":   {status: 502, body: `<html>POST /v1/auth/token/` + url.PathEscape(testCode) + ` failed</html>`},
		"no answer": {drop: true},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, answering(answers), func(config *Config) { config.Log = log })
			_, err := c.ExchangeCode(t.Context(), testCode)
			for _, text := range []string{err.Error(), asError(t, err).Error(), logged.String()} {
				if strings.Contains(text, "c0de") || strings.Contains(text, "every") {
					t.Errorf("the code is in %q", text)
				}
			}
		})
	}
	if !strings.Contains(logged.String(), "/auth/token/{code}") {
		t.Errorf("logged: %s", logged.String())
	}
}
