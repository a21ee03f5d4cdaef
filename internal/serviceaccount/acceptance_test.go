package serviceaccount_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const (
	address = "aurinko_service_account.this"

	post          = "POST /v1/am/svc_accounts"
	remove        = "DELETE /v1/am/accounts/{id}"
	connect       = "POST /v1/am/accounts/connect"
	googleService = "112233" // client id of the Google service account
)

// googleKey is the JSON key with an id of a Google service account.
func googleKey(t *testing.T, clientID, keyID string) string {
	return acctest.GoogleKey(t, clientID, keyID, acctest.Key())
}

// account is a resource with the given attributes.
func account(attributes ...string) string {
	return "resource \"aurinko_service_account\" \"this\" {\n" + strings.Join(attributes, "\n") + "\n}\n"
}

// mail is the scopes that most tests ask for.
const mail = `scopes = ["Mail.Read", "Calendar.ReadWrite"]`

func google(domain, credentials string) string {
	return fmt.Sprintf("google = {\n  domain = %q\n  %s\n}", domain, credentials)
}

func plainKey(key string) string { return "credentials = " + acctest.Quote(key) }

func writeOnlyKey(key string, version int) string {
	return fmt.Sprintf("credentials_wo = %s\n  credentials_wo_version = %d", acctest.Quote(key), version)
}

func exchange(server, username, rest string) string {
	return fmt.Sprintf("exchange = {\n  server_url = %q\n  username = %s\n  %s\n}", server, acctest.Quote(username), rest)
}

func office365(tenant, rest string) string {
	return fmt.Sprintf("office365 = {\n  tenant_id = %q\n  %s\n}", tenant, rest)
}

// newServer is a server with a daemon registration for Office 365.
func newServer(t *testing.T, quirks simulator.Quirks) *acctest.Server {
	t.Helper()
	server := acctest.NewServer(t, simulator.Options{Quirks: quirks})
	server.Simulator.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", Daemon: true, ClientID: other})
	return server
}

// noAccounts checks that destroying has left nothing.
func noAccounts(server *acctest.Server) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if left := server.Simulator.Accounts(); len(left) > 0 {
			return fmt.Errorf("%d accounts are left", len(left))
		}
		return nil
	}
}

