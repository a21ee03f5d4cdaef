package web

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const daemonFlow, accountFlow = "/v1/auth/authorizeDaemon", "/v1/auth/authorize"

// authorization is the query of a URL that is right, with some parameters
// changed: an empty one is left out.
func authorization(changes ...string) url.Values {
	query := url.Values{
		"clientId":    {simulator.DefaultClientID},
		"serviceType": {"Google"},
		"scopes":      {"Mail.Read Calendar.ReadWrite"},
		"returnUrl":   {"http://127.0.0.1:9/back?tab=mail"},
		"state":       {"a state & more"},
	}
	for i := 0; i < len(changes); i += 2 {
		query.Set(changes[i], changes[i+1])
		if changes[i+1] == "" {
			query.Del(changes[i])
		}
	}
	return query
}

// registered is the return URL of most tests.
const registered = "http://127.0.0.1:9/back"

func (a site) open(path string, query url.Values) result {
	a.t.Helper()
	return a.browse(a.request("GET", path+"?"+query.Encode(), nil))
}

var keyField = regexp.MustCompile(`name="key" value="(\w+)"`)

// submit sends the form of a consent page.
func (a site) submit(page result, fields ...string) result {
	a.t.Helper()
	form := url.Values{"email": {"ada@acme.example"}, "organization": {"acme.example"}}
	if key := keyField.FindStringSubmatch(page.raw); key != nil {
		form.Set("key", key[1])
	}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := a.request("POST", consentPath, form.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return a.browse(r)
}

// says checks a page for texts, and for what every page has.
func (r result) says(status int, texts ...string) {
	r.t.Helper()
	shown := html.UnescapeString(r.raw)
	for _, text := range texts {
		if r.status != status || !strings.Contains(shown, text) {
			r.t.Errorf("got %d, want %d with %q:\n%s", r.status, status, text, following(r.raw, "<body>"))
		}
	}
	if got := r.header.Get("Location"); got != "" {
		r.t.Errorf("the browser is sent to %s", got)
	}
	policy := r.header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action "} {
		if !strings.Contains(policy, part) {
			r.t.Errorf("no %q in the policy %q", part, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || r.header.Get("Cache-Control") != "no-store" || r.header.Get("Referrer-Policy") != "no-referrer" {
		r.t.Errorf("headers: %v", r.header)
	}
	for _, part := range []string{`<html lang="en">`, "<title>", "<h1>", `<main id="content"`, `href="#content"`} {
		if !strings.Contains(r.raw, part) {
			r.t.Errorf("no %s in %s", part, r.raw)
		}
	}
}

// sentTo checks where a browser is sent, and returns the query there.
func (r result) sentTo(before string) url.Values {
	r.t.Helper()
	location := r.header.Get("Location")
	if r.status != http.StatusSeeOther || !strings.HasPrefix(location, before) {
		r.t.Fatalf("got %d to %q, want %q\n%s", r.status, location, before, r.raw)
	}
	u, err := url.Parse(location)
	if err != nil {
		r.t.Fatal(err)
	}
	return u.Query()
}

func TestConsentPageRefusals(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{}, registered)
	service := a.AddAccount(simulator.Account{Type: simulator.Daemon, ServiceType: "Google"})
	personal := a.AddAccount(simulator.Account{ServiceType: "Google"})
	for _, c := range []struct {
		name, path, want string
		changes          []string
	}{
		{"no client", daemonFlow, "clientId is missing", []string{"clientId", ""}},
		{"another client", daemonFlow, `There is no application with the clientId "other"`, []string{"clientId", "other"}},
		{"no service", daemonFlow, "serviceType is missing", []string{"serviceType", ""}},
		{"an unknown service", daemonFlow, `The serviceType "Gmail" is not one of this flow`, []string{"serviceType", "Gmail"}},
		{"a service of the account flow", daemonFlow, "one of Google, GoogleBot", []string{"serviceType", "IMAP"}},
		{"a service of the daemon flow", accountFlow, "one of Google, Office365", []string{"serviceType", "SlackBot"}},
		{"no daemon settings", daemonFlow, "no settings for the Office 365 daemon", []string{"serviceType", "Office365"}},
		{"no scopes", daemonFlow, "scopes is missing", []string{"scopes", ""}},
		{"blank scopes", daemonFlow, "scopes is missing", []string{"scopes", "  "}},
		{"an unknown scope", daemonFlow, `There is no scope "Mail.Raed"`, []string{"scopes", "Mail.Read Mail.Raed"}},
		{"scopes with commas", daemonFlow, `There is no scope "Mail.Read,Mail.Send"`, []string{"scopes", "Mail.Read,Mail.Send"}},
		{"response type", daemonFlow, `responseType is "jwt"`, []string{"responseType", "jwt"}},
		{"a long state", daemonFlow, "state has 2049 bytes: 2048 are the most", []string{"state", strings.Repeat("x", 2049)}},
		{"no return URL", daemonFlow, "returnUrl is missing", []string{"returnUrl", ""}},
		{"a relative return URL", daemonFlow, "returnUrl is not an absolute URL", []string{"returnUrl", "/back"}},
		{"an opaque return URL", daemonFlow, "returnUrl is not an absolute URL", []string{"returnUrl", "javascript:alert(1)"}},
		{"another scheme", daemonFlow, "must begin with https://", []string{"returnUrl", "ftp://127.0.0.1/"}},
		{"http elsewhere", daemonFlow, "must begin with https://", []string{"returnUrl", "http://acme.example/"}},
		{"a loopback name in front", daemonFlow, "must begin with https://", []string{"returnUrl", "http://localhost.acme.example/"}},
		{"not registered", daemonFlow, "not a return URL that is registered", []string{"returnUrl", "https://evil.example/back"}},
		{"a user", daemonFlow, "user name or a password", []string{"returnUrl", "http://127.0.0.1@localhost/"}},
		{"a fragment", daemonFlow, "fragment", []string{"returnUrl", "http://127.0.0.1/#x"}},
		{"a policy in the host", daemonFlow, "no valid host", []string{"returnUrl", "https://a;script-src/"}},
		{"no host", daemonFlow, "no valid host", []string{"returnUrl", "https:///back"}},
		{"a code in the return URL", daemonFlow, "a parameter code of its own", []string{"returnUrl", "http://127.0.0.1/?code=1"}},
		{"a bad query in the return URL", daemonFlow, "query that cannot be parsed", []string{"returnUrl", "http://127.0.0.1/?a=%zz"}},
		{"an account that is no number", daemonFlow, `accountId is "x"`, []string{"accountId", "x"}},
		{"no such account", daemonFlow, "There is no account 5", []string{"accountId", "5"}},
		{"a personal account", daemonFlow, "is of the type personal", []string{"accountId", fmt.Sprint(personal)}},
		{"a service account", accountFlow, "is of the type daemon", []string{"accountId", fmt.Sprint(service)}},
		{"another service's account", accountFlow, "is one of Google, not of IMAP", []string{"accountId", fmt.Sprint(personal), "serviceType", "IMAP"}},
		{"a flag", daemonFlow, `ensureScopes is "1": it has to be true or false`, []string{"ensureScopes", "1"}},
		{"an unknown parameter", daemonFlow, `There is no parameter "scope"`, []string{"scope", "Mail.Read"}},
		{"a parameter of the account flow", daemonFlow, `There is no parameter "loginHint"`, []string{"loginHint", "a@b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			site{a.Server, a.handler, t, a.url}.open(c.path, authorization(c.changes...)).says(400, "cannot be used", c.want)
		})
	}
}

func TestConsentPageRefusesTheWholeQuery(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{}, registered)
	all := a.open(daemonFlow, url.Values{})
	all.says(400, "clientId is missing", "serviceType is missing", "scopes is missing", "returnUrl is missing")
	if n := strings.Count(all.raw, "<li>"); n != 4 {
		t.Errorf("%d problems in %s", n, all.raw)
	}
	a.browse(a.request("GET", daemonFlow+"?"+authorization().Encode()+"&state=b", nil)).says(400, "state is given more than once")
	a.browse(a.request("GET", daemonFlow+"?"+authorization().Encode()+"&a=%zz", nil)).says(400, "The query cannot be parsed")
}

func TestConsentPage(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{}, registered)
	a.open(daemonFlow, authorization("clientOrgId", "customer-7", "nativeScopes", "directory.read", "ensureScopes", "true")).says(200,
		simulator.DefaultClientID, "Google Workspace", "customer-7", "Read mail", "Read and change calendars", "directory.read",
		`value="admin@acme.example"`, `value="acme.example"`, `<label for="email">`, `<label for="organization">`, "http://127.0.0.1:9<")
	a.open(accountFlow, authorization("loginHint", "eve@acme.example", "ensureAccess", "false", "recycle", "true", "serverUrl", "x")).
		says(200, "one mailbox", `value="eve@acme.example"`)
	a.open(accountFlow, authorization("authEmail", "no address")).says(200, `value="user@acme.example"`)

	// The widest that is allowed.
	a.open(daemonFlow, authorization("state", strings.Repeat("x", 2048))).says(200, "Approve")
	open := start(t, simulator.Options{})
	for _, returnURL := range []string{"", "http://localhost/", "https://localhost:8443/x?y", "http://app.localhost/", "http://[::1]:80/", "http://127.1.2.3/", "https://app.acme.example/back"} {
		open.open(daemonFlow, authorization("returnUrl", returnURL)).says(200, "Approve")
	}
	withDaemon := start(t, simulator.Options{}, registered)
	withDaemon.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", Daemon: true})
	withDaemon.open(daemonFlow, authorization("serviceType", "Office365")).says(200, "Office 365", "5b0c2f7e-3d1a-4e89-8f6b-7a9c0d2e4f61")
	undemanding := start(t, simulator.Options{Quirks: simulator.Quirks{NoDaemonCheck: true}}, registered)
	undemanding.open(daemonFlow, authorization("serviceType", "Office365")).says(200, "Approve")
}

