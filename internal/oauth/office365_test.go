package oauth_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const (
	settings = "aurinko_office365_oauth.this"
	clientID = "6a1b3c5d-0f2e-4d6c-8b7a-9e0f1a2b3c4d"
	otherID  = "0d9c8b7a-1e2f-4a3b-9c5d-6e7f8a9b0c1d"

	saves   = "POST /v1/am/oauth_regs"
	deletes = "DELETE /v1/am/oauth_regs"
)

// test runs the steps of an acceptance test against its server.
func test(t *testing.T, server *acctest.Server, steps ...resource.TestStep) {
	t.Helper()
	acctest.Test(t, resource.TestCase{
		Steps: steps,
		CheckDestroy: func(*terraform.State) error {
			if !server.Simulator.Empty() {
				return fmt.Errorf("left behind: %d registrations", len(server.Simulator.OAuthRegs()))
			}
			return nil
		},
	})
}

// oauthSettings is a configuration with the OAuth settings, of which these are
// the attributes.
func oauthSettings(server *acctest.Server, attributes string) string {
	return acctest.Config(server, "resource \"aurinko_office365_oauth\" \"this\" {\n"+attributes+"\n}\n")
}

// plainSettings are the attributes of a test that is about something else.
const plainSettings = `
  client_id     = "` + clientID + `"
  client_secret = "s3cret-one"
`

// stored compares the only registration with what it should be.
func stored(server *acctest.Server, want simulator.OAuthReg) resource.TestCheckFunc {
	return func(*terraform.State) error {
		regs := server.Simulator.OAuthRegs()
		for i := range regs {
			slices.Sort(regs[i].Scopes)
		}
		if diff := cmp.Diff([]simulator.OAuthReg{want}, regs); diff != "" {
			return fmt.Errorf("stored otherwise (-want +got):\n%s", diff)
		}
		return nil
	}
}

// sent checks a field of the latest write: nil is one that was left out.
func sent(server *acctest.Server, field string, want any) resource.TestCheckFunc {
	return func(*terraform.State) error {
		var got any
		for _, request := range server.Simulator.Journal() {
			if request.Route == saves {
				got = request.Body[field]
			}
		}
		if got != want {
			return fmt.Errorf("%s was sent as %v, want %v", field, got, want)
		}
		return nil
	}
}

func planned(action plancheck.ResourceActionType, address string) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

func holds(address, attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), value)
}

func TestAccOffice365OAuth(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	all := simulator.OAuthReg{
		ServiceType: "Office365", ClientID: clientID, ClientSecret: "s3cret-one",
		Scopes: []string{"Calendar.Read", "Mail.Send"}, IntermediateCallbackURL: "https://auth.acme.example/callback",
	}
	changed := all
	changed.ClientID, changed.Scopes, changed.IntermediateCallbackURL = otherID, []string{"Mail.Drafts"}, "https://auth.acme.example/other"
	cleared := changed
	cleared.IntermediateCallbackURL = ""
	test(t, server,
		resource.TestStep{
			Config: oauthSettings(server, plainSettings+`
				scopes                    = ["Mail.Send", "Calendar.ReadOnly"]
				intermediate_callback_url = "https://auth.acme.example/callback"`),
			ConfigPlanChecks: planned(plancheck.ResourceActionCreate, settings),
			Check:            resource.ComposeTestCheckFunc(stored(server, all), acctest.CheckWrites(server, saves)),
			ConfigStateChecks: []statecheck.StateCheck{
				holds(settings, "id", knownvalue.StringExact("Office365")),
				holds(settings, "client_secret_revision", knownvalue.Int64Exact(1)),
			},
		},
		resource.TestStep{ // every attribute is updated in place
			Config: oauthSettings(server, `
				client_id                 = "`+otherID+`"
				client_secret             = "s3cret-one"
				scopes                    = ["Mail.Draft"]
				intermediate_callback_url = "https://auth.acme.example/other"`),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(settings, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(settings, tfjsonpath.New("id"), knownvalue.StringExact("Office365")),
				plancheck.ExpectKnownValue(settings, tfjsonpath.New("client_secret_revision"), knownvalue.Int64Exact(1)),
			}},
			Check: resource.ComposeTestCheckFunc(stored(server, changed), acctest.CheckWrites(server, saves)),
		},
		resource.TestStep{ // what is left out is cleared, or stays Aurinko's choice
			Config: oauthSettings(server, `
				client_id     = "`+otherID+`"
				client_secret = "s3cret-one"`),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, settings),
			Check:            resource.ComposeTestCheckFunc(stored(server, cleared), sent(server, "intermediateCallbackUrl", ""), acctest.CheckWrites(server, saves)),
			ConfigStateChecks: []statecheck.StateCheck{
				holds(settings, "scopes", knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("Mail.Draft")})),
				holds(settings, "intermediate_callback_url", knownvalue.Null()),
			},
		},
		resource.TestStep{ // on_existing is the provider's own business
			Config: oauthSettings(server, `
				client_id     = "`+otherID+`"
				client_secret = "s3cret-one"
				on_existing   = "adopt"`),
			Check: acctest.CheckWrites(server),
		},
		resource.TestStep{
			Config: oauthSettings(server, `
				client_id     = "`+otherID+`"
				client_secret = "s3cret-one"`),
			Destroy: true,
			Check:   acctest.CheckWrites(server, deletes),
		},
	)
}