func TestServiceAccount_create(t *testing.T) {
	t.Parallel()

	key := googleKey(t, googleService, "key-1")
	lines := strings.Split(strings.TrimSpace(acctest.PrivateKey(t, acctest.Key())), "\n")
	keyBody := strings.Join(lines[1:len(lines)-1], "")
	scopes := []string{"Calendar.ReadWrite", "Mail.Read"}
	googleAccount := simulator.Account{
		ServiceType: "Google", AuthScopes: scopes, Name: "acme.example", AuthOrgID: "acme.example", AuthUserID: googleService,
		Email: "aurinko-112233@acme-mail.iam.gserviceaccount.com", LoginString: "key-1", ServerInfo: "acme-mail",
		AuthString1: keyBody, AuthString2: key,
	}

	tests := map[string]struct {
		config  string
		recycle string
		stored  simulator.Account
		state   core.Values
		unset   []string
	}{
		"Google": {
			account(mail, google("acme.example", plainKey(key))), "userId,orgId", googleAccount,
			core.Values{
				"service_type": "Google", "auth_org_id": "acme.example", "auth_user_id": googleService, "name": "acme.example", "login": "key-1",
				"email":               "aurinko-112233@acme-mail.iam.gserviceaccount.com",
				"google.client_email": "aurinko-112233@acme-mail.iam.gserviceaccount.com", "google.client_id": googleService,
				"google.project_id": "acme-mail", "google.private_key_id": "key-1",
				"token_status": "active", "credentials_revision": 1, "google.credentials": key,
			}, []string{"token_error", "client_org_id", "google.credentials_wo", "google.credentials_wo_version"},
		},
		"Google, write-only": {
			account(mail, google("acme.example", writeOnlyKey(key, 1))), "userId,orgId", googleAccount,
			core.Values{"google.client_id": googleService, "google.private_key_id": "key-1", "credentials_revision": 1, "google.credentials_wo_version": 1},
			[]string{"google.credentials", "google.credentials_wo"},
		},
		"Exchange": {
			account(mail, exchange("mail.acme.example", "svc@acme.example", `password = "hunter2"`)), "username,serverUrl",
			simulator.Account{
				ServiceType: "EWS", AuthScopes: scopes, Name: "acme.example", AuthOrgID: "acme.example", LoginString: "svc@acme.example",
				ServerURL: ewsURL, AuthString1: "svc@acme.example", AuthString2: "hunter2",
			},
			core.Values{
				"service_type": "EWS", "auth_org_id": "acme.example", "login": "svc@acme.example", "name": "acme.example", "credentials_revision": 1,
				"exchange.domain": "acme.example", "exchange.server_url": "mail.acme.example", "exchange.password": "hunter2",
			}, []string{"email", "auth_user_id", "exchange.password_wo"},
		},
		"Exchange, everything set": {
			account(mail, `name = "Acme"`, `client_org_id = "acme"`, exchange(ewsURL, `ACME\svc`, `domain = "acme.example"
				password_wo = "hunter2"`)), "username,serverUrl,clientOrgId",
			simulator.Account{
				ServiceType: "EWS", AuthScopes: scopes, Name: "Acme", ClientOrgID: "acme", AuthOrgID: "acme.example", LoginString: `ACME\svc`,
				ServerURL: ewsURL, AuthString1: `ACME\svc`, AuthString2: "hunter2",
			},
			core.Values{"login": `ACME\svc`, "name": "Acme", "client_org_id": "acme", "exchange.server_url": ewsURL},
			[]string{"exchange.password", "exchange.password_wo"},
		},
		"Office 365": {
			account(mail, office365(tenant, "")), "orgId",
			simulator.Account{ServiceType: "Office365", AuthScopes: scopes, AuthOrgID: tenant, LoginString: tenant},
			core.Values{"service_type": "Office365", "auth_org_id": tenant, "login": tenant}, []string{"name", "email", "office365.oauth_client_id"},
		},
		"Office 365, everything set": {
			account(mail, `name = "Acme"`, `client_org_id = "acme"`, office365(tenant, fmt.Sprintf("oauth_client_id = %q", other))), "orgId,clientOrgId",
			simulator.Account{
				ServiceType: "Office365", AuthScopes: scopes, Name: "Acme", ClientOrgID: "acme", AuthOrgID: tenant, LoginString: tenant, OAuthClientID: other,
			},
			core.Values{"name": "Acme", "office365.oauth_client_id": other}, nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLife(t, newServer(t, simulator.Quirks{}))
			phase := change{test.config, creates, once}.phase(t)
			phase.State = core.Values{"id": "1001"}
			for name, value := range test.state {
				phase.State[name] = value
			}
			for _, name := range test.unset {
				phase.State[name] = nil
			}
			phase.Check = func() error {
				want := []string{
					"GET /v1/am/svc_accounts?limit=1000", // the plan looks what exists
					"GET /v1/am/svc_accounts?limit=1000", // so does the plan that the apply makes
					"GET /v1/am/svc_accounts?limit=1000", // and the create, right before it writes
					"POST /v1/am/svc_accounts?recycleKeys=" + test.recycle,
					"GET /v1/am/accounts/1001",
				}
				if diff := cmp.Diff(want, l.Server.Requests()); diff != "" {
					return fmt.Errorf("other requests than wanted (-want +got):\n%s", diff)
				}
				test.stored.Type, test.stored.Active, test.stored.TokenStatus = simulator.Daemon, true, "active"
				decided := cmpopts.IgnoreFields(simulator.Account{}, "ID", "MailboxAddress", "UserID",
					"TokenIssuedAt", "AuthObtainedAt", "CreatedAt", "UpdatedAt") // by the server
				if diff := cmp.Diff([]simulator.Account{test.stored}, l.Server.Simulator.Accounts(), decided); diff != "" {
					return fmt.Errorf("the account is stored otherwise (-want +got):\n%s", diff)
				}
				return nil
			}
			l.Apply(phase)
			if core.Text(l.State, "created_at") == "" {
				t.Error("created_at is not set")
			}
			l.end()
		})
	}
}

// A change is a step in the life of a resource: another configuration, what is
// planned for it, and what it writes.
type change struct {
	config string
	plans  core.Expectation
	writes []string
}

// steps are changes for the real CLI.
func steps(server *acctest.Server, changes ...change) []resource.TestStep {
	list := make([]resource.TestStep, len(changes))
	for i, c := range changes {
		list[i] = c.plans.Step(server, address, c.config, c.writes...)
	}
	return list
}

