package oauth

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
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

// NewOffice365 returns the resource aurinko_office365_oauth.
func NewOffice365() resource.Resource {
	return newRegistration(clientSecretKind(kind{
		resourceType: "aurinko_office365_oauth",
		title:        "Office 365 OAuth settings",
		description:  "The application's Office 365 OAuth settings: the app registration with which people connect their own Office 365 mailboxes. An application has one.",
		portalPage:   `application settings, tab OFFICE 365, section "Office 365 OAuth"`,
		key:          aurinko.RegistrationKey{ServiceType: aurinko.ServiceOffice365},
		newModel:     func() model { return &clientSecretModel{} },
	}, "Application (client) ID of the app registration at Microsoft Entra, a GUID.", validate.GUID(), attribute.IgnoreCase()))
}

// NewGoogle returns the resource aurinko_google_oauth.
func NewGoogle() resource.Resource {
	k := clientSecretKind(kind{
		resourceType: "aurinko_google_oauth",
		title:        "Google OAuth settings",
		description:  "The application's Google OAuth settings: the OAuth client with which people connect their own Gmail and Google Workspace mailboxes. An application has one.",
		portalPage:   portalTab("Google"),
		key:          aurinko.RegistrationKey{ServiceType: aurinko.ServiceGoogle},
		newModel:     func() model { return &googleModel{} },
	}, "Client ID of the OAuth client at Google Cloud, such as `123-abc.apps.googleusercontent.com`.", stringvalidator.LengthAtLeast(1))
	shared := k.attributes
	k.attributes = func() map[string]schema.Attribute {
		attributes := shared()
		attributes["pubsub_topic"] = schema.StringAttribute{
			MarkdownDescription: "Pub/Sub topic through which Gmail notifies Aurinko, as `projects/<project>/topics/<topic>`.",
			Optional:            true,
			Validators:          []validator.String{validate.TopicName()},
		}
		return attributes
	}
	return newRegistration(k)
}

// NewZoho returns the resource aurinko_zoho_oauth.
func NewZoho() resource.Resource {
	return newRegistration(clientSecretKind(kind{
		resourceType: "aurinko_zoho_oauth",
		title:        "Zoho OAuth settings",
		description:  "The application's Zoho OAuth settings: the client with which people connect their own Zoho mailboxes. An application has one.",
		portalPage:   portalTab("Zoho"),
		key:          aurinko.RegistrationKey{ServiceType: aurinko.ServiceZoho},
		newModel:     func() model { return &clientSecretModel{} },
	}, "Client ID of the client at the Zoho API console.", stringvalidator.LengthAtLeast(1)))
}

// portalTab returns where the portal shows the settings of a service whose tab and
// section Aurinko's guides do not name: they are like those of Office 365.
func portalTab(service string) string { return "application settings, the tab for " + service }

// clientSecretKind completes a kind whose secret is a client secret.
func clientSecretKind(k kind, clientID string, valid validator.String, modifiers ...planmodifier.String) kind {
	k.secret = secret.Attribute{Name: "client_secret", What: "Client secret of the app registration", Short: "client secret", OneLine: true}
	k.rule = secret.Rule{Fingerprint: secret.Exact.Fingerprint, Returned: true}
	k.stored = func(stored aurinko.OAuthRegistration) string { return stored.ClientSecret }
	k.attributes = func() map[string]schema.Attribute {
		return map[string]schema.Attribute{
			"client_id": schema.StringAttribute{
				MarkdownDescription: clientID,
				Required:            true,
				Validators:          []validator.String{valid},
				PlanModifiers:       modifiers,
			},
			"intermediate_callback_url": schema.StringAttribute{
				MarkdownDescription: fmt.Sprintf("Your own https redirect URL, registered at the mail service instead of `%s/v1/auth/callback`. ", aurinko.DefaultBaseURL) +
					"Its page must forward `state`, `code`, `scope` and `error` to that address.",
				Optional:   true,
				Validators: []validator.String{validate.CallbackURL()},
			},
		}
	}
	return k
}

// clientSecretModel is a resource whose secret is a client secret.
type clientSecretModel struct {
	common
	ClientSecret            types.String `tfsdk:"client_secret"`
	ClientSecretWO          types.String `tfsdk:"client_secret_wo"`
	ClientSecretWOVersion   types.Int64  `tfsdk:"client_secret_wo_version"`
	ClientSecretRevision    types.Int64  `tfsdk:"client_secret_revision"`
	IntermediateCallbackURL types.String `tfsdk:"intermediate_callback_url"`
}

func (m *clientSecretModel) revision() *types.Int64 { return &m.ClientSecretRevision }

func (m *clientSecretModel) secret() secret.Values {
	return secret.Values{Plain: m.ClientSecret, WriteOnly: m.ClientSecretWO, Version: m.ClientSecretWOVersion}
}

func (m *clientSecretModel) toAPI(clientSecret string) aurinko.OAuthRegistration {
	return aurinko.OAuthRegistration{
		ClientID:                m.ClientID.ValueString(),
		ClientSecret:            clientSecret,
		Scopes:                  m.Scopes.Canonical(),
		IntermediateCallbackURL: m.IntermediateCallbackURL.ValueStringPointer(),
	}
}

func (m *clientSecretModel) fromAPI(r readback.Reader, stored aurinko.OAuthRegistration) {
	if stored.IntermediateCallbackURL != nil {
		returned := *stored.IntermediateCallbackURL
		if returned == aurinko.DefaultCallbackURL {
			returned = "" // which means the same
		}
		r.Exactly(&m.IntermediateCallbackURL, returned)
	}
	if !m.ClientSecret.IsNull() && !aurinko.IsMasked(stored.ClientSecret) { // the state keeps it anyway
		r.String(&m.ClientSecret, stored.ClientSecret)
	}
}

func (m *clientSecretModel) differences(stored aurinko.OAuthRegistration) []difference {
	found := differingSecret("client_secret", m.secret(), stored.ClientSecret, stored.ServiceType == "", secret.Exact.Fingerprint)
	return append(found, differsIfReturned("intermediate_callback_url", m.IntermediateCallbackURL, stored.IntermediateCallbackURL, stored.ServiceType == "")...)
}

// A client secret is not checked, and nothing is computed from it.
func (m *clientSecretModel) check() diag.Diagnostics                 { return nil }
func (m *clientSecretModel) describe()                               {}
func (m *clientSecretModel) review(time.Time, bool) diag.Diagnostics { return nil }

// googleModel is the resource aurinko_google_oauth.
type googleModel struct {
	clientSecretModel
	PubSubTopic types.String `tfsdk:"pubsub_topic"`
}

func (m *googleModel) toAPI(clientSecret string) aurinko.OAuthRegistration {
	in := m.clientSecretModel.toAPI(clientSecret)
	in.TopicName = m.PubSubTopic.ValueStringPointer()
	return in
}

func (m *googleModel) fromAPI(r readback.Reader, stored aurinko.OAuthRegistration) {
	m.clientSecretModel.fromAPI(r, stored)
	if stored.TopicName != nil {
		r.Exactly(&m.PubSubTopic, *stored.TopicName)
	}
}

func (m *googleModel) differences(stored aurinko.OAuthRegistration) []difference {
	found := m.clientSecretModel.differences(stored)
	return append(found, differsIfReturned("pubsub_topic", m.PubSubTopic, stored.TopicName, stored.ServiceType == "")...)
}