func TestConsentPolicyLetsTheBrowserGoBack(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{}, "http://127.0.0.1:9/back", "https://localhost/", "http://[::1]:9/")
	for returnURL, want := range map[string]string{
		"http://127.0.0.1:9/back": "form-action 'self' http://127.0.0.1:9;",
		"https://localhost/":      "form-action 'self' https://localhost;",
		"http://[::1]:9/":         "form-action 'self' http:;",
	} {
		page := a.open(daemonFlow, authorization("returnUrl", returnURL))
		if policy := page.header.Get("Content-Security-Policy"); !strings.Contains(policy, want) {
			t.Errorf("no %q in %q", want, policy)
		}
	}
}

func TestApprove(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{}, registered)
	page := a.open(daemonFlow, authorization("clientOrgId", "customer-7"))
	query := a.submit(page, "decision", "approve").sentTo("http://127.0.0.1:9/back?tab=mail&")
	if len(query) != 4 || query.Get("status") != "success" || query.Get("state") != "a state & more" || query.Get("code") == "" {
		t.Errorf("the browser comes back with %v", query)
	}
	if len(a.Accounts()) != 0 {
		t.Error("there is an account before the code is exchanged")
	}
	id := a.ok("POST", "/v1/auth/token/"+query.Get("code"), nil).id("accountId")
	got, _ := a.Account(id)
	if got.Type != simulator.Daemon || got.ServiceType != "Google" || got.Email != "ada@acme.example" || got.AuthOrgID != "acme.example" ||
		got.ClientOrgID != "customer-7" || fmt.Sprint(got.AuthScopes) != "[Mail.Read Calendar.ReadWrite]" {
		t.Errorf("got %+v", got)
	}
	a.do("POST", "/v1/auth/token/"+query.Get("code"), nil).fails(404, "used")
	a.submit(page, "decision", "approve").says(400, "not open any more")

	// A personal account, without a state.
	query = a.submit(a.open(accountFlow, authorization("state", "", "serviceType", "IMAP")), "decision", "approve").sentTo("http://127.0.0.1:9/back?")
	if query.Has("state") {
		t.Errorf("a state that nobody sent: %v", query)
	}
	got, _ = a.Account(a.ok("POST", "/v1/auth/token/"+query.Get("code"), nil).id("accountId"))
	if got.Type != simulator.Personal || got.ServiceType != "IMAP" {
		t.Errorf("got %+v", got)
	}

	// An empty state comes back too.
	empty := a.browse(a.request("GET", daemonFlow+"?"+authorization("state", "").Encode()+"&state=", nil))
	if query = a.submit(empty, "decision", "approve").sentTo("http://127.0.0.1:9/"); !query.Has("state") {
		t.Errorf("no state: %v", query)
	}
}

