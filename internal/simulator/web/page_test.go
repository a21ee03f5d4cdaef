package web

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

func (a site) page(path string) result {
	a.t.Helper()
	return a.browse(a.request("GET", path, nil))
}

func TestOverview(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{})
	empty := a.page("/")
	empty.says(200, simulator.DefaultClientID, "0 service accounts, 0 mailboxes", "Nothing here yet. How to begin",
		"export AURINKO_BASE_URL="+a.url, "the secret that the simulator was started with", `resource "aurinko_service_account"`, `{"seed": "demo"}`)
	if n := strings.Count(empty.raw, "None yet."); n != 3 {
		t.Errorf("%d lists say that they are empty:\n%s", n, empty.raw)
	}

	a.SetOAuthReg(simulator.OAuthReg{ServiceType: "Google", ClientID: "google-client", ClientSecret: "s", Scopes: []string{"Mail.Read", "Mail.Send"}, TopicName: "projects/a/topics/b", IntermediateCallbackURL: "https://acme.example/callback"})
	a.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", ClientID: "office-client"})
	a.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", Daemon: true, ClientID: "daemon-client", ClientSecret: "s", ClientSecret2: "c"})
	service := a.AddAccount(simulator.Account{Type: simulator.Daemon, ServiceType: "Office365", AuthOrgID: "tenant-1", Name: "Acme headquarters", ClientOrgID: "customer-7", AuthScopes: []string{"Mail.Read"}})
	sales := a.AddAccount(simulator.Account{ParentID: service, ServiceType: "Office365", Email: "sales@acme.example", Name: "Sales", Timezone: "Europe/Vienna"})
	a.AddAccount(simulator.Account{ServiceType: "IMAP", LoginString: "ada", TokenStatus: "dead"})
	state := a.State()
	state.Subscriptions = []simulator.Subscription{{ID: 71, AccountID: sales, Resource: "/contacts", NotificationURL: "https://hooks.acme.example/?key=hunter2", FailDescription: "HTTP 503"}}
	state.BookingProfiles = []simulator.BookingProfile{{ID: 81, AccountID: sales, Name: "intro"}, {ID: 82, Subject: "Talk to sales", AccountIDs: []int64{sales}}}
	a.SetState(state)
	a.Inject(simulator.Fault{Status: 503, Times: 1})
	a.Inject(simulator.Fault{Status: 500, Times: 2, Method: "POST", Route: "/v1/am/accounts"})
	a.Inject(simulator.Fault{Latency: time.Millisecond})
	a.do("GET", "/v1/am/application", nil)
	a.do("DELETE", "/v1/am/accounts/77", nil)
	page := a.page("/")
	page.says(200, "1 service account, 2 mailboxes",
		"google-client", "Mail.Read, Mail.Send", "projects/a/topics/b", "https://acme.example/callback", "<dd>set</dd>", "<dd>none</dd>",
		"Office 365 (daemon)", "key and certificate",
		"Acme headquarters", "tenant-1", "1 mailbox</span>", "sales@acme.example", "Sales", "personal", ">ada<", ">dead<", `state good">active`,
		"/v1/am/application", "/v1/am/accounts/77", ">404<", ">503<", "<dt>Fault</dt><dd>status 503</dd>", "GET /v1/am/application</dd>",
		"1 subscription<", ">inactive<", "/contacts", "to https://hooks.acme.example/ ", "HTTP 503", "2 booking profiles<", "intro of", "Talk to sales, group with 1 account and 0 groups",
		"status 500 for the next 2 requests POST /v1/am/accounts", "1 ms before each answer",
	)
	if strings.Index(page.raw, "/v1/am/accounts/77") > strings.Index(page.raw, "/v1/am/application") {
		t.Error("the newest request is not the first")
	}

	a.ok("GET", fmt.Sprintf("/v1/am/accounts/%d", sales), nil)
	detail := a.page(fmt.Sprintf("/?account=%d", sales))
	detail.says(200, `<h2 id="account" tabindex="-1">sales@acme.example</h2>`, "Europe/Vienna", "Requests of this account",
		fmt.Sprintf(`<a id="parent" href="/?account=%d" data-view>Acme headquarters</a>`, service), fmt.Sprintf("Delete account %d<", sales))
	if own, _, _ := strings.Cut(following(detail.raw, `id="own"`), "</ol>"); strings.Count(own, "<li") != 1 {
		t.Errorf("the requests of the account: %s", own)
	}
	a.page(fmt.Sprintf("/?account=%d", service)).says(200, "customer-7", "Mail.Read", fmt.Sprintf("Delete account %d and 1 mailbox<", service))
	a.page("/?account=5").says(200, "This account is not there")

	// It is no request to Aurinko, whatever is asked for with it.
	if n := len(a.Journal()); n != 3 {
		t.Errorf("%d requests are in the journal", n)
	}
	a.page("/?refresh=off&x=<script>").says(200, "Load this page again")
	head := a.do("HEAD", "/", nil)
	if head.status != 200 || head.raw != "" || !strings.HasPrefix(head.header.Get("Content-Type"), "text/html") {
		t.Errorf("HEAD: %d %v %s", head.status, head.header, head.raw)
	}
}

