package subscription

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
)

var _ datasource.DataSourceWithConfigure = (*dataSource)(nil)

type dataSource struct{ run *lifecycle.Run }

// NewDataSource makes the data source aurinko_subscriptions.
func NewDataSource() datasource.DataSource { return &dataSource{} }

// record is what the data source has of a subscription.
type record struct {
	ID                string   `tfsdk:"id"`
	AccountID         string   `tfsdk:"account_id"`
	SubscriptionID    string   `tfsdk:"subscription_id"`
	Resource          string   `tfsdk:"resource"`
	NotificationURL   string   `tfsdk:"notification_url"`
	Filters           []string `tfsdk:"filters"`
	Active            *bool    `tfsdk:"active"`
	FailSince         *string  `tfsdk:"fail_since"`
	FailDescription   *string  `tfsdk:"fail_description"`
	DisabledByBilling *bool    `tfsdk:"disabled_by_billing"`
}

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_subscriptions"
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the subscriptions of one account or of all accounts, inactive ones too.",
		Attributes: map[string]schema.Attribute{
			"account_id": schema.StringAttribute{
				MarkdownDescription: "ID of the account. If omitted, the provider lists the application's accounts, and then the subscriptions of each: one request for each account.",
				CustomType:          customtype.AccountIDType{},
				Optional:            true,
			},
			"subscriptions": schema.ListNestedAttribute{
				MarkdownDescription: "Subscriptions, in Aurinko's order.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":                  text("Import ID of the `aurinko_subscription`: ID of the account and ID of the subscription, with a slash between them."),
					"account_id":          text("ID of the account."),
					"subscription_id":     text("ID of the subscription at Aurinko."),
					"resource":            text("What Aurinko notifies of, such as `/email/messages`."),
					"notification_url":    text("URL of the endpoint."),
					"filters":             schema.SetAttribute{MarkdownDescription: "Filters of the notifications. Null if nothing is filtered.", ElementType: types.StringType, Computed: true},
					"active":              schema.BoolAttribute{MarkdownDescription: "Whether Aurinko sends notifications.", Computed: true},
					"fail_since":          text("Time since which the endpoint has failed (RFC 3339). Null while it works."),
					"fail_description":    text("Last failure of the endpoint, if any."),
					"disabled_by_billing": schema.BoolAttribute{MarkdownDescription: "Whether Aurinko's billing disabled the subscription.", Computed: true},
				}},
			},
		},
	}
}

func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer diags.Recover(listGoal, &resp.Diagnostics)
	var config struct {
		AccountID     customtype.AccountID `tfsdk:"account_id"`
		Subscriptions types.List           `tfsdk:"subscriptions"`
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	var only aurinko.AccountID
	if !config.AccountID.IsNull() {
		only = config.AccountID.ID(path.Root("account_id"), &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	records := []record{}
	for found, err := range all(ctx, d.run, only) {
		if err != nil {
			resp.Diagnostics.Append(diags.Failure(listGoal, err, listAdvice))
			return
		}
		var m model
		m.fromAPI(readback.Refresh, found)
		records = append(records, record{
			ID: m.ID.ValueString(), AccountID: m.AccountID.ValueString(), SubscriptionID: m.SubscriptionID.ValueString(),
			Resource: found.Resource, NotificationURL: found.NotificationURL, Filters: found.Filters, Active: found.Active,
			FailSince: m.FailSince.ValueStringPointer(), FailDescription: m.FailDescription.ValueStringPointer(), DisabledByBilling: found.DisabledByBilling,
		})
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("account_id"), config.AccountID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("subscriptions"), records)...)
}
