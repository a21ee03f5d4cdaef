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

	"github.com/google/go-cmp/cmp"
)

func TestAuthorizationURL(t *testing.T) {
	yes, no := true, false
	full := Authorization{
		Flow: FlowAccount, ClientID: "app & co", ServiceType: "Google", Scopes: []string{"Mail.Send", "Mail.ReadOnly", "Mail.Read"},
		NativeScopes: []string{"https://b.example/x", "https://a.example/y"}, ResponseType: "token", AccountID: 1<<53 + 1,
		ReturnURL: "https://acme.example/back?a=b&c=d e", State: "a+b c%d&é", ClientOrgID: "acme/1",
		EnsureScopes: &yes, LoginHint: "anna+x@acme.example", ServerURL: "https://mail.acme.example", EnsureAccess: &no, Recycle: &yes, AuthEmail: "anna@acme.example",
	}
	tests := map[string]struct {
		base string
		a    Authorization
		want string
	}{
		"least": {
			DefaultBaseURL, Authorization{ClientID: "app", ServiceType: "Office365", ReturnURL: "https://acme.example/"},
			"https://api.aurinko.io/v1/auth/authorizeDaemon?clientId=app&returnUrl=https%3A%2F%2Facme.example%2F&serviceType=Office365",
		},
		"scopes": {
			"http://localhost:8080/v1/", Authorization{Flow: FlowDaemon, Scopes: []string{"Mail.Draft", "Calendar.ReadOnly"}},
			"http://localhost:8080/v1/auth/authorizeDaemon?scopes=Calendar.Read%20Mail.Drafts",
		},
		"everything, under a path": {
			"https://proxy.acme.example/aurinko", full,
			"https://proxy.acme.example/aurinko/v1/auth/authorize?accountId=9007199254740993&authEmail=anna%40acme.example&clientId=app%20%26%20co" +
				"&clientOrgId=acme%2F1&ensureAccess=false&ensureScopes=true&loginHint=anna%2Bx%40acme.example" +
				"&nativeScopes=https%3A%2F%2Fa.example%2Fy%20https%3A%2F%2Fb.example%2Fx&recycle=true&responseType=token" +
				"&returnUrl=https%3A%2F%2Facme.example%2Fback%3Fa%3Db%26c%3Dd%20e&scopes=Mail.Read%20Mail.Send&serverUrl=https%3A%2F%2Fmail.acme.example" +
				"&serviceType=Google&state=a%2Bb%20c%25d%26%C3%A9",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := test.a.URL(test.base)
			if err != nil || got != test.want {
				t.Errorf("got  %s, %v\nwant %s", got, err, test.want)
			}
			// What is told apart there is what a server takes out again.
			u, err := url.Parse(got)
			if err != nil || test.a.State != u.Query().Get("state") || test.a.ReturnURL != u.Query().Get("returnUrl") {
				t.Errorf("taken out again: %v, %v", u.Query(), err)
			}
		})
	}
	if _, err := full.URL("http://api.aurinko.io"); err == nil {
		t.Error("a base URL in clear is taken")
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
		t.Error("the flows' service types are mixed up")
	}
	FlowDaemon.ServiceTypes()[0] = "changed"
	if FlowDaemon.ServiceTypes()[0] != "Google" {
		t.Error("a caller can change the list")
	}
}

const testCode = "c0de/with+every=thing?"