// phase is a change without a CLI.
func (c change) phase(t *testing.T) core.Phase {
	t.Helper()
	return c.plans.Phase(t, c.config, c.writes...)
}

// later is a phase whose plan does not know these attributes yet.
func later(phase core.Phase, names ...string) core.Phase {
	phase.Final = phase.Config
	for _, name := range names {
		phase.Config = phase.Config.With(core.Values{name: core.Unknown})
	}
	return phase
}

// live goes through changes without a CLI, and destroys what is left.
func live(t *testing.T, server *acctest.Server, changes ...change) {
	t.Helper()
	l := newLife(t, server)
	for _, c := range changes {
		l.Apply(c.phase(t))
	}
	l.end()
}

// A life is a service account without a CLI.
type life struct {
	*core.Life
	t *testing.T
}

func newLife(t *testing.T, server *acctest.Server) life {
	return life{core.NewLife(t, server, "aurinko_service_account"), t}
}

// end destroys the account.
func (l life) end() {
	l.t.Helper()
	l.Apply(core.Phase{Action: "destroy", Writes: []string{remove}, Check: func() error { return noAccounts(l.Server)(nil) }})
}

var (
	creates, replaces, nothing = core.Creates, core.Replaces, core.Nothing
	// updates is an update that writes, and providerOnly one that does not.
	updates, providerOnly = core.Updates(), core.Updates()

	once  = []string{post}
	again = []string{remove, post}
)

func TestServiceAccount_google(t *testing.T) {
	t.Parallel()

	key, rotated := googleKey(t, googleService, "key-1"), googleKey(t, googleService, "key-2")
	third, stranger := googleKey(t, googleService, "key-3"), googleKey(t, "445566", "key-9")
	reformatted := strings.ReplaceAll(key, "\n  ", "\n\t\t")
	const name, aliases = `name = "Acme"`, `scopes = ["Calendar.ReadWrite", "Mail.ReadOnly"]`
	updates := core.Updates(followKey[1:]...)
	sendsKey := core.Updates("login") // the rest follows from another key

	live(t, newServer(t, simulator.Quirks{}),
		change{account(mail, google("acme.example", plainKey(key))), creates, once},
		change{account(mail, name, google("acme.example", plainKey(key))), updates, once},
		change{account(mail, google("acme.example", plainKey(key))), nothing, nil}, // the name is kept
		change{account(aliases, google("acme.example", plainKey(key))), nothing, nil},
		change{account(aliases, google("acme.example", plainKey(reformatted))), nothing, nil},
		change{account(`scopes = ["Mail.Send"]`, google("acme.example", plainKey(key))), updates, once},
		change{account(`scopes = ["Mail.Send"]`, google("Acme.Example", plainKey(key))), nothing, nil},
		change{account(mail, google("Acme.Example", plainKey(key))), updates, once},
		change{account(mail, google("acme.example", plainKey(rotated))), sendsKey, once},
		change{account(mail, `on_existing = "adopt"`, google("acme.example", plainKey(rotated))), providerOnly, nil},
		change{account(mail, `check_connection = false`, google("acme.example", plainKey(rotated))), providerOnly, nil},
		// Into the write-only form: the version alone decides, from the first one on.
		change{account(mail, google("acme.example", writeOnlyKey(rotated, 1))), updates, once},
		change{account(mail, google("acme.example", writeOnlyKey(third, 1))), nothing, nil},
		change{account(mail, google("acme.example", writeOnlyKey(third, 2))), sendsKey, once},
		change{account(mail, `name = "Acme Ltd"`, google("acme.example", writeOnlyKey(third, 2))), updates, once},
		change{account(mail, google("acme.example", plainKey(third))), providerOnly, nil},
		change{account(mail, google("acme.example", plainKey(stranger))), replaces, again},
		change{account(mail, google("other.example", plainKey(stranger))), replaces, again},
		change{account(mail, `client_org_id = "acme"`, google("other.example", plainKey(stranger))), replaces, again},
		change{account(mail, office365(tenant, "")), replaces, again},
	)
}