// following is what follows a text.
func following(text, before string) string {
	_, rest, _ := strings.Cut(text, before)
	return rest
}

func TestSearch(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{})
	state, err := Seed("demo")
	if err != nil {
		t.Fatal(err)
	}
	a.SetState(state)
	for query, want := range map[string]string{
		"":                               "1–25 of 43",
		"page=2":                         "26–43 of 43",
		"page=9":                         "26–43 of 43",
		"page=-1":                        "1–25 of 43",
		"page=x":                         "1–25 of 43",
		"q=LABS.acme+grace":              "1–1 of 1",
		"q=plant":                        "1–11 of 11",
		"q=1002":                         "1–1 of 1",
		"q=nobody":                       "none match",
		"type=daemon":                    "1–3 of 3",
		"type=managed&token=dead":        "1–1 of 1",
		"type=personal":                  "none",
		"under=1020":                     "1–12 of 12",
		"under=1020&q=ada":               "1–1 of 1",
		"token=invalid&account=1002&q=a": "1–1 of 1",
	} {
		page := a.page("/?" + query)
		found, _, _ := strings.Cut(following(page.raw, `id="found" role="status" data-live>`), "<")
		if page.status != 200 || found != want {
			t.Errorf("%s: got %d with %q, want %q", query, page.status, found, want)
		}
	}
	// What is chosen stays where something else is chosen.
	page := a.page("/?q=acme&type=managed&under=1001&page=2&token=active")
	page.says(200, "Only those of Acme headquarters", `href="/?q=acme&type=managed&under=1001"`, `href="/?q=acme&token=active&under=1001"`)
}

func TestView(t *testing.T) {
	t.Parallel()
	v := parseView(url.Values{"q": {" a&b "}, "type": {"managed"}, "page": {"3"}, "account": {"9007199254740993"}})
	for _, test := range []struct {
		name  string
		value any
		want  string
	}{
		{"page", 4, "/?account=9007199254740993&page=4&q=a%26b&type=managed"},
		{"page", 1, "/?account=9007199254740993&q=a%26b&type=managed"},
		{"account", 0, "/?page=3&q=a%26b&type=managed"},
		{"type", "", "/?account=9007199254740993&q=a%26b"},
		{"token", "dead", "/?account=9007199254740993&q=a%26b&token=dead&type=managed"},
	} {
		if got := v.With(test.name, test.value); got != test.want {
			t.Errorf("%s=%v: got %s, want %s", test.name, test.value, got, test.want)
		}
	}
}

func TestOverviewWithoutScript(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{})
	const refresh = `<noscript><meta http-equiv="refresh" content="5"></noscript>`
	if page := a.page("/"); !strings.Contains(page.raw, refresh) {
		t.Error("the page does not load again without a script")
	}
	if page := a.page("/?refresh=off"); strings.Contains(page.raw, refresh) {
		t.Error("the page cannot be stopped")
	}
}

