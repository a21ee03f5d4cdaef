package scopes

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

var _ datasource.DataSource = (*mappingDataSource)(nil)

type mappingDataSource struct{}

// NewMappingDataSource makes the data source aurinko_scope_mapping.
func NewMappingDataSource() datasource.DataSource { return &mappingDataSource{} }

type mappingModel struct {
	Scopes              customtype.Scopes   `tfsdk:"scopes"`
	PermissionType      types.String        `tfsdk:"permission_type"`
	CanonicalScopes     []string            `tfsdk:"canonical_scopes"`
	Mappings            map[string][]string `tfsdk:"mappings"`
	Permissions         []string            `tfsdk:"permissions"`
	ImplicitPermissions []string            `tfsdk:"implicit_permissions"`
	AllPermissions      []string            `tfsdk:"all_permissions"`
	ResourceAppID       types.String        `tfsdk:"resource_app_id"`
	ResourceAccess      []accessModel       `tfsdk:"resource_access"`
}

type accessModel struct {
	ID    string `tfsdk:"id"`
	Type  string `tfsdk:"type"`
	Value string `tfsdk:"value"`
}

func (d *mappingDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_scope_mapping"
}

func (d *mappingDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	list := func(description string) schema.Attribute {
		return schema.ListAttribute{MarkdownDescription: description, ElementType: types.StringType, Computed: true}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Maps Aurinko scopes to the Microsoft Graph permissions that an app registration at Microsoft Entra needs. Sends no request.",
		Attributes: map[string]schema.Attribute{
			"scopes": schema.SetAttribute{
				MarkdownDescription: "Aurinko scopes, by the guides' names (`Mail.ReadOnly`) or the API's names (`Mail.Read`).",
				CustomType:          customtype.ScopesType{},
				Required:            true,
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1), validate.Scopes()},
			},
			"permission_type": schema.StringAttribute{
				MarkdownDescription: "Type of the permissions: `delegated` for `aurinko_office365_oauth`, `application` for `aurinko_office365_daemon`. Defaults to `delegated`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf(Delegated, Application)},
			},
			"canonical_scopes": list("Scopes by the API's names, sorted."),
			"mappings": schema.MapAttribute{
				MarkdownDescription: "Permissions by scope. The keys are the API's names.",
				ElementType:         types.ListType{ElemType: types.StringType},
				Computed:            true,
			},
			"permissions":          list("Permissions that the scopes need, sorted."),
			"implicit_permissions": list("Permissions that Aurinko always requests, sorted. Empty for `application`."),
			"all_permissions":      list("`permissions` and `implicit_permissions` together, sorted."),
			"resource_app_id": schema.StringAttribute{
				MarkdownDescription: "Application ID of Microsoft Graph.",
				Computed:            true,
			},
			"resource_access": schema.ListNestedAttribute{
				MarkdownDescription: "`all_permissions` for the `resource_access` blocks in `required_resource_access` of `azuread_application`.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{
					Attributes: map[string]schema.Attribute{
						"id":    schema.StringAttribute{MarkdownDescription: "ID of the permission at Microsoft, a GUID.", Computed: true},
						"type":  schema.StringAttribute{MarkdownDescription: "Type of the permission: `Scope` if delegated, `Role` if an application permission.", Computed: true},
						"value": schema.StringAttribute{MarkdownDescription: "Name of the permission.", Computed: true},
					},
				},
			},
		},
	}
}

func (d *mappingDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config mappingModel
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("scopes"), &config.Scopes)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("permission_type"), &config.PermissionType)...)
	if resp.Diagnostics.HasError() {
		return
	}
	mapping, err := Map(config.Scopes.Canonical(), cmp.Or(config.PermissionType.ValueString(), Delegated))
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("scopes"), "Scope without a documented permission", explain(err))
		return
	}
	config.CanonicalScopes = mapping.Canonical
	config.Mappings = mapping.ByScope
	config.Permissions = mapping.Explicit
	config.ImplicitPermissions = append([]string{}, mapping.Implicit...) // empty, not null
	config.AllPermissions = mapping.All
	config.ResourceAppID = types.StringValue(GraphAppID)
	for _, access := range mapping.Access {
		config.ResourceAccess = append(config.ResourceAccess, accessModel(access))
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &config)...)
}
