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
		MarkdownDescription: "The URL of Aurinko's consent page, for the application of the provider block. An administrator opens it in a browser and consents; " +
			"the browser comes back to `return_url` with the parameters `code`, `state` and `status`, and `aurinko_service_account` exchanges the code. " +
			"It works offline: no request is sent.",
		Attributes: map[string]schema.Attribute{
			"flow": text("`daemon`, the default, for a service account, to which an administrator consents; `account` for the account of a person."),
			"service_type": schema.StringAttribute{
				MarkdownDescription: "Aurinko's name of the service, such as `Office365` or `Google`. An unknown one is an error that lists the valid ones of the flow.",
				Required:            true,
			},
			"scopes": schema.SetAttribute{
				MarkdownDescription: "Aurinko scopes to ask for. The guides' names (`Mail.ReadOnly`) and the API's names (`Mail.Read`) mean the same. At least one, unless there are `native_scopes`.",
				CustomType:          customtype.ScopesType{},
				Optional:            true,
			},
			"native_scopes": schema.SetAttribute{
				MarkdownDescription: "Scopes of the mail service's own to ask for, such as `https://graph.microsoft.com/Mail.Read`.",
				ElementType:         types.StringType,
				Optional:            true,
			},
			"response_type": text("What the browser comes back with: `code`, Aurinko's default, or `token`."),
			"account_id":    text("Id of the account that is authorised again. Left out, the consent is to a new account."),
			"return_url": schema.StringAttribute{
				MarkdownDescription: "Where the browser comes back to: a page of yours that shows or stores the code, https (http only on a loopback host). It must be registered in the settings of the Aurinko application.",
				Required:            true,
			},
			"state":         text("A text that comes back unchanged, of 2048 bytes at most. Have your page check it, so that nobody can slip in a consent of their own."),
			"client_org_id": text("Your own id of the organisation, which the account is to have."),
			"ensure_scopes": flag("Whether the consent fails unless every scope is granted."),
			"login_hint":    text("Login name to fill in at the mail service." + accountOnly),
			"server_url":    text("Address of the mail server." + accountOnly),
			"ensure_access": flag("Whether Aurinko checks the access to the mailbox." + accountOnly),
			"recycle":       flag("Whether an account that is there already is used again." + accountOnly),
			"auth_email":    text("E-mail address that has to sign in." + accountOnly),
			"url":           schema.StringAttribute{MarkdownDescription: "The URL to open in a browser.", Computed: true},
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
			"The URL holds values of the provider block that are not known before apply: %s.\n\n"+
				"Create the resources that they come from first, for example with `-target`, or pass them in as variables.", "`"+strings.Join(unknown.Names, "`, `")+"`"))
		return
	}
	if err != nil {
		resp.Diagnostics.AddError("Unable to build the authorization URL", err.Error())
		return
	}
	config.URL = types.StringValue(address)
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}
