package core

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
)

// An Expectation is what a plan must do: a step of a test that runs with the real CLI
// or without one.
type Expectation struct {
	action  string
	unknown []string
}

// What plans do.
var (
	Creates  = Expectation{action: "create"}
	Replaces = Expectation{action: "replace"}
	Nothing  = Expectation{}
)

// Updates expects an update that leaves these attributes unknown, with dots into
// nested objects, and no others.
func Updates(unknown ...string) Expectation { return Expectation{"update", unknown} }

// Check is the expectation of a plan that the real CLI makes.
func (e Expectation) Check(address string) plancheck.PlanCheck {
	switch e.action {
	case "update":
		return acctest.Updates(address, e.unknown...)
	case "create":
		return plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate)
	case "replace":
		return plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace)
	}
	return plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)
}

// Step applies a configuration with the real CLI.
func (e Expectation) Step(server *acctest.Server, address, config string, writes ...string) resource.TestStep {
	return resource.TestStep{
		Config:           acctest.Config(server, config),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{e.Check(address)}},
		Check:            acctest.CheckWrites(server, writes...),
	}
}

// Phase applies a configuration without a CLI; see Parse for what it may be.
func (e Expectation) Phase(t testing.TB, config string, writes ...string) Phase {
	t.Helper()
	return Phase{Config: Parse(t, config), Action: e.action, Unknown: e.unknown, Writes: writes}
}
