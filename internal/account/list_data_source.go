package account

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

var _ datasource.DataSourceWithConfigure = (*listDataSource)(nil)

// listDataSource is aurinko_accounts, or aurinko_service_accounts.
type listDataSource struct {
	run     *lifecycle.Run
	service bool
}

// NewAccountsDataSource makes the data source aurinko_accounts.
func NewAccountsDataSource() datasource.DataSource { return &listDataSource{} }

// NewServiceAccountsDataSource makes the data source aurinko_service_accounts.
func NewServiceAccountsDataSource() datasource.DataSource { return &listDataSource{service: true} }

func (d *listDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_accounts"
	if d.service {
		resp.TypeName = req.ProviderTypeName + "_service_accounts"
	}
}

func (d *listDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	description := "Lists the managed and personal accounts of the application. " +
		"Aurinko does not document whether the list is complete: it may omit managed accounts or include service accounts, so check `type`."
	serviceType := validate.AccountServiceType()
	if d.service {
		description = "Lists the service accounts of the application."
		serviceType = validate.ServiceType()
	}
	filter := func(description string, rule validator.String) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: []validator.String{rule}}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: description + " Returns no secret. All filters apply together. Without a match, the list is empty.",
		Attributes: map[string]schema.Attribute{
			"client_org_id": filter("Only accounts with this ID of your own of the customer.", stringvalidator.LengthAtLeast(1)),
			"auth_org_id":   filter("Only accounts of the organization with this ID at the mail service, such as a domain or a tenant ID.", stringvalidator.LengthAtLeast(1)),
			"service_type":  filter("Only accounts of this mail service, by Aurinko's name, such as `Google`, `Office365` or `EWS`.", serviceType),
			"email":         filter("Only accounts with this email address. Case-insensitive. Aurinko cannot filter by address, so the provider reads the whole list.", validate.Email()),
			"accounts": schema.ListNestedAttribute{
				MarkdownDescription: "Accounts, sorted by ID. For more fields of one account, use `aurinko_account`.",
				Computed:            true,
				NestedObject:        schema.NestedAttributeObject{Attributes: recordAttributes()},
			},
		},
	}
}

func (d *listDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

func (d *listDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	goal, advice := "list the accounts", ""
	if d.service {
		goal = "list the service accounts"
	}
	defer diags.Recover(goal, &resp.Diagnostics)
	var config filterModel
	resp.Diagnostics.Append(config.get(ctx, req.Config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !config.ServiceType.IsNull() {
		advice = "Check `service_type`: Aurinko may know no mail service of this name, or none whose accounts are listed here."
	}
	list := d.run.Client.ListAccounts
	if d.service {
		list = d.run.Client.ListServiceAccounts
	}
	var accounts []aurinko.Account
	for account, err := range list(ctx, config.filter()) {
		if err != nil {
			resp.Diagnostics.Append(diags.Failure(goal, err, advice))
			return
		}
		accounts = append(accounts, account)
	}
	var attributes map[string]tftypes.Value
	if err := req.Config.Raw.As(&attributes); err != nil {
		resp.Diagnostics.Append(diags.Failure(goal, err, ""))
		return
	}
	// The state is set in Terraform's own form: to have the framework make it of
	// a model allocates more than twice as much, gigabytes for 50,000 accounts.
	attributes["accounts"] = toTerraform(sorted(accounts))
	resp.State.Raw = tftypes.NewValue(req.Config.Raw.Type(), attributes)
}
