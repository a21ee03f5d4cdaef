package account_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
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

// life is a mailbox without a CLI, and what applies a configuration after which Aurinko
// has this of the only account.
func life(t *testing.T) (*core.Life, func(plans core.Expectation, config, password, login string, revision int, writes ...string)) {
	t.Helper()
	l := core.NewLife(t, acctest.NewServer(t, simulator.Options{}), "aurinko_account")
	return l, func(plans core.Expectation, config, password, login string, revision int, writes ...string) {
		t.Helper()
		phase := plans.Phase(t, config, writes...)
		phase.State = core.Values{"password_revision": revision, "token_status": "active"}
		phase.Check = func() error {
			accounts := l.Server.Simulator.Accounts()
			if len(accounts) != 1 || accounts[0].Password != password || accounts[0].LoginString != login || accounts[0].Type != simulator.Personal {
				return fmt.Errorf("there is %+v", accounts)
			}
			return nil
		}
		l.Apply(phase)
	}
}

// The life of a mailbox whose password is write-only, with and without a version.
func TestAccountResource(t *testing.T) {
	t.Parallel()
	l, apply := life(t)
	l.Secrets = []string{"f1rst-passw0rd", "s3cond-passw0rd"}
	first, second := `password_wo = "f1rst-passw0rd"`, `password_wo = "s3cond-passw0rd"`
	const more = "\n  login = \"info\"\n  server_url = \"imap.acme.example\"\n  ensure_access = true\n  client_org_id = \"acme\"\n"
	sends := core.Updates("password_revision") // a value without a version may be another one when the plan is applied
	apply(core.Creates, declared("info@acme.example", first), "f1rst-passw0rd", "", 1, saving)
	apply(core.Nothing, declared("Info@acme.example", first), "f1rst-passw0rd", "", 1)
	apply(sends, declared("info@acme.example", second), "s3cond-passw0rd", "", 2, saving)
	apply(core.Updates("mailbox_address", "password_revision"), declared("info@acme.example", second+more), "s3cond-passw0rd", "info", 2, saving)
	apply(core.Updates(), declared("info@acme.example", first+more+"password_wo_version = 1\n"), "f1rst-passw0rd", "info", 3, saving)
	apply(core.Nothing, declared("info@acme.example", second+more+"password_wo_version = 1\n"), "f1rst-passw0rd", "info", 3)
	apply(core.Updates(), declared("info@acme.example", second+more+"password_wo_version = 2\n"), "s3cond-passw0rd", "info", 4, saving)
	apply(core.Updates(), declared("info@acme.example", second+more+"password_wo_version = 2\n  on_existing = \"adopt\"\n"), "s3cond-passw0rd", "info", 4)
	apply(core.Replaces, declared("office@acme.example", first), "f1rst-passw0rd", "", 1, deleting, saving)
	l.Apply(core.Phase{Action: "destroy", Writes: []string{deleting}, Check: func() error { return empty(l.Server)(nil) }})
}

// A life with the real CLI, and an import.
func TestAccAccountResource(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t, simulator.Options{})
	secrets := acctest.NotHeld{"f1rst-passw0rd", "s3cond-passw0rd"}
	step := func(plans core.Expectation, password string) resource.TestStep {
		step := plans.Step(server, address, declared("info@acme.example", fmt.Sprintf("password_wo = %q", password)), saving)
		step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, secrets)
		step.ConfigStateChecks = []statecheck.StateCheck{secrets}
		return step
	}
	acctest.Test(t, resource.TestCase{
		CheckDestroy: empty(server),
		Steps: []resource.TestStep{
			step(core.Creates, "f1rst-passw0rd"),
			step(core.Updates("password_revision"), "s3cond-passw0rd"),
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"password_revision"}},
		},
	})
}

// What identifies the account and what Aurinko was sent, to the letter.
func TestAccountResource_plain(t *testing.T) {
	t.Parallel()
	l, apply := life(t)
	apply(core.Creates, declared("info@acme.example", "password = \"plain\"\n  client_org_id = \"acme\"\n  user_id = \"user-1\"\n  user_account = \"primary\""), "plain", "", 1, saving)
	const sent = "POST /v1/am/accounts?recycleKeys=email,clientOrgId&userAccount=primary&userId=user-1"
	if asked := l.Server.Requests(); !slices.Contains(asked, sent) {
		t.Errorf("asked %q, want %s", asked, sent)
	}
}

// Exactly one form of the password.
func TestAccountResource_invalid(t *testing.T) {
	t.Parallel()
	for _, more := range []string{"password = \"plain\"\n  password_wo = \"plain\"", ""} {
		l, _ := life(t)
		l.Refuse(core.Parse(t, declared("info@acme.example", more)), "Invalid Attribute Combination")
	}
}

func TestAccountResource_importRefused(t *testing.T) {
	t.Parallel()
	for id, says := range map[int]string{
		exchangeID: `Account 502 is of type "daemon".`,
		supportID:  "a mailbox under one with `aurinko_managed_account`",
		701:        "Account 701 is for Office365, and has no password that Terraform could manage",
		4004:       "Cannot import what does not exist",
	} {
		l := core.NewLife(t, newServer(t, simulator.Quirks{}), "aurinko_account")
		l.Server.Simulator.AddAccount(simulator.Account{ID: 701, ServiceType: "Office365", Email: "eve@acme.example"})
		if found := l.Import(l.Resource, fmt.Sprint(id)); !found.Fail(says) {
			t.Errorf("the import says %q, want %q", found, says)
		}
		acctest.AssertNoWrites(t, l.Server)
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
