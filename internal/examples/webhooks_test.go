package examples_test

import (
	"os"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/examples"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// The example is applied with a stand-in for what is at AWS. A mailbox more is a
// subscription more, and an inactive one is replaced where that is asked for.
func TestAccWebhooks(t *testing.T) {
	t.Parallel()
	w := requireWriteOnly(t)
	w.write("main.tf", read(t, "webhooks/main.tf"))
	if err := os.Remove(w.dir + "/requirements.tf"); err != nil {
		t.Fatal(err)
	}
	w.module("endpoint", os.DirFS(testdata), "endpoint")
	w.run(0, "init")
	w.run(0, "apply", "-auto-approve")
	w.planIsEmpty()
	regs := w.server.Simulator.OAuthRegs()
	if len(regs) != 1 || regs[0].ClientSecret != simulator.SigningSecret {
		t.Errorf("the secret store has %v", regs)
	}
	subscriptions := w.server.Simulator.Subscriptions()
	if len(subscriptions) != 2 || subscriptions[0].NotificationURL != "https://hooks.acme.example/aurinko" {
		t.Errorf("the subscriptions are %v", subscriptions)
	}
	w.write("terraform.tfvars", `mailboxes = ["office@acme.example", "support@acme.example", "sales@acme.example"]`)
	if output := w.output(0, "apply", "-auto-approve"); !strings.Contains(output, "2 added, 0 changed, 0 destroyed") {
		t.Error(output)
	}
	w.server.Simulator.UpdateSubscription(subscriptions[0].ID, func(s *simulator.Subscription) { s.Active, s.FailDescription = false, "timed out" })
	if output := w.output(0, "plan", "-detailed-exitcode"); !strings.Contains(output, "The subscription is inactive") {
		t.Error(output)
	}
	state, err := os.ReadFile(w.dir + "/terraform.tfstate")
	if err != nil || strings.Contains(string(state), simulator.SigningSecret) {
		t.Errorf("the state holds the signing secret, or %v", err)
	}
	w.output(0, "destroy", "-auto-approve")
	w.checkEmpty()
}

// The module for AWS has the variables and outputs of its stand-in.
func TestWebhooksModule(t *testing.T) {
	t.Parallel()
	at := "webhooks/modules/endpoint/main.tf"
	own, err := examples.Files.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	standIn, err := os.ReadFile(testdata + "/endpoint/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{`variable "signing_secret" {`, `variable "signing_secret_version" {`, `variable "package" {`, `output "url" {`} {
		if !strings.Contains(string(own), name) || !strings.Contains(string(standIn), name) {
			t.Errorf("%s is not in both", name)
		}
	}
}
