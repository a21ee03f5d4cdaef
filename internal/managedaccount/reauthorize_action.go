package managedaccount

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

var _ action.ActionWithConfigure = (*reauthorize)(nil)

type reauthorize struct{ run *lifecycle.Run }

// NewReauthorize makes the action aurinko_reauthorize_account.
func NewReauthorize() action.Action { return &reauthorize{} }

func (a *reauthorize) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_reauthorize_account"
}

func (a *reauthorize) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Writes a managed account again, unchanged, so that Aurinko obtains a new token through its service account. Fails unless the token is active afterwards. " +
			"For Google and Office 365, Aurinko also checks its access to the mailbox. " +
			"The action does not work for service accounts: a write of one requires its credential.",
		Attributes: map[string]schema.Attribute{
			"account_id": schema.StringAttribute{
				MarkdownDescription: "ID of the managed account.",
				Required:            true,
				CustomType:          customtype.AccountIDType{},
			},
		},
	}
}

func (a *reauthorize) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

func (a *reauthorize) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	const goal = "reauthorize the managed account"
	defer diags.Recover(goal, &resp.Diagnostics)
	ctx, end := diags.ShowWaits(ctx, resp)
	defer end()
	at := path.Root("account_id")
	var configured customtype.AccountID
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at, &configured)...)
	id := configured.ID(at, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	progress := func(format string, args ...any) {
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(format, args...)})
	}
	progress("Writing managed account %s again, unchanged.", id)
	account, err := a.run.Reauthorize(ctx, id)
	switch {
	case err != nil:
		resp.Diagnostics.Append(rewriteFailed(goal, id, err))
	case account.TokenStatus != "active":
		resp.Diagnostics.AddAttributeError(at, "The account does not work", "Aurinko wrote the account again. "+diags.BrokenToken(account, account.Kind()))
	default:
		progress("The token of %s is active.", diags.DescribeAccount(account))
	}
}
