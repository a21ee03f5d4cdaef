package simulator

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// as sends a request on behalf of an account.
func (a api) as(account int64, method, path string, body any) result {
	a.t.Helper()
	r := a.request(method, path, body)
	r.Header.Set("X-Aurinko-Account-Id", fmt.Sprint(account))
	return a.send(r)
}

var subscriptionIn1 = object{"resource": "/email/messages", "notificationUrl": "https://app.acme.example/hook?key=1", "filters": []string{"withoutDrafts"}}

func TestSubscriptions(t *testing.T) {
	t.Parallel()
	a := start(t, Options{Quirks: Quirks{Created201: true}})
	first, second := a.AddAccount(Account{ServiceType: "Google"}), a.AddAccount(Account{ServiceType: "Google"})
	created := a.as(first, "POST", "/v1/subscriptions", subscriptionIn1)
	if created.status != http.StatusCreated || created.body["active"] != true || created.body["resource"] != "/email/messages" || created.body["failSince"] != nil {
		t.Errorf("got %d %s", created.status, created.raw)
	}
	id := created.id("id")
	if again := a.as(first, "POST", "/v1/subscriptions", subscriptionIn1).id("id"); again == id {
		t.Error("an equal subscription was updated")
	}
	path := fmt.Sprintf("/v1/subscriptions/%d", id)
	if got := a.as(first, "GET", path, nil); got.id("id") != id || got.body["notificationUrl"] != "https://app.acme.example/hook?key=1" {
		t.Errorf("got %s", got.raw)
	}
	a.as(second, "GET", path, nil).refused(404, "not_found", "not found")
	a.as(second, "DELETE", path, nil).refused(404, "not_found", "not found")
	a.as(first, "GET", "/v1/subscriptions/x", nil).refused(400, "badRequest", "not a number")
	a.as(99, "GET", "/v1/subscriptions", nil).refused(404, "not_found", "Account 99")
	a.do("GET", "/v1/subscriptions", nil).refused(400, "badRequest", "X-Aurinko-Account-Id")

	failed := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a.UpdateSubscription(id, func(s *Subscription) {
		s.Active, s.FailSince, s.FailDescription, s.DisabledByBilling = false, failed, "503", true
	})
	for query, want := range map[string]int64{"": 1, "?includeInactive=true": 2, "?includeInactive=true&limit=1&offset=1": 2, "?includeInactive=false": 1} {
		if got := a.as(first, "GET", "/v1/subscriptions"+query, nil); got.id("totalSize") != want {
			t.Errorf("%s: got %s", query, got.raw)
		}
	}
	if got := a.as(first, "GET", path, nil); got.body["active"] != false || got.body["disabledByBilling"] != true || got.body["failSince"] != "2026-01-01T00:00:00.000Z" || got.body["failDescription"] != "503" {
		t.Errorf("got %s", got.raw)
	}
	a.as(first, "GET", "/v1/subscriptions?includeInactive=1", nil).refused(400, "badRequest", "true or false")
	if got := a.ok("GET", fmt.Sprintf("/v1/am/accounts?subscriptionId=%d", id), nil); got.id("totalSize") != 1 {
		t.Errorf("its account: %s", got.raw)
	}

	if got := a.as(first, "DELETE", path, nil); got.status != 200 || len(a.Subscriptions()) != 1 {
		t.Errorf("got %d %s", got.status, got.raw)
	}
	if a.UpdateSubscription(id, func(*Subscription) {}) {
		t.Error("a subscription that is gone was updated")
	}
	a.RemoveAccount(first)
	if left := a.Subscriptions(); len(left) != 0 {
		t.Errorf("left are %v", left)
	}
}

func TestSubscriptionRefusals(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	id := a.AddAccount(Account{ServiceType: "Google"})
	for message, changes := range map[string]object{
		"resource is missing":                    {"resource": nil},
		"notificationUrl is missing":             {"notificationUrl": nil},
		"notificationUrl is not an absolute URL": {"notificationUrl": "/hook"},
		`Unknown filter "withoutSpam"`:           {"filters": []string{"withoutSpam"}},
		`Unknown field "active"`:                 {"active": true},
	} {
		a.as(id, "POST", "/v1/subscriptions", with(subscriptionIn1, changes)).refused(400, "badRequest", message)
	}
	a.as(id+1, "POST", "/v1/subscriptions", subscriptionIn1).refused(404, "not_found", "not found")
	a.SetQuirks(Quirks{ChallengeFails: true})
	a.as(id, "POST", "/v1/subscriptions", subscriptionIn1).refused(400, "badRequest", "validationToken as its body")
	if n := len(a.Subscriptions()); n != 0 {
		t.Errorf("%d subscriptions", n)
	}
}

// Endpoints on this machine are asked where a quirk wants it, and no others.
func TestChallenge(t *testing.T) {
	t.Parallel()
	asked := 0
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.Method != "POST" || r.Header.Get("Content-Type") != "text/plain" || r.URL.Query().Get("key") != "1" {
			t.Errorf("the endpoint is asked %s %s with %v", r.Method, r.URL, r.Header)
		}
		switch r.URL.Path {
		case "/good":
			_, _ = io.WriteString(w, r.URL.Query().Get("validationToken"))
		case "/wrong":
			_, _ = io.WriteString(w, "hello")
		case "/moved":
			http.Redirect(w, r, "/good", http.StatusTemporaryRedirect)
		}
	}))
	defer endpoint.Close()
	a := start(t, Options{})
	id := a.AddAccount(Account{ServiceType: "Google"})
	create := func(notificationURL string) result {
		return a.as(id, "POST", "/v1/subscriptions", with(subscriptionIn1, object{"notificationUrl": notificationURL}))
	}
	if got := create(endpoint.URL + "/wrong?key=1"); got.status != 200 || asked != 0 {
		t.Errorf("by default: got %d, asked %d times", got.status, asked)
	}
	a.SetQuirks(Quirks{ChallengeLoopback: true})
	if got := create(endpoint.URL + "/good?key=1"); got.status != 200 || asked != 1 {
		t.Errorf("got %d %s, asked %d times", got.status, got.raw, asked)
	}
	for _, path := range []string{"/wrong", "/moved", "/silent"} {
		create(endpoint.URL+path+"?key=1").refused(400, "badRequest", "did not answer the validation request")
	}
	create("http://127.0.0.1:1/?key=1").refused(400, "badRequest", "did not answer the validation request")
	if got := create("https://app.acme.example/hook"); got.status != 200 {
		t.Errorf("an endpoint elsewhere: got %d %s", got.status, got.raw)
	}
}

// A key in a notification URL is in no journal.
func TestJournalOfSubscriptions(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	id := a.AddAccount(Account{ServiceType: "Google"})
	a.as(id, "POST", "/v1/subscriptions", subscriptionIn1)
	got := a.Journal()[0]
	if got.AccountID != id || got.Body["notificationUrl"] != "https://app.acme.example/hook?[redacted]" || got.Body["resource"] != "/email/messages" {
		t.Errorf("got %+v", got)
	}
}
