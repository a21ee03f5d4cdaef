package managedaccount_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// TestAccQuirks leads every kind of service account, with mailboxes under it,
// through a whole life on a server that has many quirks at once; each by itself is in
// the property test of plans. Half of the accounts
// are created by Terraform, the other half was there and is imported. After
// each step the plan has to be empty, which the test framework checks.
func TestAccQuirks(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{FirstID: 1<<62 + 1, Quirks: simulator.Quirks{
		MaxPage: 1, LowerCaseEmails: true, ReorderScopes: true, GuideScopeNames: true, Nulls: true, UnknownFields: true, Created201: true,
		HideManaged: true, RefuseServiceAccountGet: 404, NoTotal: true, RefuseParentDelete: true,
	}})
	server.Simulator.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", Daemon: true, ClientID: tenant})
	imports := addEstate(server.Simulator)
	created, imported := newEstate(t, "created", "acme.example"), newEstate(t, "imported", "imported.example")

	acctest.Test(t, resource.TestCase{
		CheckDestroy: func(*terraform.State) error {
			if left := server.Simulator.Accounts(); len(left) > 0 {
				return fmt.Errorf("%d accounts are left", len(left))
			}
			return nil
		},
		Steps: []resource.TestStep{
			{
				Config:           acctest.Config(server, created.config(mail)+imported.config(mail)+imports),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: imported.expectImport()},
				Check: resource.ComposeTestCheckFunc(
					writes(server, 4, 3),
					numberOfAccounts(server, 12),
				),
			},
			{
				Config: acctest.Config(server, created.config(`scopes = ["Mail.Send"]`)+imported.config(`scopes = ["Mail.Send"]`)),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: append(
					created.expect(plancheck.ResourceActionUpdate), imported.expect(plancheck.ResourceActionUpdate)...)},
				Check: resource.ComposeTestCheckFunc(
					writes(server, 6, 6),
					numberOfAccounts(server, 12),
					func(*terraform.State) error {
						for _, a := range server.Simulator.Accounts() {
							if len(a.AuthScopes) != 1 || a.AuthScopes[0] != "Mail.Send" {
								return fmt.Errorf("account %d has the scopes %v", a.ID, a.AuthScopes)
							}
						}
						return nil
					},
				),
			},
		},
	})
}

// writes checks how many service accounts and mailboxes were written, and that
// nothing else was.
func writes(server *acctest.Server, serviceAccounts, mailboxes int) resource.TestCheckFunc {
	return func(*terraform.State) error {
		defer server.Simulator.ResetJournal()
		count := map[string]int{}
		for _, request := range server.Writes() {
			count[request]++
		}
		if count["POST /v1/am/svc_accounts"] != serviceAccounts || count[post] != mailboxes || len(count) != 2 {
			return fmt.Errorf("the writes are %v, want %d service accounts and %d mailboxes", count, serviceAccounts, mailboxes)
		}
		return nil
	}
}

func numberOfAccounts(server *acctest.Server, want int) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := len(server.Simulator.Accounts()); got != want {
			return fmt.Errorf("there are %d accounts, want %d", got, want)
		}
		return nil
	}
}

// An estate is a service account of each kind with a mailbox under each.
type estate struct{ name, domain, tenant, googleKey string }

// tenants are the Office 365 tenants of the estates.
var tenants = map[string]string{
	"created":  tenant,
	"imported": "9c5a7d10-2fa1-4d3b-8c5e-0123456789ab",
}

func newEstate(t *testing.T, name, domain string) estate {
	return estate{name, domain, tenants[name], acctest.GoogleKey(t, "112233-"+name, "key-1", acctest.Key())}
}