func TestApproveAgain(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{}, registered)
	id := a.AddAccount(simulator.Account{Type: simulator.Daemon, ServiceType: "Google", AuthOrgID: "labs.example", Email: "old@labs.example", TokenStatus: "dead"})
	page := a.open(daemonFlow, authorization("accountId", fmt.Sprint(id)))
	page.says(200, fmt.Sprintf("account %d, old@labs.example", id))
	if strings.Contains(page.raw, `name="organization"`) {
		t.Error("an account cannot move to another organization, but the page asks for one")
	}
	query := a.submit(page, "decision", "approve", "organization", "other.example").sentTo("http://127.0.0.1:9/")
	if got := a.ok("POST", "/v1/auth/token/"+query.Get("code"), nil).id("accountId"); got != id {
		t.Errorf("account %d was authorized instead of %d", got, id)
	}
	if got, _ := a.Account(id); got.TokenStatus != "active" || got.AuthOrgID != "labs.example" {
		t.Errorf("got %+v", got)
	}
}

func TestDeny(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{}, registered)
	page := a.open(daemonFlow, authorization())
	got := a.submit(page, "decision", "deny", "email", "").header.Get("Location")
	if want := "http://127.0.0.1:9/back?tab=mail&error=access_denied&state=a+state+%26+more&status=error"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	a.submit(page, "decision", "approve").says(400, "not open any more")
	if len(a.Accounts()) != 0 {
		t.Error("a denied consent left something")
	}
}