func TestServiceAccount_exchange(t *testing.T) {
	t.Parallel()

	password := func(server, username, password string) string {
		return account(mail, `name = "Acme"`, exchange(server, username, fmt.Sprintf("password = %q", password)))
	}
	versioned := func(password string, version int) string {
		return account(mail, `name = "Acme"`, exchange("mail.acme.example", "svc@acme.example",
			fmt.Sprintf("password_wo = %q\n  password_wo_version = %d", password, version)))
	}
	live(t, newServer(t, simulator.Quirks{}),
		change{password("mail.acme.example", "svc@acme.example", "hunter2"), creates, once},
		change{password("https://MAIL.acme.example/", "svc@acme.example", "hunter2"), nothing, nil},
		change{password(ewsURL, "svc@acme.example", "hunter2"), nothing, nil},
		change{password("mail.acme.example", "SVC@acme.example", "hunter2"), nothing, nil},
		change{password("mail.acme.example", "svc@acme.example", "hunter3"), updates, once},
		change{versioned("hunter3", 1), updates, once}, // the first version
		change{versioned("hunter4", 1), nothing, nil},
		change{versioned("hunter4", 2), updates, once},
		change{account(mail, `name = "Acme"`, exchange("mail.acme.example", "svc@acme.example", `domain = "mail.acme.example"
				password = "hunter4"`)), updates, once},
		change{password("mail2.acme.example", "svc@acme.example", "hunter4"), replaces, again},
		change{password("mail2.acme.example", "svc2@acme.example", "hunter4"), replaces, again},
		change{account(mail, google("acme.example", plainKey(googleKey(t, googleService, "key-1")))), replaces, again},
		change{password("mail.acme.example", "svc@acme.example", "hunter2"), replaces, again},
	)
}

func TestServiceAccount_office365(t *testing.T) {
	t.Parallel()

	client := func(id string) string { return fmt.Sprintf("oauth_client_id = %q", id) }
	live(t, newServer(t, simulator.Quirks{}),
		change{account(mail, office365(tenant, "")), creates, once},
		change{account(mail, office365(tenant, client(other))), updates, once},
		change{account(mail, office365(strings.ToUpper(tenant), client(other))), nothing, nil},
		change{account(mail, office365(tenant, "")), updates, once},
		change{account(mail, `name = "Acme"`, office365(tenant, "")), updates, once},
		change{account(mail, `name = "Acme"`, office365(other, "")), replaces, again},
	)
}

// A life with the real CLI, which alone can create before it destroys.
func TestAccServiceAccount(t *testing.T) {
	t.Parallel()

	config := func(tenant string, attributes ...string) string {
		return account(append(attributes, mail, office365(tenant, ""), "lifecycle {\n  create_before_destroy = true\n}")...)
	}
	server := newServer(t, simulator.Quirks{})
	run(t, server, steps(server,
		change{config(tenant), creates, once},
		change{config(tenant, `name = "Acme"`), updates, once},
		change{config(other), replaces, []string{post, remove}},
	)...)
}

// only is the id of the only account.
func only(s *simulator.Server) int64 { return s.Accounts()[0].ID }

func TestServiceAccount_changedOutside(t *testing.T) {
	t.Parallel()

	l := newLife(t, newServer(t, simulator.Quirks{}))
	config := account(mail, `name = "Acme"`, office365(tenant, ""))
	healed := func() error {
		a := l.Server.Simulator.Accounts()[0]
		if a.Name != "Acme" || !slices.Equal(a.AuthScopes, []string{"Calendar.ReadWrite", "Mail.Read"}) || a.AuthOrgID != tenant {
			return fmt.Errorf("the account is not healed: %+v", a)
		}
		return nil
	}
	outside := func(change func(*simulator.Account), c change) {
		phase := c.phase(t)
		phase.Before = func() { l.Server.Simulator.UpdateAccount(only(l.Server.Simulator), change) }
		phase.Check = healed
		l.Apply(phase)
	}
	l.Apply(change{config, creates, once}.phase(t))
	outside(func(a *simulator.Account) { a.Name = "Other" }, change{config, updates, once})
	outside(func(a *simulator.Account) { a.AuthScopes = []string{"Mail.All"} }, change{config, updates, once})
	outside(func(a *simulator.Account) { a.TokenStatus, a.TokenError = "dead", "consent was withdrawn" }, change{config, nothing, nil})
	outside(func(a *simulator.Account) { a.AuthOrgID = other }, change{config, replaces, again})
	l.Server.Simulator.RemoveAccount(only(l.Server.Simulator))
	l.Apply(change{config, creates, once}.phase(t))
	l.end()
}

