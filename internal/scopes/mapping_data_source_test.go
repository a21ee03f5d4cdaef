package scopes_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const mapping = "data.aurinko_scope_mapping.this"

// test runs a step, which must not ask the server for anything.
func test(t *testing.T, attributes, more string, step resource.TestStep) {
	t.Helper()
	server := acctest.NewServer(t, simulator.Options{})
	step.Config = acctest.Config(server, "data \"aurinko_scope_mapping\" \"this\" {\n"+attributes+"\n}\n"+more)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps:                    []resource.TestStep{step},
	})
	if asked := len(server.Simulator.Journal()); asked > 0 {
		t.Errorf("%d requests were sent, want none", asked)
	}
}

func names(list ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(list))
	for i, name := range list {
		checks[i] = knownvalue.StringExact(name)
	}
	return knownvalue.ListExact(checks)
}

func access(id, accessType, value string) knownvalue.Check {
	return knownvalue.ObjectExact(map[string]knownvalue.Check{
		"id": knownvalue.StringExact(id), "type": knownvalue.StringExact(accessType), "value": knownvalue.StringExact(value),
	})
}

func TestAccScopeMapping(t *testing.T) {
	t.Parallel()

	const graph = "00000003-0000-0000-c000-000000000000"
	delegated := map[string]knownvalue.Check{
		"canonical_scopes": names("Calendar.Read", "Mail.Drafts", "Mail.ReadWrite"),
		"mappings": knownvalue.MapExact(map[string]knownvalue.Check{
			"Calendar.Read": names("Calendars.Read"), "Mail.Drafts": names("Mail.ReadWrite"), "Mail.ReadWrite": names("Mail.ReadWrite"),
		}),
		"permissions":          names("Calendars.Read", "Mail.ReadWrite"),
		"implicit_permissions": names("MailboxSettings.Read", "User.Read", "email", "offline_access", "openid", "profile"),
		"all_permissions":      names("Calendars.Read", "Mail.ReadWrite", "MailboxSettings.Read", "User.Read", "email", "offline_access", "openid", "profile"),
		"resource_app_id":      knownvalue.StringExact(graph),
		"resource_access": knownvalue.ListPartial(map[int]knownvalue.Check{
			0: access("465a38f9-76ea-45b9-9f34-9e8b0d4b0b42", "Scope", "Calendars.Read"),
			7: access("14dad69e-099b-42c9-810b-d002981feec1", "Scope", "profile"),
		}),
	}
	application := map[string]knownvalue.Check{
		"canonical_scopes":     names("Mail.Read", "Mail.Send"),
		"mappings":             knownvalue.MapExact(map[string]knownvalue.Check{"Mail.Read": names("Mail.Read"), "Mail.Send": names("Mail.Send")}),
		"permissions":          names("Mail.Read", "Mail.Send"),
		"implicit_permissions": names(),
		"all_permissions":      names("Mail.Read", "Mail.Send"),
		"resource_app_id":      knownvalue.StringExact(graph),
		"resource_access": knownvalue.ListExact([]knownvalue.Check{
			access("810c84a8-4a9e-49e6-bf7d-12d183f40d01", "Role", "Mail.Read"),
			access("b633e1c5-b582-4048-a93e-9f11b44c7e96", "Role", "Mail.Send"),
		}),
	}
	for name, mapped := range map[string]struct {
		attributes, more string
		want             map[string]knownvalue.Check
	}{
		"delegated by default": {`scopes = ["Mail.Draft", "Calendar.ReadOnly", "Mail.ReadWrite"]`, "", delegated},
		"delegated": {`
			scopes          = ["Mail.ReadWrite", "Calendar.Read", "Mail.Drafts", "Mail.Draft"]
			permission_type = "delegated"`, "", delegated},
		"application": {`
			scopes          = ["Mail.Send", "Mail.ReadOnly"]
			permission_type = "application"`, "", application},
		"known after apply": {`
			scopes          = terraform_data.scopes.output
			permission_type = terraform_data.type.output`, `
			resource "terraform_data" "scopes" { input = ["Mail.Send", "Mail.Read"] }
			resource "terraform_data" "type" { input = "application" }`, application},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var checks []statecheck.StateCheck
			for attribute, want := range mapped.want {
				checks = append(checks, statecheck.ExpectKnownValue(mapping, tfjsonpath.New(attribute), want))
			}
			test(t, mapped.attributes, mapped.more, resource.TestStep{ConfigStateChecks: checks})
		})
	}
}

func TestAccScopeMappingRefuses(t *testing.T) {
	t.Parallel()

	for name, wrong := range map[string]struct{ attributes, want string }{
		"no application permission": {`
			scopes          = ["Mail.Read", "Tasks.ReadOnly", "Mail.Draft"]
			permission_type = "application"`, "Aurinko documents no application permission of Microsoft Graph for Mail.Drafts, Tasks.Read."},
		"no delegated permission": {`scopes = ["Mail.All"]`, "Aurinko documents no delegated permission of Microsoft Graph for Mail.All."},
		"unknown scope":           {`scopes = ["Mail.Sent"]`, `"Mail.Sent" is not an Aurinko scope. Did you mean "Mail.Send"`},
		"no scope":                {`scopes = []`, "scopes set must contain at least 1 elements"},
		"scopes left out":         {``, `The argument "scopes" is required`},
		"unknown type": {`
			scopes          = ["Mail.Read"]
			permission_type = "role"`, `value must be one of: ["delegated" "application"], got: "role"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, wrong.attributes, "", resource.TestStep{PlanOnly: true, ExpectError: acctest.Says(wrong.want)})
		})
	}
}

// What an app registration wants is ready to be given to it.
func TestAccScopeMappingIsReadyToUse(t *testing.T) {
	t.Parallel()

	test(t, `scopes = ["Mail.Send"]`, `
		output "resource_access" {
			value = join(",", [for a in data.aurinko_scope_mapping.this.resource_access : "${a.type}:${a.id}" if a.value == "Mail.Send"])
		}`,
		resource.TestStep{Check: resource.TestCheckOutput("resource_access", "Scope:e383f46e-2787-4529-855e-0e479a3ffac0")})
}
