package application_test

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

// test runs a step, which must not write anything.
func test(t *testing.T, server *acctest.Server, step resource.TestStep) {
	t.Helper()
	step.Config = acctest.Config(server, step.Config)
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories, Steps: []resource.TestStep{step}})
	acctest.AssertNoWrites(t, server)
}

func names(list ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(list))
	for i, name := range list {
		checks[i] = knownvalue.StringExact(name)
	}
	return knownvalue.SetExact(checks)
}

func TestAccApplication(t *testing.T) {
	t.Parallel()

	for name, quirks := range map[string]simulator.Quirks{"": {}, "nulls": {Nulls: true, UnknownFields: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checks := []statecheck.StateCheck{acctest.NotHeld{simulator.SigningSecret}}
			for attribute, want := range map[string]knownvalue.Check{
				"id": knownvalue.StringExact("1"), "name": knownvalue.StringExact("Simulator"), "application_type": knownvalue.StringExact("web"),
				"capabilities": names("Calendar", "Contacts", "Mail", "Tasks"), "sync_available": knownvalue.Bool(true),
				"internal_services_enabled": knownvalue.Bool(false), "trial": knownvalue.Bool(false), "outlook_manifest_id": knownvalue.Null(),
				"created_at": knownvalue.NotNull(),
			} {
				checks = append(checks, statecheck.ExpectKnownValue("data.aurinko_application.this", tfjsonpath.New(attribute), want))
			}
			server := acctest.NewServer(t, simulator.Options{Quirks: quirks})
			test(t, server, resource.TestStep{Config: `data "aurinko_application" "this" {}`, ConfigStateChecks: checks})
			for _, asked := range server.Requests() {
				if asked != "GET /v1/am/application" {
					t.Errorf("asked %s", asked)
				}
			}
		})
	}
}

// A field that the server does not return is null.
func TestAccApplicationOfWhichNothingIsReturned(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	server.Simulator.Inject(simulator.Fault{Route: "/v1/am/application", Status: http.StatusOK, Body: `{"id":"a-1"}`})
	test(t, server, resource.TestStep{
		Config: `data "aurinko_application" "this" {}`,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("data.aurinko_application.this", tfjsonpath.New("id"), knownvalue.StringExact("a-1")),
			statecheck.ExpectKnownValue("data.aurinko_application.this", tfjsonpath.New("capabilities"), knownvalue.Null()),
			statecheck.ExpectKnownValue("data.aurinko_application.this", tfjsonpath.New("trial"), knownvalue.Null()),
		},
	})
}

func TestAccApplicationFails(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	server.Simulator.Inject(simulator.Fault{Route: "/v1/am/application", Status: http.StatusNotFound})
	test(t, server, resource.TestStep{
		Config:      `data "aurinko_application" "this" {}`,
		ExpectError: acctest.Says("Unable to read the application", "Aurinko answered 404 not_found to GET /am/application: Injected fault."),
	})
}