func TestOverviewRunsNothingButItsOwnScript(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{})
	page, again := a.page("/"), a.page("/")
	nonce, _, _ := strings.Cut(following(page.header.Get("Content-Security-Policy"), "script-src 'nonce-"), "'")
	if len(nonce) < 20 || strings.Contains(again.raw, nonce) {
		t.Errorf("the nonce is %q, and again in the next page", nonce)
	}
	if tags := strings.Count(page.raw, "<script") + strings.Count(page.raw, "<style"); tags != 2 || strings.Count(page.raw, ` nonce="`+nonce+`"`) != tags {
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
	a := start(t, simulator.Options{ClientID: hostile})
	a.SetOAuthReg(simulator.OAuthReg{ServiceType: hostile, ClientID: hostile, TopicName: hostile, IntermediateCallbackURL: hostile, Scopes: []string{hostile}})
	for id, kind := range []string{simulator.Daemon, simulator.Personal, simulator.Managed} {
		a.AddAccount(simulator.Account{
			ID: int64(id + 1), Type: kind, ServiceType: hostile, Name: hostile, Email: hostile, Timezone: hostile, AuthOrgID: hostile,
			ClientOrgID: hostile, TokenStatus: hostile, TokenError: hostile, ServerURL: hostile, AuthScopes: []string{hostile},
		})
	}
	a.do("GET", "/v1/<script>alert(1)</script>", nil)
	a.Inject(simulator.Fault{Status: 500, Method: hostile, Route: hostile})
	for id := range 3 {
		page := a.page(fmt.Sprintf("/?account=%d&refresh=<script>&q=", id+1))
		if n := strings.Count(page.raw, "<script"); n != 1 {
			t.Errorf("%d scripts in %s", n, page.raw)
		}
		if strings.Contains(page.raw, "<img") || strings.Count(page.raw, "&#34;&#39;&gt;&lt;script&gt;alert(1)") < 20 {
			t.Errorf("not escaped: %s", page.raw)
		}
	}
}

func TestOverviewHasNoSecrets(t *testing.T) {
	t.Parallel()
	const canary, open = "canary-7f3a", "open-2b9c" // the one is a secret, the other is on no page
	a := start(t, simulator.Options{ClientSecret: canary})
	a.SetOAuthReg(simulator.OAuthReg{
		ServiceType: "Google", ClientID: "c", ClientSecret: canary, ClientSecret2: canary, ClientSecret3: canary,
		IntermediateCallbackURL: "https://acme.example/?key=" + open,
	})
	a.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", Daemon: true, ClientID: "c", ClientSecret: canary, ClientSecret2: canary})
	service := a.AddAccount(simulator.Account{
		Type: simulator.Daemon, ServiceType: "EWS", LoginString: "svc", AuthString1: canary, AuthString2: canary, Password: canary,
		ServerInfo: open, ServerURL: "https://u:" + open + "@mail.acme.example/",
	})
	a.AddAccount(simulator.Account{ParentID: service, ServiceType: "EWS", Email: "a@acme.example", AuthString1: canary, AuthString2: canary, Password: canary})
	code := a.IssueCode(simulator.Grant{ServiceType: "Google", Email: "b@acme.example"})
	for _, path := range []string{
		"/v1/auth/token/" + canary, "/v1/auth/token/" + canary + "/x", "/v1/am/accounts?code=" + canary, "/v1/auth/authorize?state=" + canary,
	} {
		r := a.request("POST", path, object{"active": true, "password": canary})
		r.SetBasicAuth(canary, canary)
		r.Header.Set("Cookie", canary)
		r.Header.Set("X-Other", canary)
		a.send(r)
	}
	for _, path := range []string{"/?account=0", fmt.Sprintf("/?account=%d", service), "/_simulator/state", "/_simulator/requests", fmt.Sprintf("/_simulator/accounts/%d", service), "/_simulator/accounts/a@acme.example"} {
		shown := a.page(path)
		if shown.status != 200 || strings.Contains(shown.raw, canary) || strings.Contains(shown.raw, code) || strings.Contains(shown.raw, simulator.SigningSecret) {
			t.Errorf("%s: a secret is in %s", path, shown.raw)
		}
		if strings.HasPrefix(path, "/?") && strings.Contains(shown.raw, open) {
			t.Errorf("%s: %s is in %s", path, open, shown.raw)
		}
	}
	a.page("/").says(200, "svc", "/v1/auth/token/[redacted]")
	if all := a.ok("GET", "/_simulator/state?secrets=true", nil); strings.Count(all.raw, canary) < 10 {
		t.Errorf("the state with its secrets: %s", all.raw)
	}
}

