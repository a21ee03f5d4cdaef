package simulator

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestQuirksOfAccounts(t *testing.T) {
	t.Parallel()
	account := Account{ID: 1, ServiceType: "IMAP", Email: "Ann@Example.com", Email2: "B@X", LoginString: "ANN", AuthScopes: []string{"Mail.Read", "Mail.All", "Mail.Drafts"}, AuthNativeScopes: []string{"Mail.Read"}}
	for name, c := range map[string]struct {
		quirks Quirks
		want   object // fields of the answer, printed
		absent []string
	}{
		"default": {
			Quirks{},
			object{"email": "Ann@Example.com", "authScopes": []any{"Mail.Read", "Mail.All", "Mail.Drafts"}},
			[]string{"name", "parentId", "copyToSent", "authExpiresAt", "name2", "undocumentedText"},
		},
		"lower case": {Quirks{LowerCaseEmails: true}, object{"email": "ann@example.com", "email2": "b@x", "loginString": "ANN"}, nil},
		"reordered":  {Quirks{ReorderScopes: true}, object{"authScopes": []any{"Mail.Read", "Mail.Drafts", "Mail.All"}}, nil},
		"guide names": {
			Quirks{GuideScopeNames: true}, object{"authScopes": []any{"Mail.ReadOnly", "Mail.All", "Mail.Draft"}, "authNativeScopes": []any{"Mail.Read"}}, nil,
		},
		"nulls": {
			Quirks{Nulls: true},
			object{"name": nil, "parentId": nil, "copyToSent": nil, "authExpiresAt": nil, "name2": nil, "email": "Ann@Example.com"},
			[]string{"undocumentedText"},
		},
		"unknown fields": {
			Quirks{UnknownFields: true},
			object{"undocumentedText": "new", "undocumentedNumber": "9007199254740993", "email": "Ann@Example.com"},
			[]string{"name"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := start(t, Options{Quirks: c.quirks})
			a.AddAccount(account)
			res := a.ok("GET", "/v1/am/accounts/1", nil)
			for field, want := range c.want {
				got, ok := res.body[field]
				if !ok || fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%s is %v (%v there), want %v", field, got, ok, want)
				}
			}
			for _, field := range c.absent {
				if got, ok := res.body[field]; ok {
					t.Errorf("%s is there: %v", field, got)
				}
			}
			// The store is not touched by how it is answered.
			if got, _ := a.Account(1); fmt.Sprint(got.AuthScopes) != "[Mail.Read Mail.All Mail.Drafts]" || got.Email != "Ann@Example.com" {
				t.Errorf("stored: %+v", got)
			}
		})
	}
}

func TestQuirksOfEveryLevel(t *testing.T) {
	t.Parallel()
	a := start(t, Options{Quirks: Quirks{UnknownFields: true, Nulls: true, GuideScopeNames: true}})
	a.AddAccount(Account{ServiceType: "IMAP"})
	a.SetOAuthReg(OAuthReg{ServiceType: "Google", Scopes: []string{"Mail.Read"}})
	a.NoMailbox("ann@example.com")

	page := a.ok("GET", "/v1/am/accounts", nil).body
	refusal := a.do("POST", "/v1/am/accounts?ensureAccess=true", personalIn).body
	nested := refusal["originalError"].(object)["error"].(object)
	for name, o := range map[string]object{
		"page":         page,
		"record":       page["records"].([]any)[0].(object),
		"saved":        a.ok("POST", "/v1/am/accounts", personalIn).body,
		"connection":   a.ok("POST", "/v1/am/accounts/connect", googleIn).body,
		"application":  a.ok("GET", "/v1/am/application", nil).body,
		"error":        refusal,
		"nested error": nested["innerError"].(object),
	} {
		if o["undocumentedText"] != "new" {
			t.Errorf("%s has no unknown fields: %v", name, o)
		}
	}
	if got, ok := a.do("GET", "/v1/am/accounts/9", nil).body["originalError"]; got != nil || !ok {
		t.Errorf("originalError is %v", got)
	}
	reg := a.ok("GET", "/v1/am/oauth_regs", nil).body["records"].([]any)[0].(object)
	if got, ok := reg["topicName"]; got != nil || !ok || fmt.Sprint(reg["scopes"]) != "[Mail.ReadOnly]" {
		t.Errorf("registration: %v", reg)
	}
}

func TestCreated201(t *testing.T) {
	t.Parallel()
	a := start(t, Options{Quirks: Quirks{Created201: true}})
	parent := a.AddAccount(Account{Type: Daemon, ServiceType: "EWS"})
	for path, body := range map[string]object{
		"/v1/am/accounts?recycleKeys=email":                                      personalIn,
		"/v1/am/svc_accounts?recycleKeys=username":                               exchangeIn,
		fmt.Sprintf("/v1/am/svc_accounts/%d/accounts?recycleKeys=email", parent): mailboxIn,
	} {
		if res := a.do("POST", path, body); res.status != 201 {
			t.Errorf("%s: created with %d %s", path, res.status, res.raw)
		}
		a.ok("POST", path, body)
	}
	a.ok("POST", "/v1/am/accounts/connect", googleIn)
}

func TestNoTotal(t *testing.T) {
	t.Parallel()
	a := start(t, Options{Quirks: Quirks{NoTotal: true, Nulls: true}})
	for _, path := range []string{"/v1/am/accounts", "/v1/am/svc_accounts", "/v1/am/oauth_regs"} {
		if raw := a.ok("GET", path, nil).raw; strings.Contains(raw, "totalSize") || strings.Contains(raw, "done") {
			t.Errorf("%s: %s", path, raw)
		}
	}
}

// A server may compare keys to the letter, count what remains, and stamp
// accounts by another clock, or not at all.
func TestQuirksOfUpsertsAndTimes(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	mailbox := func(email string) object {
		return object{"active": true, "serviceType": "Google", "email": email}
	}
	parent := a.AddAccount(Account{Type: Daemon, ServiceType: "Google"})
	path := fmt.Sprintf("/v1/am/svc_accounts/%d/accounts?recycleKeys=email", parent)
	first := a.ok("POST", path, mailbox("Ann@example.com")).id("accountId")
	if again := a.ok("POST", path, mailbox("ann@example.com")).id("accountId"); again != first {
		t.Errorf("another letter case is account %v, want %v", again, first)
	}
	a.SetQuirks(Quirks{CaseSensitive: true})
	if again := a.ok("POST", path, mailbox("ANN@example.com")).id("accountId"); again == first {
		t.Error("to the letter, another letter case is the same account")
	}

	a.SetQuirks(Quirks{RemainingTotal: true})
	if page := a.ok("GET", "/v1/am/accounts?limit=1&offset=1", nil); page.id("totalSize") != 1 {
		t.Errorf("after the first of two accounts there are %v", page.body["totalSize"])
	}
	one := fmt.Sprintf("/v1/am/accounts/%v", first)
	a.SetQuirks(Quirks{NoTimes: true})
	if body := a.ok("GET", one, nil).body; body["createdAt"] != nil || body["updatedAt"] != nil {
		t.Errorf("times are answered: %v", body)
	}
	a.SetQuirks(Quirks{ClockBehind: time.Hour})
	if got, want := a.ok("GET", one, nil).body["createdAt"], timestamp(a.Accounts()[1].CreatedAt.Add(-time.Hour)); got != want {
		t.Errorf("created at %v, want %v", got, want)
	}
}
