// Package account has the resource aurinko_account, a mailbox with a password of its
// own, and what reads accounts of all kinds: the data sources aurinko_account,
// aurinko_accounts and aurinko_service_accounts.
package account

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

var _ datasource.DataSourceWithConfigure = (*dataSource)(nil)

// dataSource is aurinko_account.
type dataSource struct{ run *lifecycle.Run }

// NewDataSource makes the data source aurinko_account.
func NewDataSource() datasource.DataSource { return &dataSource{} }

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_account"
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := recordAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"id": schema.StringAttribute{
			MarkdownDescription: "ID of the account.",
			Required:            true,
			CustomType:          customtype.AccountIDType{},
		},
		"ping_provider": schema.BoolAttribute{
			MarkdownDescription: "Whether Aurinko asks the mail service if its access still works. `token_status` and `token_error` are then current. " +
				"Aurinko can do so for these service types: " + strings.Join(aurinko.PingableServiceTypes, ", ") + ". Defaults to `false`.",
			Optional: true,
		},
		"server_url":               text("URL of the mail server."),
		"auth_user_id":             text("ID of the user at the mail service."),
		"user_id":                  text("ID of the Aurinko user that owns the account."),
		"mailbox_address":          text("Address of the mailbox at the mail service."),
		"token_error":              text("Last error of the mail service, if any."),
		"created_at":               text("Time at which the account was created (RFC 3339)."),
		"service_provider":         text("Operator of the mail service, if Aurinko returns it."),
		"email2":                   text("Second email address of the account."),
		"name2":                    text("Second name of the account."),
		"server_url2":              text("Second URL of the mail server, if there are two."),
		"native_scopes":            names("Granted scopes, by the mail service's own names."),
		"token_issued_at":          text("Time at which the account's token was issued (RFC 3339)."),
		"authorized_at":            text("Time at which access was granted (RFC 3339)."),
		"authorization_expires_at": text("Time at which the granted access expires (RFC 3339)."),
		"updated_at":               text("Time of the account's last change (RFC 3339)."),
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads an account of any kind: a service account, a managed account or a personal account. Returns no secret.",
		Attributes:          attributes,
	}
}

func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer diags.Recover("read the account", &resp.Diagnostics)
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := config.ID.ID(path.Root("id"), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	account, err := d.run.Find(ctx, id)
	switch {
	case errors.Is(err, lifecycle.ErrGone):
		resp.Diagnostics.Append(noAccount(path.Root("id"), id))
		return
	case err != nil:
		resp.Diagnostics.Append(diags.Failure("read the account", err, ""))
		return
	}
	if config.PingProvider.ValueBool() {
		if account.ServiceType != "" && !aurinko.IsPingable(account.ServiceType) {
			resp.Diagnostics.AddAttributeError(path.Root("ping_provider"), "Aurinko cannot ping the mail service", fmt.Sprintf(
				"Account %s has the service type %s, which Aurinko cannot ping.\n\nRemove `ping_provider`: `token_status` is then the status that Aurinko last saw.", id, account.ServiceType))
			return
		}
		if account, err = d.run.Client.PingAccount(ctx, account); err != nil {
			resp.Diagnostics.Append(diags.Failure("ping the mail service of the account", err, "Remove `ping_provider` to read the account without a ping."))
			return
		}
	}
	read := fromAPI(account)
	read.PingProvider = config.PingProvider
	resp.Diagnostics.Append(resp.State.Set(ctx, &read)...)
}

func noAccount(at path.Path, id aurinko.AccountID) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, "No such account", fmt.Sprintf(
		"The Aurinko application of the provider block has no account or service account %s. "+
			"Check the ID, and that the provider block is for the application with this account.", id))
}

func text(description string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

func names(description string) schema.Attribute {
	return schema.SetAttribute{MarkdownDescription: description, ElementType: types.StringType, Computed: true}
}

func flag(description string) schema.Attribute {
	return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
}

// recordAttributes are what a list shows of an account: what it can be imported
// and declared with, and whether it works. They are few on purpose, since a list
// may have tens of thousands: 14 fit into the smaller size of a map, which is
// what Terraform's own form of an object is.
func recordAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":            text("ID of the account, and import ID."),
		"parent_id":     text("ID of the service account, for a managed account."),
		"type":          text("Kind of the account: `daemon` (a service account), `managed` or `personal`."),
		"service_type":  text("Mail service, by Aurinko's name."),
		"email":         text("Email address of the account."),
		"login":         text("Login name of the account."),
		"name":          text("Name of the account."),
		"client_org_id": text("Your own ID of the customer."),
		"auth_org_id":   text("ID of the organization at the mail service."),
		"timezone":      text("Time zone of the mailbox."),
		"scopes":        names("Aurinko scopes, by the API's names."),
		"copy_to_sent":  flag("Whether Aurinko stores a copy of sent mail in the mailbox's sent folder."),
		"trust_server":  flag("Whether Aurinko accepts the mail server's certificate without checking it."),
		"token_status":  text("Status of the token: `active`; `invalid`, if the mail service refuses Aurinko for now; `dead`, if access must be granted again."),
	}
}
