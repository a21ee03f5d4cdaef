package account

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

var _ action.ActionWithConfigure = (*revoke)(nil)

type revoke struct{ run *lifecycle.Run }

// NewRevoke makes the action aurinko_revoke_account_token.
func NewRevoke() action.Action { return &revoke{} }

func (a *revoke) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_revoke_account_token"
}

func (a *revoke) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Revokes the token of an account and the authorization behind it at the mail service, for example after a leak. " +
			"Aurinko can then no longer reach the mailbox: every request with the account's token or on its behalf fails until access is granted again. " +
			"For a service account, this affects all managed accounts under it. The account itself stays.",
		Attributes: map[string]schema.Attribute{"account_id": accountID("ID of the account, of any kind.")},
	}
}

func (a *revoke) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

func (a *revoke) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	const goal = "revoke the token of the account"
	defer diags.Recover(goal, &resp.Diagnostics)
	ctx, end := diags.ShowWaits(ctx, resp)
	defer end()
	account, diagnostics := find(ctx, a.run, req.Config, goal)
	resp.Diagnostics.Append(diagnostics...)
	if resp.Diagnostics.HasError() {
		return
	}
	progress(resp, "Revoking the token of %s, and the authorization behind it: %s", diags.DescribeAccount(account), stops(account))
	err := a.run.Client.RevokeToken(ctx, account.ID)
	switch {
	case aurinko.IsGone(err):
		// It was there a moment ago.
		resp.Diagnostics.AddAttributeError(path.Root("account_id"), "Unable to "+goal, fmt.Sprintf(
			"Aurinko has account %s, but found no token of it to revoke, or the account was deleted in the meantime. Check the account in the Aurinko portal.", account.ID))
	case err != nil:
		resp.Diagnostics.Append(diags.Failure(goal, err, "Check the account in the Aurinko portal, where you can withdraw its access too."))
	default:
		progress(resp, "The token of %s is revoked; %s", diags.DescribeAccount(account), nextStep(account))
	}
}

// stops is what no longer works once the token is revoked.
func stops(account aurinko.Account) string {
	if account.Kind() == aurinko.TypeService {
		return "Aurinko will no longer reach any mailbox through it, and requests for the managed accounts under it will fail"
	}
	return "Aurinko will no longer reach the mailbox, and requests with its token or on its behalf will fail"
}

// nextStep is how access is granted again.
func nextStep(account aurinko.Account) string {
	switch account.Kind() {
	case aurinko.TypeService:
		return "it works again once it has a new credential or the administrator has consented again"
	case aurinko.TypeManaged:
		return fmt.Sprintf("it works again once the action aurinko_reauthorize_account has written it again through service account %s", account.ParentID)
	}
	return "it works again once its owner has signed in again"
}