// What changes outside Terraform is shown, and healed.
func TestAccOffice365OAuthDrift(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	config := oauthSettings(server, plainSettings+`
		scopes                    = ["Mail.Read"]
		intermediate_callback_url = "https://auth.acme.example/callback"`)
	right := simulator.OAuthReg{
		ServiceType: "Office365", ClientID: clientID, ClientSecret: "s3cret-one",
		Scopes: []string{"Mail.Read"}, IntermediateCallbackURL: "https://auth.acme.example/callback",
	}
	steps := []resource.TestStep{{Config: config, Check: stored(server, right)}}
	drifted := func(change func(*simulator.OAuthReg)) {
		now := right
		change(&now)
		steps = append(steps, resource.TestStep{
			PreConfig:        func() { server.Simulator.SetOAuthReg(now) },
			Config:           config,
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, settings),
			Check:            stored(server, right),
		})
	}
	drifted(func(r *simulator.OAuthReg) { r.ClientID = otherID })
	drifted(func(r *simulator.OAuthReg) { r.ClientSecret = "s3cret-two" })
	drifted(func(r *simulator.OAuthReg) { r.Scopes = []string{"Mail.Read", "Mail.Send"} })
	drifted(func(r *simulator.OAuthReg) { r.IntermediateCallbackURL = "https://auth.acme.example/other" })
	steps = append(steps, resource.TestStep{
		PreConfig:        func() { server.Simulator.RemoveOAuthReg("Office365", false) },
		Config:           config,
		ConfigPlanChecks: planned(plancheck.ResourceActionCreate, settings),
		Check:            stored(server, right),
	})
	steps = append(steps, resource.TestStep{ // gone already is as good as deleted
		PreConfig: func() { server.Simulator.RemoveOAuthReg("Office365", false) },
		Config:    config,
		Destroy:   true,
	})
	test(t, server, steps...)
}

// Any field of an answer can be absent or null: that is no drift.
func TestAccOffice365OAuthNotTold(t *testing.T) {
	t.Parallel()

	for name, quirks := range map[string]simulator.Quirks{"absent": {}, "null": {Nulls: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewServer(t, simulator.Options{Quirks: quirks})
			config := oauthSettings(server, plainSettings+`
				scopes                    = ["Mail.Read"]
				intermediate_callback_url = "https://auth.acme.example/callback"`)
			test(t, server,
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig: func() {
						server.Simulator.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", ClientID: clientID})
					},
					Config:           config,
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				},
			)
		})
	}
}

