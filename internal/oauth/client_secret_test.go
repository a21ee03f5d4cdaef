package oauth_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// The resources for Google and Zoho share the implementation of Office 365's,
// whose tests go further into each rule.
var googleAndZoho = []string{"Google", "Zoho"}

const google = "aurinko_google_oauth.this"

// Created, read, updated in place, cleared and destroyed.
func TestAccGoogleAndZoho(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		server := acctest.NewServer(t, simulator.Options{})
		changed := c.right
		changed.ClientID, changed.Scopes = c.wrong.ClientID, []string{"Mail.Drafts"}
		changed.IntermediateCallbackURL, changed.TopicName = c.wrong.IntermediateCallbackURL, c.wrong.TopicName
		cleared := changed
		cleared.IntermediateCallbackURL, cleared.TopicName = "", ""
		few := values{"client_id": c.wrong.ClientID, "client_secret": c.right.ClientSecret}
		many := values{
			"client_id": c.wrong.ClientID, "client_secret": c.right.ClientSecret, "scopes": []string{"Mail.Drafts"},
			"intermediate_callback_url": c.wrong.IntermediateCallbackURL,
		}
		if c.wrong.TopicName != "" {
			many["pubsub_topic"] = c.wrong.TopicName
		}
		steps := []resource.TestStep{
			{
				Config:           c.config(server, c.attributes),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate, c.address()),
				ConfigStateChecks: []statecheck.StateCheck{
					holds(c.address(), "id", knownvalue.StringExact(c.importID)),
					holds(c.address(), "client_secret_revision", knownvalue.Int64Exact(1)),
				},
				Check: resource.ComposeTestCheckFunc(stored(server, c.right), acctest.CheckWrites(server, saves)),
			},
			{
				Config: c.config(server, many),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(c.address(), plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(c.address(), tfjsonpath.New("client_secret_revision"), knownvalue.Int64Exact(1)),
				}},
				Check: resource.ComposeTestCheckFunc(stored(server, changed), acctest.CheckWrites(server, saves)),
			},
			{ // what is left out is cleared, or stays Aurinko's choice
				Config:           c.config(server, few),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, c.address()),
				ConfigStateChecks: []statecheck.StateCheck{
					holds(c.address(), "scopes", knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("Mail.Drafts")})),
					holds(c.address(), "intermediate_callback_url", knownvalue.Null()),
				},
				Check: resource.ComposeTestCheckFunc(stored(server, cleared), sent(server, "intermediateCallbackUrl", ""), acctest.CheckWrites(server, saves)),
			},
			{
				ResourceName: c.address(), ImportState: true, ImportStateId: c.importID, ImportStateVerify: true,
				ImportStateVerifyIgnore: []string{"client_secret", "client_secret_revision"},
			},
			{Config: c.config(server, few), Destroy: true, Check: acctest.CheckWrites(server, deletes)},
		}
		test(t, server, steps...)
	}, googleAndZoho...)
}

// What changes outside Terraform is shown and healed, and what disappears is
// made again.
func TestAccGoogleAndZohoDrift(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		server := acctest.NewServer(t, simulator.Options{})
		config := c.config(server, c.attributes)
		healed := resource.ComposeTestCheckFunc(stored(server, c.right), acctest.CheckWrites(server, saves))
		gone := func() { server.Simulator.RemoveOAuthReg(c.right.ServiceType, false) }
		steps := []resource.TestStep{{Config: config, Check: healed}}
		for i := range c.differences {
			steps = append(steps, resource.TestStep{
				PreConfig: enters(server, c.drifted(i)), Config: config, Check: healed,
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, c.address()),
			})
		}
		steps = append(steps,
			resource.TestStep{
				PreConfig: gone, Config: config, Check: healed,
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate, c.address()),
			},
			resource.TestStep{PreConfig: gone, Config: config, Destroy: true}, // as good as deleted
		)
		test(t, server, steps...)
	}, googleAndZoho...)
}

// A secret in either form is sent when it changes, and moves between the forms
// without a write. A version is another one from the first one on.
func TestAccGoogleAndZohoSecretForms(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		server := acctest.NewServer(t, simulator.Options{})
		rotated := c.right
		rotated.ClientSecret = c.wrong.ClientSecret
		another := c.with(values{"client_secret": c.wrong.ClientSecret})
		versioned := func(attributes values, version int) values {
			moved := c.writeOnly(attributes)
			moved["client_secret_wo_version"] = version
			return moved
		}
		step := func(attributes values, revision int64, want simulator.OAuthReg, writes ...string) resource.TestStep {
			return resource.TestStep{
				Config:            c.config(server, attributes),
				ConfigStateChecks: []statecheck.StateCheck{holds(c.address(), "client_secret_revision", knownvalue.Int64Exact(revision))},
				Check:             resource.ComposeTestCheckFunc(stored(server, want), acctest.CheckWrites(server, writes...)),
			}
		}
		notHeld := func(step resource.TestStep) resource.TestStep {
			step.ConfigStateChecks = append(step.ConfigStateChecks, acctest.NotHeld(c.secrets()))
			return step
		}
		test(t, server,
			step(c.attributes, 1, c.right, saves),
			step(another, 2, rotated, saves),
			notHeld(step(c.writeOnly(another), 2, rotated)),
			notHeld(step(versioned(another, 1), 3, rotated, saves)),
			notHeld(step(versioned(c.attributes, 2), 4, c.right, saves)),
			notHeld(step(c.writeOnly(another), 5, rotated, saves)),
			step(another, 5, rotated),
		)
	}, googleAndZoho...)
}

