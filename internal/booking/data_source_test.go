package booking_test

import (
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// The data sources have what an import needs, and what a person recognizes.
func TestBookingProfiles(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	state := server.Simulator.State()
	state.BookingProfiles = []simulator.BookingProfile{
		{ID: 800, Name: "sales", ClientOrgID: "acme"}, {ID: 801, Subject: "Talk"},
		{ID: 802, AccountID: 501, Name: "intro", Subject: "Hello"}, {ID: 803, AccountID: 502},
	}
	server.Simulator.SetState(state)
	p := core.Start(t, server.Transport, nil)
	list := func(of string, config core.Values, fails string, want ...core.Values) {
		t.Helper()
		p.MustList(t, of, "profiles", config, want, fails)
	}
	const ofGroup, ofAccount = "aurinko_group_booking_profiles", "aurinko_booking_profiles"
	acme := core.Values{"id": "800", "name": "sales", "client_org_id": "acme"}
	list(ofGroup, core.Values{}, "", acme, core.Values{"id": "801", "subject": "Talk"})
	list(ofGroup, core.Values{"client_org_id": "acme"}, "", acme)
	list(ofAccount, core.Values{}, "",
		core.Values{"id": "501/802", "account_id": "501", "profile_id": "802", "name": "intro", "subject": "Hello"}, core.Values{"id": "502/803"})
	list(ofAccount, core.Values{"account_id": "502"}, "", core.Values{"id": "502/803"})
	list(ofAccount, core.Values{"account_id": "999"}, "Unable to list the booking profiles")
	list(ofAccount, core.Values{"account_id": "999"}, "Check `account_id`")
	list(ofAccount, core.Values{"account_id": "ceo"}, "Invalid account ID")
	acctest.AssertNoWrites(t, server)
}
