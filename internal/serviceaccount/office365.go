package serviceaccount

import (
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

var office365Kind = kind{
	name:   "office365",
	object: func(m *model) *types.Object { return &m.Office365 },
	empty:  func() connection { return &office365{} },
	schema: schema.SingleNestedAttribute{
		MarkdownDescription: "Microsoft 365 tenant whose administrator has consented to the application permissions of the daemon app registration. Requires the application to have an `aurinko_office365_daemon`. " + otherService,
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"tenant_id": schema.StringAttribute{
				MarkdownDescription: "Directory (tenant) ID, a GUID. Forces replacement.",
				Required:            true,
				Validators:          []validator.String{validate.GUID()},
				PlanModifiers:       []planmodifier.String{attribute.IgnoreCase()},
			},
			"oauth_client_id": schema.StringAttribute{
				MarkdownDescription: "Client ID of the daemon app registration, a GUID. Aurinko does not return this value, so drift is not detected.",
				Optional:            true,
				Validators:          []validator.String{validate.GUID()},
				PlanModifiers:       []planmodifier.String{attribute.IgnoreCase()},
			},
		},
	},
	imports: func(account aurinko.Account) bool {
		return !account.IsConsented() && strings.EqualFold(account.ServiceType, aurinko.ServiceOffice365)
	},
}

type office365 struct {
	TenantID      types.String `tfsdk:"tenant_id"`
	OAuthClientID types.String `tfsdk:"oauth_client_id"`
}

func (*office365) kind() *kind                  { return &office365Kind }
func (*office365) serviceType() types.String    { return types.StringValue(aurinko.ServiceOffice365) }
func (o *office365) orgID() types.String        { return o.TenantID }
func (*office365) secret() secret.Values        { return secret.Values{} }
func (*office365) check(model) diag.Diagnostics { return nil }
func (*office365) complete(_, _ connection)     {}
func (*office365) derive(_ connection, _ bool)  {}

func (o *office365) identity(connection) (aurinko.AccountInput, bool) {
	in := aurinko.AccountInput{AuthOrgID: o.TenantID.ValueString()}
	return in, in.AuthOrgID != ""
}

func (o *office365) replaces(_, from connection, _ model) path.Paths {
	if from, ok := from.(*office365); ok && attribute.Differs(o.TenantID, from.TenantID) {
		return path.Paths{path.Root("office365").AtName("tenant_id")}
	}
	return nil
}

func (o *office365) toAPI(_ connection, in *aurinko.AccountInput) error {
	in.LoginString = aurinko.Office365Login(in.AuthOrgID)
	in.OAuthClientID = o.OAuthClientID.ValueString()
	return nil
}

func (o *office365) fromAPI(r readback.Reader, account aurinko.Account) {
	r.Fold(&o.TenantID, account.AuthOrgID)
}

// missingDaemon reports that Aurinko refused an Office 365 service account
// because the application has no daemon app registration.
func missingDaemon(goal string, err error) diag.Diagnostic {
	happened := err.Error()
	var api *aurinko.Error
	if errors.As(err, &api) && api.RequestID != "" {
		happened = strings.TrimSuffix(happened, ".") + ". Request ID " + api.RequestID + "."
	}
	return diag.NewErrorDiagnostic("Unable to "+goal, happened+" The application has no Office 365 daemon app registration, which an `office365` service account needs.\n\n"+
		"Declare it with the resource `aurinko_office365_daemon`, and make this resource depend on it with `depends_on`. Or enter it in the Aurinko portal.")
}
