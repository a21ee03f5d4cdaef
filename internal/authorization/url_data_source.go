// Package authorization has what leads an administrator, or the owner of an
// account, to Aurinko's consent page: the data source aurinko_authorization_url.
package authorization

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

var (
	_ datasource.DataSourceWithConfigure      = (*urlDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*urlDataSource)(nil)
)

type urlDataSource struct{ run *lifecycle.Run }

// NewURLDataSource makes the data source aurinko_authorization_url.
func NewURLDataSource() datasource.DataSource { return &urlDataSource{} }

func (d *urlDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_authorization_url"
}

func (d *urlDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Optional: true}
	}
	flag := func(description string) schema.BoolAttribute {
		return schema.BoolAttribute{MarkdownDescription: description, Optional: true}
	}
	const accountOnly = " For `flow = \"account\"` only."
	resp.Schema = schema.Schema{
		MarkdownDescription: "Builds the URL of Aurinko's consent page, for the application of the provider block. An administrator opens it in a browser and consents. " +
			"The browser returns to `return_url` with the parameters `code`, `state` and `status`, and `aurinko_service_account` exchanges the code. " +
			"Sends no request.",
		Attributes: map[string]schema.Attribute{
			"flow": text("Kind of consent: `daemon`, an administrator's for a service account, or `account`, a person's for their own mailbox. Defaults to `daemon`."),
			"service_type": schema.StringAttribute{
				MarkdownDescription: "Mail service, by Aurinko's name, such as `Office365` or `Google`. An unknown value is an error that lists the valid ones.",
				Required:            true,
			},
			"scopes": schema.SetAttribute{
				MarkdownDescription: "Aurinko scopes to request, by the guides' names (`Mail.ReadOnly`) or the API's names (`Mail.Read`). At least one of `scopes` and `native_scopes` must be set.",
				CustomType:          customtype.ScopesType{},
				Optional:            true,
			},
			"native_scopes": schema.SetAttribute{
				MarkdownDescription: "Scopes to request by the mail service's own names, such as `https://graph.microsoft.com/Mail.Read`.",
				ElementType:         types.StringType,
				Optional:            true,
			},
			"response_type": text("What the browser returns with: `code` or `token`. If omitted, Aurinko uses `code`."),
			"account_id":    text("ID of the account to authorize again. If omitted, the consent is to a new account."),
			"return_url": schema.StringAttribute{
				MarkdownDescription: "URL that the browser returns to: a page of yours that shows or stores the code, https, or http on a loopback host. It must be registered in the settings of the Aurinko application.",
				Required:            true,
			},
			"state":         text("Text that the browser returns with, unchanged, of at most 2048 bytes. Check it on your page: otherwise somebody can pass you a consent of their own."),
			"client_org_id": text("Your own ID of the customer, which the account gets."),
			"ensure_scopes": flag("Whether the consent fails unless every scope is granted."),
			"login_hint":    text("Login name to fill in at the mail service." + accountOnly),
			"server_url":    text("URL of the mail server." + accountOnly),
			"ensure_access": flag("Whether Aurinko checks its access to the mailbox." + accountOnly),
			"recycle":       flag("Whether Aurinko reuses an account that exists." + accountOnly),
			"auth_email":    text("Email address that must sign in." + accountOnly),
			"url":           schema.StringAttribute{MarkdownDescription: "URL to open in a browser.", Computed: true},
		},
	}
}

func (d *urlDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

func (d *urlDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	defer diags.Recover("validate the authorization URL", &resp.Diagnostics)
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(config.check(ctx)...)
	}
}

func (d *urlDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer diags.Recover("build the authorization URL", &resp.Diagnostics)
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// What was unknown in the validation is not any more.
	resp.Diagnostics.Append(config.check(ctx)...)
	if resp.Diagnostics.HasError() {
		return
	}
	address, err := d.run.Client.AuthorizationURL(config.toAPI())
	if unknown := (*aurinko.UnknownConfigError)(nil); errors.As(err, &unknown) {
		resp.Diagnostics.AddError("Unable to build the authorization URL", fmt.Sprintf(
			"The URL contains values of the provider block that are known only after apply: %s.\n\n"+
				"Create the resources that they come from first, for example with `-target`, or pass them as variables.", "`"+strings.Join(unknown.Names, "`, `")+"`"))
		return
	}
	if err != nil {
		resp.Diagnostics.AddError("Unable to build the authorization URL", err.Error())
		return
	}
	config.URL = types.StringValue(address)
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}
