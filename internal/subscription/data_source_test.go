package subscription_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// The data source has what an import needs, and says which are inactive.
func TestAccSubscriptions(t *testing.T) {
	t.Parallel()
	server := newEstateServer(t, simulator.Quirks{Nulls: true, MaxPage: 1})
	const all = "data.aurinko_subscriptions.this"
	listing := func(arguments string) string {
		return acctest.Config(server, "data \"aurinko_subscriptions\" \"this\" {\n"+arguments+"\n}\n")
	}
	has := func(name, value string) resource.TestCheckFunc {
		return resource.TestCheckResourceAttr(all, "subscriptions."+name, value)
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories, Steps: []resource.TestStep{
		{Config: listing(""), Check: resource.ComposeTestCheckFunc(
			has("#", "3"), has("0.id", "501/601"), has("0.account_id", "501"), has("0.subscription_id", "601"), has("0.resource", "/email/messages"),
			has("0.notification_url", "https://hooks.acme.example/?key=hunter2"), has("0.filters.0", "withoutDrafts"), has("0.active", "true"),
			has("1.active", "false"), has("1.fail_description", "timed out"), has("1.disabled_by_billing", "false"),
			resource.TestCheckNoResourceAttr(all, "subscriptions.1.filters"),
		)},
		{Config: listing("account_id = 502"), Check: resource.ComposeTestCheckFunc(has("#", "1"), has("0.id", "502/603"))},
		{Config: listing("account_id = 503"), Check: has("#", "0")},
		{Config: listing("account_id = 999"), ExpectError: acctest.Says("Unable to list the subscriptions", "Check `account_id`")},
		{Config: listing("account_id = \"ceo\""), ExpectError: acctest.Says("Invalid account ID")},
	}})
	acctest.AssertNoWrites(t, server)
}
