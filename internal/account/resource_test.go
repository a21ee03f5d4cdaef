package account_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const (
	address  = "aurinko_account.this"
	saving   = "POST /v1/am/accounts"
	deleting = "DELETE /v1/am/accounts/{id}"
)

func declared(email, more string) string {
	return fmt.Sprintf("resource \"aurinko_account\" \"this\" {\n  email  = %q\n  scopes = [\"Mail.ReadWrite\"]\n  %s\n}\n", email, more)
}

func empty(server *acctest.Server) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if left := server.Simulator.Accounts(); len(left) > 0 {
			return fmt.Errorf("left at Aurinko: %v", left)
		}
		return nil
	}
}

// holds checks what the only account has, and that no state or plan has the password.
func holds(server *acctest.Server, password, login string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		accounts := server.Simulator.Accounts()
		if len(accounts) != 1 || accounts[0].Password != password || accounts[0].LoginString != login || accounts[0].Type != simulator.Personal {
			return fmt.Errorf("there is %+v", accounts)
		}
		return nil
	}
}

// The life of a mailbox whose password is write-only, with and without a version.
func TestAccAccountResource(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t, simulator.Options{})
	secrets := acctest.NotHeld{"f1rst-passw0rd", "s3cond-passw0rd"}
	step := func(config, password, login string, revision int, action plancheck.ResourceActionType, writes ...string) resource.TestStep {
		return resource.TestStep{
			Config:            acctest.Config(server, config),
			ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{secrets, plancheck.ExpectResourceAction(address, action)}},
			ConfigStateChecks: []statecheck.StateCheck{secrets},
			Check: resource.ComposeTestCheckFunc(acctest.CheckWrites(server, writes...), holds(server, password, login),
				resource.TestCheckResourceAttr(address, "password_revision", fmt.Sprint(revision)),
				resource.TestCheckResourceAttr(address, "token_status", "active")),
		}
	}
	first, second := `password_wo = "f1rst-passw0rd"`, `password_wo = "s3cond-passw0rd"`
	const more = "\n  login = \"info\"\n  server_url = \"imap.acme.example\"\n  ensure_access = true\n  client_org_id = \"acme\"\n"
	acctest.Test(t, resource.TestCase{
		CheckDestroy: empty(server),
		Steps: []resource.TestStep{
			step(declared("info@acme.example", first), "f1rst-passw0rd", "", 1, plancheck.ResourceActionCreate, saving),
			step(declared("Info@acme.example", first), "f1rst-passw0rd", "", 1, plancheck.ResourceActionNoop),
			step(declared("info@acme.example", second), "s3cond-passw0rd", "", 2, plancheck.ResourceActionUpdate, saving),
			step(declared("info@acme.example", second+more), "s3cond-passw0rd", "info", 2, plancheck.ResourceActionUpdate, saving),
			step(declared("info@acme.example", first+more+"password_wo_version = 1\n"), "f1rst-passw0rd", "info", 3, plancheck.ResourceActionUpdate, saving),
			step(declared("info@acme.example", second+more+"password_wo_version = 1\n"), "f1rst-passw0rd", "info", 3, plancheck.ResourceActionNoop),
			step(declared("info@acme.example", second+more+"password_wo_version = 2\n"), "s3cond-passw0rd", "info", 4, plancheck.ResourceActionUpdate, saving),
			step(declared("info@acme.example", second+more+"password_wo_version = 2\n  on_existing = \"adopt\"\n"), "s3cond-passw0rd", "info", 4, plancheck.ResourceActionUpdate),
			{
				ResourceName: address, ImportState: true, ImportStateVerify: true,
				ImportStateVerifyIgnore: []string{"password_revision", "password_wo_version", "ensure_access", "on_existing"},
			},
			step(declared("office@acme.example", first), "f1rst-passw0rd", "", 1, plancheck.ResourceActionReplace, deleting, saving),
		},
	})
}

