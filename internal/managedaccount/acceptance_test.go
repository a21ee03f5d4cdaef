package managedaccount_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
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
	address = "aurinko_managed_account.sales"

	post   = "POST /v1/am/svc_accounts/{accId}/accounts"
	remove = "DELETE /v1/am/accounts/{id}"

	tenant = "1b4e28ba-2fa1-4d3b-8c5e-0123456789ab"

	// The two service accounts that every server has.
	officeID, exchangeID = 501, 502
)

// newServer is a server with two service accounts, which these tests do not
// manage with Terraform.
func newServer(t *testing.T) *acctest.Server {
	t.Helper()
	server := acctest.NewServer(t, simulator.Options{})
	for _, a := range []simulator.Account{
		{ID: officeID, Type: simulator.Daemon, ServiceType: "Office365", AuthOrgID: tenant, LoginString: tenant},
		{ID: exchangeID, Type: simulator.Daemon, ServiceType: "EWS", LoginString: "svc@acme.example", ServerURL: "https://mail.acme.example/EWS/Exchange.asmx"},
	} {
		server.Simulator.AddAccount(a)
	}
	return server
}

// mailboxes are the managed accounts of a server.
func mailboxes(s *simulator.Server) []simulator.Account {
	return slices.DeleteFunc(s.Accounts(), func(a simulator.Account) bool { return a.Type != simulator.Managed })
}

// noMailboxes checks that destroying has left nothing but the service accounts.
func noMailboxes(server *acctest.Server) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if left := mailboxes(server.Simulator); len(left) > 0 || len(server.Simulator.Accounts()) != 2 {
			return fmt.Errorf("the accounts left are %+v", server.Simulator.Accounts())
		}
		return nil
	}
}

// under is a mailbox under a service account, with the given attributes.
func under(serviceAccount int, attributes ...string) string {
	return fmt.Sprintf("resource \"aurinko_managed_account\" \"sales\" {\n  service_account_id = %d\n  %s\n}\n",
		serviceAccount, strings.Join(attributes, "\n  "))
}

// Attributes that most tests have.
const (
	sales = `email = "Sales@acme.example"`
	mail  = `scopes = ["Mail.Read", "Calendar.ReadWrite"]`
)

// everything is all attributes of a mailbox.
var everything = []string{
	sales, `login = "ACME\\sales"`, mail, `name = "Sales"`, `timezone = "Europe/Vienna"`, `client_org_id = "acme"`,
	`user_id = "user-1"`, `user_account = "primary"`, "ensure_access = true", "copy_to_sent = true", "trust_server = false",
}

// With the real CLI an account is created under one that is not known yet, imported,
// updated and destroyed.
func TestAccManagedAccount(t *testing.T) {
	t.Parallel()

	server := newServer(t)
	config := "resource \"terraform_data\" \"parent\" {\n  input = 501\n}\n" +
		strings.NewReplacer("id = 501", "id = terraform_data.parent.output", "server = false", "server = true").Replace(under(officeID, everything...)) // false is read as null
	acctest.Test(t, resource.TestCase{
		CheckDestroy: noMailboxes(server),
		Steps: []resource.TestStep{
			core.Creates.Step(server, address, config, post),
			// Aurinko does not return these, and user_id alone is not read.
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"user_id", "user_account", "ensure_access"}},
			core.Updates().Step(server, address, strings.Replace(config, `"Sales"`, `"Team"`, 1), post),
		},
	})
}

