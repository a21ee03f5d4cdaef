package faults

import (
	"cmp"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A kind is a resource that the tests take through its life, in one variant
// and against a server of certain quirks.
type kind struct {
	name     string
	typeName string
	quirks   simulator.Quirks
	// created is the configuration at first, updated what it becomes: an
	// update in place that changes whatever can be.
	created, updated core.Values
	// unlisted: the server lists no such account, so that nothing but its id
	// leads to it.
	unlisted bool
}

const (
	parentID      = 501 // a Google service account, the parent of the managed accounts
	otherParentID = 502
	tenant        = "0b6cd9a4-5ef1-4d2e-93f0-35d3f1b6c1a1"
	guid          = "6f1f9a53-40cb-4a02-8f2c-2c7d3a4f1b1" // with a last digit
)

// kinds are every resource in all its variants.
func kinds(t testing.TB) []kind {
	t.Helper()
	key := acctest.Key()
	privateKey := acctest.PrivateKey(t, key)
	// Google's keys may be of any size, and parsing a small one is quick.
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	firstKey, secondKey := acctest.GoogleKey(t, "9001", "key-1", small), acctest.GoogleKey(t, "9001", "key-2", small)

	google := kind{
		name: "google", typeName: "aurinko_service_account",
		created: core.Values{
			"scopes": []string{"Mail.Read"},
			"google": core.Values{"domain": "acme.example", "credentials": firstKey},
		},
		updated: core.Values{
			"name": "Acme", "scopes": []string{"Mail.ReadWrite", "Calendar.Read"},
			"google": core.Values{"domain": "acme.example", "credentials": secondKey},
		},
	}
	mailbox := kind{
		name: "managed_account", typeName: "aurinko_managed_account",
		created: core.Values{
			"service_account_id": "501", "email": "Sales@acme.example", "scopes": []string{"Mail.Read"}, "name": "Sales",
		},
		updated: core.Values{
			"service_account_id": "501", "email": "sales@acme.example", "scopes": []string{"Mail.ReadWrite"}, "name": "Sales team",
			"timezone": "Europe/Vienna", "copy_to_sent": true,
		},
	}
	password := kind{
		name: "account", typeName: "aurinko_account",
		created: core.Values{"email": "Info@acme.example", "password": "first password", "scopes": []string{"Mail.Read"}, "client_org_id": "acme"},
		updated: core.Values{
			"email": "info@acme.example", "login": "info", "password": "second password", "server_url": "imap.acme.example",
			"scopes": []string{"Mail.ReadWrite"}, "client_org_id": "acme", "name": "Info", "trust_server": true,
		},
	}
	return []kind{
		password,
		writeOnly(password, "password"),
		signIn("office365", guid+"0", guid+"1"),
		signIn("google", "first.apps.googleusercontent.com", "second.apps.googleusercontent.com"),
		signIn("zoho", "first", "second"),
		writeOnly(signIn("office365", guid+"0", guid+"0"), "client_secret"),
		{
			name: "office365_daemon", typeName: "aurinko_office365_daemon",
			created: core.Values{
				"client_id":   guid + "2",
				"certificate": acctest.Certificate(t, key, "first", inBubble(180)), "private_key": privateKey,
			},
			updated: core.Values{
				"client_id":   guid + "2",
				"certificate": acctest.Certificate(t, key, "second", inBubble(360)), "private_key": privateKey,
			},
		},
		google,
		writeOnly(google, "google", "credentials"),
		google.with("google, not read by id", simulator.Quirks{RefuseServiceAccountGet: http.StatusForbidden}),
		{
			name: "exchange", typeName: "aurinko_service_account",
			created: core.Values{
				"scopes":   []string{"Mail.Read"},
				"exchange": core.Values{"server_url": "mail.acme.example", "username": "robot@acme.example", "password": "first password"},
			},
			updated: core.Values{
				"scopes":   []string{"Mail.ReadWrite"},
				"exchange": core.Values{"server_url": "mail.acme.example", "username": "robot@acme.example", "password": "second password"},
			},
		},
		{
			name: "office365", typeName: "aurinko_service_account",
			created: core.Values{
				"scopes": []string{"Mail.Read"}, "office365": core.Values{"tenant_id": tenant},
			},
			updated: core.Values{
				"name": "Acme", "scopes": []string{"Mail.Send"},
				"office365": core.Values{"tenant_id": tenant, "oauth_client_id": guid + "2"},
			},
		},
		mailbox,
		mailbox.with("managed_account, not listed", simulator.Quirks{HideManaged: true}),
		{
			name: "managed_account by login", typeName: "aurinko_managed_account",
			created: core.Values{"service_account_id": "501", "login": "sales", "scopes": []string{"Mail.Read"}},
			updated: core.Values{"service_account_id": "501", "login": "sales", "scopes": []string{"Mail.Read"}, "name": "Sales"},
		},
	}
}

// signIn is the OAuth settings of a service.
func signIn(service, firstID, secondID string) kind {
	return kind{
		name: service + "_oauth", typeName: "aurinko_" + service + "_oauth",
		created: core.Values{"client_id": firstID, "client_secret": "first secret"},
		updated: core.Values{"client_id": secondID, "scopes": []string{"Mail.Read"}, "client_secret": "second secret"},
	}
}

// writeOnly is the kind with the write-only form of a secret, which may be
// nested.
func writeOnly(k kind, path ...string) kind {
	var move func(core.Values, []string) core.Values
	move = func(config core.Values, path []string) core.Values {
		config = maps.Clone(config)
		if len(path) > 1 {
			config[path[0]] = move(config[path[0]].(core.Values), path[1:])
			return config
		}
		config[path[0]+"_wo"] = config[path[0]]
		delete(config, path[0])
		return config
	}
	k.name += ", write-only"
	k.created, k.updated = move(k.created, path), move(k.updated, path)
	return k
}

// inBubble is a time so many days after the one that every bubble begins with.
func inBubble(days int) time.Time {
	return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days)
}

