package managedaccount

import (
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
	Email            customtype.Email     `tfsdk:"email"`
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

// isAnother reports whether the plan is for another account than the state's.
func (m model) isAnother(state model) bool {
	return attribute.Replaces(m.ServiceAccountID, state.ServiceAccountID) || attribute.Replaces(m.Email, state.Email) ||
		attribute.Replaces(m.Login, state.Login) || attribute.Replaces(m.UserID, state.UserID) ||
		attribute.Replaces(m.UserAccount, state.UserAccount)
}

// unsettable is a switch to send: left out when it never was set, and off when
// it is no longer.
func unsettable(planned, state types.Bool) *bool {
	if planned.IsNull() && state.IsNull() {
		return nil
	}
	on := planned.ValueBool()
	return &on
}

// fromAPI takes what the API tells about the account.
func (m *model) fromAPI(r readback.Reader, account aurinko.Account) {
	m.ID = customtype.NewAccountID(account.ID)
	if account.ParentID != 0 {
		r.String(&m.ServiceAccountID.StringValue, account.ParentID.String())
	}
	r.Email(&m.Email, account.Email)
	r.StringFold(&m.Login, account.LoginString)
	r.Scopes(&m.Scopes, account.AuthScopes)
	r.String(&m.Name, account.Name)
	r.String(&m.Timezone, account.Timezone)
	r.String(&m.ClientOrgID, account.ClientOrgID)
	if !m.UserID.IsNull() {
		// One that is not configured stays out of the state: configuration
		// generated from it would lack user_account, which Aurinko does not tell.
		r.String(&m.UserID, account.UserID)
	}
	r.Bool(&m.CopyToSent, account.CopyToSent)
	r.Bool(&m.TrustServer, account.TrustServer)
	r.StringFold(&m.ServiceType, account.ServiceType)
	r.StringFold(&m.MailboxAddress, account.MailboxAddress)
	r.String(&m.TokenStatus, account.TokenStatus)
	r.Told(&m.TokenError, account.TokenError)
	r.String(&m.CreatedAt, account.CreatedAt)
}
