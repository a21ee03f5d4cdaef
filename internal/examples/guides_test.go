package examples_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// blockOf returns the block of configuration in a guide that has a text.
func blockOf(t *testing.T, guide, text string) string {
	t.Helper()
	for _, block := range configurations(t, "../docs/guides/"+guide+".md") {
		if strings.Contains(block.text, text) {
			return block.text
		}
	}
	t.Fatalf("%s: no block has %q", guide, text)
	return ""
}

// requireWriteOnly returns a workspace for a CLI that has write-only arguments.
func requireWriteOnly(t *testing.T) *workspace {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set.")
	}
	terraform, err := terraform()
	if err != nil {
		t.Fatal(err)
	}
	if !terraform.AtLeast(1, 11) {
		t.Skipf("%s %s has no write-only arguments, which the guide uses.", terraform.Name, terraform.Version)
	}
	return newWorkspace(t, terraform, example{})
}

// The guide's steps, applied one after the other to an application that exists.
// Nothing is written in any of them, and the file that the guide ends in brings
// back what somebody deletes.
func TestAccAdoptGuide(t *testing.T) {
	t.Parallel()
	w := requireWriteOnly(t)
	for _, id := range []int64{existingServiceAccount, existingAccount, existingGoogle} {
		w.server.Simulator.RemoveAccount(id)
	}
	for _, account := range []simulator.Account{
		{ID: 12345, Type: simulator.Daemon, ServiceType: "Google", AuthOrgID: "acme.example", ClientOrgID: "acme", Email: "svc@acme.iam.gserviceaccount.com"},
		{ID: 12346, ParentID: 12345, ServiceType: "Google", Email: "Office@acme.example", Name: `Front "office", ground floor`, ClientOrgID: "acme",
			Timezone: "Europe/Vienna", AuthScopes: []string{"Mail.Read", "Calendar.Read"}},
		{ID: 12347, ParentID: 12345, ServiceType: "Google", Email: "support@acme.example", LoginString: "support", ClientOrgID: "acme",
			AuthScopes: []string{"Mail.Read"}},
	} {
		w.server.Simulator.AddAccount(account)
	}
	w.server.Simulator.SetOAuthReg(simulator.OAuthReg{
		ServiceType: "Office365", ClientID: "8c2f0d1e-5a7b-4c3d-9e6f-1a2b3c4d5e6f", ClientSecret: "client-secret",
		Scopes: []string{"Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"},
	})
	w.run(0, "init")

	w.write("look.tf", blockOf(t, "adopt", "aurinko_oauth_registrations"))
	looked := w.output(0, "apply", "-auto-approve")
	for _, want := range []string{`"Office365"`, `"12345" = "Google acme.example"`, "mailboxes = 2"} {
		if !strings.Contains(looked, want) {
			t.Errorf("no %s in\n%s", want, looked)
		}
	}
	w.write("settings.tf", blockOf(t, "adopt", "The settings as they are"))
	w.write("mailboxes.tf", read(t, "data-sources/aurinko_accounts/data-source.tf"))
	w.write("csv.tf", blockOf(t, "adopt", `output "csv"`))
	adopted := w.output(0, "apply", "-auto-approve")
	if want := "Resources: 3 imported, 0 added, 0 changed, 0 destroyed."; !strings.Contains(adopted, want) {
		t.Errorf("not %q:\n%s", want, adopted)
	}

	printed := w.output(0, "output", "-raw", "csv")
	if lines, err := csv.NewReader(strings.NewReader(printed)).ReadAll(); err != nil || len(lines) != 3 || lines[1][1] != `Front "office", ground floor` {
		t.Fatalf("%q, %v", lines, err)
	}
	w.write("mailboxes.csv", printed)
	w.write("mailboxes.tf", blockOf(t, "adopt", "The file mailboxes.csv decides"))
	w.run(0, "apply", "-auto-approve")
	w.planIsEmpty()
	acctest.AssertNoWrites(t, w.server)

	w.server.Simulator.RemoveAccount(12347)
	if plan := w.output(0, "plan"); !strings.Contains(plan, `mailbox["support@acme.example"] will be created`) {
		t.Errorf("what was deleted is not offered:\n%s", plan)
	}

	if err := os.Remove(filepath.Join(w.dir, "mailboxes.csv")); err != nil {
		t.Fatal(err)
	}
	w.write("mailboxes.tf", blockOf(t, "adopt", "This map decides"))
	if plan := w.output(0, "plan"); !strings.Contains(plan, "0 to destroy") {
		t.Errorf("the map destroys something:\n%s", plan)
	}
}