func TestManagedAccount_create(t *testing.T) {
	t.Parallel()

	on, off := true, false
	scopes := []string{"Calendar.ReadWrite", "Mail.Read"}
	tests := map[string]struct {
		config string
		query  string
		stored simulator.Account
		state  core.Values
	}{
		"no more than a mailbox": {
			under(officeID, sales, mail), "recycleKeys=email",
			simulator.Account{ParentID: officeID, ServiceType: "Office365", Email: "Sales@acme.example", AuthScopes: scopes},
			core.Values{
				"email": "Sales@acme.example", "service_type": "Office365", "service_account_id": "501",
				"mailbox_address": "sales@acme.example", "token_status": "active", "name": nil, "timezone": nil, "login": nil, "client_org_id": nil,
				"copy_to_sent": nil, "trust_server": nil, "ensure_access": nil, "user_account": nil, "token_error": nil,
			},
		},
		"no more than a login": {
			under(exchangeID, `login = "ACME\\sales"`, mail), "recycleKeys=username",
			simulator.Account{ParentID: exchangeID, ServiceType: "EWS", LoginString: `ACME\sales`, AuthScopes: scopes},
			core.Values{"login": `ACME\sales`, "service_type": "EWS", "email": nil},
		},
		"everything": {
			under(officeID, everything...), "ensureAccess=true&recycleKeys=email&userAccount=primary&userId=user-1",
			simulator.Account{
				ParentID: officeID, ServiceType: "Office365", Email: "Sales@acme.example", LoginString: `ACME\sales`, AuthScopes: scopes,
				Name: "Sales", Timezone: "Europe/Vienna", ClientOrgID: "acme", UserID: "user-1", UserAccount: "primary",
				CopyToSent: &on, TrustServer: &off,
			},
			core.Values{
				"login": `ACME\sales`, "name": "Sales", "timezone": "Europe/Vienna", "client_org_id": "acme", "user_id": "user-1",
				"user_account": "primary", "ensure_access": true, "copy_to_sent": true, "trust_server": false,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLife(t)
			phase := change{test.config, creates, once}.phase(t)
			phase.State = test.state.With(core.Values{"id": "1001"})
			phase.Check = func() error {
				want := []string{
					"GET /v1/am/accounts?limit=1000",                            // the plan looks what exists
					"GET /v1/am/accounts?limit=1000",                            // and so does the apply
					fmt.Sprintf("GET /v1/am/accounts/%d", test.stored.ParentID), // for its service type
					fmt.Sprintf("POST /v1/am/svc_accounts/%d/accounts?%s", test.stored.ParentID, test.query),
					"GET /v1/am/accounts/1001",
				}
				if diff := cmp.Diff(want, l.Server.Requests()); diff != "" {
					return fmt.Errorf("other requests than wanted (-want +got):\n%s", diff)
				}
				if core.Text(l.State, "created_at") == "" {
					return errors.New("created_at is not in the state")
				}
				test.stored.Type, test.stored.Active, test.stored.TokenStatus = simulator.Managed, true, "active"
				decided := []string{"ID", "MailboxAddress", "TokenIssuedAt", "AuthObtainedAt", "CreatedAt", "UpdatedAt"} // by the server
				if test.stored.UserID == "" {
					decided = append(decided, "UserID")
				}
				diff := cmp.Diff([]simulator.Account{test.stored}, mailboxes(l.Server.Simulator), cmpopts.IgnoreFields(simulator.Account{}, decided...))
				if diff != "" {
					return fmt.Errorf("the account is stored otherwise (-want +got):\n%s", diff)
				}
				return nil
			}
			l.Apply(phase)
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

// phase is a change without a CLI.
func (c change) phase(t *testing.T) core.Phase {
	t.Helper()
	return c.plans.Phase(t, c.config, c.writes...)
}

// live goes through changes without a CLI, and destroys what is left.
func live(t *testing.T, changes ...change) {
	t.Helper()
	l := newLife(t)
	for _, c := range changes {
		l.Apply(c.phase(t))
	}
	l.end()
}

// A life is a managed account without a CLI.
type life struct {
	*core.Life
	t *testing.T
}

func newLife(t *testing.T) life {
	return life{core.NewLife(t, newServer(t), "aurinko_managed_account"), t}
}

// end destroys the account.
func (l life) end() {
	l.t.Helper()
	l.Apply(core.Phase{Action: "destroy", Writes: []string{remove}, Check: func() error { return noMailboxes(l.Server)(nil) }})
}

// imports puts an account into the simulator, and then into the state.
func (l life) imports(a simulator.Account) {
	l.t.Helper()
	if found := l.Import(l.Resource, strconv.FormatInt(l.Server.Simulator.AddAccount(a), 10)); found.Failed() {
		l.t.Fatal(found)
	}
}

var (
	creates, replaces, nothing = core.Creates, core.Replaces, core.Nothing
	// updates is an update that writes, renamed one that tells the mail service
	// another name of the mailbox, and local one that writes nothing.
	updates, renamed, local = core.Updates(), core.Updates("mailbox_address"), core.Updates()

	once  = []string{post}
	again = []string{remove, post}
)

func TestManagedAccount_update(t *testing.T) {
	t.Parallel()

	copies := func(want bool) func(simulator.Account) bool {
		return func(a simulator.Account) bool { return a.CopyToSent != nil && *a.CopyToSent == want }
	}
	const aliases = `scopes = ["Calendar.ReadWrite", "Mail.ReadOnly"]`
	const name, zone = `name = "Sales"`, `timezone = "Europe/Vienna"`

	changes := []struct {
		change
		holds func(simulator.Account) bool
	}{
		{change{under(officeID, sales, mail), creates, once}, func(a simulator.Account) bool { return a.CopyToSent == nil }},
		{change{under(officeID, sales, mail, name), updates, once}, func(a simulator.Account) bool { return a.Name == "Sales" && a.CopyToSent == nil }},
		{change{under(officeID, sales, mail, name, zone), updates, once}, func(a simulator.Account) bool { return a.Timezone == "Europe/Vienna" && a.Name == "Sales" }},
		{change{under(officeID, sales, mail), nothing, nil}, func(a simulator.Account) bool { return a.Timezone == "Europe/Vienna" && a.Name == "Sales" }},
		{change{under(officeID, `email = "sales@ACME.example"`, mail), nothing, nil}, nil},
		{change{under(officeID, sales, aliases), nothing, nil}, nil},
		{change{under(officeID, sales, `scopes = ["Mail.Send"]`), updates, once}, func(a simulator.Account) bool {
			return slices.Equal(a.AuthScopes, []string{"Mail.Send"}) && a.Name == "Sales" && a.Email == "Sales@acme.example"
		}},
		{change{under(officeID, sales, mail, "copy_to_sent = true"), updates, once}, copies(true)},
		{change{under(officeID, sales, mail, "copy_to_sent = false"), updates, once}, copies(false)},
		{change{under(officeID, sales, mail, "copy_to_sent = true"), updates, once}, copies(true)},
		{change{under(officeID, sales, mail), updates, once}, copies(false)},
		{change{under(officeID, sales, mail, `client_org_id = "acme"`), updates, once}, func(a simulator.Account) bool { return a.ClientOrgID == "acme" }},
		{change{under(officeID, sales, mail, `on_existing = "adopt"`), local, nil}, nil},
		{change{under(officeID, sales, mail, "ensure_access = true"), updates, once}, nil},
		{change{under(officeID, sales, mail, `login = "sales"`), renamed, once}, func(a simulator.Account) bool { return a.LoginString == "sales" }},
		{change{under(officeID, sales, mail, `login = "SALES"`), nothing, nil}, nil},
		// What Aurinko knows is kept, and from here on the login identifies the account.
		{change{under(officeID, `login = "sales"`, mail), nothing, nil}, nil},
		{change{under(officeID, `login = "sales"`, mail, `name = "Other"`), updates, once}, func(a simulator.Account) bool {
			return a.Email == "Sales@acme.example" && a.Name == "Other"
		}},
	}
	l := newLife(t)
	for _, c := range changes {
		phase := c.phase(t)
		phase.Check = func() error {
			if a := mailboxes(l.Server.Simulator); len(a) != 1 || c.holds != nil && !c.holds(a[0]) {
				return fmt.Errorf("the accounts stored are %+v", a)
			}
			return nil
		}
		l.Apply(phase)
	}
	l.end()
}

func TestManagedAccount_replace(t *testing.T) {
	t.Parallel()

	user := func(id, account string) string {
		return fmt.Sprintf("user_id = %q\n  user_account = %q", id, account)
	}
	live(t,
		change{under(officeID, sales, mail), creates, once},
		change{under(officeID, `email = "sales2@acme.example"`, mail), replaces, again},
		change{under(exchangeID, `email = "sales2@acme.example"`, mail), replaces, again},
		change{under(exchangeID, `email = "sales2@acme.example"`, mail, user("user-1", "primary")), replaces, again},
		change{under(exchangeID, `email = "sales2@acme.example"`, mail, user("user-2", "primary")), replaces, again},
		change{under(exchangeID, `email = "sales2@acme.example"`, mail, user("user-2", "secondary")), replaces, again},
		change{under(exchangeID, `login = "sales"`, `email = "sales2@acme.example"`, mail, user("user-2", "secondary")), renamed, once},
		change{under(exchangeID, `login = "sales3"`, `email = "sales2@acme.example"`, mail, user("user-2", "secondary")), replaces, again},
	)
}

func TestManagedAccount_changedOutside(t *testing.T) {
	t.Parallel()

	l := newLife(t)
	config := under(officeID, sales, mail, `name = "Sales"`, "copy_to_sent = true")
	outside := func(change func(*simulator.Account), c change) {
		phase := c.phase(t)
		phase.Before = func() { l.Server.Simulator.UpdateAccount(mailboxes(l.Server.Simulator)[0].ID, change) }
		phase.Check = func() error {
			a := mailboxes(l.Server.Simulator)[0]
			if a.Name != "Sales" || !slices.Equal(a.AuthScopes, []string{"Calendar.ReadWrite", "Mail.Read"}) || !*a.CopyToSent {
				return fmt.Errorf("the account is not healed: %+v", a)
			}
			return nil
		}
		l.Apply(phase)
	}
	off := false
	l.Apply(change{config, creates, once}.phase(t))
	outside(func(a *simulator.Account) { a.Name = "Other" }, change{config, updates, once})
	outside(func(a *simulator.Account) { a.AuthScopes = []string{"Mail.All"} }, change{config, updates, once})
	outside(func(a *simulator.Account) { a.CopyToSent = &off }, change{config, updates, once})
	outside(func(a *simulator.Account) { a.Timezone = "Europe/Vienna" }, change{config, nothing, nil})
	outside(func(a *simulator.Account) { a.TokenStatus, a.TokenError = "invalid", "refused" }, change{config, nothing, nil})
	outside(func(a *simulator.Account) { a.Email = "other@acme.example" }, change{config, replaces, again})
	l.Server.Simulator.RemoveAccount(mailboxes(l.Server.Simulator)[0].ID)
	l.Apply(change{config, creates, once}.phase(t))
	l.end()
}

// An account that is deleted between plan and apply is not made anew by an
// update: upserts would do so.
func TestManagedAccount_deletedAfterPlan(t *testing.T) {
	t.Parallel()

	l := newLife(t)
	l.Apply(change{under(officeID, sales, mail), creates, once}.phase(t))
	renamed := change{under(officeID, sales, mail, `name = "Sales"`), updates, once}.phase(t)
	gone := renamed
	gone.Before = func() { // the refresh finds it, the update does not
		l.Server.Simulator.Inject(simulator.Fault{Method: http.MethodGet, Route: "/v1/am/accounts/{id}", Skip: 1, Status: http.StatusNotFound})
	}
	gone.Fails = []string{"was deleted after the plan was made. Nothing was written. Plan again: Terraform then creates the account."}
	l.Apply(gone)
	acctest.AssertNoWrites(t, l.Server)
	l.Server.Simulator.ClearFaults()
	l.Apply(renamed)
	l.end()
}

func TestManagedAccount_afterImport(t *testing.T) {
	t.Parallel()

	on := true
	tests := map[string]struct {
		stored simulator.Account
		config string
		plans  core.Expectation
		writes []string
	}{
		"as it is": {
			simulator.Account{Email: "sales@ACME.example", Name: "Sales", CopyToSent: &on},
			under(officeID, sales, mail, `name = "Sales"`, "copy_to_sent = true"), nothing, nil,
		},
		"as it is, no more said than needed": {
			simulator.Account{Email: "sales@acme.example", Name: "Sales", Timezone: "Europe/Vienna", ClientOrgID: "acme", LoginString: "sales"},
			under(officeID, sales, mail), nothing, nil,
		},
		"another name": {
			simulator.Account{Email: "sales@acme.example", Name: "Other"},
			under(officeID, sales, mail, `name = "Sales"`), updates, once,
		},
		"switches": {
			simulator.Account{Email: "sales@acme.example", CopyToSent: &on},
			under(officeID, sales, mail), updates, once,
		},
		"of a user": { // Aurinko does not return user_account
			simulator.Account{Email: "sales@acme.example", UserID: "user-1", UserAccount: "primary"},
			under(officeID, sales, mail, `user_id = "user-1"`, `user_account = "primary"`), updates, once,
		},
		"by login": {
			simulator.Account{LoginString: "SALES"}, under(officeID, `login = "sales"`, mail), nothing, nil,
		},
		"another mailbox": {
			simulator.Account{Email: "other@acme.example"}, under(officeID, sales, mail), replaces, again,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.stored.ID, test.stored.ParentID, test.stored.ServiceType = 1<<53+1, officeID, "Office365"
			test.stored.AuthScopes = []string{"Mail.Read", "Calendar.ReadWrite"}
			l := newLife(t)
			l.imports(test.stored)
			l.Apply(change{test.config, test.plans, test.writes}.phase(t))
			l.end()
		})
	}
}

// A user that is first set after an import replaces nothing, as long as nothing else
// was written: it may be the one that the account has.
func TestManagedAccount_userAfterImport(t *testing.T) {
	t.Parallel()

	user := []string{`user_id = "user-1"`, `user_account = "primary"`}
	for name, test := range map[string]struct {
		between change
		plans   core.Expectation
		writes  []string
	}{
		"nothing was written": {between: change{under(officeID, sales, mail, `on_existing = "adopt"`), local, nil}, plans: updates, writes: once},
		"something was":       {between: change{under(officeID, sales, mail, `name = "Sales"`), updates, once}, plans: replaces, writes: again},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLife(t)
			l.imports(simulator.Account{
				ID: 5005, ParentID: officeID, ServiceType: "Office365", Email: "sales@acme.example", AuthScopes: []string{"Mail.Read", "Calendar.ReadWrite"},
			})
			for _, c := range []change{
				{under(officeID, sales, mail), nothing, nil}, test.between,
				{under(officeID, append(user, sales, mail)...), test.plans, test.writes},
			} {
				l.Apply(c.phase(t))
			}
			l.end()
		})
	}
}

func TestManagedAccount_importRefused(t *testing.T) {
	t.Parallel()

	tests := map[string]struct{ id, says string }{
		"a service account":  {"501", "Account 501 is of type \"daemon\". Manage a service account with `aurinko_service_account`"},
		"a personal account": {"3003", "a mailbox with a password of its own with `aurinko_account`"},
		"none":               {"4004", "Cannot import what does not exist"},
		"no number":          {"sales@acme.example", "The import ID is not an account ID."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLife(t)
			l.Server.Simulator.AddAccount(simulator.Account{ID: 3003, ServiceType: "Google", Email: "anna@acme.example"})
			if found := l.Import(l.Resource, test.id); !found.Fail(test.says) {
				t.Errorf("the import says %q, want %q", found, test.says)
			}
			acctest.AssertNoWrites(t, l.Server)
		})
	}
}

