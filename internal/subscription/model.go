package subscription

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
)

// model is the resource aurinko_subscription.
type model struct {
	ID                   types.String         `tfsdk:"id"` // an aurinko.SubscriptionKey
	AccountID            customtype.AccountID `tfsdk:"account_id"`
	Resource             types.String         `tfsdk:"resource"`
	NotificationURL      types.String         `tfsdk:"notification_url"`
	Filters              types.Set            `tfsdk:"filters"`
	OnExisting           types.String         `tfsdk:"on_existing"`
	RecreateWhenInactive types.Bool           `tfsdk:"recreate_when_inactive"`
	SubscriptionID       types.String         `tfsdk:"subscription_id"`
	Active               types.Bool           `tfsdk:"active"`
	FailSince            types.String         `tfsdk:"fail_since"`
	FailDescription      types.String         `tfsdk:"fail_description"`
	DisabledByBilling    types.Bool           `tfsdk:"disabled_by_billing"`
}

// input returns what a create sends.
func (m model) input(ctx context.Context) aurinko.SubscriptionInput {
	var filters []string
	m.Filters.ElementsAs(ctx, &filters, false) // of known texts, which cannot fail
	slices.Sort(filters)
	return aurinko.SubscriptionInput{
		Resource: m.Resource.ValueString(), NotificationURL: m.NotificationURL.ValueString(), Filters: filters,
	}
}

// isKnown reports whether everything is known that a create sends.
func (m model) isKnown() bool {
	return !slices.ContainsFunc([]attr.Value{m.AccountID, m.Resource, m.NotificationURL, m.Filters}, attr.Value.IsUnknown) &&
		!slices.ContainsFunc(m.Filters.Elements(), attr.Value.IsUnknown)
}

// replaces returns the attributes by which a plan asks for another subscription.
func (m model) replaces(state model) path.Paths {
	var found path.Paths
	for name, differs := range map[string]bool{
		"account_id":       attribute.Differs(m.AccountID, state.AccountID),
		"resource":         attribute.Differs(m.Resource, state.Resource),
		"notification_url": attribute.Differs(m.NotificationURL, state.NotificationURL),
		"filters":          !m.Filters.Equal(state.Filters),
		"active":           m.mayRecreate() && state.isDead(),
	} {
		if differs {
			found.Append(path.Root(name))
		}
	}
	return found
}

// mayRecreate reports whether an inactive subscription is to be replaced, or may be: an
// update whose apply learns that cannot become a replacement.
func (m model) mayRecreate() bool {
	return m.RecreateWhenInactive.IsUnknown() || m.RecreateWhenInactive.ValueBool()
}

// isDead reports whether Aurinko no longer notifies the endpoint, and another create
// could change that.
func (m model) isDead() bool {
	return !m.Active.IsNull() && !m.Active.ValueBool() && !m.DisabledByBilling.ValueBool()
}

// fromAPI copies what the API returned of the subscription.
func (m *model) fromAPI(r readback.Reader, s aurinko.Subscription) {
	m.ID = types.StringValue(s.Key().String())
	m.SubscriptionID = types.StringValue(s.ID.String())
	r.String(&m.AccountID.StringValue, s.Account.String())
	r.String(&m.Resource, s.Resource)
	r.String(&m.NotificationURL, s.NotificationURL)
	r.Texts(&m.Filters, s.Filters)
	m.Active = types.BoolPointerValue(s.Active)
	m.DisabledByBilling = types.BoolPointerValue(s.DisabledByBilling)
	m.FailSince = attribute.StringOrNull(s.FailSince)
	m.FailDescription = attribute.StringOrNull(s.FailDescription)
}