// Each identifier that the server spells in another way is still the same.
func TestAccOffice365OAuthClientIDCase(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	config := oauthSettings(server, `
		client_id     = "6A1B3C5D-0f2e-4d6c-8b7a-9e0f1a2b3c4d"
		client_secret = "s3cret-one"`)
	test(t, server,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				server.Simulator.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", ClientID: clientID, ClientSecret: "s3cret-one"})
			},
			Config:           config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
	)
}

// A write-only secret is sent when its version changes, and then once. It
// stands in no state and in no plan.
func TestAccOffice365OAuthWriteOnlySecret(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	nowhere := acctest.NotHeld{"wo-s3cret-one", "wo-s3cret-two", "wo-s3cret-three"}
	config := func(secret, version string) string {
		return oauthSettings(server, `
			client_id        = "`+clientID+`"
			client_secret_wo = "`+secret+`"
			`+version)
	}
	step := func(secret, version string, action plancheck.ResourceActionType, revision int64, want ...string) resource.TestStep {
		return resource.TestStep{
			Config: config(secret, version),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				nowhere, plancheck.ExpectResourceAction(settings, action),
			}},
			ConfigStateChecks: []statecheck.StateCheck{nowhere, holds(settings, "client_secret_revision", knownvalue.Int64Exact(revision))},
			Check:             acctest.CheckWrites(server, want...),
		}
	}
	storing := func(secret string, step resource.TestStep) resource.TestStep {
		step.Check = resource.ComposeTestCheckFunc(step.Check, stored(server, simulator.OAuthReg{
			ServiceType: "Office365", ClientID: clientID, ClientSecret: secret,
		}))
		return step
	}
	test(t, server,
		storing("wo-s3cret-one", step("wo-s3cret-one", "client_secret_wo_version = 1", plancheck.ResourceActionCreate, 1, saves)),
		storing("wo-s3cret-one", step("wo-s3cret-two", "client_secret_wo_version = 1", plancheck.ResourceActionNoop, 1)),
		storing("wo-s3cret-two", step("wo-s3cret-two", "client_secret_wo_version = 2", plancheck.ResourceActionUpdate, 2, saves)),
		storing("wo-s3cret-two", step("wo-s3cret-three", "client_secret_wo_version = 2", plancheck.ResourceActionNoop, 2)),
		// Without a version the secret itself counts. One that comes back is another one.
		storing("wo-s3cret-three", step("wo-s3cret-three", "", plancheck.ResourceActionUpdate, 3, saves)),
		storing("wo-s3cret-three", step("wo-s3cret-three", "", plancheck.ResourceActionNoop, 3)),
		storing("wo-s3cret-three", step("wo-s3cret-three", "client_secret_wo_version = 1", plancheck.ResourceActionUpdate, 4, saves)),
	)
}

// A secret moves from the state into its write-only form without a write, and
// another one is sent on the way.
func TestAccOffice365OAuthMovesSecret(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	writeOnly := func(secret string) string {
		return oauthSettings(server, `
			client_id        = "`+clientID+`"
			client_secret_wo = "`+secret+`"`)
	}
	moved := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{acctest.Updates(settings, "client_secret_revision")}}
	test(t, server,
		resource.TestStep{Config: oauthSettings(server, plainSettings), Check: acctest.CheckWrites(server, saves)},
		resource.TestStep{
			Config: writeOnly("s3cret-one"), ConfigPlanChecks: moved,
			ConfigStateChecks: []statecheck.StateCheck{acctest.NotHeld{"s3cret-one"}, holds(settings, "client_secret_revision", knownvalue.Int64Exact(1))},
			Check:             acctest.CheckWrites(server),
		},
		resource.TestStep{ // and back again
			Config:            oauthSettings(server, plainSettings),
			ConfigStateChecks: []statecheck.StateCheck{holds(settings, "client_secret_revision", knownvalue.Int64Exact(1))},
			Check:             acctest.CheckWrites(server),
		},
		resource.TestStep{
			Config:            writeOnly("s3cret-two"),
			ConfigStateChecks: []statecheck.StateCheck{holds(settings, "client_secret_revision", knownvalue.Int64Exact(2))},
			Check: resource.ComposeTestCheckFunc(acctest.CheckWrites(server, saves), stored(server, simulator.OAuthReg{
				ServiceType: "Office365", ClientID: clientID, ClientSecret: "s3cret-two",
			})),
		},
	)
}

