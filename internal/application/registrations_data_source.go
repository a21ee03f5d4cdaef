package application

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
)

var _ datasource.DataSourceWithConfigure = (*registrationsDataSource)(nil)

// registrationsDataSource is aurinko_oauth_registrations.
type registrationsDataSource struct{ client *aurinko.Client }

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
		MarkdownDescription: "The OAuth settings of the Aurinko application: its app registrations at the mail services, whether they were made with Terraform or in the portal. No secret is read.",
		Attributes: map[string]schema.Attribute{
			"registrations": schema.ListNestedAttribute{
				MarkdownDescription: "The registrations, sorted by service type; that of the daemon comes after the other.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{
					Attributes: map[string]schema.Attribute{
						"id":           text("Import id of the settings resource, such as `Google` or `Office365/daemon`."),
						"service_type": text("Aurinko's name of the mail service."),
						"daemon":       flag("Whether it is the app registration of service accounts, rather than that of people who sign in."),
						"client_id":    text("Client ID of the app registration at the mail service."),
						"scopes": schema.SetAttribute{
							MarkdownDescription: "Aurinko scopes that the settings ask for, by the API's names.", ElementType: types.StringType, Computed: true,
						},
						"intermediate_callback_url": text("The application's own redirect URL, registered in place of Aurinko's."),
						"pubsub_topic":              text("Pub/Sub topic of Gmail's notifications, for Google."),
					},
				},
			},
		},
	}
}

func (d *registrationsDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.client = diags.Client(req.ProviderData, &resp.Diagnostics)
}

func (d *registrationsDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	defer diags.Recover("read the OAuth registrations", &resp.Diagnostics)
	registrations, err := d.client.PublicRegistrations(ctx)
	if err != nil {
		resp.Diagnostics.Append(diags.Failure("read the OAuth registrations", err, ""))
		return
	}
	read := registrationsModel{Registrations: []registrationModel{}} // empty, not null
	for _, registration := range registrations {
		read.Registrations = append(read.Registrations, fromAPI(registration))
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &read)...)
}

func fromAPI(registration aurinko.PublicRegistration) registrationModel {
	m := registrationModel{
		ID:                      told(registration.ServiceType),
		ServiceType:             told(registration.ServiceType),
		Daemon:                  types.BoolValue(registration.Daemon),
		ClientID:                told(registration.ClientID),
		IntermediateCallbackURL: told(registration.IntermediateCallbackURL),
		PubSubTopic:             told(registration.TopicName),
	}
	if registration.Daemon {
		m.ID = types.StringValue(registration.ServiceType + "/daemon")
	}
	if registration.Scopes != nil {
		m.Scopes = aurinko.CanonicalScopes(registration.Scopes)
	}
	return m
}
