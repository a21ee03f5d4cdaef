package lifecycle_test

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A world is a simulated Aurinko and the runs that reach it, in a bubble of
// testing/synctest where waiting costs nothing.
type world struct {
	*testing.T
	*simulator.Server
	swallow func(*http.Request) bool // which requests are never answered
}

// in runs a test in a world.
func in(t *testing.T, quirks simulator.Quirks, test func(world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(newWorld(t, quirks)) })
}

func newWorld(t *testing.T, quirks simulator.Quirks) world {
	t.Helper()
	server, err := simulator.New(simulator.Options{Quirks: quirks})
	if err != nil {
		t.Fatal(err)
	}
	for _, parent := range []simulator.Account{
		{ID: googleParent, Type: simulator.Daemon, ServiceType: "Google", AuthOrgID: "parent.example", AuthUserID: "7"},
		{ID: exchangeParent, Type: simulator.Daemon, ServiceType: "EWS", AuthOrgID: "parent.example", LoginString: "svc", ServerURL: "https://parent.example/EWS/Exchange.asmx"},
	} {
		server.AddAccount(parent)
	}
	return world{T: t, Server: server}
}

const googleParent, exchangeParent = 501, 502

// run begins a run.
func (w world) run(options ...func(*aurinko.Config)) *lifecycle.Run {
	w.Helper()
	config := aurinko.Config{
		ClientID: simulator.DefaultClientID, ClientSecret: simulator.DefaultClientSecret,
		RequestsPerSecond: 1000, MaxRetries: aurinko.DefaultMaxRetries,
		Transport: simulator.Transport{Handler: w.Server, Swallow: w.swallow},
	}
	for _, option := range options {
		option(&config)
	}
	client, err := aurinko.New(config)
	if err != nil {
		w.Fatal(err)
	}
	return lifecycle.New(client, true)
}

// The accounts that the tests want.
func google(domain string) lifecycle.Spec {
	return lifecycle.Spec{Input: aurinko.AccountInput{
		ServiceType: "Google", AuthOrgID: domain, AuthUserID: "1234", Email: "robot@" + domain, LoginString: "key-1",
		AuthScopes: []string{"Mail.Read"}, AuthString1: "secret-1", AuthString2: "secret-2",
	}}
}

func exchange(user, clientOrg string) lifecycle.Spec {
	return lifecycle.Spec{Input: aurinko.AccountInput{
		ServiceType: "EWS", AuthOrgID: "acme.example", LoginString: user, ServerURL: "https://mail.acme.example/EWS/Exchange.asmx",
		ClientOrgID: clientOrg, AuthScopes: []string{"Mail.Read"}, AuthString1: user, AuthString2: "password of " + user + clientOrg,
	}}
}

func office365(tenant string) lifecycle.Spec {
	return lifecycle.Spec{Input: aurinko.AccountInput{
		ServiceType: "Office365", AuthOrgID: tenant, LoginString: tenant, AuthScopes: []string{"Mail.Read"},
	}}
}

func mailbox(email string) lifecycle.Spec {
	return lifecycle.Spec{Parent: googleParent, Input: aurinko.AccountInput{
		ServiceType: "Google", Email: email, AuthScopes: []string{"Mail.Read"},
	}}
}

func login(email, name string) lifecycle.Spec {
	return lifecycle.Spec{Parent: exchangeParent, Input: aurinko.AccountInput{
		ServiceType: "EWS", Email: email, LoginString: name, AuthScopes: []string{"Mail.Read"},
	}}
}

func personal(email, login, clientOrg string) lifecycle.Spec {
	return lifecycle.Spec{Personal: true, Input: aurinko.AccountInput{
		ServiceType: "IMAP", Email: email, LoginString: login, ClientOrgID: clientOrg, AuthScopes: []string{"Mail.Read"}, Password: "password of " + email,
	}}
}

// specs are one of each kind.
var specs = map[string]lifecycle.Spec{
	"Google":     google("acme.example"),
	"Exchange":   exchange("svc@acme.example", ""),
	"Office 365": office365("0b6cd9a4-5ef1-4d2e-93f0-35d3f1b6c1a1"),
	"mailbox":    mailbox("ceo@acme.example"),
	"login":      login("", "sales"),
	"personal":   personal("info@acme.example", "info", "acme"),
}