// A secret that is known after apply only is planned so, and sent.
func TestAccOffice365OAuthUnknownSecret(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	config := func(secret string) string {
		return oauthSettings(server, `
			client_id     = terraform_data.registration.output
			client_secret = terraform_data.secret.output
			scopes        = [terraform_data.scope.output]`) + `
			resource "terraform_data" "registration" { input = "` + clientID + `" }
			resource "terraform_data" "scope" { input = "Mail.ReadOnly" }
			resource "terraform_data" "secret" { input = "` + secret + `" }`
	}
	want := simulator.OAuthReg{ServiceType: "Office365", ClientID: clientID, ClientSecret: "s3cret-one", Scopes: []string{"Mail.Read"}}
	rotated := want
	rotated.ClientSecret = "s3cret-two"
	test(t, server,
		resource.TestStep{Config: config("s3cret-one"), Check: stored(server, want)},
		resource.TestStep{
			Config:            config("s3cret-two"),
			ConfigStateChecks: []statecheck.StateCheck{holds(settings, "client_secret_revision", knownvalue.Int64Exact(2))},
			Check:             stored(server, rotated),
		},
	)
}

func TestAccOffice365OAuthExists(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	there := simulator.OAuthReg{
		ServiceType: "Office365", ClientID: otherID, ClientSecret: "another", Scopes: []string{"Mail.Read"},
		IntermediateCallbackURL: "https://auth.acme.example/callback",
	}
	server.Simulator.SetOAuthReg(there)
	// The registration of the daemon is another one.
	server.Simulator.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", Daemon: true, ClientID: otherID})
	test(t, server,
		resource.TestStep{
			Config:      oauthSettings(server, plainSettings),
			ExpectError: acctest.Says("import ID Office365 into the resource named above"),
		},
		resource.TestStep{
			PreConfig: func() { acctest.AssertNoWrites(t, server) },
			Config:    oauthSettings(server, plainSettings+`on_existing = "adopt"`),
			Check:     acctest.CheckWrites(server, saves),
		},
		resource.TestStep{
			PreConfig: func() { server.Simulator.RemoveOAuthReg("Office365", true) },
			Config:    oauthSettings(server, plainSettings+`on_existing = "adopt"`),
			Check:     stored(server, simulator.OAuthReg{ServiceType: "Office365", ClientID: clientID, ClientSecret: "s3cret-one"}),
		},
	)
}

func TestAccOffice365OAuthImport(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	writeOnly := oauthSettings(server, `
		client_id        = "`+clientID+`"
		client_secret_wo = "s3cret-one"
		scopes           = ["Mail.ReadOnly"]`)
	test(t, server,
		resource.TestStep{Config: writeOnly, Check: acctest.CheckWrites(server, saves)},
		resource.TestStep{ResourceName: settings, ImportState: true, ImportStateId: "Office365/daemon",
			ExpectError: acctest.Says(`Use "Office365": an application has these settings once.`)},
		resource.TestStep{ResourceName: settings, ImportState: true, ImportStateId: "12345",
			ExpectError: acctest.Says(`"12345" is not the import ID of the Office 365 OAuth settings.`)},
		resource.TestStep{ // by an import block: nothing is planned but the import
			ResourceName: settings, ImportState: true, ImportStateId: "Office365",
			ImportStateKind:  resource.ImportBlockWithID,
			ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
	)
}

// After an import a plain secret is sent once, if Aurinko does not show it.
func TestAccOffice365OAuthAfterImport(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{Quirks: simulator.Quirks{Secrets: simulator.SecretsMasked}})
	server.Simulator.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", ClientID: clientID, ClientSecret: "s3cret-one"})
	test(t, server, resource.TestStep{
		Config: oauthSettings(server, plainSettings) + `import { 
			to = aurinko_office365_oauth.this 
			id = "Office365" 
		}`,
		ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, settings),
		Check:            acctest.CheckWrites(server, saves),
	})
}
