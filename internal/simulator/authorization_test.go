package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"
)

func TestCodes(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	a := start(t, Options{Quirks: Quirks{Created201: true}, Now: func() time.Time { return now }})
	exchange := func(code string) result {
		t.Helper()
		return a.do("POST", "/v1/auth/token/"+code, nil)
	}
	exchange("unknown").refused(404, "not_found", "code")

	grant := Grant{
		ServiceType: "Office365", Scopes: []string{"Mail.Read"}, ClientOrgID: "acme", AuthOrgID: "tenant", Email: "admin@acme.example", Daemon: true,
	}
	code := a.IssueCode(grant)
	res := exchange(code)
	if res.status != http.StatusCreated {
		t.Errorf("got %d %s", res.status, res.raw)
	}
	exchange(code).refused(404, "not_found", "used")
	grant.AccountID = res.id("accountId")
	first, _ := a.Account(grant.AccountID)
	if first.Type != Daemon || first.ServiceType != "Office365" || first.ClientOrgID != "acme" || first.AuthOrgID != "tenant" ||
		first.Email != "admin@acme.example" || !slices.Equal(first.AuthScopes, grant.Scopes) {
		t.Errorf("stored %+v", first)
	}

	a.UpdateAccount(grant.AccountID, func(account *Account) { account.TokenStatus, account.TokenError = "dead", "revoked" })
	grant.Scopes = []string{"Mail.Read", "Mail.Send"}
	res = exchange(a.IssueCode(grant))
	second, _ := a.Account(grant.AccountID)
	if res.status != http.StatusOK || res.id("accountId") != grant.AccountID || !slices.Equal(second.AuthScopes, grant.Scopes) ||
		second.TokenStatus != "active" || second.TokenError != "" || second.CreatedAt != first.CreatedAt || second.UserID != first.UserID {
		t.Errorf("got %d %s, stored %+v", res.status, res.raw, second)
	}

	late := a.IssueCode(grant)
	now = now.Add(codeLifetime + time.Second)
	exchange(late).refused(400, "badRequest", "expired")
	exchange(late).refused(404, "not_found", "code")

	if id, token, err := a.ExchangeCode(a.IssueCode(grant)); id != grant.AccountID || token == "" || err != nil {
		t.Errorf("exchanged for %d, %q, %v", id, token, err)
	}
	grant.Expired = true
	if _, _, err := a.ExchangeCode(a.IssueCode(grant)); err == nil || err.Error() != "The code has expired" {
		t.Errorf("an expired code: %v", err)
	}
	grant.Expired = false

	code = a.IssueCode(grant)
	a.RemoveAccount(grant.AccountID)
	exchange(code).refused(404, "not_found", "not found")

	personal, _ := a.Account(exchange(a.IssueCode(Grant{ServiceType: "Google"})).id("accountId"))
	if personal.Type != Personal {
		t.Errorf("stored %+v", personal)
	}
}

// The token of an account is good for calls on its own behalf, and no others.
func TestOwnToken(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	saved := a.ok("POST", "/v1/am/accounts", personalIn)
	other := a.AddAccount(Account{ServiceType: "Google"})
	call := func(method, path string) result {
		t.Helper()
		r := a.request(method, path, nil)
		r.Header.Set("Authorization", "Bearer "+saved.body["accessToken"].(string))
		r.Header.Set("X-Aurinko-Account-Id", strconv.FormatInt(other, 10)) // of no effect
		return a.send(r)
	}
	for _, path := range []string{"/v1/account", "/v1/subscriptions", "/v1/book/account/profiles"} {
		if got := call("GET", path); got.status != 200 {
			t.Errorf("%s: got %d %s", path, got.status, got.raw)
		}
	}
	if got := call("GET", "/v1/account"); got.id("id") != saved.id("accountId") {
		t.Errorf("got %s", got.raw)
	}
	for _, path := range []string{"/v1/am/accounts", "/v1/am/application", "/v1/book/group/profiles", "/v1/am/accounts/1001"} {
		call("GET", path).refused(401, "unauthorized", "credentials")
	}
	call("DELETE", "/v1/account/token")
	call("GET", "/v1/account").refused(401, "token.dead", "dead")
	a.UpdateAccount(saved.id("accountId"), func(account *Account) { account.TokenStatus = "active" })
	if got := call("GET", "/v1/account"); got.status != 200 {
		t.Errorf("after it recovered: got %d %s", got.status, got.raw)
	}
	a.RemoveAccount(saved.id("accountId"))
	call("GET", "/v1/account").refused(401, "token.dead", "dead")
}
