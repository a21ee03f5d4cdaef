package booking_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// The data sources have what an import needs, and what a person recognizes.
func TestAccBookingProfiles(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	state := server.Simulator.State()
	state.BookingProfiles = []simulator.BookingProfile{
		{ID: 800, Name: "sales", ClientOrgID: "acme"}, {ID: 801, Subject: "Talk"},
		{ID: 802, AccountID: 501, Name: "intro", Subject: "Hello"}, {ID: 803, AccountID: 502},
	}
	server.Simulator.SetState(state)
	listing := func(of, arguments string) string {
		return acctest.Config(server, "data \"aurinko_"+of+"\" \"this\" {\n"+arguments+"\n}\n")
	}
	has := func(of string, pairs ...string) resource.TestCheckFunc {
		var checks []resource.TestCheckFunc
		for i := 0; i < len(pairs); i += 2 {
			checks = append(checks, resource.TestCheckResourceAttr("data.aurinko_"+of+".this", "profiles."+pairs[i], pairs[i+1]))
		}
		return resource.ComposeTestCheckFunc(checks...)
	}
	const ofGroup, ofAccount = "group_booking_profiles", "booking_profiles"
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories, Steps: []resource.TestStep{
		{Config: listing(ofGroup, ""), Check: has(ofGroup, "#", "2", "0.id", "800", "0.name", "sales", "0.client_org_id", "acme", "1.id", "801", "1.subject", "Talk")},
		{Config: listing(ofGroup, `client_org_id = "acme"`), Check: has(ofGroup, "#", "1", "0.id", "800")},
		{Config: listing(ofAccount, ""), Check: has(ofAccount, "#", "2", "0.id", "501/802", "0.account_id", "501", "0.profile_id", "802", "0.name", "intro", "0.subject", "Hello", "1.id", "502/803")},
		{Config: listing(ofAccount, "account_id = 502"), Check: has(ofAccount, "#", "1", "0.id", "502/803")},
		{Config: listing(ofAccount, "account_id = 999"), ExpectError: acctest.Says("Unable to list the booking profiles", "Check `account_id`")},
		{Config: listing(ofAccount, "account_id = \"ceo\""), ExpectError: acctest.Says("Invalid account ID")},
	}})
	acctest.AssertNoWrites(t, server)
}