func TestApproveForAToken(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{}, registered)
	asked := authorization("responseType", "token")
	query := a.submit(a.open(daemonFlow, asked), "decision", "approve").sentTo("http://127.0.0.1:9/back?tab=mail&")
	accounts := a.Accounts()
	if len(accounts) != 1 || query.Get("accountId") != fmt.Sprint(accounts[0].ID) || query.Get("accessToken") == "" ||
		query.Has("code") || query.Get("status") != "success" || query.Get("state") != "a state & more" {
		t.Errorf("%v with %v", query, accounts)
	}

	// The account goes while the page is open.
	asked.Set("accountId", fmt.Sprint(accounts[0].ID))
	page := a.open(daemonFlow, asked)
	a.RemoveAccount(accounts[0].ID)
	a.submit(page, "decision", "approve").says(409, "not found")
}

func TestConsentForm(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a := start(t, simulator.Options{Now: func() time.Time { return now }}, registered)
	page := a.open(daemonFlow, authorization())
	page = a.submit(page, "decision", "approve", "email", "ada", "organization", " ")
	page.says(400, "Enter an email address", "Enter the organization", `role="alert"`, `value="ada"`)
	page = a.submit(page, "decision", "perhaps")
	page.says(400, "Choose Approve or Deny")
	for _, email := range []string{"", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\x00c", strings.Repeat("a", 253) + "@b", "a@\xff"} {
		page = a.submit(page, "decision", "approve", "email", email)
		page.says(400, "Enter an email address")
	}
	a.submit(page, "decision", "approve").sentTo("http://127.0.0.1:9/")

	// A key is guarded, not guessed.
	for _, key := range []string{"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		a.submit(result{}, "decision", "approve", "key", key).says(400, "not open any more")
	}
	bad := a.request("POST", consentPath, "%zz")
	bad.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	a.browse(bad).says(400, "cannot be read")

	page = a.open(daemonFlow, authorization())
	now = now.Add(consentLifetime + time.Second)
	a.submit(page, "decision", "approve").says(400, "waited for too long")

	first := a.open(daemonFlow, authorization())
	for range maxConsents {
		a.handler.consents.ask(consent{}, now)
	}
	a.submit(first, "decision", "approve").says(400, "not open any more")
	if n := len(a.handler.consents.waiting); n != maxConsents {
		t.Errorf("%d consents wait", n)
	}
}

