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

// NewOffice365 makes the resource aurinko_office365_oauth.
func NewOffice365() resource.Resource {
	return newSettings[clientSecretModel](clientSecretKind(kind{
		resourceType: "aurinko_office365_oauth",
		title:        "Office 365 OAuth settings",
		description:  "The application's Office 365 OAuth settings: the app registration with which people sign in to their own Office 365 mailboxes. An application has one.",
		portalPage:   `application settings, tab OFFICE 365, section "Office 365 OAuth"`,
		key:          aurinko.RegistrationKey{ServiceType: aurinko.ServiceOffice365},
	}, "Application (client) id of the app registration at Microsoft Entra, a GUID.", validate.GUID(), attribute.IgnoreCase()))
}

// NewGoogle makes the resource aurinko_google_oauth.
func NewGoogle() resource.Resource {
	k := clientSecretKind(kind{
		resourceType: "aurinko_google_oauth",
		title:        "Google OAuth settings",
		description:  "The application's Google OAuth settings: the OAuth client with which people sign in to their own Gmail and Google Workspace mailboxes. An application has one.",
		portalPage:   portalTab("Google"),
		key:          aurinko.RegistrationKey{ServiceType: aurinko.ServiceGoogle},
	}, "Client id of the OAuth client at Google Cloud, such as `123-abc.apps.googleusercontent.com`.", stringvalidator.LengthAtLeast(1))
	common := k.attributes
	k.attributes = func() map[string]schema.Attribute {
		attributes := common()
		attributes["pubsub_topic"] = schema.StringAttribute{
			MarkdownDescription: "Pub/Sub topic through which Gmail notifies Aurinko, as `projects/<project>/topics/<topic>`. Changing it updates in place.",
			Optional:            true,
			Validators:          []validator.String{validate.TopicName()},
		}
		return attributes
	}
	return newSettings[googleModel](k)
}

// NewZoho makes the resource aurinko_zoho_oauth.
func NewZoho() resource.Resource {
	return newSettings[clientSecretModel](clientSecretKind(kind{
		resourceType: "aurinko_zoho_oauth",
		title:        "Zoho OAuth settings",
		description:  "The application's Zoho OAuth settings: the client with which people sign in to their own Zoho mailboxes. An application has one.",
		portalPage:   portalTab("Zoho"),
		key:          aurinko.RegistrationKey{ServiceType: aurinko.ServiceZoho},
	}, "Client id of the client at the Zoho API console.", stringvalidator.LengthAtLeast(1)))
}

// portalTab is where the portal shows the settings of a service whose tab and
// section Aurinko's guides do not name: they say that it is like Office 365's.
func portalTab(service string) string { return "application settings, the tab for " + service }

// clientSecretKind completes a kind whose secret is a client secret.
func clientSecretKind(k kind, clientID string, valid validator.String, modifiers ...planmodifier.String) kind {
	k.secret = secret.Attribute{Name: "client_secret", What: "client secret of the app registration", Short: "client secret"}
	k.canonical = secret.AsIs
	k.attributes = func() map[string]schema.Attribute {
		return map[string]schema.Attribute{
			"client_id": schema.StringAttribute{
				MarkdownDescription: clientID + " Changing it updates in place.",
				Required:            true,
				Validators:          []validator.String{valid},
				PlanModifiers:       modifiers,
			},
			"intermediate_callback_url": schema.StringAttribute{
				MarkdownDescription: fmt.Sprintf("Your own https redirect URL, registered at the mail service in place of `%s/v1/auth/callback`. ", aurinko.DefaultBaseURL) +
					"Its page has to forward `state`, `code`, `scope` and `error` to that address. Changing it updates in place.",
				Optional:   true,
				Validators: []validator.String{validate.CallbackURL()},
			},
			"client_secret_revision": attribute.Revision("client secret"),
		}
	}
	return k
}

// clientSecretModel is the resources whose secret is a client secret.
type clientSecretModel struct {
	shared
	ClientSecret            types.String `tfsdk:"client_secret"`
	ClientSecretWO          types.String `tfsdk:"client_secret_wo"`
	ClientSecretWOVersion   types.Int64  `tfsdk:"client_secret_wo_version"`
	ClientSecretRevision    types.Int64  `tfsdk:"client_secret_revision"`
	IntermediateCallbackURL types.String `tfsdk:"intermediate_callback_url"`
}

