package simulator

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestState(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data.json")
	a := start(t, Options{File: path})
	const secret = "canary-51d0"
	on := true
	a.SetOAuthReg(OAuthReg{ServiceType: "Office365", Daemon: true, ClientID: "id", ClientSecret: secret, ClientSecret2: secret, ClientSecret3: secret, Scopes: []string{"Mail.Read"}})
	service := a.AddAccount(Account{Type: Daemon, ServiceType: "EWS", AuthString1: secret, AuthString2: secret, Password: secret})
	a.AddAccount(Account{ParentID: service, ServiceType: "EWS", Email: "a@acme.example", CopyToSent: &on, AuthScopes: []string{"Mail.Read"}})
	state := a.State()
	text, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	hidden, err := json.Marshal(state.WithoutSecrets())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), secret) != 6 || strings.Contains(string(hidden), secret) || len(hidden) < len(text)/2 {
		t.Errorf("with secrets %s, without %s", text, hidden)
	}

	b := start(t, Options{})
	gone := b.AddAccount(Account{ServiceType: "IMAP"})
	code := b.IssueCode(Grant{ServiceType: "Google"})
	var read State
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	b.SetState(read)
	if !reflect.DeepEqual(b.State(), state) {
		t.Errorf("got %+v, want %+v", b.State(), state)
	}
	b.do("POST", "/v1/auth/token/"+code, nil).refused(404, "not_found", "code")
	if next := b.AddAccount(Account{ServiceType: "IMAP"}); next != gone+2 {
		t.Errorf("the next account is %d", next)
	}
	if c := start(t, Options{File: path}); !reflect.DeepEqual(c.State(), state) {
		t.Errorf("in the file is %+v", c.State())
	}
}

// Accounts without an ID get one that is free, and what an account always has.
func TestSetStateCompletesAccounts(t *testing.T) {
	t.Parallel()
	a := start(t, Options{FirstID: 5})
	a.SetState(State{Accounts: []*Account{{ServiceType: "IMAP", Email: "A@x"}, {ID: 5, Type: Daemon, ServiceType: "EWS"}, {ParentID: 5, ServiceType: "EWS", TokenStatus: "dead"}}})
	got := a.Accounts()
	if len(got) != 3 || got[0].ID != 5 || got[1].Type != Personal || got[1].MailboxAddress != "a@x" || got[1].UserID == "" || !got[1].Active ||
		got[2].Type != Managed || got[2].TokenStatus != "dead" || got[2].CreatedAt.IsZero() {
		t.Errorf("got %+v", got)
	}
	a.SetState(State{})
	if !a.Empty() {
		t.Errorf("left are %+v", a.Accounts())
	}
}

// A file of the first simulators has the names of Go.
func TestStateOfOldFiles(t *testing.T) {
	t.Parallel()
	var state State
	const text = `{"version":1,"nextId":3,"accounts":[{"ID":2,"ParentID":1,"Type":"managed","ServiceType":"EWS","ServerURL":"https://a/","CreatedAt":"2026-01-01T00:00:00Z"}],"oauthRegs":[{"daemon":true,"serviceType":"Zoho"}]}`
	if err := json.Unmarshal([]byte(text), &state); err != nil {
		t.Fatal(err)
	}
	if a := state.Accounts[0]; a.ID != 2 || a.ParentID != 1 || a.ServerURL != "https://a/" || a.CreatedAt.IsZero() || !state.OAuthRegs[0].Daemon {
		t.Errorf("got %+v", a)
	}
}
