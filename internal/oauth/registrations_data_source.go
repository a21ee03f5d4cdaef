package oauth

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

var _ datasource.DataSourceWithConfigure = (*registrationsDataSource)(nil)

// registrationsDataSource is aurinko_oauth_registrations.
type registrationsDataSource struct{ run *lifecycle.Run }

// NewRegistrationsDataSource makes the data source aurinko_oauth_registrations.
func NewRegistrationsDataSource() datasource.DataSource { return &registrationsDataSource{} }

type registrationsModel struct {
	Registrations []registrationModel `tfsdk:"registrations"`
}

type registrationModel struct {
	ID                      types.String `tfsdk:"id"`
	ServiceType             types.String `tfsdk:"service_type"`
	Daemon                  types.Bool   `tfsdk:"daemon"`
	ClientID                types.String `tfsdk:"client_id"`
	Scopes                  []string     `tfsdk:"scopes"` // nil: null
	IntermediateCallbackURL types.String `tfsdk:"intermediate_callback_url"`
	PubSubTopic             types.String `tfsdk:"pubsub_topic"`
}

func (d *registrationsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_oauth_registrations"
}

func (d *registrationsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the OAuth settings of the Aurinko application, whether they were made with Terraform or in the portal. Returns no secret.",
		Attributes: map[string]schema.Attribute{
			"registrations": schema.ListNestedAttribute{
				MarkdownDescription: "OAuth settings, sorted by mail service. Those of the daemon come after the others.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{
					Attributes: map[string]schema.Attribute{
						"id":           text("Import ID of the settings' resource, such as `Google` or `Office365/daemon`."),
						"service_type": text("Mail service, by Aurinko's name."),
						"daemon": schema.BoolAttribute{
							MarkdownDescription: "Whether service accounts use the app registration, rather than people who sign in.", Computed: true,
						},
						"client_id": text("Client ID of the app registration at the mail service."),
						"scopes": schema.SetAttribute{
							MarkdownDescription: "Requested Aurinko scopes, by the API's names.", ElementType: types.StringType, Computed: true,
						},
						"intermediate_callback_url": text("Redirect URL of your own, registered in place of Aurinko's."),
						"pubsub_topic":              text("Pub/Sub topic of Gmail's notifications. For Google only."),
					},
				},
			},
		},
	}
}

func (d *registrationsDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

func (d *registrationsDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer diags.Recover("read the OAuth registrations", &resp.Diagnostics)
	read := registrationsModel{Registrations: []registrationModel{}} // empty, not null
	for registration, err := range d.run.Client.ListOAuthRegistrations(ctx) {
		if err != nil {
			resp.Diagnostics.Append(diags.Failure("read the OAuth registrations", err, ""))
			return
		}
		read.Registrations = append(read.Registrations, listed(registration))
	}
	slices.SortStableFunc(read.Registrations, func(a, b registrationModel) int {
		return cmp.Compare(a.ID.ValueString(), b.ID.ValueString())
	})
	resp.Diagnostics.Append(resp.State.Set(ctx, &read)...)
}

// listed returns what of a registration is no secret.
func listed(registration aurinko.OAuthRegistration) registrationModel {
	key := aurinko.RegistrationKey{ServiceType: registration.ServiceType, Daemon: registration.Daemon}
	m := registrationModel{
		ID:                      types.StringValue(key.String()),
		ServiceType:             attribute.StringOrNull(registration.ServiceType),
		Daemon:                  types.BoolValue(registration.Daemon),
		ClientID:                attribute.StringOrNull(registration.ClientID),
		IntermediateCallbackURL: attribute.StringOrNull(value(registration.IntermediateCallbackURL)),
		PubSubTopic:             attribute.StringOrNull(value(registration.TopicName)),
	}
	if registration.Scopes != nil {
		m.Scopes = aurinko.CanonicalScopes(registration.Scopes)
	}
	return m
}

func text(description string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