// existing are accounts of each kind, as somebody has made them without
// Terraform.
func existing() map[string]simulator.Account {
	return map[string]simulator.Account{
		"google": {
			Type: simulator.Daemon, ServiceType: "Google", AuthOrgID: "acme.example", AuthUserID: googleService, LoginString: "key-1",
			Email: "aurinko-112233@acme-mail.iam.gserviceaccount.com", Name: "Acme", AuthScopes: []string{"Mail.Read", "Calendar.ReadWrite"},
		},
		"exchange": {
			Type: simulator.Daemon, ServiceType: "EWS", AuthOrgID: "acme.example", LoginString: "svc@acme.example",
			ServerURL: ewsURL, Name: "Acme", AuthScopes: []string{"Mail.Read", "Calendar.ReadWrite"},
		},
		"office365": {
			Type: simulator.Daemon, ServiceType: "Office365", AuthOrgID: tenant, LoginString: tenant,
			Name: "Acme", AuthScopes: []string{"Mail.Read", "Calendar.ReadWrite"},
		},
	}
}

// configs are configurations of the existing accounts.
func configs(t *testing.T) map[string]string {
	return map[string]string{
		"google":    account(mail, `name = "Acme"`, google("acme.example", plainKey(googleKey(t, googleService, "key-1")))),
		"exchange":  account(mail, `name = "Acme"`, exchange("mail.acme.example", "svc@acme.example", `password = "hunter2"`)),
		"office365": account(mail, `name = "Acme"`, office365(tenant, fmt.Sprintf("oauth_client_id = %q", other))),
	}
}

func TestAccServiceAccount_import(t *testing.T) {
	t.Parallel()

	// What Aurinko does not return.
	never := map[string][]string{
		"google":    {"google.credentials", "google.project_id", "credentials_revision"},
		"exchange":  {"exchange.password", "exchange.server_url", "credentials_revision"},
		"office365": {"office365.oauth_client_id", "credentials_revision"},
	}
	for kind, config := range configs(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			server := newServer(t, simulator.Quirks{})
			run(t, server,
				resource.TestStep{Config: acctest.Config(server, config)},
				resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: never[kind]},
			)
		})
	}
}

// A password is sent once after an import, since Aurinko does not return it. Of a
// Google key it returns the ID.
func TestServiceAccount_afterImport(t *testing.T) {
	t.Parallel()

	imported := configs(t)
	imported["google, write-only"] = account(mail, `name = "Acme"`, google("acme.example", "credentials_wo = "+acctest.Quote(googleKey(t, googleService, "key-1"))))
	imported["exchange, write-only"] = account(mail, `name = "Acme"`, exchange(ewsURL, "svc@acme.example", `password_wo = "hunter2"`))
	imported["office365, no client id"] = account(mail, office365(tenant, ""))

	tests := map[string]struct {
		plans  core.Expectation
		writes []string
	}{
		"google":                  {plans: providerOnly},
		"google, write-only":      {plans: nothing},
		"exchange":                {plans: updates, writes: once},
		"exchange, write-only":    {plans: core.Updates("credentials_revision"), writes: once},
		"office365":               {plans: updates, writes: once},
		"office365, no client id": {plans: nothing},
	}
	for name, config := range imported {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kind, _, _ := strings.Cut(name, ", ")
			l := newLife(t, newServer(t, simulator.Quirks{}))
			stored := existing()[kind]
			stored.ID = 1<<53 + 1
			l.Server.Simulator.AddAccount(stored)
			if found := l.Import(l.Resource, "9007199254740993"); found.Failed() {
				t.Fatal(found)
			}
			l.Apply(change{config, tests[name].plans, tests[name].writes}.phase(t))
			l.end()
		})
	}
}

func TestServiceAccount_importRefused(t *testing.T) {
	t.Parallel()

	tests := map[string]struct{ id, says string }{
		"a managed account":  {"2002", "Account 2002 is a managed account. Manage a mailbox under a service account with `aurinko_managed_account`"},
		"a personal account": {"3003", "Account 3003 is a personal account."},
		"none":               {"4004", "Cannot import what does not exist"},
		"no number":          {"acme.example", "The import ID is not an account ID."},
		"a negative number":  {"-1", "The import ID is not an account ID."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLife(t, newServer(t, simulator.Quirks{}))
			parent := l.Server.Simulator.AddAccount(existing()["exchange"])
			l.Server.Simulator.AddAccount(simulator.Account{ID: 2002, ParentID: parent, ServiceType: "EWS", Email: "sales@acme.example"})
			l.Server.Simulator.AddAccount(simulator.Account{ID: 3003, ServiceType: "Google", Email: "anna@acme.example"})
			if found := l.Import(l.Resource, test.id); !found.Fail(test.says) {
				t.Errorf("the import says %q, want %q", found, test.says)
			}
			acctest.AssertNoWrites(t, l.Server)
		})
	}
}

