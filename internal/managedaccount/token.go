package managedaccount

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*token)(nil)

type token struct{ client *aurinko.Client }

// tokenModel is the ephemeral resource aurinko_managed_account_token.
type tokenModel struct {
	AccountID   types.String `tfsdk:"account_id"`
	AccessToken types.String `tfsdk:"access_token"`
}

// NewToken makes the ephemeral resource aurinko_managed_account_token.
func NewToken() ephemeral.EphemeralResource { return &token{} }

func (e *token) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_managed_account_token"
}

func (e *token) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An access token of a managed account, for calling Aurinko's account-level API in its name. It is never stored, neither in the plan nor in the state. " +
			"Aurinko hands a token out only where an account is written, so the account is read, and written again with all that Aurinko tells of it. " +
			"Terraform opens an ephemeral resource each time that it needs the value, while planning already: " +
			"a plan whose `account_id` is known writes the account once, and an apply writes it once more. Each time the token is another one.",
		Attributes: map[string]schema.Attribute{
			"account_id": schema.StringAttribute{
				MarkdownDescription: "Id of the managed account. While it is not known, as for an account that is still to be created, nothing happens before apply.",
				Required:            true,
				Validators:          []validator.String{validate.AccountID()},
			},
			"access_token": schema.StringAttribute{
				MarkdownDescription: "The access token: send it as `Authorization: Bearer …`.",
				Computed:            true,
				Sensitive:           true,
			},
		},
	}
}

func (e *token) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.client = diags.Client(req.ProviderData, &resp.Diagnostics)
}

func (e *token) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	defer diags.Recover("obtain an access token of the managed account", &resp.Diagnostics)
	var result tokenModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &result)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, err := aurinko.ParseAccountID(result.AccountID.ValueString())
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("account_id"), "Invalid account id", err.Error())
		return
	}
	accessToken, err := e.client.AccountToken(ctx, id)
	if err != nil {
		resp.Diagnostics.Append(tokenFailed(id, err))
		return
	}
	result.AccessToken = types.StringValue(accessToken)
	resp.Diagnostics.Append(resp.Result.Set(ctx, &result)...)
}

func tokenFailed(id aurinko.AccountID, err error) diag.Diagnostic {
	const goal = "obtain an access token of the managed account"
	at := path.Root("account_id")
	var (
		other      *aurinko.NotManagedError
		unwritable *aurinko.UnwritableError
		noToken    *aurinko.NoTokenError
		gone       *aurinko.GoneError
		claimed    *aurinko.ClaimedError
		unexpected *aurinko.UnexpectedIDError
	)
	switch {
	case errors.As(err, &other) && other.Type == aurinko.TypeService:
		return diag.NewAttributeErrorDiagnostic(at, "Not a managed account", fmt.Sprintf(
			"Account %s is a service account, and writing one takes its credential. Nothing was written. "+
				"Set `account_id` to the id of a mailbox under it, an `aurinko_managed_account`.", id))
	case errors.As(err, &other):
		return diag.NewAttributeErrorDiagnostic(at, "Not a managed account", fmt.Sprintf(
			"Account %s is a personal account: its token comes from its owner's signing in. Nothing was written. "+
				"Set `account_id` to the id of an `aurinko_managed_account`.", id))
	case aurinko.IsNotFound(err), errors.As(err, &gone):
		return diag.NewAttributeErrorDiagnostic(at, "No such account", fmt.Sprintf(
			"The Aurinko application that the provider speaks for has no account %s. "+
				"Check the id, and that the provider block is that of the application which has the account.", id))
	case errors.As(err, &unwritable):
		return diag.NewAttributeErrorDiagnostic(at, "Unable to "+goal, fmt.Sprintf(
			"A token takes writing the account again, and Aurinko does not tell %s. Nothing was written. Look at account %s in the Aurinko portal.", unwritable.Missing, id))
	case errors.As(err, &noToken):
		return diag.NewErrorDiagnostic("Unable to "+goal, fmt.Sprintf(
			"Aurinko wrote account %s and answered without an access token, so that there is none to hand out. The account is as it was. "+
				"Look with the data source `aurinko_account` whether its `token_status` is active, and ask Aurinko's support if it is.", id))
	case errors.As(err, &claimed), errors.As(err, &unexpected):
		return diags.AccountFailure(diags.Account{Type: resourceType, Kind: "managed account", Verb: "update"}, err)
	}
	return diags.Failure(goal, err, "The account was written as Aurinko tells it, and Aurinko finds fault with that: look at it in the Aurinko portal.")
}
