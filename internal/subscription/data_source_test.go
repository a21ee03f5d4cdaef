package subscription_test

import (
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// The data source has what an import needs, and says which are inactive.
func TestSubscriptions(t *testing.T) {
	t.Parallel()
	server := newEstateServer(t, simulator.Quirks{Nulls: true, MaxPage: 1})
	p := core.Start(t, server.Transport, nil)
	list := func(account any, fails string, want ...core.Values) {
		t.Helper()
		p.MustList(t, "aurinko_subscriptions", "subscriptions", core.Values{"account_id": account}, want, fails)
	}
	list(nil, "",
		core.Values{
			"id": "501/601", "account_id": "501", "subscription_id": "601", "resource": "/email/messages", "active": true,
			"notification_url": "https://hooks.acme.example/?key=hunter2", "filters": []string{"withoutDrafts"},
		},
		core.Values{"id": "501/602", "active": false, "fail_description": "timed out", "disabled_by_billing": false, "filters": nil},
		core.Values{"id": "502/603"})
	list("502", "", core.Values{"id": "502/603"})
	list("503", "")
	list("999", "Unable to list the subscriptions")
	list("999", "Check `account_id`")
	list("ceo", "Invalid account ID")
	acctest.AssertNoWrites(t, server)
}
