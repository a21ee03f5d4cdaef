package simulator

import (
	"fmt"
	"strings"
	"testing"
)

func TestMannersOfAccounts(t *testing.T) {
	t.Parallel()
	account := Account{ID: 1, ServiceType: "IMAP", Email: "Ann@Example.com", Email2: "B@X", LoginString: "ANN", AuthScopes: []string{"Mail.Read", "Mail.All", "Mail.Drafts"}, AuthNativeScopes: []string{"Mail.Read"}}
	for name, c := range map[string]struct {
		manners Manners
		want    object // fields of the answer, printed
		absent  []string
	}{
		"default": {
			Manners{},
			object{"email": "Ann@Example.com", "authScopes": []any{"Mail.Read", "Mail.All", "Mail.Drafts"}},
			[]string{"name", "parentId", "copyToSent", "authExpiresAt", "name2", "undocumentedText"},
		},
		"lower case": {Manners{LowerCaseEmails: true}, object{"email": "ann@example.com", "email2": "b@x", "loginString": "ANN"}, nil},
		"reordered":  {Manners{ReorderScopes: true}, object{"authScopes": []any{"Mail.Read", "Mail.Drafts", "Mail.All"}}, nil},
		"guide names": {
			Manners{GuideScopeNames: true}, object{"authScopes": []any{"Mail.ReadOnly", "Mail.All", "Mail.Draft"}, "authNativeScopes": []any{"Mail.Read"}}, nil,
		},
		"nulls": {
			Manners{Nulls: true},
			object{"name": nil, "parentId": nil, "copyToSent": nil, "authExpiresAt": nil, "name2": nil, "email": "Ann@Example.com"},
			[]string{"undocumentedText"},
		},
		"unknown fields": {
			Manners{UnknownFields: true},
			object{"undocumentedText": "new", "undocumentedNumber": "9007199254740993", "email": "Ann@Example.com"},
			[]string{"name"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := start(t, Options{Manners: c.manners})
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

func TestMannersOfEveryLevel(t *testing.T) {
	t.Parallel()
	a := start(t, Options{Manners: Manners{UnknownFields: true, Nulls: true, GuideScopeNames: true}})
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
	a := start(t, Options{Manners: Manners{Created201: true}})
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
	a := start(t, Options{Manners: Manners{NoTotal: true, Nulls: true}})
	for _, path := range []string{"/v1/am/accounts", "/v1/am/svc_accounts", "/v1/am/oauth_regs"} {
		if raw := a.ok("GET", path, nil).raw; strings.Contains(raw, "totalSize") || strings.Contains(raw, "done") {
			t.Errorf("%s: %s", path, raw)
		}
	}
}