// What exists is adopted only on demand.
func TestAccGoogleAndZohoExists(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		server := acctest.NewServer(t, simulator.Options{})
		server.Simulator.SetOAuthReg(c.wrong)
		test(t, server,
			resource.TestStep{
				Config: c.config(server, c.attributes),
				ExpectError: acctest.Says(fmt.Sprintf("The %s already exist", c.title), fmt.Sprintf("with client ID %q", c.wrong.ClientID),
					fmt.Sprintf("import ID %s into the resource named above", c.importID)),
			},
			resource.TestStep{
				PreConfig: func() { acctest.AssertNoWrites(t, server) },
				Config:    c.config(server, c.with(values{"on_existing": "adopt"})),
				Check:     resource.ComposeTestCheckFunc(stored(server, c.right), acctest.CheckWrites(server, saves)),
			},
		)
	}, googleAndZoho...)
}

// A plan after an import is empty, or sends once the secret that Aurinko does
// not show.
func TestAccGoogleAndZohoImport(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		for name, quirk := range secretQuirks {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				action, writes := plancheck.ResourceActionNoop, []string(nil)
				if quirk != simulator.SecretsClear {
					action, writes = plancheck.ResourceActionUpdate, []string{saves}
				}
				server := acctest.NewServer(t, simulator.Options{Quirks: simulator.Quirks{Secrets: quirk}})
				server.Simulator.SetOAuthReg(c.right)
				test(t, server,
					resource.TestStep{
						Config:           c.config(server, c.writeOnly(c.attributes)) + c.importBlock(),
						ConfigPlanChecks: planned(action, c.address()),
						Check:            resource.ComposeTestCheckFunc(stored(server, c.right), acctest.CheckWrites(server, writes...)),
					},
					resource.TestStep{
						ResourceName: c.address(), ImportState: true, ImportStateId: "Office365",
						ExpectError: acctest.Says(fmt.Sprintf("Use %q: an application has these settings once.", c.importID)),
					},
				)
			})
		}
	}, googleAndZoho...)
}

// The topic is sent when it is set, changed and taken away, and never where
// there was none.
func TestAccGoogleTopic(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	c := settingsCases(t)["Google"]
	step := func(topic, wantSent any, wantState knownvalue.Check, wantStored string) resource.TestStep {
		want := c.right
		want.TopicName = wantStored
		return resource.TestStep{
			Config:            c.config(server, c.with(values{"pubsub_topic": topic})),
			ConfigStateChecks: []statecheck.StateCheck{holds(google, "pubsub_topic", wantState)},
			Check:             resource.ComposeTestCheckFunc(stored(server, want), sent(server, "topicName", wantSent), acctest.CheckWrites(server, saves)),
		}
	}
	const one, two = "projects/acme-mail/topics/gmail", "projects/acme-mail/topics/gmail-2"
	changed := step(two, two, knownvalue.StringExact(two), two)
	changed.ConfigPlanChecks = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		acctest.Updates(google), // in place, and nothing else is open
	}}
	test(t, server,
		step(nil, nil, knownvalue.Null(), ""),
		step(one, one, knownvalue.StringExact(one), one),
		changed,
		step(nil, "", knownvalue.Null(), ""),
	)
}

// What is wrong is refused before anything is asked of the server.
func TestAccGoogleAndZohoRefuse(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		wrong := map[string]struct {
			change values
			want   string
		}{
			"empty client id":  {values{"client_id": ""}, "client_id string length must be at least 1"},
			"no client id":     {values{"client_id": nil}, `The argument "client_id" is required`},
			"no secret":        {values{"client_secret": nil}, "No attribute specified when one (and only one) of [client_secret,client_secret_wo] is required"},
			"both secrets":     {values{"client_secret_wo": "s3cret-two"}, "2 attributes specified when one (and only one) of [client_secret,client_secret_wo] is required"},
			"unknown scope":    {values{"scopes": []string{"Mail.Raed"}}, `"Mail.Raed" is not an Aurinko scope. Did you mean "Mail.Read"`},
			"callback http":    {values{"intermediate_callback_url": "http://auth.acme.example/callback"}, "The URL must be https"},
			"unknown managers": {values{"managed_by": "me"}, `value must be one of: ["terraform" "portal"], got: "me"`},
		}
		if c.typeName == "aurinko_google_oauth" {
			const full = "The value must be the topic's full name, projects/<project id>/topics/<topic id>"
			for name, topic := range map[string]string{"short name": "gmail", "subscription": "projects/acme-mail/subscriptions/gmail", "empty": ""} {
				wrong["topic, "+name] = struct {
					change values
					want   string
				}{values{"pubsub_topic": topic}, full}
			}
		} else {
			wrong["topic"] = struct {
				change values
				want   string
			}{values{"pubsub_topic": "projects/acme-mail/topics/gmail"}, `An argument named "pubsub_topic" is not expected here`}
		}
		for name, w := range wrong {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				refused(t, func(server *acctest.Server) string { return c.config(server, c.with(w.change)) }, w.want)
			})
		}
	}, googleAndZoho...)
}
