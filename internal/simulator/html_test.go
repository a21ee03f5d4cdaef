package simulator

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func (a api) overviewPage(path string) result {
	a.t.Helper()
	return a.browse(a.request("GET", path, nil))
}

func TestOverview(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	empty := a.overviewPage("/")
	empty.says(200, DefaultClientID, "0 service accounts, 0 mailboxes")
	if n := strings.Count(empty.raw, "None yet."); n != 4 {
		t.Errorf("%d tables say that they are empty:\n%s", n, empty.raw)
	}

	a.SetOAuthReg(OAuthReg{ServiceType: "Google", ClientID: "google-client", ClientSecret: "s", Scopes: []string{"Mail.Read", "Mail.Send"}, TopicName: "projects/a/topics/b", IntermediateCallbackURL: "https://acme.example/callback"})
	a.SetOAuthReg(OAuthReg{ServiceType: "Office365", ClientID: "office-client"})
	a.SetOAuthReg(OAuthReg{ServiceType: "Office365", Daemon: true, ClientID: "daemon-client", ClientSecret: "s", ClientSecret2: "c"})
	service := a.AddAccount(Account{Type: Daemon, ServiceType: "Office365", AuthOrgID: "tenant-1", Name: "Acme headquarters", ClientOrgID: "customer-7", AuthScopes: []string{"Mail.Read"}})
	a.AddAccount(Account{ParentID: service, ServiceType: "Office365", Email: "sales@acme.example", Name: "Sales", Timezone: "Europe/Vienna"})
	a.AddAccount(Account{ServiceType: "IMAP", LoginString: "ada", TokenStatus: "dead"})
	a.Inject(Fault{Status: 503, Times: 1})
	a.do("GET", "/v1/am/application", nil)
	a.do("DELETE", "/v1/am/accounts/77", nil)
	page := a.overviewPage("/")
	page.says(200, "1 service account, 2 mailboxes",
		"google-client", "Mail.Read, Mail.Send", "topic projects/a/topics/b", "callback https://acme.example/callback", "is set",
		"office-client</td><td>none", "Office 365 (daemon)", "key and certificate",
		"Acme headquarters", "tenant-1", "for customer-7", `<td class="number">1</td>`,
		"sales@acme.example", "Sales", "Europe/Vienna", "personal, IMAP", "ada", ">dead<", `state good">active`,
		"/v1/am/application", "/v1/am/accounts/77", ">404<", ">503<", "fault: status 503",
	)
	if strings.Index(page.raw, "/v1/am/accounts/77") > strings.Index(page.raw, "/v1/am/application") {
		t.Error("the newest request is not the first")
	}

	// It is no request to Aurinko, whatever is asked for with it.
	if n := len(a.Journal()); n != 2 {
		t.Errorf("%d requests are in the journal", n)
	}
	a.overviewPage("/?refresh=off&x=<script>").says(200, "Load this page again")
	a.do("POST", "/", nil).refused(404, "not_found", "No such endpoint")
	live := a.overviewPage("/?part=live")
	if strings.Contains(live.raw, "<style") || strings.Contains(live.raw, "<script") || !strings.Contains(live.raw, `<table id="accounts" data-live>`) {
		t.Errorf("what the script asks for: %s", live.raw)
	}
	head := a.do("HEAD", "/", nil)
	if head.status != 200 || head.raw != "" || !strings.HasPrefix(head.header.Get("Content-Type"), "text/html") {
		t.Errorf("HEAD: %d %v %s", head.status, head.header, head.raw)
	}
}

func TestOverviewWithoutScript(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	const refresh = `<noscript><meta http-equiv="refresh" content="5"></noscript>`
	if page := a.overviewPage("/"); !strings.Contains(page.raw, refresh) {
		t.Error("the page does not load again without a script")
	}
	if page := a.overviewPage("/?refresh=off"); strings.Contains(page.raw, refresh) {
		t.Error("the page cannot be stopped")
	}
}

func TestOverviewRunsNothingButItsOwnScript(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	page, again := a.overviewPage("/"), a.overviewPage("/")
	_, nonce, _ := strings.Cut(page.header.Get("Content-Security-Policy"), "script-src 'nonce-")
	nonce, _, _ = strings.Cut(nonce, "'")
	if len(nonce) < 20 || strings.Contains(again.raw, nonce) {
		t.Errorf("the nonce is %q, and again in the next page", nonce)
	}
	if tags := strings.Count(page.raw, "<script") + strings.Count(page.raw, "<style"); strings.Count(page.raw, ` nonce="`+nonce+`"`) != tags {
		t.Errorf("a script or style without the nonce in %s", page.raw)
	}
	for _, outside := range []string{" style=", " onclick=", "src=", `href="http`, "url(", "@import"} {
		if strings.Contains(page.raw, outside) {
			t.Errorf("%s in %s", outside, page.raw)
		}
	}
}

