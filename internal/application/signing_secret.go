package application

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*signingSecret)(nil)

type signingSecret struct{ run *lifecycle.Run }

// NewSigningSecret makes the ephemeral resource aurinko_signing_secret.
func NewSigningSecret() ephemeral.EphemeralResource { return &signingSecret{} }

type signingSecretModel struct {
	SigningSecret types.String `tfsdk:"signing_secret"`
}

func (e *signingSecret) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_signing_secret"
}

func (e *signingSecret) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Signing secret of the application of the provider block. Neither the plan nor the state keeps it. " +
			"Aurinko signs each notification with it: the header `X-Aurinko-Signature` is the HMAC-SHA-256 of `v0:<X-Aurinko-Request-Timestamp>:<body>`. " +
			"Reading the secret changes nothing.",
		Attributes: map[string]schema.Attribute{
			"signing_secret": schema.StringAttribute{MarkdownDescription: "Signing secret.", Computed: true, Sensitive: true},
		},
	}
}

func (e *signingSecret) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

func (e *signingSecret) Open(ctx context.Context, _ ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	const goal = "read the signing secret"
	defer diags.Recover(goal, &resp.Diagnostics)
	secret, err := e.run.Client.SigningSecret(ctx)
	switch {
	case err != nil:
		resp.Diagnostics.Append(diags.Failure(goal, err, ""))
	case secret == "":
		resp.Diagnostics.AddError("Unable to "+goal, "Aurinko returned the application without its signing secret.\n\nCopy the secret from the application's page in the Aurinko portal.")
	default:
		resp.Diagnostics.Append(resp.Result.Set(ctx, &signingSecretModel{SigningSecret: types.StringValue(secret)})...)
	}
}
