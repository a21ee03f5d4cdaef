package managedaccount_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

func TestMain(m *testing.M) {
	secret.UseCheapHashes()
	os.Exit(m.Run())
}

// An estate is a service account of each kind with a mailbox under each.
type estate struct{ services, mailboxes []*core.Resource }

func newEstate(t *testing.T, name, domain, tenant string) estate {
	t.Helper()
	const service, managed = "aurinko_service_account", "aurinko_managed_account"
	declare := func(typeName, kind string, config core.Values) *core.Resource {
		return &core.Resource{Name: typeName + "." + name + "_" + kind, TypeName: typeName, Config: config.With(core.Values{"scopes": []string{"Mail.Read", "Calendar.ReadWrite"}})}
	}
	return estate{
		[]*core.Resource{
			declare(service, "google", core.Values{"name": "Google", "google": core.Values{
				"domain": domain, "credentials_wo": acctest.GoogleKey(t, "112233-"+name, "key-1", acctest.Key())}}),
			declare(service, "exchange", core.Values{"name": "Exchange", "exchange": core.Values{
				"server_url": "mail." + domain, "username": "Svc@" + domain, "password_wo": "hunter2"}}),
			declare(service, "office365", core.Values{"client_org_id": name, "office365": core.Values{"tenant_id": tenant}}),
		},
		[]*core.Resource{
			declare(managed, "google", core.Values{"email": "Sales@" + domain}),
			declare(managed, "exchange", core.Values{"login": "SALES", "name": "Sales"}),
			declare(managed, "office365", core.Values{"email": "Sales@" + domain, "login": "sales", "timezone": "Europe/Vienna", "copy_to_sent": true}),
		},
	}
}

// A whole life of two estates, of which one is created and the other one, spelled by
// somebody else, imported. Each quirk by itself is in the property test of plans.
func TestQuirks(t *testing.T) {
	t.Parallel()

	const otherTenant = "9c5a7d10-2fa1-4d3b-8c5e-0123456789ab"
	for name, quirks := range map[string]simulator.Quirks{
		"none": {},
		"all that goes together": {
			MaxPage: 1, LowerCaseEmails: true, ReorderScopes: true, GuideScopeNames: true, Nulls: true, UnknownFields: true, Created201: true,
			HideManaged: true, RefuseServiceAccountGet: 404, NoTotal: true, RefuseParentDelete: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewServer(t, simulator.Options{FirstID: 1<<62 + 1, Quirks: quirks})
			server.Simulator.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", Daemon: true, ClientID: tenant})
			created, imported := newEstate(t, "created", "acme.example", tenant), newEstate(t, "imported", "imported.example", otherTenant)
			w := core.Workspace{T: t, Transport: server.Transport}
			apply := func(want ...string) {
				t.Helper()
				plans, found := w.Plan()
				w.Must(found)
				var got []string
				for _, plan := range plans {
					got = append(got, strings.ReplaceAll(plan.String(), "aurinko_", ""))
				}
				slices.Sort(got)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("planned otherwise (-want +got):\n%s", diff)
				}
				server.Simulator.ResetJournal()
				w.Must(w.CarryOut(w.Start(), plans))
				if writes := server.Writes(); len(writes) != len(want) {
					t.Errorf("the writes are %v", writes)
				}
				w.MustBeEmpty()
			}

			w.Levels = [][]*core.Resource{created.services}
			apply("create service_account.created_exchange", "create service_account.created_google", "create service_account.created_office365")

			w.Levels = [][]*core.Resource{append(created.services, imported.services...), append(created.mailboxes, imported.mailboxes...)}
			accounts := foreign(otherTenant)
			for i, r := range append(imported.services, imported.mailboxes...) {
				server.Simulator.AddAccount(accounts[i])
				w.Must(w.Import(r, strconv.FormatInt(accounts[i].ID, 10)))
			}
			for _, e := range []estate{created, imported} {
				for i, r := range e.mailboxes {
					r.Config["service_account_id"] = e.services[i].ID()
				}
			}
			// Aurinko does not return the password: it is sent once.
			apply("create managed_account.created_exchange", "create managed_account.created_google", "create managed_account.created_office365",
				"update service_account.imported_exchange")

			var all []string
			for _, r := range w.Resources() {
				r.Config["scopes"] = []string{"Mail.Send"}
				all = append(all, strings.ReplaceAll("update "+r.Name, "aurinko_", ""))
			}
			slices.Sort(all)
			apply(all...)
			for _, a := range server.Simulator.Accounts() {
				if !slices.Equal(a.AuthScopes, []string{"Mail.Send"}) {
					t.Errorf("account %d has the scopes %v", a.ID, a.AuthScopes)
				}
			}
			w.Must(w.Destroy())
			if left := server.Simulator.Accounts(); len(left) > 0 {
				t.Errorf("%d accounts are left", len(left))
			}
		})
	}
}

// foreign are the accounts of the estate that is imported.
func foreign(tenant string) []simulator.Account {
	const first = int64(1)<<53 + 100_001
	on := true
	accounts := []simulator.Account{
		{
			Type: simulator.Daemon, ServiceType: "Google", AuthOrgID: "imported.example", AuthUserID: "112233-imported", LoginString: "key-1",
			Email: "aurinko-112233-imported@acme-mail.iam.gserviceaccount.com", Name: "Google",
		},
		{
			Type: simulator.Daemon, ServiceType: "EWS", AuthOrgID: "imported.example", LoginString: "SVC@imported.example",
			ServerURL: "https://mail.imported.example/ews/exchange.asmx", Name: "Exchange",
		},
		{Type: simulator.Daemon, ServiceType: "Office365", AuthOrgID: strings.ToUpper(tenant), LoginString: tenant, ClientOrgID: "imported"},
		{ParentID: first, ServiceType: "Google", Email: "SALES@imported.example"},
		{ParentID: first + 1, ServiceType: "EWS", LoginString: "sales", Name: "Sales"},
		{ParentID: first + 2, ServiceType: "Office365", Email: "sales@imported.example", LoginString: "Sales", Timezone: "Europe/Vienna", CopyToSent: &on},
	}
	for i := range accounts {
		accounts[i].ID, accounts[i].AuthScopes = first+int64(i), []string{"Calendar.ReadWrite", "Mail.Read"}
	}
	return accounts
}
