package simulator

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestJournal(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a := start(t, Options{Now: func() time.Time { return now }})
	a.do("GET", "/v1/am/accounts?limit=5&clientOrgId=x", nil)
	a.do("POST", "/v1/am/accounts?recycleKeys=email,username", `{"active":true,"serviceType":"IMAP","email":"a@x","authScopes":["Mail.Read"],"copyToSent":false}`)
	a.do("DELETE", "/v1/am/accounts/9007199254740993", nil)
	a.do("PUT", "/v1/am/some%2Fwhere", nil)

	got := a.Journal()
	for i, want := range []struct {
		method, path, route string
		status              int
		writes              bool
	}{
		{"GET", "/v1/am/accounts", "GET /v1/am/accounts", 200, false},
		{"POST", "/v1/am/accounts", "POST /v1/am/accounts", 200, true},
		{"DELETE", "/v1/am/accounts/9007199254740993", "DELETE /v1/am/accounts/{id}", 404, true},
		{"PUT", "/v1/am/some%2Fwhere", "", 404, true},
	} {
		r := got[i]
		if r.Method != want.method || r.Path != want.path || r.Route != want.route || r.Status != want.status || r.Writes() != want.writes || !r.Time.Equal(now) {
			t.Errorf("got %+v, want %+v", r, want)
		}
	}
	if q := got[0].Query; q.Get("limit") != "5" || q.Get("clientOrgId") != "x" || got[1].Query.Get("recycleKeys") != "email,username" {
		t.Errorf("queries: %v, %v", q, got[1].Query)
	}
	if got[0].Body != nil || fmt.Sprint(got[1].Body) != "map[active:true authScopes:[Mail.Read] copyToSent:false email:a@x serviceType:IMAP]" {
		t.Errorf("bodies: %v, %v", got[0].Body, got[1].Body)
	}

	// What a test does with its copy changes nothing.
	got[1].Body["email"] = "changed"
	got[1].Header.Set("Content-Type", "changed")
	got[1].Query.Set("recycleKeys", "changed")
	again := a.Journal()[1]
	if again.Body["email"] != "a@x" || again.Header.Get("Content-Type") == "changed" || again.Query.Get("recycleKeys") == "changed" {
		t.Errorf("the journal was changed: %+v", again)
	}
	a.ResetJournal()
	if len(a.Journal()) != 0 {
		t.Error("the journal is not empty")
	}
}

func TestJournalAndLogHaveNoSecrets(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	var logged []string
	s, err := New(Options{Log: func(line string) { logged = append(logged, line) }})
	if err != nil {
		t.Fatal(err)
	}
	send := func(method, target, body string) {
		t.Helper()
		r := httptest.NewRequest(method, target, strings.NewReader(body))
		r.SetBasicAuth("id", secret)
		r.Header.Set("Cookie", "session="+secret)
		r.Header.Set("Content-Type", "application/json")
		s.ServeHTTP(httptest.NewRecorder(), r)
	}
	for _, target := range []string{
		"/v1/auth/token/" + secret,
		"/v1/auth/token/x/" + secret,
		"/v1/auth/token//" + secret,
		"/auth/Token/" + secret,
		"/v1/auth/%74oken/" + secret,
		"/v1/auth%2Ftoken%2F" + secret,
		"/v1/am/accounts?code=" + secret,
		"/v1/am/accounts?Password=" + secret,
	} {
		send("POST", target, "")
	}
	for _, field := range []string{
		"authString1", "authString2", "password", "clientSecret", "clientSecret2", "clientSecret3",
		"accessToken", "AuthString1", "client_secret", "nobodyKnows",
	} {
		send("POST", "/v1/am/accounts", fmt.Sprintf(`{"%s":"%s"}`, field, secret))
	}
	send("POST", "/v1/am/accounts", `{"name":{"authString1":"`+secret+`"}}`)
	send("POST", "/v1/am/accounts", `{"authScopes":[{"authString1":"`+secret+`"}]}`)
	send("POST", "/v1/am/accounts", `{"authScopes":[["`+secret+`"]]}`)
	send("POST", "/v1/am/accounts", `["`+secret+`"]`)
	send("POST", "/v1/am/accounts", secret)

	journal := s.Journal()
	for i, r := range journal {
		if text := fmt.Sprintf("%+v", r); strings.Contains(text, secret) {
			t.Errorf("in the journal: %s", text)
		}
		if strings.Contains(logged[i], secret) {
			t.Errorf("in the log: %s", logged[i])
		}
		if _, ok := r.Header[http.CanonicalHeaderKey("Authorization")]; ok {
			t.Error("the Authorization header is kept")
		}
	}
	if got := journal[0].Path; got != "/v1/auth/token/[redacted]" {
		t.Errorf("path: %s", got)
	}
	if got := fmt.Sprint(journal[8].Body); got != "map[authString1:[redacted]]" {
		t.Errorf("a secret field is shown as %s", got)
	}
}

func TestJournalIsBounded(t *testing.T) {
	t.Parallel()
	j := journal{size: 3}
	for i := range 5 {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path = fmt.Sprint(i)
		j.begin(time.Time{}, &call{request: r})
	}
	var left []string
	for _, entry := range j.entries {
		left = append(left, entry.Path)
	}
	if fmt.Sprint(left) != "[2 3 4]" {
		t.Errorf("left: %v", left)
	}
}

// The journal knows which account a request was about.
func TestJournalOfAnAccount(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	service := a.AddAccount(Account{Type: Daemon, ServiceType: "EWS"})
	under := fmt.Sprintf("/v1/am/svc_accounts/%d/accounts?recycleKeys=email", service)
	mailbox := a.ok("POST", under, mailboxIn).id("accountId")
	a.ok("POST", under, mailboxIn)
	own := a.request("GET", "/v1/account", nil)
	own.Header.Set("X-Aurinko-Account-Id", fmt.Sprint(mailbox))
	a.send(own)
	a.ok("GET", fmt.Sprintf("/v1/am/accounts/%d", service), nil)
	consented := a.ok("POST", "/v1/auth/token/"+a.IssueCode(Grant{ServiceType: "Google"}), nil).id("accountId")
	a.ok("GET", "/v1/am/accounts", nil)
	a.ok("DELETE", fmt.Sprintf("/v1/am/accounts/%d", mailbox), nil)
	for id, want := range map[int64]string{
		mailbox:   "7 DELETE, 3 GET, 2 POST, 1 POST",
		service:   "4 GET",
		consented: "5 POST",
		0:         "6 GET",
	} {
		var got []string
		for _, r := range a.LastRequests(10, func(r *Request) bool { return r.AccountID == id }) {
			got = append(got, fmt.Sprint(r.Number, " ", r.Method))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%d: got %q, want %s", id, got, want)
		}
	}
	if got := a.LastRequests(2, func(*Request) bool { return true }); len(got) != 2 || got[0].Number != 7 {
		t.Errorf("got %+v", got)
	}
}