func TestReturnURLs(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{}, "https://app.acme.example/back", "http://127.0.0.1:9/back?tab=mail")
	for _, accepted := range []string{"https://app.acme.example/back", "https://APP.acme.example/back?x=1", "http://127.0.0.1:9/back"} {
		a.open(daemonFlow, authorization("returnUrl", accepted)).says(200, "Approve")
	}
	for _, refused := range []string{
		"https://app.acme.example/", "https://app.acme.example/back/", "https://app.acme.example/back/../x", "https://app.acme.example/Back",
		"https://app.acme.example:444/back", "https://app.acme.example.evil.example/back", "http://127.0.0.1/back", "http://localhost:9/back",
	} {
		a.open(daemonFlow, authorization("returnUrl", refused)).says(400, "not a return URL that is registered")
	}
	for _, wrong := range []string{"", "x", "/back", "http://acme.example", "https://a/#b", "https://u:p@a/"} {
		if _, err := New(a.Server, Options{ReturnURLs: []string{wrong}}); err == nil || !strings.Contains(err.Error(), "the return URL \""+wrong+"\" ") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// What comes in a URL is shown as text, and shown no longer than it helps.
func TestConsentPagesAreEscaped(t *testing.T) {
	t.Parallel()
	const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`
	a := start(t, simulator.Options{}, registered)
	for _, parameter := range []string{"clientId", "serviceType", "scopes", "nativeScopes", "responseType", "returnUrl", "state", "clientOrgId", "accountId", "ensureScopes", hostile} {
		for _, path := range []string{daemonFlow, accountFlow} {
			page := a.open(path, authorization(parameter, hostile, "scopes", "Mail.Read"))
			if strings.Contains(page.raw, "<script") || strings.Contains(page.raw, "<img") {
				t.Errorf("%s: %s", parameter, page.raw)
			}
		}
	}
	page := a.submit(a.open(daemonFlow, authorization()), "decision", "approve", "email", hostile, "organization", hostile)
	page.says(400, "Enter an email address")
	if strings.Contains(page.raw, "<script") || !strings.Contains(page.raw, "&#34;&#39;&gt;&lt;script") {
		t.Errorf("the form: %s", page.raw)
	}
	long := a.open(daemonFlow, authorization("serviceType", strings.Repeat("é", 100_000)))
	long.says(400, strings.Repeat("é", 80)+"…")
	if len(long.raw) > 20_000 {
		t.Errorf("%d bytes", len(long.raw))
	}
}

// Where no return URL is registered, the last page shows what the application
// would get.
func TestConsentEndsOnAPage(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{})
	code := regexp.MustCompile(`<pre id="code"[^>]*>(\w+)</pre>`)
	for _, returnURL := range []string{"", "http://127.0.0.1:9/back?tab=mail", "https://app.acme.example/back"} {
		page := a.open(daemonFlow, authorization("returnUrl", returnURL))
		page.says(200, "The next page shows what the application gets")
		end := a.submit(page, "decision", "approve")
		end.says(200, "The consent is given", "a state & more", "data-copy=\"code\"", "-return-url")
		found := code.FindStringSubmatch(end.raw)
		if found == nil {
			t.Fatalf("no code in %s", end.raw)
		}
		if shown := html.UnescapeString(end.raw); returnURL != "" && !strings.Contains(shown, "code="+found[1]+"&state=") {
			t.Errorf("the way back is not in %s", shown)
		}
		if links := strings.Count(end.raw, "<a href=\"http"); links > 0 != strings.HasPrefix(returnURL, "http:") {
			t.Errorf("%q: %d links", returnURL, links)
		}
		a.ok("POST", "/v1/auth/token/"+found[1], nil)
	}

	end := a.submit(a.open(daemonFlow, authorization()), "decision", "deny")
	end.says(200, "The consent is denied", "access_denied")
	if code.MatchString(end.raw) {
		t.Errorf("a code in %s", end.raw)
	}

	end = a.submit(a.open(daemonFlow, authorization()), "decision", "late")
	end.says(200, "You took too long")
	a.do("POST", "/v1/auth/token/"+code.FindStringSubmatch(end.raw)[1], nil).fails(400, "expired")

	end = a.submit(a.open(daemonFlow, authorization("responseType", "token")), "decision", "approve")
	end.says(200, "accountId", "accessToken")
	a.submit(a.open(daemonFlow, authorization("responseType", "token")), "decision", "late").says(409, "expired")
}

func TestConsentTakesTooLong(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{}, registered)
	query := a.submit(a.open(daemonFlow, authorization()), "decision", "late").sentTo("http://127.0.0.1:9/back?tab=mail&")
	a.do("POST", "/v1/auth/token/"+query.Get("code"), nil).fails(400, "expired")
	if n := len(a.Accounts()); n != 0 {
		t.Errorf("%d accounts", n)
	}
}

func TestConsentLeavesNothingInTheJournal(t *testing.T) {
	t.Parallel()
	var logged []string
	a := start(t, simulator.Options{Log: func(line string) { logged = append(logged, line) }}, "http://127.0.0.1:9/")
	page := a.open(daemonFlow, authorization("state", "canary", "returnUrl", "http://127.0.0.1:9/?k=canary"))
	a.submit(page, "decision", "approve", "email", "canary@acme.example").sentTo("http://127.0.0.1:9/")
	got := a.Journal()
	if len(got) != 1 || got[0].Route != "GET "+daemonFlow || got[0].Status != 200 {
		t.Errorf("got %+v", got)
	}
	if text := fmt.Sprintf("%+v %v", got, logged); strings.Contains(text, "canary") || len(logged) != 1 {
		t.Errorf("kept: %s", text)
	}
	a.do("POST", daemonFlow, nil).fails(405, "GET")

	a.Inject(simulator.Fault{Status: 503, Times: 1})
	if got := a.open(daemonFlow, authorization()); got.status != 503 {
		t.Errorf("a page meets no fault: got %d", got.status)
	}
}
