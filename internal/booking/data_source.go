package booking

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
)

var _ datasource.DataSourceWithConfigure = (*dataSource)(nil)

// dataSource lists the profiles of either type.
type dataSource struct{ of profile }

// NewDataSource makes the data source aurinko_booking_profiles.
func NewDataSource() datasource.DataSource { return &dataSource{} }

// NewGroupDataSource makes the data source aurinko_group_booking_profiles.
func NewGroupDataSource() datasource.DataSource { return &dataSource{profile{isGroup: true}} }

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_booking_profiles"
	if d.of.isGroup {
		resp.TypeName = req.ProviderTypeName + "_group_booking_profiles"
	}
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	fields := map[string]schema.Attribute{
		"name":    text("Name of the profile, which is part of the public link."),
		"subject": text("Subject of the appointments."),
	}
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{"profiles": schema.ListNestedAttribute{
		MarkdownDescription: "Profiles, in Aurinko's order.",
		Computed:            true,
		NestedObject:        schema.NestedAttributeObject{Attributes: fields},
	}}}
	if d.of.isGroup {
		resp.Schema.MarkdownDescription = "Lists the application's group booking profiles, without their members."
		resp.Schema.Attributes["client_org_id"] = schema.StringAttribute{
			MarkdownDescription: "Only the profiles with this ID of your own of the customer. Aurinko cannot filter by it, so the provider reads the whole list.",
			Optional:            true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		}
		fields["id"] = text("ID of the profile at Aurinko, and import ID of the `aurinko_group_booking_profile`.")
		fields["client_org_id"] = text("Your own ID of the organization that the profile is for.")
		return
	}
	resp.Schema.MarkdownDescription = "Lists the booking profiles of one account or of all accounts."
	resp.Schema.Attributes["account_id"] = schema.StringAttribute{
		MarkdownDescription: "ID of the account. If omitted, the provider lists the application's accounts, and then the booking profiles of each: one request for each account.",
		CustomType:          customtype.AccountIDType{},
		Optional:            true,
	}
	fields["id"] = text("Import ID of the `aurinko_booking_profile`: ID of the account and ID of the profile, with a slash between them.")
	fields["account_id"] = text("ID of the account.")
	fields["profile_id"] = text("ID of the profile at Aurinko.")
}

func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.of.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer diags.Recover(listGoal, &resp.Diagnostics)
	var account customtype.AccountID
	var clientOrgID types.String
	var only aurinko.AccountID
	resp.State.Raw = req.Config.Raw
	if at := path.Root("account_id"); d.of.isGroup {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("client_org_id"), &clientOrgID)...)
	} else if resp.Diagnostics.Append(req.Config.GetAttribute(ctx, at, &account)...); !account.IsNull() {
		only = account.ID(at, &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	list := resp.State.Schema.GetAttributes()["profiles"].GetType().(types.ListType)
	profiles := []attr.Value{}
	for found, err := range d.of.all(ctx, only) {
		if err != nil {
			resp.Diagnostics.Append(diags.Failure(listGoal, err, listAdvice))
			return
		}
		record := map[string]attr.Value{
			"id": types.StringValue(found.Key().String()), "name": attribute.StringOrNull(found.Name), "subject": attribute.StringOrNull(found.Subject),
		}
		switch {
		case !d.of.isGroup:
			record["account_id"], record["profile_id"] = types.StringValue(found.Account.String()), types.StringValue(found.ID.String())
		case !clientOrgID.IsNull() && clientOrgID.ValueString() != found.ClientOrgID:
			continue
		default:
			record["client_org_id"] = attribute.StringOrNull(found.ClientOrgID)
		}
		profiles = append(profiles, types.ObjectValueMust(list.ElemType.(types.ObjectType).AttrTypes, record))
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("profiles"), types.ListValueMust(list.ElemType, profiles))...)
}
