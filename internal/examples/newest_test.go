package examples_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// newest is the CLI, if it is a Terraform that lists and acts.
func newest(t *testing.T, feature string) *cli.CLI {
	t.Helper()
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set.")
	}
	terraform, err := terraform()
	if err != nil {
		t.Fatal(err)
	}
	if terraform.Name != "Terraform" || !terraform.AtLeast(1, 14) {
		t.Skipf("%s %s has no %s.", terraform.Name, terraform.Version, feature)
	}
	return terraform
}

// What is there is listed, and its generated configuration imports it.
func TestAccExamplesQuery(t *testing.T) {
	for name, test := range map[string]struct {
		says   string
		enter  []string // what a person enters into the generated configuration: old, new
		writes []string
	}{
		"managed_account": {
			says: "Existing@existing.example under service account 99",
		},
		"account": {
			says:   "info@existing.example, account 104",
			enter:  []string{"password_wo         = null # sensitive", `password_wo = "password"`},
			writes: []string{"POST /v1/am/accounts"},
		},
		"subscription": {
			says: "/contacts of account 100 to hooks.acme.example, subscription 103",
		},
		"service_account": {
			says:   "EWS existing.example, service account 99",
			enter:  []string{"password_wo         = null # sensitive", `password_wo = "password"`},
			writes: []string{"POST /v1/am/svc_accounts"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			terraform := newest(t, "query")
			w := newWorkspace(t, terraform, example{files: []string{"list-resources/aurinko_" + name + "/list-resource.tfquery.hcl"}})
			w.server.Simulator.UpdateAccount(existingServiceAccount, func(a *simulator.Account) {
				a.ServerURL, a.AuthScopes = "https://mail.existing.example/EWS/Exchange.asmx", []string{"Mail.Read"}
			})
			if name == "account" {
				w.server.Simulator.AddAccount(simulator.Account{ID: 104, ServiceType: "IMAP", Email: "info@existing.example", ClientOrgID: "acme", AuthScopes: []string{"Mail.Read"}})
			}
			state := w.server.Simulator.State()
			state.Subscriptions = []simulator.Subscription{
				{ID: 103, AccountID: existingMailbox, Resource: "/contacts", NotificationURL: "https://hooks.acme.example/", Filters: []string{"withoutDrafts"}, Active: true},
			}
			w.server.Simulator.SetState(state)
			w.run(0, "init")
			if output := w.output(0, "query", "-generate-config-out=generated.tf"); !strings.Contains(output, test.says) {
				t.Errorf("%q is not listed:\n%s", test.says, output)
			}
			file := filepath.Join(w.dir, "generated.tf")
			generated, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if test.enter != nil {
				if !strings.Contains(string(generated), test.enter[0]) {
					t.Fatalf("there is no %q in:\n%s", test.enter[0], generated)
				}
				w.write("generated.tf", strings.Replace(string(generated), test.enter[0], test.enter[1], 1))
			}
			acctest.AssertNoWrites(t, w.server)
			w.run(0, "apply", "-auto-approve")
			acctest.AssertWrites(t, w.server, test.writes...)
			w.planIsEmpty()
			w.run(0, "destroy", "-auto-approve")
			w.checkEmpty()
		})
	}
}

func TestAccExamplesActions(t *testing.T) {
	t.Run("check", func(t *testing.T) {
		terraform := newest(t, "actions")
		w := newWorkspace(t, terraform, example{files: []string{"actions/aurinko_check_account/action.tf"}})
		w.run(0, "init")
		works := func(output string) {
			t.Helper()
			if !acctest.Says("(sales@acme.example) works: its token is active.").MatchString(output) {
				t.Errorf("it is not said that the account works:\n%s", output)
			}
		}
		works(w.output(0, "apply", "-auto-approve"))
		w.planIsEmpty()
		works(w.output(0, "apply", "-auto-approve", "-invoke=action.aurinko_check_account.sales"))
		w.server.Simulator.UpdateAccount(firstID, func(a *simulator.Account) { a.PingFinds = "dead" })
		if output := bars.ReplaceAllString(w.output(1, "apply", "-auto-approve", "-invoke=action.aurinko_check_account.sales"), ""); !acctest.Says(
			"The account does not work", `is "dead"`, "grant access again").MatchString(output) {
			t.Errorf("it is not said what to do:\n%s", output)
		}
		w.run(0, "destroy", "-auto-approve")
		w.checkEmpty()
	})
	t.Run("reauthorize", func(t *testing.T) {
		terraform := newest(t, "actions")
		w := newWorkspace(t, terraform, example{files: []string{"actions/aurinko_reauthorize_account/action.tf"}})
		id := w.server.Simulator.AddAccount(simulator.Account{
			ParentID: existingServiceAccount, ServiceType: "EWS", Email: "box@existing.example", TokenStatus: "dead",
		})
		w.run(0, "init")
		if output := w.output(0, "apply", "-auto-approve", "-var", fmt.Sprintf("account_id=%d", id), "-invoke=action.aurinko_reauthorize_account.mailbox"); !acctest.Says(
			fmt.Sprintf("The token of managed account %d (box@existing.example) is active.", id)).MatchString(output) {
			t.Errorf("it is not said that the account works:\n%s", output)
		}
		acctest.AssertWrites(t, w.server, "POST /v1/am/svc_accounts/{accId}/accounts")
	})
	t.Run("revoke", func(t *testing.T) {
		terraform := newest(t, "actions")
		w := newWorkspace(t, terraform, example{files: []string{"actions/aurinko_revoke_account_token/action.tf"}})
		w.run(0, "init")
		w.run(0, "apply", "-auto-approve")
		acctest.AssertNoWrites(t, w.server)
		if output := w.output(0, "apply", "-auto-approve", "-invoke=action.aurinko_revoke_account_token.leaked"); !acctest.Says(
			"The token of personal account 101 (anna@existing.example) is revoked").MatchString(output) {
			t.Errorf("it is not said what happened:\n%s", output)
		}
		acctest.AssertWrites(t, w.server, "DELETE /v1/account/token")
		if account, _ := w.server.Simulator.Account(existingAccount); account.TokenStatus != "dead" {
			t.Errorf("the token is %s", account.TokenStatus)
		}
	})
}