// A code is sent once, unless it had certainly no effect.
func TestExchangeIsRepeatedOnlyWithoutEffect(t *testing.T) {
	const saved = `{"accountId":7,"accessToken":"t0ken"}`
	tests := map[string]struct {
		replies  []reply
		attempts int
		ok       bool
		code     bool // the error is about the code
		worked   bool // perhaps
	}{
		"answered":           {[]reply{{body: saved}}, 1, true, false, false},
		"throttled":          {[]reply{{status: 429}, {status: 429}, {body: saved}}, 3, true, false, false},
		"dropped":            {[]reply{{drop: true}, {body: saved}}, 1, false, true, true},
		"cut":                {[]reply{{body: saved, cut: true}, {body: saved}}, 1, false, true, true},
		"unavailable":        {[]reply{{status: 503}, {body: saved}}, 1, false, true, true},
		"internal error":     {[]reply{{status: 500}, {body: saved}}, 1, false, true, true},
		"time-out":           {[]reply{{status: 408}, {body: saved}}, 1, false, true, true},
		"a page":             {[]reply{{body: "<html>"}, {body: saved}}, 1, false, true, true},
		"no id":              {[]reply{{body: `{}`}, {body: saved}}, 1, false, true, true},
		"used":               {[]reply{{status: 404, body: `{"code":"not_found"}`}}, 1, false, true, false},
		"expired":            {[]reply{{status: 400, body: `{"code":"badRequest"}`}}, 1, false, true, false},
		"wrong credentials":  {[]reply{{status: 401, body: `{"code":"unauthorized"}`}}, 1, false, false, false},
		"not allowed":        {[]reply{{status: 403}}, 1, false, false, false},
		"no such endpoint":   {[]reply{{status: 405}}, 1, false, false, false},
		"redirected":         {[]reply{{status: 307, header: map[string]string{"Location": "https://elsewhere.example/"}}}, 1, false, false, false},
		"throttled for good": {[]reply{{status: 429, header: map[string]string{"Retry-After": "3600"}}}, 1, false, false, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := answering(test.replies...)
				id, err := newClient(t, server).exchange(t.Context(), testCode)
				if (err == nil) != test.ok || test.ok && id != 7 {
					t.Errorf("got %s, %v", id, err)
				}
				seen := server.requests()
				if len(seen) != test.attempts {
					t.Errorf("%d attempts, want %d", len(seen), test.attempts)
				}
				if seen[0].method != http.MethodPost || seen[0].uri != "/v1/auth/token/c0de%2Fwith+every=thing%3F" || seen[0].body != "" {
					t.Errorf("asked %+v", seen[0])
				}
				var failed *CodeError
				if errors.As(err, &failed) != test.code || test.code && failed.MayHaveWorked() != test.worked {
					t.Errorf("error is %#v", err)
				}
			})
		})
	}

	// No connection, no effect.
	synctest.Test(t, func(t *testing.T) {
		_, err := configured(t, func(c *Config) { c.Transport = refused{} }).exchange(t.Context(), testCode)
		if e := asError(t, err); !e.Unsent || e.Attempts < 2 {
			t.Errorf("error is %v after %d attempts", err, e.Attempts)
		}
	})
}

func TestExchangeRefusesWhatIsAnotherPath(t *testing.T) {
	server := answering(reply{body: `{"accountId":7}`})
	for _, code := range []string{"", ".", ".."} {
		if _, err := newClient(t, server).exchange(t.Context(), code); err == nil {
			t.Errorf("%q is sent", code)
		}
	}
	if len(server.requests()) > 0 {
		t.Errorf("asked %+v", server.requests())
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
			_, err := c.exchange(t.Context(), testCode)
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

// consentServer answers the exchange of any code with one account, which it
// makes at that moment.
func consentServer(made stored) (*accountServer, *AccountID) {
	server, id := &accountServer{}, new(AccountID)
	server.intercept = func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/v1/auth/token/") {
			return false
		}
		if *id == 0 {
			*id = server.put(made)
		}
		w.Write([]byte(`{"accountId":` + id.String() + `}`))
		return true
	}
	return server, id
}

func consentedAccount(serviceType string) stored {
	return stored{"serviceType": serviceType, "type": TypeService, "authOrgId": "acme.example"}
}