// config declares the estate. The secrets are write-only and without version.
func (e estate) config(scopes string) string {
	return strings.NewReplacer(
		"NAME", e.name, "DOMAIN", e.domain, "TENANT", e.tenant, "KEY", acctest.Quote(e.googleKey), "SCOPES", scopes,
	).Replace(`
resource "aurinko_service_account" "NAME_google" {
  SCOPES
  name = "Google"
  google = {
    domain         = "DOMAIN"
    credentials_wo = KEY
  }
}

resource "aurinko_service_account" "NAME_exchange" {
  SCOPES
  name = "Exchange"
  exchange = {
    server_url  = "mail.DOMAIN"
    username    = "Svc@DOMAIN"
    password_wo = "hunter2"
  }
}

resource "aurinko_service_account" "NAME_office365" {
  SCOPES
  client_org_id = "NAME"
  office365 = {
    tenant_id = "TENANT"
  }
}

resource "aurinko_managed_account" "NAME_google" {
  SCOPES
  service_account_id = aurinko_service_account.NAME_google.id
  email              = "Sales@DOMAIN"
}

resource "aurinko_managed_account" "NAME_exchange" {
  SCOPES
  service_account_id = aurinko_service_account.NAME_exchange.id
  login              = "SALES"
  name               = "Sales"
}

resource "aurinko_managed_account" "NAME_office365" {
  SCOPES
  service_account_id = aurinko_service_account.NAME_office365.id
  email              = "Sales@DOMAIN"
  login              = "sales"
  timezone           = "Europe/Vienna"
  copy_to_sent       = true
}
`)
}

// expect is one action for everything in the estate.
func (e estate) expect(action plancheck.ResourceActionType) []plancheck.PlanCheck {
	var checks []plancheck.PlanCheck
	for _, resourceType := range []string{"aurinko_service_account", "aurinko_managed_account"} {
		for _, kind := range []string{"google", "exchange", "office365"} {
			checks = append(checks, plancheck.ExpectResourceAction(resourceType+"."+e.name+"_"+kind, action))
		}
	}
	return checks
}

// expectImport is nothing to do for everything in the estate, apart from the
// password, which Aurinko does not return: it is sent once.
func (e estate) expectImport() []plancheck.PlanCheck {
	checks := []plancheck.PlanCheck{
		plancheck.ExpectResourceAction("aurinko_service_account."+e.name+"_exchange", plancheck.ResourceActionUpdate),
	}
	for _, address := range []string{
		"aurinko_service_account." + e.name + "_google", "aurinko_service_account." + e.name + "_office365",
		"aurinko_managed_account." + e.name + "_google", "aurinko_managed_account." + e.name + "_exchange", "aurinko_managed_account." + e.name + "_office365",
	} {
		checks = append(checks, plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop))
	}
	return checks
}

// addEstate puts the estate that is imported into the simulator, spelled by
// somebody else. It returns the import blocks.
func addEstate(s *simulator.Server) string {
	const first = int64(1)<<53 + 100_001
	scopes := []string{"Calendar.ReadWrite", "Mail.Read"}
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
		{
			Type: simulator.Daemon, ServiceType: "Office365", AuthOrgID: strings.ToUpper(tenants["imported"]),
			LoginString: tenants["imported"], ClientOrgID: "imported",
		},
		{ParentID: first, ServiceType: "Google", Email: "SALES@imported.example"},
		{ParentID: first + 1, ServiceType: "EWS", LoginString: "sales", Name: "Sales"},
		{ParentID: first + 2, ServiceType: "Office365", Email: "sales@imported.example", LoginString: "Sales", Timezone: "Europe/Vienna", CopyToSent: &on},
	}
	names := []string{
		"aurinko_service_account.imported_google", "aurinko_service_account.imported_exchange", "aurinko_service_account.imported_office365",
		"aurinko_managed_account.imported_google", "aurinko_managed_account.imported_exchange", "aurinko_managed_account.imported_office365",
	}
	var imports strings.Builder
	for i, a := range accounts {
		a.ID, a.AuthScopes = first+int64(i), scopes
		s.AddAccount(a)
		fmt.Fprintf(&imports, "import {\n  to = %s\n  id = %q\n}\n", names[i], strconv.FormatInt(a.ID, 10))
	}
	return imports.String()
}