func TestManagedAccount_exists(t *testing.T) {
	t.Parallel()

	for name, key := range map[string]string{"by email": sales, "by login": `login = "Sales.Team"`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLife(t)
			there := simulator.Account{
				ID: 5005, ParentID: officeID, ServiceType: "Office365", Email: "sales@acme.example", LoginString: "Sales.Team", Name: "Somebody else's",
			}
			l.Server.Simulator.AddAccount(there)
			l.Config = core.Parse(t, under(officeID, key, mail, `name = "Sales"`))
			_, found := l.Plan()
			for _, text := range []string{
				"The managed account already exists", "To manage it with Terraform, import ID 5005 into the resource named above, or set",
				"use `terraform destroy -refresh=false`",
			} {
				if !found.Fail(text) {
					t.Errorf("the plan says %q, want %q", found, text)
				}
			}
			adopt := change{under(officeID, key, mail, `name = "Sales"`, `on_existing = "adopt"`), creates, once}.phase(t)
			adopt.State = core.Values{"id": "5005", "name": "Sales"}
			l.Apply(adopt)
			l.end()
		})
	}
}

// An account that was written stays in the state when it cannot be read back:
// an error would have Terraform replace it.
func TestManagedAccount_notReadBack(t *testing.T) {
	t.Parallel()

	l := newLife(t)
	unreadable := func(skip int, c change) {
		t.Helper()
		phase := c.phase(t)
		phase.Before = func() {
			l.Server.Simulator.Inject(simulator.Fault{
				Method: http.MethodGet, Route: "/v1/am/accounts/{id}", Status: http.StatusForbidden,
				Match: func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/1001") }, Skip: skip, Times: 1,
			})
		}
		phase.Check = func() error {
			if journal := l.Server.Simulator.Journal(); journal[len(journal)-1].Fault != "status 403" {
				return errors.New("the account was read back")
			}
			return nil
		}
		l.Apply(phase)
	}
	unreadable(0, change{under(officeID, sales, mail), creates, once})
	unreadable(2, change{under(officeID, sales, mail, `name = "Sales"`), updates, once}) // after the refresh, and the look before the write
	l.end()
}

