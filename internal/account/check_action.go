package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

var _ action.ActionWithConfigure = (*check)(nil)

type check struct{ run *lifecycle.Run }

// NewCheck makes the action aurinko_check_account.
func NewCheck() action.Action { return &check{} }

func (a *check) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_check_account"
}

func (a *check) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Asks the mail service, through Aurinko, whether the access to an account still works, and fails if it does not. Changes nothing. " +
			"Aurinko can ask for these service types: " + strings.Join(aurinko.PingableServiceTypes, ", ") + ". " +
			"For CLIs without actions, use the data source `aurinko_account` with `ping_provider` in a `check` block.",
		Attributes: map[string]schema.Attribute{"account_id": accountID("ID of the account, of any kind.")},
	}
}

func accountID(description string) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Required:            true,
		CustomType:          customtype.AccountIDType{},
	}
}

func (a *check) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

func (a *check) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	defer diags.Recover("check the account", &resp.Diagnostics)
	ctx, end := diags.ShowWaits(ctx, resp)
	defer end()
	account, diagnostics := find(ctx, a.run, req.Config, "check the account")
	resp.Diagnostics.Append(diagnostics...)
	if resp.Diagnostics.HasError() {
		return
	}
	if aurinko.IsPingable(account.ServiceType) || account.ServiceType == "" {
		progress(resp, "Asking %s whether Aurinko's access to %s still works", cmp.Or(account.ServiceType, "the mail service"), diags.DescribeAccount(account))
		var err error
		if account, err = a.run.Client.PingAccount(ctx, account); err != nil {
			resp.Diagnostics.Append(diags.Failure("ping the mail service of the account", err, "Check the account in the Aurinko portal."))
			return
		}
	} else {
		progress(resp, "Aurinko cannot ping %s. This is the token status of %s that Aurinko last saw", account.ServiceType, diags.DescribeAccount(account))
	}
	if account.TokenStatus != "active" {
		resp.Diagnostics.AddError("The account does not work", diags.BrokenToken(account, account.Kind()))
		return
	}
	progress(resp, "%s works: its token is active", capital(diags.DescribeAccount(account)))
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// find reads the account that an action's configuration names.
func find(ctx context.Context, run *lifecycle.Run, config tfsdk.Config, goal string) (aurinko.Account, diag.Diagnostics) {
	at := path.Root("account_id")
	var configured customtype.AccountID
	diagnostics := config.GetAttribute(ctx, at, &configured)
	id := configured.ID(at, &diagnostics)
	if diagnostics.HasError() {
		return aurinko.Account{}, diagnostics
	}
	account, err := run.Find(ctx, id)
	switch {
	case errors.Is(err, lifecycle.ErrGone):
		diagnostics.Append(noAccount(at, id))
	case err != nil:
		diagnostics.Append(diags.Failure(goal, err, ""))
	}
	return account, diagnostics
}

func progress(resp *action.InvokeResponse, format string, args ...any) {
	resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(format, args...) + "."})
}