func TestCreateByConsent(t *testing.T) {
	consent := Consent{Code: testCode, ServiceType: "Office365", ClientOrgID: "acme"}

	server, made := consentServer(consentedAccount("Office365"))
	c := newClient(t, server)
	id, err := c.CreateByConsent(t.Context(), consent, false)
	if err != nil || id != *made {
		t.Fatalf("got %s, %v", id, err)
	}
	account, err := c.ConfirmConsent(t.Context(), id, consent)
	if err != nil || account.AuthOrgID != "acme.example" {
		t.Errorf("confirmed %+v, %v", account, err)
	}
	if serviceType, err := c.ServiceTypeOf(t.Context(), id); serviceType != "Office365" || err != nil || server.asked("GET /v1/am/accounts/") != 1 {
		t.Errorf("its service type is %s, %v", serviceType, err)
	}
	// Another resource of the run cannot have the same account, adopting or not.
	for _, adopt := range []bool{false, true} {
		var claimed *ConsentedError
		if _, err := c.CreateByConsent(t.Context(), consent, adopt); !errors.As(err, &claimed) || !claimed.Claimed || claimed.Account.ID != id {
			t.Errorf("the second consent gives %v", err)
		}
	}
	if n := server.asked("DELETE"); n > 0 {
		t.Errorf("%d deletions", n)
	}
}

func TestCreateByConsentOfWhatIsThere(t *testing.T) {
	consent := Consent{Code: testCode, ServiceType: "Office365"}
	server, id := consentServer(nil)
	*id = server.put(consentedAccount("Office365"))

	var exists *ConsentedError
	_, err := newClient(t, server).CreateByConsent(t.Context(), consent, false)
	if !errors.As(err, &exists) || exists.Account.AuthOrgID != "acme.example" || exists.Claimed || exists.Meant != 0 || !strings.Contains(err.Error(), id.String()) {
		t.Errorf("error is %v", err)
	}
	before := server.asked("GET /v1/am/svc_accounts")
	if got, err := newClient(t, server).CreateByConsent(t.Context(), consent, true); got != *id || err != nil {
		t.Errorf("adopted %s, %v", got, err)
	}
	if server.asked("GET /v1/am/svc_accounts") != before {
		t.Error("an adopting create listed")
	}
}

func TestConfirmConsent(t *testing.T) {
	meant := Consent{ServiceType: "Office365", ClientOrgID: "acme"}
	tests := map[string]struct {
		change  stored
		differs string
	}{
		"as meant":              {stored{"clientOrgId": "acme"}, ""},
		"not told":              {stored{"serviceType": nil}, ""},
		"in another case":       {stored{"serviceType": "OFFICE365"}, ""},
		"another service":       {stored{"serviceType": "Google"}, "serviceType"},
		"another client_org_id": {stored{"clientOrgId": "Acme"}, "clientOrgId"},
		"a person's":            {stored{"type": TypePersonal}, "type"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := &accountServer{}
			account := consentedAccount("Office365")
			for field, value := range test.change {
				account[field] = value
			}
			_, err := newClient(t, server).ConfirmConsent(t.Context(), server.put(account), meant)
			var other *ConsentedError
			if errors.As(err, &other) != (test.differs != "") || other != nil && other.Differs != test.differs || other == nil && err != nil {
				t.Errorf("error is %#v", err)
			}
		})
	}
	if _, err := newClient(t, &accountServer{}).ConfirmConsent(t.Context(), 5, meant); !IsNotFound(err) {
		t.Errorf("error is %v", err)
	}
}

func TestUpdateByConsent(t *testing.T) {
	consent := Consent{Code: testCode, ServiceType: "Office365"}
	server, made := consentServer(consentedAccount("Office365"))
	c := newClient(t, server)
	*made = server.put(consentedAccount("Office365"))
	if err := c.UpdateByConsent(t.Context(), *made, consent); err != nil {
		t.Error(err)
	}
	var other *ConsentedError
	if err := c.UpdateByConsent(t.Context(), 999, consent); !errors.As(err, &other) || other.Meant != 999 || other.Account.ID != *made {
		t.Errorf("error is %v", err)
	}
	if server.asked("DELETE") > 0 || server.get(*made) == nil {
		t.Error("the other account is gone")
	}
}

