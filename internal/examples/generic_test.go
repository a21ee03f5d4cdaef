package examples_test

import (
	"os"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// The guide's two configurations, with the real providers: what they made is moved, no
// object is deleted or made anew, and the only writes send the secret.
func TestAccGenericProvidersGuide(t *testing.T) {
	t.Parallel()
	const before, after = "generic-providers/before/main.tf", "generic-providers/after/main.tf"
	w := requireWriteOnly(t)
	for source, version := range map[string]string{"mastercard/restapi": "3.0.0", "magodo/restful": "0.25.2"} {
		_, name, _ := strings.Cut(source, "/")
		variable := "TF_ACC_" + strings.ToUpper(name) + "_PROVIDER"
		if os.Getenv(variable) == "" {
			t.Skip(variable + " names no executable of the provider " + source + ". The states that it writes are moved in internal/state.")
		}
		if err := mirrorProvider(source, version, variable, nil); err != nil {
			t.Fatal(err)
		}
	}
	w.env = append(w.env, "TF_VAR_base_url="+w.server.URL, "TF_VAR_client_id="+simulator.DefaultClientID, "TF_VAR_client_secret="+simulator.DefaultClientSecret)
	accounts := len(w.server.Simulator.Accounts())
	w.write("requirements.tf", "")
	w.write("main.tf", read(t, before))
	w.run(0, "init")
	w.run(0, "apply", "-auto-approve")

	w.server.Simulator.ResetJournal()
	w.write("main.tf", read(t, after))
	w.run(0, "init")
	if plan := w.output(0, "plan"); !strings.Contains(plan, "Plan: 0 to add, 1 to change, 0 to destroy.") {
		t.Errorf("something else than the secret is planned:\n%s", plan)
	}
	acctest.AssertNoWrites(t, w.server)
	w.run(0, "apply", "-auto-approve")
	acctest.AssertWrites(t, w.server, "POST /v1/am/svc_accounts")
	w.planIsEmpty()
	if now := len(w.server.Simulator.Accounts()); now != accounts+2 || len(w.server.Simulator.Subscriptions()) != 1 {
		t.Errorf("there are %d accounts after %d, and %v", now, accounts, w.server.Simulator.Subscriptions())
	}
	w.run(0, "destroy", "-auto-approve")
	w.checkEmpty()
}