// with is the kind against a server of other quirks.
func (k kind) with(name string, quirks simulator.Quirks) kind {
	k.name, k.quirks, k.unlisted = name, quirks, quirks.HideManaged
	return k
}

// isRegistration: an application has at most one of them.
func (k kind) isRegistration() bool {
	return k.typeName != "aurinko_service_account" && !k.isMailbox()
}

// isMailbox: it is an account that a 404 by its id proves to be gone.
func (k kind) isMailbox() bool {
	return k.typeName == "aurinko_managed_account" || k.typeName == "aurinko_account"
}

// A world is a simulated Aurinko in which others have accounts too, and a
// workspace with one resource.
type world struct {
	*core.Workspace
	simulator *simulator.Server
	only      *core.Resource
	older     string // all that belongs to others
}

// worldOf puts the only resource of a workspace beside what is there.
func worldOf(t testing.TB, server *simulator.Server, only *core.Resource, swallow func(*http.Request) bool) *world {
	w := &world{
		Workspace: &core.Workspace{T: t, Transport: simulator.Transport{Handler: server, Swallow: swallow}, Levels: [][]*core.Resource{{only}}},
		simulator: server,
		only:      only,
	}
	w.older = w.theirs()
	return w
}

// A moment is a world as it was.
type moment struct {
	quirks   simulator.Quirks
	accounts []simulator.Account
	regs     []simulator.OAuthReg
	resource core.Resource
}

func (w *world) moment(k kind) moment {
	return moment{k.quirks, w.simulator.Accounts(), w.simulator.OAuthRegs(), *w.only}
}

// again is another world like that.
func (m moment) again(t testing.TB, swallow func(*http.Request) bool) *world {
	t.Helper()
	server, err := simulator.New(simulator.Options{Quirks: m.quirks})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range m.accounts {
		server.AddAccount(a)
	}
	for _, r := range m.regs {
		server.SetOAuthReg(r)
	}
	only := m.resource
	return worldOf(t, server, &only, swallow)
}

func newWorld(t testing.TB, k kind) *world {
	t.Helper()
	server, err := simulator.New(simulator.Options{Quirks: k.quirks})
	if err != nil {
		t.Fatal(err)
	}
	// The neighbours resemble what the resources make as far as they can.
	server.AddAccount(simulator.Account{ID: parentID, Type: simulator.Daemon, ServiceType: "Google", AuthOrgID: "other.example", AuthUserID: "9001", Email: "sales@acme.example"})
	server.AddAccount(simulator.Account{ID: otherParentID, Type: simulator.Daemon, ServiceType: "EWS", AuthOrgID: "acme.example", LoginString: "robot@acme.example", ServerURL: "https://old.acme.example/EWS/Exchange.asmx"})
	server.AddAccount(simulator.Account{ID: otherParentID + 1, ParentID: otherParentID, ServiceType: "EWS", Email: "sales@acme.example", LoginString: "sales"})
	server.AddAccount(simulator.Account{ID: otherParentID + 2, ServiceType: "Google", Email: "sales@acme.example", LoginString: "sales"})
	for typeName, reg := range map[string]simulator.OAuthReg{
		"aurinko_office365_oauth":  {ServiceType: "Office365"},
		"aurinko_office365_daemon": {ServiceType: "Office365", Daemon: true},
		"aurinko_google_oauth":     {ServiceType: "Google"},
		"aurinko_zoho_oauth":       {ServiceType: "Zoho"},
	} {
		if typeName != k.typeName {
			reg.ClientID = "theirs"
			server.SetOAuthReg(reg)
		}
	}
	return worldOf(t, server, &core.Resource{Name: k.name, TypeName: k.typeName, Config: k.created}, nil)
}

// theirs is all that others have, to the letter.
func (w *world) theirs() string {
	accounts := slices.DeleteFunc(w.simulator.Accounts(), func(a simulator.Account) bool { return !isTheirs(a) })
	regs := slices.DeleteFunc(w.simulator.OAuthRegs(), func(r simulator.OAuthReg) bool { return r.ClientID != "theirs" })
	return mustJSON(accounts) + mustJSON(regs)
}

func isTheirs(a simulator.Account) bool { return a.ID <= otherParentID+2 }

// An object is an account or a registration that the workspace has made: its
// id as the state has it, and what it holds, secrets included, apart from what
// is made up anew each time.
type object struct{ id, content string }

func (w *world) ours() []object {
	var objects []object
	for _, a := range w.simulator.Accounts() {
		if isTheirs(a) {
			continue
		}
		id := mustJSON(a.ID)
		a.ID, a.UserID = 0, ""
		for _, flag := range []**bool{&a.CopyToSent, &a.TrustServer} {
			if *flag != nil && !**flag {
				*flag = nil // off is what unset means too
			}
		}
		for _, at := range []*time.Time{&a.CreatedAt, &a.UpdatedAt, &a.TokenIssuedAt, &a.AuthObtainedAt} {
			*at = time.Time{}
		}
		objects = append(objects, object{id, mustJSON(a)})
	}
	for _, r := range w.simulator.OAuthRegs() {
		if r.ClientID == "theirs" {
			continue
		}
		id := r.ServiceType
		if r.Daemon {
			id += "/daemon"
		}
		objects = append(objects, object{id, mustJSON(r)})
	}
	slices.SortFunc(objects, func(a, b object) int { return cmp.Compare(a.id, b.id) })
	return objects
}

func mustJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}