func TestOverviewIsEscaped(t *testing.T) {
	t.Parallel()
	const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>{{.}}`
	a := start(t, Options{ClientID: hostile})
	a.SetOAuthReg(OAuthReg{ServiceType: hostile, ClientID: hostile, TopicName: hostile, IntermediateCallbackURL: hostile, Scopes: []string{hostile}})
	for _, kind := range []string{Daemon, Personal, Managed} {
		a.AddAccount(Account{
			Type: kind, ServiceType: hostile, Name: hostile, Email: hostile, Timezone: hostile, AuthOrgID: hostile,
			ClientOrgID: hostile, TokenStatus: hostile, AuthScopes: []string{hostile},
		})
	}
	a.do("GET", "/v1/<script>alert(1)</script>", nil)
	page := a.overviewPage("/?refresh=" + "<script>")
	if n := strings.Count(page.raw, "<script"); n != 1 {
		t.Errorf("%d scripts in %s", n, page.raw)
	}
	if strings.Contains(page.raw, "<img") || strings.Count(page.raw, "&#34;&#39;&gt;&lt;script&gt;alert(1)") < 20 {
		t.Errorf("not escaped: %s", page.raw)
	}
}

func TestOverviewHasNoSecrets(t *testing.T) {
	t.Parallel()
	const canary = "canary-7f3a"
	a := start(t, Options{ClientSecret: canary})
	a.SetOAuthReg(OAuthReg{
		ServiceType: "Google", ClientID: "c", ClientSecret: canary, ClientSecret2: canary, ClientSecret3: canary,
		IntermediateCallbackURL: "https://acme.example/?key=" + canary,
	})
	a.SetOAuthReg(OAuthReg{ServiceType: "Office365", Daemon: true, ClientID: "c", ClientSecret: canary, ClientSecret2: canary})
	service := a.AddAccount(Account{
		Type: Daemon, ServiceType: "EWS", LoginString: "svc", AuthString1: canary, AuthString2: canary, Password: canary,
		ServerInfo: canary, ServerURL: "https://u:" + canary + "@mail.acme.example/", TokenError: canary,
	})
	a.AddAccount(Account{ParentID: service, ServiceType: "EWS", Email: "a@acme.example", AuthString1: canary, AuthString2: canary, Password: canary})
	a.IssueCode(Grant{ServiceType: "Google", Email: canary})
	for _, path := range []string{
		"/v1/auth/token/" + canary, "/v1/auth/token/" + canary + "/x", "/v1/am/accounts?code=" + canary, "/v1/auth/authorize?state=" + canary,
	} {
		r := a.request("POST", path, object{"active": true, "password": canary})
		r.SetBasicAuth(canary, canary)
		r.Header.Set("Cookie", canary)
		a.send(r)
	}
	page := a.overviewPage("/")
	page.says(200, "svc", "/v1/auth/token/[redacted]")
	if strings.Contains(page.raw, canary) || strings.Contains(page.raw, SigningSecret) {
		t.Errorf("a secret is in %s", page.raw)
	}
}

func TestOverviewIsBounded(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	service := a.AddAccount(Account{Type: Daemon, ServiceType: "Google", Name: "Acme"})
	for i := range 50_000 {
		a.AddAccount(Account{ParentID: service, ServiceType: "Google", Email: fmt.Sprintf("m%d@acme.example", i)})
	}
	for range shownRequests + 5 {
		a.do("GET", "/v1/am/application", nil)
	}
	page := a.overviewPage("/")
	page.says(200, "1 service account, 50,000 mailboxes", "the newest 100 of 50,000", ">m49999@acme.example<", ">m49900@acme.example<", `<td class="number">50000</td>`)
	if strings.Contains(page.raw, ">m49899@acme.example<") || strings.Count(page.raw, "/v1/am/application") != shownRequests {
		t.Error("the page shows more than it should")
	}
	if len(page.raw) > 100_000 {
		t.Errorf("%d bytes", len(page.raw))
	}
}

func TestDigits(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 50_000: "50,000", 1_234_567: "1,234,567"} {
		if got := digits(n); got != want {
			t.Errorf("%d: got %s", n, got)
		}
	}
}

// A page elsewhere, whose name leads to the loopback address, gets nothing.
func TestHostNames(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	for _, path := range []string{"/", daemonFlow, "/v1/am/oauth_regs"} {
		for _, host := range []string{"evil.example", "evil.example:8787", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "0.0.0.0", "[fe80::1]", "notlocalhost"} {
			r := a.request("GET", path, nil)
			r.Host = host
			a.send(r).refused(http.StatusMisdirectedRequest, "misdirected_request", "not a loopback name")
		}
		for _, host := range []string{"localhost", "LOCALHOST:1", "localhost.", "app.localhost:80", "127.0.0.1", "127.9.9.9:80", "[::1]", "[::1]:80"} {
			r := a.request("GET", path, nil)
			r.Host = host
			if got := a.send(r).status; got == http.StatusMisdirectedRequest {
				t.Errorf("%s is refused", host)
			}
		}
	}
	if n := len(a.Journal()); n != 2*8 {
		t.Errorf("%d requests are in the journal", n)
	}

	// Whoever serves it to other machines knows by which names.
	for _, addr := range []net.Addr{nil, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1)}} {
		r := httptest.NewRequest("GET", "http://simulator.acme.example/", nil)
		if addr != nil {
			r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, addr))
		}
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Errorf("%v: got %d", addr, w.Code)
		}
	}
}

func TestJournalLast(t *testing.T) {
	t.Parallel()
	j := journal{size: 10}
	for i := range 5 {
		j.begin(time.Time{}, &call{request: httptest.NewRequest("GET", fmt.Sprintf("/%d", i), nil)})
	}
	for n, want := range map[int]string{0: "", 2: "/4/3", 9: "/4/3/2/1/0"} {
		var got string
		for _, r := range j.last(n) {
			got += r.Path
		}
		if got != want {
			t.Errorf("the last %d: got %s, want %s", n, got, want)
		}
	}
}