// What identifies the account and what Aurinko was sent, to the letter.
func TestAccAccountResource_plain(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t, simulator.Options{})
	acctest.Test(t, resource.TestCase{
		CheckDestroy: empty(server),
		Steps: []resource.TestStep{{
			Config: acctest.Config(server, declared("info@acme.example", "password = \"plain\"\n  client_org_id = \"acme\"\n  user_id = \"user-1\"\n  user_account = \"primary\"")),
			Check: func(*terraform.State) error {
				var sent []string
				for _, r := range server.Requests() {
					if len(r) > 4 && r[:4] == http.MethodPost {
						sent = append(sent, r)
					}
				}
				if diff := cmp.Diff([]string{"POST /v1/am/accounts?recycleKeys=email,clientOrgId&userAccount=primary&userId=user-1"}, sent); diff != "" {
					return fmt.Errorf("%s", diff)
				}
				return holds(server, "plain", "")(nil)
			},
		}},
	})
}

// Exactly one form of the password.
func TestAccAccountResource_invalid(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t, simulator.Options{})
	acctest.Test(t, resource.TestCase{
		Steps: []resource.TestStep{{
			Config:      acctest.Config(server, declared("info@acme.example", "password = \"plain\"\n  password_wo = \"plain\"")),
			ExpectError: acctest.Says("Invalid Attribute Combination"),
		}, {
			Config:      acctest.Config(server, declared("info@acme.example", "")),
			ExpectError: acctest.Says("Invalid Attribute Combination"),
		}},
	})
	acctest.AssertNoWrites(t, server)
}

func TestAccAccountResource_importRefused(t *testing.T) {
	t.Parallel()
	for id, says := range map[int]string{
		exchangeID: `Account 502 is of type "daemon".`,
		supportID:  "a mailbox under one with `aurinko_managed_account`",
		701:        "Account 701 is for Office365, and has no password that Terraform could manage",
		4004:       "Cannot import non-existent remote object",
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			server := newServer(t, simulator.Quirks{})
			server.Simulator.AddAccount(simulator.Account{ID: 701, ServiceType: "Office365", Email: "eve@acme.example"})
			acctest.Test(t, resource.TestCase{Steps: []resource.TestStep{{
				Config:       acctest.Config(server, declared("eve@acme.example", `password = "p"`)),
				ResourceName: address, ImportState: true, ImportStateId: fmt.Sprint(id),
				ExpectError: acctest.Says(says),
			}}})
			acctest.AssertNoWrites(t, server)
		})
	}
}

// The list has the mailboxes with a password of their own, and what it generates is what
// an import reads.
func TestListAccounts(t *testing.T) {
	t.Parallel()
	server := newServer(t, simulator.Quirks{})
	server.Simulator.AddAccount(simulator.Account{ID: 701, ServiceType: "Office365", Email: "eve@acme.example"})
	server.Simulator.AddAccount(simulator.Account{ID: 702, ServiceType: "IMAP", Email: "Info@acme.example", ClientOrgID: "acme", LoginString: "info", ServerURL: "imap.acme.example"})
	p := core.Connect(t, server)
	for name, test := range map[string]struct {
		config core.Values
		want   []string
		asked  string
	}{
		"all":           {nil, []string{"anna@acme.example, account 700", "Info@acme.example, account 702"}, "GET /v1/am/accounts?limit=1000&serviceType=IMAP"},
		"client_org_id": {core.Values{"client_org_id": "acme"}, []string{"Info@acme.example, account 702"}, "GET /v1/am/accounts?clientOrgId=acme&limit=1000&serviceType=IMAP"},
		"email":         {core.Values{"email": "ANNA@acme.example"}, []string{"anna@acme.example, account 700"}, "GET /v1/am/accounts?limit=1000&serviceType=IMAP"},
	} {
		server.Simulator.ResetJournal()
		results, failures := p.List("aurinko_account", test.config, -1, true, 0)
		var got []string
		for _, result := range results {
			got = append(got, result.DisplayName)
		}
		if diff := cmp.Diff(test.want, got); diff != "" || len(failures) > 0 {
			t.Errorf("%s: %v%s", name, failures, diff)
		}
		if diff := cmp.Diff([]string{test.asked}, server.Requests()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		for _, result := range results {
			for attribute, value := range p.Import("aurinko_account", result.ID) {
				if !result.Resource[attribute].Equal(value) {
					t.Errorf("%s: %s is listed as %s, imported as %s", result.ID, attribute, result.Resource[attribute], value)
				}
			}
		}
	}
	server.Simulator.Inject(simulator.Fault{Status: http.StatusForbidden})
	if _, failures := p.List("aurinko_account", nil, -1, false, 0); len(failures) != 1 {
		t.Errorf("failures: %q", failures)
	}
}
