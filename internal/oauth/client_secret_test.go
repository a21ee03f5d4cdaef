package oauth_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const google = "aurinko_google_oauth.this"

// Created, read, updated in place, cleared and destroyed.
func TestAccZoho(t *testing.T) {
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
	}, "Zoho")
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