func TestManagedAccount_refused(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		config string
		says   string
		writes []string
	}{
		"no such service account": {
			under(999, sales, mail),
			"This Aurinko application has no service account 999. Nothing was written.", nil,
		},
		"a managed account for a service account": {
			under(5005, sales, mail),
			"Account 5005 is a managed account, not a service account. Nothing was written.", nil,
		},
		"no access": {
			under(officeID, sales, mail, "ensure_access = true"),
			"Aurinko answered 400 badRequest to POST /am/svc_accounts/{id}/accounts: Mailbox not found. Request ID", once,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLife(t)
			server := l.Server
			server.Simulator.AddAccount(simulator.Account{ID: 5005, ParentID: officeID, ServiceType: "Office365", Email: "other@acme.example"})
			server.Simulator.NoMailbox("sales@acme.example")
			refused := change{test.config, creates, nil}.phase(t)
			refused.Fails = []string{test.says}
			l.Apply(refused)
			acctest.AssertWrites(t, server, test.writes...)
			if left := mailboxes(server.Simulator); len(left) != 1 {
				t.Errorf("there are %d mailboxes, want the one that was there before", len(left))
			}
		})
	}
}

func TestManagedAccount_validation(t *testing.T) {
	t.Parallel()

	tests := map[string]struct{ config, says string }{
		"neither email nor login": {under(officeID, mail), "Set `email`, `login` or both."},
		"empty set":               {under(officeID, sales, "scopes = []"), "Attribute scopes set must contain at least 1 elements, got: 0"},
		"unknown scope":           {under(officeID, sales, `scopes = ["mail.read"]`), `"mail.read" is not an Aurinko scope. Did you mean "Mail.Read"`},
		"no e-mail address":       {under(officeID, `email = "sales"`, mail), "The value must be one email address such as sales@acme.example."},
		"e-mail with a name":      {under(officeID, `email = "Sales <sales@acme.example>"`, mail), "The value must be the bare email address"},
		"empty login":             {under(officeID, `login = ""`, mail), "Attribute login string length must be at least 1"},
		"time zone":               {under(officeID, sales, mail, `timezone = "europe/vienna"`), "Did you mean Europe/Vienna?"},
		"a time zone of Windows":  {under(officeID, sales, mail, `timezone = "W. Europe Standard Time"`), "the names that Windows and Exchange use are not."},
		"user_id alone":           {under(officeID, sales, mail, `user_id = "user-1"`), `Attribute "user_account" must be specified when "user_id" is specified`},
		"user_account alone":      {under(officeID, sales, mail, `user_account = "primary"`), `Attribute "user_id" must be specified when "user_account" is specified`},
		"user_account":            {under(officeID, sales, mail, `user_id = "user-1"`, `user_account = "third"`), `value must be one of: ["primary" "secondary"], got: "third"`},
		"on_existing":             {under(officeID, sales, mail, `on_existing = "take"`), `value must be one of: ["error" "adopt"], got: "take"`},
		"service_account_id":      {strings.Replace(under(officeID, sales, mail), "501", `"acme"`, 1), "The value is not an account ID."},
		"empty name":              {under(officeID, sales, mail, `name = ""`), "Attribute name string length must be at least 1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newLife(t).Refuse(core.Parse(t, test.config), test.says)
		})
	}
}
