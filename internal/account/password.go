package account

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

// passwordModel is the resource aurinko_account.
type passwordModel struct {
	attribute.Mailbox
	ServerURL         types.String `tfsdk:"server_url"`
	Password          types.String `tfsdk:"password"`
	PasswordWO        types.String `tfsdk:"password_wo"`
	PasswordWOVersion types.Int64  `tfsdk:"password_wo_version"`
	PasswordRevision  types.Int64  `tfsdk:"password_revision"`
}

var password = secret.Attribute{Name: "password", What: "Password of the mailbox", Short: "password", OneLine: true}

func (m passwordModel) secret() secret.Values {
	return secret.Values{Plain: m.Password, WriteOnly: m.PasswordWO, Version: m.PasswordWOVersion}
}

// spec returns the account as it is planned. The configuration has the password; the
// state is empty for a create.
func (m passwordModel) spec(config passwordModel, state attribute.Mailbox) lifecycle.Spec {
	in := m.Input(state)
	in.ServiceType, in.ServerURL = aurinko.ServiceIMAP, m.ServerURL.ValueString()
	in.Password = config.secret().Value().ValueString()
	return lifecycle.Spec{Personal: true, Input: in, Options: m.Options()}
}

// replaces returns the attributes by which a plan asks for another account.
func (m passwordModel) replaces(state passwordModel, imported bool) path.Paths {
	found := m.Replaces(state.Mailbox, imported)
	if attribute.Differs(m.ClientOrgID, state.ClientOrgID) {
		found.Append(path.Root("client_org_id"))
	}
	return found
}

// fromAPI copies what the API returned of the account.
func (m *passwordModel) fromAPI(r readback.Reader, account aurinko.Account) {
	m.FromAPI(r, account)
	r.Fold(&m.ServerURL, account.ServerURL)
}

// isSignedIn reports whether the owner of an account signs in: its token is not made
// of a password.
func isSignedIn(account aurinko.Account) bool {
	return account.ServiceType != "" && !strings.EqualFold(account.ServiceType, aurinko.ServiceIMAP)
}
