package examples_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/aurinko/terraform-provider-aurinko/examples"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
)

// tryCustomers applies the example, adds a mailbox to one customer, and takes
// another customer away.
func (w *workspace) tryCustomers() {
	w.t.Helper()
	w.module("customer", examples.Files, "customers/modules/customer")
	if err := os.Mkdir(filepath.Join(w.dir, "mailboxes"), 0o700); err != nil {
		w.t.Fatal(err)
	}
	for _, customer := range []string{"acme", "globex", "initech"} {
		file := "mailboxes/" + customer + ".csv"
		w.write(file, read(w.t, "customers/"+file))
	}
	key := acctest.GoogleKey(w.t, "1", "a", acctest.OtherKey())
	w.env = append(w.env, fmt.Sprintf("TF_VAR_credentials={ acme = %q, initech = \"password\" }", key))

	w.run(0, "init")
	w.run(0, "apply", "-auto-approve")
	w.planIsEmpty()
	want := map[string][]string{
		"acme":    {"Google", "office@acme.example", "sales@acme.example", "support@acme.example"},
		"globex":  {"Office365", "board@globex.example", "reception@globex.example"},
		"initech": {"EWS", "billing@initech.example", "helpdesk@initech.example"},
	}
	if diff := cmp.Diff(want, w.customers()); diff != "" {
		w.t.Errorf("other accounts at Aurinko (-want +got):\n%s", diff)
	}

	w.server.Simulator.ResetJournal()
	w.write("mailboxes/globex.csv", read(w.t, "customers/mailboxes/globex.csv")+"canteen@globex.example,,,\n")
	w.run(0, "apply", "-auto-approve")
	acctest.AssertWrites(w.t, w.server, "POST /v1/am/svc_accounts/{accId}/accounts")
	want["globex"] = []string{"Office365", "board@globex.example", "canteen@globex.example", "reception@globex.example"}

	settings, rest, found := strings.Cut(read(w.t, "customers/terraform.tfvars"), "  initech = {")
	if !found || !strings.HasSuffix(rest, "\n  }\n}\n") {
		w.t.Fatal("initech is not the last customer")
	}
	w.write("terraform.tfvars", settings+"}\n")
	w.run(0, "apply", "-auto-approve")
	delete(want, "initech")
	if diff := cmp.Diff(want, w.customers()); diff != "" {
		w.t.Errorf("other accounts at Aurinko once a customer is gone (-want +got):\n%s", diff)
	}
	w.run(0, "destroy", "-auto-approve")
	w.checkEmpty()
}

// customers are the accounts at Aurinko that the example has made: by customer
// the service, and then the mailboxes.
func (w *workspace) customers() map[string][]string {
	services, mailboxes := map[string]string{}, map[string][]string{}
	for _, account := range w.server.Simulator.Accounts() {
		switch {
		case account.ID < firstID: // was there before
		case account.ParentID == 0:
			services[account.ClientOrgID] = account.ServiceType
		default:
			mailboxes[account.ClientOrgID] = append(mailboxes[account.ClientOrgID], account.Email)
		}
	}
	found := map[string][]string{}
	for customer, service := range services {
		slices.Sort(mailboxes[customer])
		found[customer] = append([]string{service}, mailboxes[customer]...)
	}
	return found
}