func TestOverviewIsBounded(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{})
	state := largeState(50_000)
	for i := range int64(1000) {
		state.Subscriptions = append(state.Subscriptions, simulator.Subscription{ID: 1_000_000 + i, AccountID: state.Accounts[0].ID, Resource: "/contacts", NotificationURL: "https://hooks.acme.example/"})
	}
	a.SetState(state)
	for range pageEntries + 5 {
		a.do("POST", "/v1/am/accounts", strings.Repeat("x", 100_000))
	}
	a.do("POST", "/v1/am/accounts", object{"name": strings.Repeat("n", 100_000)})
	began := time.Now()
	page := a.page("/?type=managed")
	page.says(200, "100 service accounts, 50,000 mailboxes", "1–25 of 50,000", ">mailbox-50000@customer-100.example<", ">mailbox-49976@customer-100.example<")
	if strings.Contains(page.raw, `id="w-1000974"`) || !strings.Contains(page.raw, `id="w-1000975"`) || strings.Contains(page.raw, ">mailbox-49975@") || strings.Count(page.raw, "</summary>") > pageEntries+20 {
		t.Error("the page shows more than it should")
	}
	if len(page.raw) > 100_000 {
		t.Errorf("%d bytes", len(page.raw))
	}
	if took := time.Since(began); took > 2*time.Second { // 0.03 s on an ordinary machine
		t.Errorf("it took %v", took)
	}
}

// stream reads the events of a view.
func (a site) stream(query string) (next func() map[string]string, stop func()) {
	a.t.Helper()
	response, err := http.DefaultClient.Do(a.request("GET", "/_simulator/events?"+query, nil))
	if err != nil {
		a.t.Fatal(err)
	}
	if got := response.Header.Get("Content-Type"); got != "text/event-stream" {
		a.t.Fatalf("the events are %s", got)
	}
	lines := bufio.NewReader(response.Body)
	return func() map[string]string {
		a.t.Helper()
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return nil
			}
			if text, ok := strings.CutPrefix(line, "data: "); ok {
				var changed map[string]string
				if err := json.Unmarshal([]byte(text), &changed); err != nil {
					a.t.Fatal(err)
				}
				return changed
			}
		}
	}, func() { response.Body.Close() }
}

func TestEvents(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{})
	next, stop := a.stream("q=sales")
	defer stop()
	all := next()
	if len(all) != len(parts) {
		t.Errorf("the first event has %v", all)
	}
	page := a.page("/?q=sales")
	for name, text := range all {
		if !strings.Contains(page.raw, text) || !strings.Contains(page.raw, ` id="`+name+`"`) {
			t.Errorf("the page has no part %s as in the event: %s", name, text)
		}
	}

	service := a.AddAccount(simulator.Account{Type: simulator.Daemon, ServiceType: "Google", Name: "Acme"})
	changed := next()
	if changed["counts"] != "1 service account, 0 mailboxes" || changed["requests"] != "" {
		t.Errorf("after an account: %v", changed)
	}
	if _, ok := changed["rows"]; ok {
		t.Errorf("what does not match changes nothing in the table: %v", changed)
	}
	a.ok("GET", fmt.Sprintf("/v1/am/accounts/%d", service), nil)
	if changed = next(); !strings.Contains(changed["requests"], "/v1/am/accounts/") || len(changed) != 1 {
		t.Errorf("after a request: %v", changed)
	}
	a.SetRate(17)
	if changed = next(); !strings.Contains(changed["switches"], `value="17"`) {
		t.Errorf("after a switch: %v", changed)
	}
	a.handler.Close()
	if changed = next(); changed != nil {
		t.Errorf("after the end: %v", changed)
	}
}

// What changes often is sent a few times a second.
func TestEventsAreFew(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{})
	next, stop := a.stream("")
	defer stop()
	next()
	began := time.Now()
	for range 300 {
		a.AddAccount(simulator.Account{ServiceType: "IMAP", Email: "a@acme.example"})
	}
	count := 0
	for text := ""; text != "0 service accounts, 300 mailboxes"; count++ {
		text = next()["counts"]
	}
	if most := int(time.Since(began)/(100*time.Millisecond)) + 2; count > most {
		t.Errorf("%d events, %d are the most", count, most)
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