// What a code that does not work may have made is found.
func TestCodeErrorFinds(t *testing.T) {
	made := func(change stored) stored {
		account := consentedAccount("Office365")
		account["createdAt"] = anHourAgo()
		for field, value := range change {
			account[field] = value
		}
		return account
	}
	for name, test := range map[string]struct {
		lost bool // the exchange has an effect, and no answer
		want []AccountID
	}{
		"refused": {false, []AccountID{4, 1, 5}}, // the newest, of this service and organisation
		"lost":    {true, []AccountID{4, 7}},     // the first is listed, but so young that the consent may have made it
	} {
		t.Run(name, func(t *testing.T) {
			server := &accountServer{}
			server.put(made(nil))                                                  // 1
			server.put(made(stored{"serviceType": "Google"}))                      // 2
			server.put(made(stored{"clientOrgId": "other"}))                       // 3
			server.put(made(stored{"createdAt": "2999-01-01T00:00:00Z"}))          // 4
			server.put(made(stored{"clientOrgId": "acme", "createdAt": nil}))      // 5
			server.put(made(stored{"createdAt": nil, "serviceType": "office365"})) // 6
			server.intercept = func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasPrefix(r.URL.Path, "/v1/auth/token/") {
					return false
				}
				if test.lost {
					server.put(made(stored{"createdAt": nil}))
					panic(http.ErrAbortHandler)
				}
				w.WriteHeader(http.StatusNotFound)
				w.Write([]byte(`{"code":"not_found","message":"used"}`))
				return true
			}
			_, err := newClient(t, server).CreateByConsent(t.Context(), Consent{Code: testCode, ServiceType: "Office365", ClientOrgID: "acme"}, false)
			var failed *CodeError
			if !errors.As(err, &failed) {
				t.Fatalf("error is %v", err)
			}
			var found []AccountID
			for _, account := range failed.Found {
				found = append(found, account.ID)
			}
			if diff := cmp.Diff(test.want, found); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestIsConsented(t *testing.T) {
	for name, test := range map[string]struct {
		account Account
		want    bool
	}{
		"nothing told":            {Account{}, false},
		"Exchange":                {Account{ServiceType: "EWS", LoginString: "svc@acme.example"}, false},
		"Google key":              {Account{ServiceType: "Google", Email: "robot@acme.iam.GSERVICEACCOUNT.com"}, false},
		"Google, nothing told":    {Account{ServiceType: "google"}, false},
		"Google administrator":    {Account{ServiceType: "Google", Email: "admin@acme.example"}, true},
		"tenant":                  {Account{ServiceType: "Office365", LoginString: "1b4e28ba-2fa1-4d3b-8c5e-0123456789ab"}, false},
		"Office 365 with nothing": {Account{ServiceType: "Office365"}, false},
		"Office 365 login":        {Account{ServiceType: "office365", LoginString: "admin@acme.example"}, true},
		"Office 365 e-mail":       {Account{ServiceType: "Office365", Email: "admin@acme.example"}, true},
		"Slack":                   {Account{ServiceType: "Slack"}, true},
	} {
		if got := test.account.IsConsented(); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestWasRefreshed(t *testing.T) {
	server := &accountServer{}
	id := server.put(consentedAccount("Google"))
	c := newClient(t, server)
	if c.WasRefreshed(id) {
		t.Error("nothing was refreshed yet")
	}
	if _, err := c.ReadAccount(t.Context(), id, true); err != nil || c.WasRefreshed(id) {
		t.Errorf("a mere read counts, or fails: %v", err)
	}
	if _, err := c.RefreshAccount(t.Context(), id, true); err != nil || !c.WasRefreshed(id) {
		t.Errorf("a refresh does not count, or fails: %v", err)
	}
}
