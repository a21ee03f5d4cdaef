package examples_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
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
	privateKey := acctest.PrivateKey(t, acctest.Key())
	for name, test := range map[string]struct {
		says   string
		enter  map[string]string // what a person enters into the generated configuration
		writes []string
	}{
		"office365_oauth": {
			says:  "Office 365 OAuth settings, client ID 8c2f0d1e-5a7b-4c3d-9e6f-1a2b3c4d5e6f",
			enter: map[string]string{"client_secret_wo": "s3cret"},
		},
		"google_oauth": {
			says:  "Google OAuth settings, client ID 123.apps.googleusercontent.com",
			enter: map[string]string{"client_secret_wo": "s3cret"},
		},
		"zoho_oauth": {
			says:   "Zoho OAuth settings, client ID 1000.ABC",
			enter:  map[string]string{"client_secret_wo": "another s3cret"},
			writes: []string{"POST /v1/am/oauth_regs"},
		},
		"office365_daemon": {
			says:  "Office 365 daemon settings, client ID 8c2f0d1e-5a7b-4c3d-9e6f-1a2b3c4d5e6f",
			enter: map[string]string{"private_key_wo": privateKey},
		},
		"managed_account": {
			says: "Existing@existing.example under service account 99",
		},
		"account": {
			says:   "info@existing.example, account 104",
			enter:  map[string]string{"password_wo": "password"},
			writes: []string{"POST /v1/am/accounts"},
		},
		"subscription": {
			says: "/contacts of account 100 to hooks.acme.example, subscription 103",
		},
		"group_booking_profile": {
			says: "sales, group booking profile 104",
		},
		"booking_profile": {
			says: "intro of account 100, booking profile 105",
		},
		"service_account": {
			says:   "EWS existing.example, service account 99",
			enter:  map[string]string{"password_wo": "password"},
			writes: []string{"POST /v1/am/svc_accounts"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			terraform := newest(t, "query")
			w := newWorkspace(t, terraform, example{files: []string{"list-resources/aurinko_" + name + "/list-resource.tfquery.hcl"}})
			w.server.Simulator.UpdateAccount(existingServiceAccount, func(a *simulator.Account) {
				a.ServerURL, a.AuthScopes = "https://mail.existing.example/EWS/Exchange.asmx", []string{"Mail.Read"}
			})
			for _, r := range []simulator.OAuthReg{
				{ServiceType: "Office365", ClientID: "8c2f0d1e-5a7b-4c3d-9e6f-1a2b3c4d5e6f", ClientSecret: "s3cret"},
				{ServiceType: "Google", ClientID: "123.apps.googleusercontent.com", ClientSecret: "s3cret", TopicName: "projects/acme/topics/gmail"},
				{ServiceType: "Zoho", ClientID: "1000.ABC", ClientSecret: "s3cret"},
				{ServiceType: "Office365", Daemon: true, ClientID: "8c2f0d1e-5a7b-4c3d-9e6f-1a2b3c4d5e6f", ClientSecret: privateKey,
					ClientSecret2: acctest.Certificate(t, acctest.Key(), "Acme", acctest.NextYear())},
			} {
				if strings.HasPrefix(name, strings.ToLower(r.ServiceType)+"_") && strings.HasSuffix(name, "daemon") == r.Daemon {
					w.server.Simulator.SetOAuthReg(r)
				}
			}
			if name == "account" {
				w.server.Simulator.AddAccount(simulator.Account{ID: 104, ServiceType: "IMAP", Email: "info@existing.example", ClientOrgID: "acme", AuthScopes: []string{"Mail.Read"}})
			}
			state := w.server.Simulator.State()
			state.Subscriptions = []simulator.Subscription{
				{ID: 103, AccountID: existingMailbox, Resource: "/contacts", NotificationURL: "https://hooks.acme.example/", Filters: []string{"withoutDrafts"}, Active: true},
			}
			var hours simulator.WorkHours
			if err := json.Unmarshal([]byte(`{"timezone":"Europe/Vienna","daySchedules":[{"dayOfWeek":"monday","workingIntervals":[{"start":"09:00:00","end":"17:00:00"}]},{"dayOfWeek":"sunday","workingIntervals":[]}]}`), &hours); err != nil {
				t.Fatal(err)
			}
			for _, p := range []simulator.BookingProfile{
				{ID: 104, Name: "sales", AccountIDs: []int64{existingMailbox}, Groups: []simulator.BookingGroup{{ExtID: "vienna", AccountIDs: []int64{existingMailbox}, Required: "all"}}},
				{ID: 105, AccountID: existingMailbox, Name: "intro", TimeAvailableFor: "P28D", WorkHours: &hours},
			} {
				if name == "booking_profile" && p.AccountID != 0 || name == "group_booking_profile" && p.AccountID == 0 {
					state.BookingProfiles = append(state.BookingProfiles, p)
				}
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
			for argument, value := range test.enter {
				empty := regexp.MustCompile(`(?m)^( *` + argument + ` *= )null.*$`)
				if !empty.Match(generated) {
					t.Fatalf("there is no empty %s in:\n%s", argument, generated)
				}
				w.write("generated.tf", empty.ReplaceAllStringFunc(string(generated), func(string) string { return argument + " = " + acctest.Quote(value) }))
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
