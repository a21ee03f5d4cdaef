package subscription_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const (
	address = "aurinko_subscription.this"

	post   = "POST /v1/subscriptions"
	remove = "DELETE /v1/subscriptions/{id}"
)

// newServer is a server with a service account and three mailboxes, which these tests
// do not manage with Terraform.
func newServer(t *testing.T) *acctest.Server {
	t.Helper()
	server := acctest.NewServer(t, simulator.Options{Quirks: simulator.Quirks{ChallengeLoopback: true}})
	server.Simulator.AddAccount(simulator.Account{ID: 500, Type: simulator.Daemon, ServiceType: "Google", AuthOrgID: "acme.example"})
	for id := int64(501); id <= 503; id++ {
		server.Simulator.AddAccount(simulator.Account{ID: id, ParentID: 500, ServiceType: "Google", Email: fmt.Sprint(id, "@acme.example")})
	}
	return server
}

// An endpoint answers Aurinko's challenge while it works.
type endpoint struct {
	URL    string
	broken atomic.Bool
}

func newEndpoint(t *testing.T) *endpoint {
	t.Helper()
	e := &endpoint{}
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if e.broken.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		io.WriteString(w, r.FormValue("validationToken"))
	}))
	t.Cleanup(listener.Close)
	e.URL = listener.URL + "/aurinko?key=1"
	return e
}

func declared(account int, url, more string) string {
	return fmt.Sprintf("resource \"aurinko_subscription\" \"this\" {\n  account_id = %d\n  resource = \"/email/messages\"\n  notification_url = %q\n  %s\n}\n", account, url, more)
}

func plans(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

// The life of a subscription with a real endpoint.
func TestAccSubscription(t *testing.T) {
	t.Parallel()
	server, hook := newServer(t), newEndpoint(t)
	each := func(change func(*simulator.Subscription)) func() {
		return func() {
			for _, s := range server.Simulator.Subscriptions() {
				server.Simulator.UpdateSubscription(s.ID, change)
			}
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		CheckDestroy: func(*terraform.State) error {
			if left := server.Simulator.Subscriptions(); len(left) > 0 {
				return fmt.Errorf("left at Aurinko: %v", left)
			}
			return nil
		},
		Steps: []resource.TestStep{
			{
				PreConfig:   func() { hook.broken.Store(true) },
				Config:      acctest.Config(server, declared(501, hook.URL, "")),
				ExpectError: acctest.Says("Unable to create the subscription", "answer 200 with the value of `validationToken`"),
			},
			{
				PreConfig: func() { hook.broken.Store(false); server.Simulator.ResetJournal() },
				Config:    acctest.Config(server, declared(501, hook.URL, "")),
				Check: resource.ComposeTestCheckFunc(
					acctest.CheckWrites(server, post),
					resource.TestCheckResourceAttr(address, "id", "501/1001"),
					resource.TestCheckResourceAttr(address, "subscription_id", "1001"),
					resource.TestCheckResourceAttr(address, "active", "true"),
					resource.TestCheckResourceAttr(address, "disabled_by_billing", "false"),
					resource.TestCheckNoResourceAttr(address, "fail_description"),
					resource.TestCheckNoResourceAttr(address, "filters"),
				),
			},
			{ResourceName: address, ImportState: true, ImportStateVerify: true},
			{
				Config:           acctest.Config(server, declared(502, hook.URL, `filters = ["withoutDrafts"]`+"\n  lifecycle { create_before_destroy = true }")),
				ConfigPlanChecks: plans(plancheck.ResourceActionReplace),
				Check:            acctest.CheckWrites(server, post, remove),
			},
			{ // a dead one is replaced before it is deleted
				PreConfig:        each(func(s *simulator.Subscription) { s.Active, s.FailDescription = false, "timed out" }),
				Config:           acctest.Config(server, declared(502, hook.URL, `filters = ["withoutDrafts"]`+"\n  recreate_when_inactive = true\n  lifecycle { create_before_destroy = true }")),
				ConfigPlanChecks: plans(plancheck.ResourceActionReplace),
				Check:            resource.ComposeTestCheckFunc(acctest.CheckWrites(server, post, remove), resource.TestCheckResourceAttr(address, "active", "true")),
			},
		},
	})
}

// Another name in the configuration adopts, and deletes nothing.
func TestAccSubscription_renamed(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	config := func(name string) string {
		return acctest.Config(server, fmt.Sprintf(`
			resource "aurinko_subscription" %q {
				count            = 2
				account_id       = 501 + count.index
				resource         = "/contacts"
				notification_url = "https://hooks.acme.example/"
				on_existing      = "adopt"
			}`, name))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps: []resource.TestStep{
			{Config: config("one"), Check: acctest.CheckWrites(server, post, post)},
			{
				Config: config("two"),
				Check: func(*terraform.State) error {
					// Terraform may delete first: then a create follows.
					if there := server.Simulator.Subscriptions(); len(there) != 2 {
						return fmt.Errorf("Aurinko has %v", there)
					}
					return nil
				},
			},
		},
	})
}
