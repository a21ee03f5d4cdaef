package attribute

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

// Mailbox is what the resources for mailboxes have in common, however Aurinko
// reaches them.
type Mailbox struct {
	ID             customtype.AccountID `tfsdk:"id"`
	Email          types.String         `tfsdk:"email"`
	Login          types.String         `tfsdk:"login"`
	Scopes         customtype.Scopes    `tfsdk:"scopes"`
	Name           types.String         `tfsdk:"name"`
	Timezone       types.String         `tfsdk:"timezone"`
	ClientOrgID    types.String         `tfsdk:"client_org_id"`
	UserID         types.String         `tfsdk:"user_id"`
	UserAccount    types.String         `tfsdk:"user_account"`
	EnsureAccess   types.Bool           `tfsdk:"ensure_access"`
	CopyToSent     types.Bool           `tfsdk:"copy_to_sent"`
	TrustServer    types.Bool           `tfsdk:"trust_server"`
	OnExisting     types.String         `tfsdk:"on_existing"`
	MailboxAddress types.String         `tfsdk:"mailbox_address"`
	TokenStatus    types.String         `tfsdk:"token_status"`
	TokenError     types.String         `tfsdk:"token_error"`
	CreatedAt      types.String         `tfsdk:"created_at"`
}

// OptionalText is a text that Aurinko chooses, or that keeps its value, if it is
// omitted.
func OptionalText(description string, modifiers []planmodifier.String, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Computed:            true,
		Validators:          validators,
		PlanModifiers:       append(modifiers, stringplanmodifier.UseStateForUnknown()),
	}
}

// MailboxAttributes are the attributes of a Mailbox that are the same for all.
func MailboxAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":       ID(),
		"name":     OptionalText("Display name of the account. If omitted, Aurinko chooses one.", nil, stringvalidator.LengthAtLeast(1)),
		"timezone": OptionalText("Time zone of the mailbox, an IANA name such as `Europe/Vienna`. If omitted, Aurinko chooses the value.", nil, validate.TimeZone()),
		"user_id": schema.StringAttribute{
			MarkdownDescription: "ID of the Aurinko user that owns the account. Required with `user_account`. If omitted, Aurinko creates a user; read it with the `aurinko_account` data source. " +
				"Drift is not detected. Forces replacement. First set after an import, it updates in place.",
			Optional:   true,
			Validators: []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.AlsoRequires(path.MatchRoot("user_account"))},
		},
		"user_account": schema.StringAttribute{
			MarkdownDescription: "Whether the account is the user's `primary` or a `secondary` one. Required with `user_id`. Aurinko does not return this value, so drift is not detected. Forces replacement.",
			Optional:            true,
			Validators: []validator.String{
				stringvalidator.OneOf("primary", "secondary"),
				stringvalidator.AlsoRequires(path.MatchRoot("user_id")),
			},
		},
		"copy_to_sent": schema.BoolAttribute{
			MarkdownDescription: "Whether Aurinko copies the messages that it sends into the mailbox's sent folder. Defaults to `false`.",
			Optional:            true,
		},
		"trust_server": schema.BoolAttribute{
			MarkdownDescription: "Whether Aurinko accepts the mail server's certificate without verifying it. Defaults to `false`.",
			Optional:            true,
		},
		"on_existing":     OnExisting("account"),
		"mailbox_address": Stable("Address of the mailbox, as the mail service returns it."),
		"token_status":    Computed("Status of Aurinko's access: `active`; `invalid` if the mail service currently refuses access; or `dead` if access must be granted again."),
		"token_error":     Computed("Last error of the mail service, if any."),
		"created_at":      Stable("Time at which the account was created (RFC 3339)."),
	}
}

// Replaces returns the attributes by which a plan asks for another account.
func (m Mailbox) Replaces(state Mailbox, imported bool) path.Paths {
	var found path.Paths
	for _, attr := range []struct {
		name    string
		differs bool
	}{
		{name: "email", differs: Differs(m.Email, state.Email)},
		// Without a user in the state, the account has one that Aurinko created.
		{name: "user_id", differs: Differs(m.UserID, state.UserID) || state.UserID.IsNull() && !m.UserID.IsNull() && !imported},
		{name: "user_account", differs: Differs(m.UserAccount, state.UserAccount)},
	} {
		if attr.differs {
			found.Append(path.Root(attr.name))
		}
	}
	return found
}

// PlanWrite plans what a write may change besides what is configured.
func (m *Mailbox) PlanWrite(state Mailbox) {
	m.TokenStatus, m.TokenError = PlanToken(state.TokenStatus, state.TokenError)
	if !m.Email.Equal(state.Email) || !m.Login.Equal(state.Login) {
		m.MailboxAddress = types.StringUnknown()
	}
}

// Adopted returns the state to write from: for an adopted account, whose switches
// may be on, as if they had been set. A create has no state otherwise.
func (m Mailbox) Adopted() (state Mailbox) {
	if Adopts(m.OnExisting) {
		state.CopyToSent, state.TrustServer = types.BoolValue(false), types.BoolValue(false)
	}
	return state
}

// Input returns what a write sends. The state is empty for a create.
func (m Mailbox) Input(state Mailbox) aurinko.AccountInput {
	return aurinko.AccountInput{
		AuthScopes:  m.Scopes.Canonical(),
		ClientOrgID: m.ClientOrgID.ValueString(),
		LoginString: m.Login.ValueString(),
		Email:       m.Email.ValueString(),
		Name:        m.Name.ValueString(),
		Timezone:    m.Timezone.ValueString(),
		CopyToSent:  unsettable(m.CopyToSent, state.CopyToSent),
		TrustServer: unsettable(m.TrustServer, state.TrustServer),
	}
}

// Options returns the parameters of a write.
func (m Mailbox) Options() aurinko.SaveOptions {
	return aurinko.SaveOptions{
		EnsureAccess: m.EnsureAccess.ValueBool(),
		UserID:       m.UserID.ValueString(),
		UserAccount:  m.UserAccount.ValueString(),
	}
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

// FromAPI copies what the API returned of the account. It leaves the user out:
// nothing says that Aurinko returns the ID that it was sent, and generated
// configuration would lack user_account, which Aurinko does not return.
func (m *Mailbox) FromAPI(r readback.Reader, account aurinko.Account) {
	m.ID = customtype.NewAccountID(account.ID)
	r.Fold(&m.Email, account.Email)
	r.Fold(&m.Login, account.LoginString)
	r.Scopes(&m.Scopes, account.AuthScopes)
	r.String(&m.Name, account.Name)
	r.String(&m.Timezone, account.Timezone)
	r.String(&m.ClientOrgID, account.ClientOrgID)
	r.Bool(&m.CopyToSent, account.CopyToSent)
	r.Bool(&m.TrustServer, account.TrustServer)
	r.Fold(&m.MailboxAddress, account.MailboxAddress)
	r.String(&m.TokenStatus, account.TokenStatus)
	r.Exactly(&m.TokenError, account.TokenError)
	r.String(&m.CreatedAt, account.CreatedAt)
}
