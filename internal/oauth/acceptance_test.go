package oauth_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// All settings in one configuration of the real CLI: created, imported, updated with
// secrets that other resources make, and destroyed. Without write-only arguments, which
// older CLIs do not have.
func TestAccSettings(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	var create, update resource.TestStep
	var imports []resource.TestStep
	var right, wrong []simulator.OAuthReg
	var saved []string
	for _, c := range settingsCases(t) {
		another, unread := c.another(), append(c.revision(), c.secret)
		secret := fmt.Sprintf("resource \"terraform_data\" %q {\n  input = %s\n}\n", c.typeName, acctest.Quote(c.wrong.ClientSecret))
		another[c.secret] = expression("terraform_data." + c.typeName + ".output")
		create.Config += c.config(c.with(values{"scopes": c.right.Scopes})) // as they are read
		update.Config += c.config(another) + secret
		right, wrong, saved = append(right, c.right), append(wrong, c.wrong), append(saved, saves)
		create.ConfigPlanChecks.PreApply = append(create.ConfigPlanChecks.PreApply, core.Creates.Check(c.address()))
		update.ConfigPlanChecks.PreApply = append(update.ConfigPlanChecks.PreApply, core.Updates(unread...).Check(c.address()))
		imports = append(imports, resource.TestStep{
			ResourceName: c.address(), ImportState: true, ImportStateId: c.importID, ImportStateVerify: true, ImportStateVerifyIgnore: unread,
		})
	}
	for step, want := range map[*resource.TestStep][]simulator.OAuthReg{&create: right, &update: wrong} {
		step.Config = acctest.Config(server, step.Config)
		step.Check = resource.ComposeTestCheckFunc(acctest.CheckWrites(server, saved...), func(*terraform.State) error { return stored(server, want...) })
	}
	acctest.Test(t, resource.TestCase{
		Steps: append(append([]resource.TestStep{create}, imports...), update),
		CheckDestroy: func(*terraform.State) error {
			if !server.Simulator.Empty() {
				return errors.New("settings are left behind")
			}
			return nil
		},
	})
}