func TestServiceAccount_exists(t *testing.T) {
	t.Parallel()

	for kind, config := range configs(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			l := newLife(t, newServer(t, simulator.Quirks{}))
			stored := existing()[kind]
			stored.ID, stored.Name = 5005, "Somebody else's"
			l.Server.Simulator.AddAccount(stored)
			refused := change{config, creates, nil}.phase(t)
			refused.Fails = []string{"The service account already exists", "Account 5005 is this connection to", "import ID 5005 into the resource named above"}
			l.Apply(refused)
			acctest.AssertNoWrites(t, l.Server)
			adopted := change{strings.Replace(config, mail, mail+"\non_existing = \"adopt\"", 1), creates, once}.phase(t)
			adopted.State = core.Values{"id": "5005"}
			adopted.Check = func() error {
				if a, _ := l.Server.Simulator.Account(5005); a.Name != "Acme" {
					return fmt.Errorf("the account is not written: %+v", a)
				}
				return nil
			}
			l.Apply(adopted)
			l.end()
		})
	}
}

func TestServiceAccount_refused(t *testing.T) {
	t.Parallel()

	googleConfig := account(mail, `check_connection = true`, google("acme.example", plainKey(googleKey(t, googleService, "key-1"))))
	tests := map[string]struct {
		config string
		before func(*simulator.Server)
		says   []string
		writes []string
	}{
		"Office 365 without a daemon registration": {
			account(mail, office365(tenant, "")),
			func(s *simulator.Server) { s.RemoveOAuthReg("Office365", true) },
			[]string{"No Office 365 daemon registration", "The application has no Office 365 daemon app registration, which an `office365` service account needs. Declare it with the resource `aurinko_office365_daemon`"},
			once,
		},
		"Office 365, and the registrations cannot be listed": {
			account(mail, office365(tenant, "")),
			func(s *simulator.Server) {
				s.RemoveOAuthReg("Office365", true)
				s.Inject(simulator.Fault{Method: "GET", Route: "/v1/am/oauth_regs", Status: 403})
			},
			[]string{"Aurinko answered 400 badRequest to POST /am/svc_accounts: No Office 365 daemon registration", "Check the organization, the credential and the scopes"},
			once,
		},
		"Office 365, refused for another reason": {
			account(mail, office365(tenant, "")),
			func(s *simulator.Server) {
				s.Inject(simulator.Fault{Method: "POST", Route: "/v1/am/svc_accounts", Status: 400, Body: `{"code":"badRequest","message":"The tenant is unknown"}`})
			},
			[]string{"Aurinko answered 400 badRequest to POST /am/svc_accounts: The tenant is unknown. Check the organization, the credential and the scopes"},
			once,
		},
		"a connection that does not work": {
			googleConfig,
			func(s *simulator.Server) { s.NoMailbox("aurinko-112233@acme-mail.iam.gserviceaccount.com") },
			[]string{"Mailbox not found.", "Nothing was written."},
			[]string{connect},
		},
		"a connection whose status is not good": {
			googleConfig,
			func(s *simulator.Server) { s.SetQuirks(simulator.Quirks{ConnectStatus: "Failed"}) },
			[]string{`the connection's status is "Failed". Nothing was written.`},
			[]string{connect},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newServer(t, simulator.Quirks{})
			test.before(server.Simulator)
			l := newLife(t, server)
			refused := change{test.config, creates, nil}.phase(t)
			refused.Fails = test.says
			l.Apply(refused)
			acctest.AssertWrites(t, server, test.writes...)
		})
	}
}

func TestServiceAccount_checkConnection(t *testing.T) {
	t.Parallel()

	server := newServer(t, simulator.Quirks{ConnectStatus: "OK"})
	checked := append([]string{connect}, post)
	live(t, server,
		change{account(mail, "check_connection = true", office365(tenant, "")), creates, checked},
		change{account(mail, `name = "Acme"`, "check_connection = true", office365(tenant, "")), updates, checked},
		change{account(mail, `name = "Acme"`, office365(tenant, "")), providerOnly, nil},
	)
}

