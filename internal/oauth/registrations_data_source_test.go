package oauth_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// readsOnly runs a step, which must not write anything.
func readsOnly(t *testing.T, server *acctest.Server, step resource.TestStep) {
	t.Helper()
	step.Config = acctest.Config(server, step.Config)
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories, Steps: []resource.TestStep{step}})
	acctest.AssertNoWrites(t, server)
}

func scopeNames(list ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(list))
	for i, name := range list {
		checks[i] = knownvalue.StringExact(name)
	}
	return knownvalue.SetExact(checks)
}

const canary = "c4nary-"

// Whatever the server does with the secrets of registrations, none is read.
func TestAccOAuthRegistrations(t *testing.T) {
	t.Parallel()

	registration := func(id, serviceType string, daemon bool, clientID string, scopes, callback, topic knownvalue.Check) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"id": knownvalue.StringExact(id), "service_type": knownvalue.StringExact(serviceType), "daemon": knownvalue.Bool(daemon),
			"client_id": knownvalue.StringExact(clientID), "scopes": scopes, "intermediate_callback_url": callback, "pubsub_topic": topic,
		})
	}
	null := knownvalue.Null()
	want := knownvalue.ListExact([]knownvalue.Check{
		registration("Google", "Google", false, "google-id", null, null, knownvalue.StringExact("projects/acme-mail/topics/gmail")),
		registration("Office365", "Office365", false, "office-id", scopeNames("Mail.Read", "Mail.Send"), knownvalue.StringExact("https://auth.acme.example/callback"), null),
		registration("Office365/daemon", "Office365", true, "daemon-id", null, null, null),
	})
	for name, quirks := range map[string]simulator.Quirks{
		"clear": {}, "masked": {Secrets: simulator.SecretsMasked}, "absent": {Secrets: simulator.SecretsAbsent, Nulls: true},
		"guides' names": {GuideScopeNames: true, ReorderScopes: true, UnknownFields: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewServer(t, simulator.Options{Quirks: quirks})
			for _, registration := range []simulator.OAuthReg{
				{ServiceType: "Office365", Daemon: true, ClientID: "daemon-id", ClientSecret: canary + "1", ClientSecret2: canary + "2"},
				{ServiceType: "Google", ClientID: "google-id", ClientSecret: canary + "3", TopicName: "projects/acme-mail/topics/gmail"},
				{ServiceType: "Office365", ClientID: "office-id", ClientSecret: canary + "4", ClientSecret3: canary + "5",
					Scopes: []string{"Mail.Send", "Mail.Read"}, IntermediateCallbackURL: "https://auth.acme.example/callback"},
			} {
				server.Simulator.SetOAuthReg(registration)
			}
			readsOnly(t, server, resource.TestStep{
				Config: `data "aurinko_oauth_registrations" "this" {}`,
				ConfigStateChecks: []statecheck.StateCheck{
					acctest.NotHeld{canary},
					statecheck.ExpectKnownValue("data.aurinko_oauth_registrations.this", tfjsonpath.New("registrations"), want),
				},
			})
			for _, asked := range server.Requests() {
				if asked != "GET /v1/am/oauth_regs" {
					t.Errorf("asked %s", asked)
				}
			}
		})
	}
}

func TestAccOAuthRegistrationsOfNothing(t *testing.T) {
	t.Parallel()

	readsOnly(t, acctest.NewServer(t, simulator.Options{}), resource.TestStep{
		Config: `data "aurinko_oauth_registrations" "this" {}`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("data.aurinko_oauth_registrations.this", tfjsonpath.New("registrations"), knownvalue.ListExact([]knownvalue.Check{})),
		},
	})
}

func TestAccOAuthRegistrationsFail(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	server.Simulator.Inject(simulator.Fault{Route: "/v1/am/oauth_regs", Status: http.StatusForbidden})
	readsOnly(t, server, resource.TestStep{
		Config:      `data "aurinko_oauth_registrations" "this" {}`,
		ExpectError: acctest.Says("Unable to read the OAuth registrations", "Aurinko answered 403 forbidden to GET /am/oauth_regs"),
	})
}
