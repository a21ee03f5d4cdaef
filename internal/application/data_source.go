// Package application has the data sources about the Aurinko application
// itself: aurinko_application and aurinko_oauth_registrations.
package application

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

var _ datasource.DataSourceWithConfigure = (*dataSource)(nil)

// dataSource is aurinko_application.
type dataSource struct{ run *lifecycle.Run }

// NewDataSource makes the data source aurinko_application.
func NewDataSource() datasource.DataSource { return &dataSource{} }

type model struct {
	ID                      types.String `tfsdk:"id"`
	Name                    types.String `tfsdk:"name"`
	ApplicationType         types.String `tfsdk:"application_type"`
	Capabilities            []string     `tfsdk:"capabilities"` // nil: null
	SyncAvailable           types.Bool   `tfsdk:"sync_available"`
	InternalServicesEnabled types.Bool   `tfsdk:"internal_services_enabled"`
	Trial                   types.Bool   `tfsdk:"trial"`
	OutlookManifestID       types.String `tfsdk:"outlook_manifest_id"`
	CreatedAt               types.String `tfsdk:"created_at"`
}

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_application"
}

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the Aurinko application of the provider block. Returns no secret. What Aurinko does not return is null.",
		Attributes: map[string]schema.Attribute{
			"id":               text("ID of the application at Aurinko, which is not the Client ID."),
			"name":             text("Name of the application."),
			"application_type": text("Kind of the application, by Aurinko's name."),
			"capabilities": schema.SetAttribute{
				MarkdownDescription: "Capabilities of the application, by Aurinko's names.", ElementType: types.StringType, Computed: true,
			},
			"sync_available":            flag("Whether the application may use Aurinko's synchronization."),
			"internal_services_enabled": flag("Whether Aurinko's internal services are enabled for the application."),
			"trial":                     flag("Whether the application is on trial."),
			"outlook_manifest_id":       text("ID of the application's manifest for Outlook."),
			"created_at":                text("Time at which the application was created (RFC 3339)."),
		},
	}
}

func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

func (d *dataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer diags.Recover("read the application", &resp.Diagnostics)
	application, err := d.run.Client.Application(ctx)
	if err != nil {
		resp.Diagnostics.Append(diags.Failure("read the application", err, ""))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model{
		ID:                      attribute.StringOrNull(string(application.ID)),
		Name:                    attribute.StringOrNull(application.Name),
		ApplicationType:         attribute.StringOrNull(application.ApplicationType),
		Capabilities:            distinct(application.Capabilities),
		SyncAvailable:           types.BoolPointerValue(application.SyncAvailable),
		InternalServicesEnabled: types.BoolPointerValue(application.InternalServicesEnabled),
		Trial:                   types.BoolPointerValue(application.Trial),
		OutlookManifestID:       attribute.StringOrNull(string(application.OutlookManifestID)),
		CreatedAt:               attribute.StringOrNull(application.CreatedAt),
	})...)
}

func text(description string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

func flag(description string) schema.Attribute {
	return schema.BoolAttribute{MarkdownDescription: description, Computed: true}
}

// distinct takes each name once, as a set wants it. It keeps nil.
func distinct(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}