// What another resource makes is not known when the plan is made; the property test of
// plans has every attribute.
func TestAccServiceAccount_unknown(t *testing.T) {
	t.Parallel()

	server := newServer(t, simulator.Quirks{})
	created := steps(server, change{
		"resource \"terraform_data\" \"later\" {\n  input = " + acctest.Quote(googleKey(t, googleService, "key-1")) + "\n}\n" +
			account(mail, google("acme.example", "credentials = terraform_data.later.output")),
		creates, once,
	})[0]
	created.Check = resource.ComposeTestCheckFunc(created.Check,
		resource.TestCheckResourceAttr(address, "google.project_id", "acme-mail"),
		resource.TestCheckResourceAttr(address, "auth_org_id", "acme.example"),
		resource.TestCheckResourceAttr(address, "credentials_revision", "1"))
	run(t, server, created)
}

// A key that somebody changed in Aurinko is put back, once.
func TestServiceAccount_keyChangedOutside(t *testing.T) {
	t.Parallel()

	key := googleKey(t, googleService, "key-1")
	for name, credentials := range map[string]string{
		"plain": plainKey(key), "write-only": "credentials_wo = " + acctest.Quote(key), "versioned": writeOnlyKey(key, 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLife(t, newServer(t, simulator.Quirks{}))
			config := account(mail, google("acme.example", credentials))
			l.Apply(change{config, creates, once}.phase(t))
			healed := change{config, core.Updates(followKey...), once}.phase(t)
			healed.Before = func() {
				l.Server.Simulator.UpdateAccount(only(l.Server.Simulator), func(a *simulator.Account) { a.LoginString, a.AuthString2 = "key-9", "another" })
			}
			healed.State = core.Values{"credentials_revision": 1, "google.private_key_id": "key-1", "login": "key-1"} // the one that was sent last
			healed.Check = func() error { return stores(l.Server, key)(nil) }
			l.Apply(healed)
			l.end()
		})
	}
}

// A value that is unknown in the plan turns out to identify another account.
// Terraform does not turn an update into a replacement. Nothing is written, and the next
// plan shows the replacement.
func TestServiceAccount_turnsOutToBeAnother(t *testing.T) {
	t.Parallel()

	l := newLife(t, newServer(t, simulator.Quirks{}))
	config := func(key string) string { return account(mail, google("acme.example", plainKey(key))) }
	keyed := func(key string, plans core.Expectation, writes ...string) core.Phase {
		return later(change{config(key), plans, writes}.phase(t), "google.credentials")
	}
	open := core.Updates(slices.Sorted(slices.Values(append([]string{"google.credentials"}, followKey...)))...)
	stranger := acctest.GoogleKey(t, "445566", "key-9", acctest.OtherKey())
	refused := keyed(stranger, open)
	refused.Fails = []string{"the action changed from update to replace"}
	l.Apply(
		keyed(googleKey(t, googleService, "key-1"), creates, post),
		keyed(acctest.GoogleKey(t, googleService, "key-2", acctest.OtherKey()), open, post),
		refused,
	)
	acctest.AssertNoWrites(t, l.Server)
	// Nothing is known of a whole object, so that a replacement is planned.
	elsewhere := change{strings.Replace(config(stranger), "acme.example", "other.example", 1), replaces, again}.phase(t)
	exchanged := change{account(mail, exchange("mail.acme.example", "svc@acme.example", `password = "hunter2"`)), replaces, again}.phase(t)
	l.Apply(
		change{config(stranger), replaces, again}.phase(t),
		later(elsewhere, "google"),
		later(exchanged, "google", "exchange"),
	)
	l.end()
}

// A write-only secret that differs on each run is sent only with another version.
func TestAccServiceAccount_secretDiffersOnEachRun(t *testing.T) {
	t.Parallel()

	config := func(version int) string {
		return account(mail, exchange("mail.acme.example", "svc@acme.example",
			fmt.Sprintf("password_wo = \"one of ${plantimestamp()}\"\n  password_wo_version = %d", version)))
	}
	server := newServer(t, simulator.Quirks{})
	list := steps(server, change{config(1), creates, once}, change{config(2), core.Updates(), once})
	list[1].Check = resource.ComposeTestCheckFunc(list[1].Check, resource.TestCheckResourceAttr(address, "credentials_revision", "2"))
	run(t, server, list...)
}