func (m *clientSecretModel) common() *shared        { return &m.shared }
func (m *clientSecretModel) revision() *types.Int64 { return &m.ClientSecretRevision }

func (m *clientSecretModel) secret() secret.Values {
	return secret.Values{Plain: m.ClientSecret, WriteOnly: m.ClientSecretWO, Version: m.ClientSecretWOVersion}
}

func (m *clientSecretModel) toAPI(configured secret.Values, state *clientSecretModel) aurinko.OAuthRegistration {
	return aurinko.OAuthRegistration{
		ClientID:                m.ClientID.ValueString(),
		ClientSecret:            configured.Value().ValueString(),
		Scopes:                  m.Scopes.Canonical(),
		IntermediateCallbackURL: unsettable(m.IntermediateCallbackURL, state.IntermediateCallbackURL),
	}
}

// unsettable is an optional text to send: left out when it never was set, and
// empty when it is to be cleared.
func unsettable(planned, state types.String) *string {
	if planned.IsNull() && state.IsNull() {
		return nil
	}
	text := planned.ValueString()
	return &text
}

func (m *clientSecretModel) fromAPI(r readback.Reader, stored aurinko.OAuthRegistration) {
	if stored.IntermediateCallbackURL != nil {
		told := *stored.IntermediateCallbackURL
		if told == aurinko.DefaultCallbackURL {
			told = "" // which is what it means
		}
		r.Told(&m.IntermediateCallbackURL, told)
	}
	// A secret is taken only where the state keeps it anyway.
	if !m.ClientSecret.IsNull() && !aurinko.IsMasked(stored.ClientSecret) {
		r.String(&m.ClientSecret, stored.ClientSecret)
	}
}

func (m *clientSecretModel) differences(stored aurinko.OAuthRegistration) []difference {
	found := differingSecret("client_secret", m.secret(), stored.ClientSecret, stored.ServiceType == "", secret.AsIs)
	return append(found, differsIfTold("intermediate_callback_url", m.IntermediateCallbackURL, stored.IntermediateCallbackURL, stored.ServiceType == "")...)
}

// differsIfTold compares an optional text. Where Aurinko does not tell it,
// nothing can be said, unless there are no settings at all.
func differsIfTold(attribute string, configured types.String, told *string, missing bool) []difference {
	has := ""
	switch {
	case told == nil && !missing:
		return nil
	case told != nil && *told != aurinko.DefaultCallbackURL:
		has = *told
	}
	return differs(attribute, configured, has, func(a, b string) bool { return a == b })
}

// Nothing is computed from a client secret, and nothing wrong with it can be
// seen.
func (m *clientSecretModel) check() diag.Diagnostics                 { return nil }
func (m *clientSecretModel) describe(*clientSecretModel)             {}
func (m *clientSecretModel) review(time.Time, bool) diag.Diagnostics { return nil }

// googleModel is the resource aurinko_google_oauth.
type googleModel struct {
	clientSecretModel
	PubSubTopic types.String `tfsdk:"pubsub_topic"`
}

func (m *googleModel) toAPI(configured secret.Values, state *googleModel) aurinko.OAuthRegistration {
	in := m.clientSecretModel.toAPI(configured, &state.clientSecretModel)
	in.TopicName = unsettable(m.PubSubTopic, state.PubSubTopic)
	return in
}

func (m *googleModel) fromAPI(r readback.Reader, stored aurinko.OAuthRegistration) {
	m.clientSecretModel.fromAPI(r, stored)
	if stored.TopicName != nil {
		r.Told(&m.PubSubTopic, *stored.TopicName)
	}
}

func (m *googleModel) differences(stored aurinko.OAuthRegistration) []difference {
	found := m.clientSecretModel.differences(stored)
	return append(found, differsIfTold("pubsub_topic", m.PubSubTopic, stored.TopicName, stored.ServiceType == "")...)
}

func (m *googleModel) describe(*googleModel) {}
