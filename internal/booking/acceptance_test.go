package booking_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// newServer is a server with three mailboxes, which these tests do not manage with
// Terraform.
func newServer(t *testing.T) *acctest.Server {
	t.Helper()
	server := acctest.NewServer(t, simulator.Options{})
	for id := int64(501); id <= 503; id++ {
		server.Simulator.AddAccount(simulator.Account{ID: id, ServiceType: "Google", Email: fmt.Sprint(id, "@acme.example")})
	}
	return server
}

const hours = `
	work_hours = {
		timezone = "Europe/Vienna"
		day_schedules = [
			for day in ["monday", "tuesday", "friday"] : { weekday = day, intervals = [{ start = "09:00:00", end = "17:00:00" }] }
		]
	}
	availability_intervals = [{ start_date = "2026-01-01", end_date = "2026-12-31" }]
`

func nothingLeft(server *acctest.Server) func(*terraform.State) error {
	return func(*terraform.State) error {
		if left := server.Simulator.BookingProfiles(); len(left) > 0 {
			return fmt.Errorf("left at Aurinko: %v", left)
		}
		return nil
	}
}

func TestAccGroupBookingProfile(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	const (
		address = "aurinko_group_booking_profile.this"
		one     = "/v1/book/group/profiles/{id}"
	)
	declared := func(body string) string {
		return acctest.Config(server, "resource \"aurinko_group_booking_profile\" \"this\" {\n name = \"sales\"\n"+body+"\n}\n")
	}
	first := declared(hours + `
		client_org_id      = "acme"
		time_available_for = "P4W"
		accounts           = [501, 502]
		groups             = [{ ext_id = "vienna", account_ids = [501, 502], required = "one" }]`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             nothingLeft(server),
		Steps: []resource.TestStep{
			{
				Config: first,
				Check: resource.ComposeTestCheckFunc(
					acctest.CheckWrites(server, "POST /v1/book/group/profiles", "POST "+one+"/attachAccounts", "POST "+one+"/attachGroups"),
					resource.TestCheckResourceAttr(address, "id", "1001"),
					resource.TestCheckResourceAttr(address, "start_after_minutes", "60"),
					resource.TestCheckResourceAttr(address, "accounts.#", "2"),
					resource.TestCheckNoResourceAttr(address, "duration_minutes"),
				),
			},
			{ResourceName: address, ImportState: true, ImportStateVerify: true},
			{
				PreConfig: server.Simulator.ResetJournal,
				Config:    declared("duration_minutes = 30\n accounts = []\n availability_intervals = []\n"),
				Check: resource.ComposeTestCheckFunc(
					acctest.CheckWrites(server, "PATCH "+one, "POST "+one+"/detachAccounts"),
					resource.TestCheckResourceAttr(address, "id", "1001"),
					resource.TestCheckResourceAttr(address, "accounts.#", "0"),
					resource.TestCheckResourceAttr(address, "time_available_for", "P4W"),
					resource.TestCheckResourceAttrSet(address, "work_hours.timezone"),
					resource.TestCheckResourceAttr(address, "availability_intervals.#", "0"),
					resource.TestCheckNoResourceAttr(address, "groups.#"),
				),
			},
		},
	})
}

func TestAccBookingProfile(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	const address = "aurinko_booking_profile.this"
	declared := func(account int, body string) string {
		return acctest.Config(server, fmt.Sprintf("resource \"aurinko_booking_profile\" \"this\" {\n name = \"intro\"\n account_id = %d\n%s}\n", account, body))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy:             nothingLeft(server),
		Steps: []resource.TestStep{
			{
				Config: declared(501, hours),
				Check: resource.ComposeTestCheckFunc(
					acctest.CheckWrites(server, "POST /v1/book/account/profiles"),
					resource.TestCheckResourceAttr(address, "id", "501/1001"),
					resource.TestCheckResourceAttr(address, "profile_id", "1001"),
				),
			},
			{ResourceName: address, ImportState: true, ImportStateVerify: true},
			{
				PreConfig: server.Simulator.ResetJournal,
				Config:    declared(501, "availability_intervals = []\n"),
				Check:     acctest.CheckWrites(server, "PATCH /v1/book/account/profiles/{id}"),
			},
			{
				Config:           declared(502, ""),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionReplace)}},
				Check:            resource.TestCheckResourceAttr(address, "id", "502/1002"),
			},
		},
	})
}