func named(s lifecycle.Spec, name string) lifecycle.Spec {
	s.Input.Name = name
	return s
}

// add puts an account there that somebody else has created, a day ago.
func (w world) add(s lifecycle.Spec) aurinko.AccountID {
	w.Helper()
	if s.Input.ServiceType == "Office365" {
		w.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", Daemon: true})
	}
	a := simulator.Account{
		ParentID: int64(s.Parent), Type: simulator.Daemon, ServiceType: s.Input.ServiceType, Name: "theirs",
		Email: s.Input.Email, LoginString: s.Input.LoginString, AuthOrgID: s.Input.AuthOrgID, AuthUserID: s.Input.AuthUserID,
		ServerURL: s.Input.ServerURL, ClientOrgID: s.Input.ClientOrgID, AuthString2: "theirs",
		CreatedAt: time.Now().Add(-24 * time.Hour), UpdatedAt: time.Now().Add(-24 * time.Hour),
	}
	switch {
	case s.Parent != 0:
		a.Type = simulator.Managed
	case s.Personal:
		a.Type = simulator.Personal
	}
	return aurinko.AccountID(w.AddAccount(a))
}

func (w world) create(r *lifecycle.Run, s lifecycle.Spec, adopt bool) (lifecycle.Written, error) {
	w.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", Daemon: true})
	return r.Create(w.Context(), s, adopt)
}

func (w world) mustCreate(r *lifecycle.Run, s lifecycle.Spec) aurinko.AccountID {
	w.Helper()
	written, err := w.create(r, s, false)
	if err != nil || written.Unread != nil {
		w.Fatalf("created with %v, read back with %v", err, written.Unread)
	}
	return written.Account.ID
}

// refuses fails the test unless err is a refusal for a reason, about an account.
func (w world) refuses(err error, reason lifecycle.Reason, about aurinko.AccountID) {
	w.Helper()
	if !lifecycle.Is(err, reason) || !strings.Contains(err.Error(), fmt.Sprintf("account %s: ", about)) {
		w.Fatalf("got %v, want account %s: %s", err, about, reason)
	}
}

func (w world) get(id aurinko.AccountID) simulator.Account {
	w.Helper()
	a, ok := w.Account(int64(id))
	if !ok {
		w.Fatalf("there is no account %s", id)
	}
	return a
}

// untouched fails the test when an account is not as add has left it.
func (w world) untouched(id aurinko.AccountID) {
	w.Helper()
	if a := w.get(id); a.Name != "theirs" || a.AuthString2 != "theirs" {
		w.Errorf("account %s was overwritten: %+v", id, a)
	}
}

// asked counts the requests so far by method and route; an empty route counts
// all.
func (w world) asked(method, route string) int {
	count := 0
	for _, r := range w.Journal() {
		if r.Method == method && (route == "" || r.Route == method+" /v1"+route) {
			count++
		}
	}
	return count
}

func (w world) writes() int { return w.asked("POST", "") + w.asked("DELETE", "") }

func listRoute(s lifecycle.Spec) string {
	if s.Parent != 0 || s.Personal {
		return "/v1/am/accounts"
	}
	return "/v1/am/svc_accounts"
}

// each runs a test for every kind, against a server of these quirks.
func each(t *testing.T, quirks simulator.Quirks, test func(world, lifecycle.Spec)) {
	t.Helper()
	for name, spec := range specs {
		t.Run(name, func(t *testing.T) { in(t, quirks, func(w world) { test(w, spec) }) })
	}
}

// bounded is a context that ends after so long.
func (w world) bounded(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(w.Context(), cmp.Or(d, time.Hour))
	w.Cleanup(cancel)
	return ctx
}

// keepAdding adds an account whenever the second page of a listing is asked for,
// so that every walk shifts.
func (w world) keepAdding(of func(string) lifecycle.Spec) {
	n := 0
	w.Inject(simulator.Fault{Method: "GET", Match: func(r *http.Request) bool {
		if r.URL.Query().Get("offset") == strconv.Itoa(w.Quirks().MaxPage) {
			n++
			w.add(of(fmt.Sprintf("more%d@acme.example", n)))
		}
		return false
	}})
}
