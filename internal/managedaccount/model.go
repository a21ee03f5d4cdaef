package managedaccount

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
)

// model is the resource aurinko_managed_account.
type model struct {
	attribute.Mailbox
	ServiceAccountID customtype.AccountID `tfsdk:"service_account_id"`
	ServiceType      types.String         `tfsdk:"service_type"`
}

// spec returns the account as it is planned. The state is empty for a create.
func (m model) spec(state attribute.Mailbox, parent aurinko.AccountID, serviceType string) lifecycle.Spec {
	in := m.Input(state)
	in.ServiceType = serviceType
	return lifecycle.Spec{Parent: parent, Input: in, Options: m.Options()}
}

// replaces returns the attributes by which a plan asks for another account.
func (m model) replaces(state model, imported bool) path.Paths {
	found := m.Replaces(state.Mailbox, imported)
	if attribute.Differs(m.ServiceAccountID, state.ServiceAccountID) {
		found.Append(path.Root("service_account_id"))
	}
	if attribute.Differs(m.Login, state.Login) {
		found.Append(path.Root("login"))
	}
	return found
}

// fromAPI copies what the API returned of the account.
func (m *model) fromAPI(r readback.Reader, account aurinko.Account) {
	m.FromAPI(r, account)
	if account.ParentID != 0 {
		r.String(&m.ServiceAccountID.StringValue, account.ParentID.String())
	}
	r.Fold(&m.ServiceType, account.ServiceType)
}
