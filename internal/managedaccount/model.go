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
	ID               customtype.AccountID `tfsdk:"id"`
	ServiceAccountID customtype.AccountID `tfsdk:"service_account_id"`
	Email            types.String         `tfsdk:"email"`
	Login            types.String         `tfsdk:"login"`
	Scopes           customtype.Scopes    `tfsdk:"scopes"`
	Name             types.String         `tfsdk:"name"`
	Timezone         types.String         `tfsdk:"timezone"`
	ClientOrgID      types.String         `tfsdk:"client_org_id"`
	UserID           types.String         `tfsdk:"user_id"`
	UserAccount      types.String         `tfsdk:"user_account"`
	EnsureAccess     types.Bool           `tfsdk:"ensure_access"`
	CopyToSent       types.Bool           `tfsdk:"copy_to_sent"`
	TrustServer      types.Bool           `tfsdk:"trust_server"`
	OnExisting       types.String         `tfsdk:"on_existing"`
	ServiceType      types.String         `tfsdk:"service_type"`
	MailboxAddress   types.String         `tfsdk:"mailbox_address"`
	TokenStatus      types.String         `tfsdk:"token_status"`
	TokenError       types.String         `tfsdk:"token_error"`
	CreatedAt        types.String         `tfsdk:"created_at"`
}

// spec returns the account as it is planned. The state is empty for a create.
func (m model) spec(state model, parent aurinko.AccountID, serviceType string) lifecycle.Spec {
	return lifecycle.Spec{
		Parent: parent,
		Input: aurinko.AccountInput{
			ServiceType: serviceType,
			AuthScopes:  m.Scopes.Canonical(),
			ClientOrgID: m.ClientOrgID.ValueString(),
			LoginString: m.Login.ValueString(),
			Email:       m.Email.ValueString(),
			Name:        m.Name.ValueString(),
			Timezone:    m.Timezone.ValueString(),
			CopyToSent:  unsettable(m.CopyToSent, state.CopyToSent),
			TrustServer: unsettable(m.TrustServer, state.TrustServer),
		},
		Options: aurinko.SaveOptions{
			EnsureAccess: m.EnsureAccess.ValueBool(),
			UserID:       m.UserID.ValueString(),
			UserAccount:  m.UserAccount.ValueString(),
		},
	}
}

// replaces returns the attributes by which a plan asks for another account.
func (m model) replaces(state model, imported bool) path.Paths {
	var found path.Paths
	for _, attr := range []struct {
		name    string
		differs bool
	}{
		{name: "service_account_id", differs: attribute.Differs(m.ServiceAccountID, state.ServiceAccountID)},
		{name: "email", differs: attribute.Differs(m.Email, state.Email)},
		{name: "login", differs: attribute.Differs(m.Login, state.Login)},
		// Without a user in the state, the account has one that Aurinko created.
		{name: "user_id", differs: attribute.Differs(m.UserID, state.UserID) || state.UserID.IsNull() && !m.UserID.IsNull() && !imported},
		{name: "user_account", differs: attribute.Differs(m.UserAccount, state.UserAccount)},
	} {
		if attr.differs {
			found.Append(path.Root(attr.name))
		}
	}
	return found
}

// unsettable returns a switch to send: nothing if it was never set, and off if it
// is no longer set.
func unsettable(planned, state types.Bool) *bool {
	if planned.IsNull() && state.IsNull() {
		return nil
	}
	on := planned.ValueBool()
	return &on
}

// fromAPI copies what the API returned of the account. It leaves the user out:
// nothing says that Aurinko returns the ID that it was sent, and generated
// configuration would lack user_account, which Aurinko does not return.
func (m *model) fromAPI(r readback.Reader, account aurinko.Account) {
	m.ID = customtype.NewAccountID(account.ID)
	if account.ParentID != 0 {
		r.String(&m.ServiceAccountID.StringValue, account.ParentID.String())
	}
	r.Fold(&m.Email, account.Email)
	r.Fold(&m.Login, account.LoginString)
	r.Scopes(&m.Scopes, account.AuthScopes)
	r.String(&m.Name, account.Name)
	r.String(&m.Timezone, account.Timezone)
	r.String(&m.ClientOrgID, account.ClientOrgID)
	r.Bool(&m.CopyToSent, account.CopyToSent)
	r.Bool(&m.TrustServer, account.TrustServer)
	r.Fold(&m.ServiceType, account.ServiceType)
	r.Fold(&m.MailboxAddress, account.MailboxAddress)
	r.String(&m.TokenStatus, account.TokenStatus)
	r.Exactly(&m.TokenError, account.TokenError)
	r.String(&m.CreatedAt, account.CreatedAt)
}
