package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// The arguments whose change replaces the object say so, and no others. That they
// do replace it is proven by the property test of plans.
func TestArgumentsSayWhatReplaces(t *testing.T) {
	t.Parallel()

	var got []string
	for name, schema := range schemas(t) {
		if !strings.HasPrefix(name, "resource ") {
			continue
		}
		attributes("", schema.Block.Attributes, func(attribute string, _ []*tfprotov6.SchemaAttribute, a *tfprotov6.SchemaAttribute) {
			if (a.Required || a.Optional) && strings.Contains(a.Description, "Forces replacement.") {
				got = append(got, strings.TrimPrefix(name, "resource aurinko_")+" "+attribute)
			}
		})
	}
	slices.Sort(got)
	want := []string{
		"account client_org_id", "account email", "account user_account", "account user_id",
		"booking_profile account_id",
		"managed_account email",
		"managed_account login",
		"managed_account service_account_id",
		"managed_account user_account",
		"managed_account user_id",
		"service_account authorization.service_type",
		"service_account client_org_id",
		"service_account exchange.server_url",
		"service_account exchange.username",
		"service_account google.domain",
		"service_account office365.tenant_id",
		"subscription account_id", "subscription filters", "subscription notification_url", "subscription resource",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
