package managedaccount

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*token)(nil)

type token struct{ run *lifecycle.Run }

// tokenModel is the ephemeral resource aurinko_managed_account_token.
type tokenModel struct {
	AccountID   customtype.AccountID `tfsdk:"account_id"`
	AccessToken types.String         `tfsdk:"access_token"`
}

// NewToken makes the ephemeral resource aurinko_managed_account_token.
func NewToken() ephemeral.EphemeralResource { return &token{} }

func (e *token) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_managed_account_token"
}

func (e *token) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Access token of a managed account, for calls of Aurinko's account-level API. Neither the plan nor the state keeps it. " +
			"Aurinko returns a token only when an account is written, so the provider reads the account and writes it again, unchanged. " +
			"Terraform opens an ephemeral resource in the plan and again in the apply: " +
			"a plan with a known `account_id` writes the account once, and an apply writes it once more. Each token is a new one.",
		Attributes: map[string]schema.Attribute{
			"account_id": schema.StringAttribute{
				MarkdownDescription: "ID of the managed account. If it is unknown, as for an account that is still to be created, nothing happens before apply.",
				Required:            true,
				CustomType:          customtype.AccountIDType{},
			},
			"access_token": schema.StringAttribute{
				MarkdownDescription: "Access token, for the header `Authorization: Bearer …`.",
				Computed:            true,
				Sensitive:           true,
			},
		},
	}
}

func (e *token) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

func (e *token) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	defer diags.Recover("obtain an access token of the managed account", &resp.Diagnostics)
	var result tokenModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &result)...)
	id := result.AccountID.ID(path.Root("account_id"), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	accessToken, err := e.run.Rewrite(ctx, id)
	if err != nil {
		resp.Diagnostics.Append(rewriteFailed("obtain an access token of the managed account", id, err))
		return
	}
	result.AccessToken = types.StringValue(accessToken)
	resp.Diagnostics.Append(resp.Result.Set(ctx, &result)...)
}

// rewriteFailed is the failure of a goal for which an account was to be written
// again, unchanged.
func rewriteFailed(goal string, id aurinko.AccountID, err error) diag.Diagnostic {
	at := path.Root("account_id")
	if errors.Is(err, lifecycle.ErrGone) || aurinko.IsGone(err) {
		return diag.NewAttributeErrorDiagnostic(at, "No such account", fmt.Sprintf(
			"The Aurinko application of this provider block has no account %s.\n\nCheck the ID, and that the provider block is that of the application which has the account.", id))
	}
	var refusal *lifecycle.Refusal
	if !errors.As(err, &refusal) {
		return diags.Failure(goal, err, "The provider wrote the account as Aurinko had returned it, and Aurinko refuses that. Look at the account in the Aurinko portal.")
	}
	switch refusal.Reason {
	case lifecycle.WrongKind:
		what := "a personal account: its token comes from its owner's login"
		if refusal.Detail == string(aurinko.TypeService) {
			what = "a service account, and writing one needs its credential"
		}
		return diag.NewAttributeErrorDiagnostic(at, "Not a managed account", fmt.Sprintf(
			"Account %s is %s. Nothing was written.\n\nSet `account_id` to the ID of an `aurinko_managed_account`.", refusal.AccountID, what))
	case lifecycle.Unwritable:
		return diag.NewAttributeErrorDiagnostic(at, "Unable to "+goal, fmt.Sprintf(
			"This writes the account again, unchanged, and the API does not return %s. Nothing was written.\n\nLook at account %s in the Aurinko portal.", refusal.Detail, refusal.AccountID))
	case lifecycle.NoToken:
		return diag.NewErrorDiagnostic("Unable to "+goal, fmt.Sprintf(
			"Aurinko wrote account %s, unchanged, and returned no access token.\n\nRead the account with the data source `aurinko_account`. If its `token_status` is active, ask Aurinko's support.", id))
	}
	return diags.AccountFailure(diags.Account{Kind: "managed account", Verb: "update"}, err)
}
