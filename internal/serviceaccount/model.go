package serviceaccount

import (
	"cmp"
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/credential"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

// model is the resource aurinko_service_account. Of Google, Exchange, Office365
// and Authorization one is set; they are objects because each can be unknown as
// a whole.
type model struct {
	ID                  customtype.AccountID `tfsdk:"id"`
	Scopes              customtype.Scopes    `tfsdk:"scopes"`
	Name                types.String         `tfsdk:"name"`
	ClientOrgID         types.String         `tfsdk:"client_org_id"`
	CheckConnection     types.Bool           `tfsdk:"check_connection"`
	OnExisting          types.String         `tfsdk:"on_existing"`
	Google              types.Object         `tfsdk:"google"`
	Exchange            types.Object         `tfsdk:"exchange"`
	Office365           types.Object         `tfsdk:"office365"`
	Authorization       types.Object         `tfsdk:"authorization"`
	ServiceType         types.String         `tfsdk:"service_type"`
	AuthOrgID           types.String         `tfsdk:"auth_org_id"`
	AuthUserID          types.String         `tfsdk:"auth_user_id"`
	Email               customtype.Email     `tfsdk:"email"`
	Login               types.String         `tfsdk:"login"`
	TokenStatus         types.String         `tfsdk:"token_status"`
	TokenError          types.String         `tfsdk:"token_error"`
	CreatedAt           types.String         `tfsdk:"created_at"`
	CredentialsRevision types.Int64          `tfsdk:"credentials_revision"`
}

type google struct {
	Domain               types.String    `tfsdk:"domain"`
	Credentials          customtype.JSON `tfsdk:"credentials"`
	CredentialsWO        types.String    `tfsdk:"credentials_wo"`
	CredentialsWOVersion types.Int64     `tfsdk:"credentials_wo_version"`
	ClientEmail          types.String    `tfsdk:"client_email"`
	ClientID             types.String    `tfsdk:"client_id"`
	ProjectID            types.String    `tfsdk:"project_id"`
	PrivateKeyID         types.String    `tfsdk:"private_key_id"`
}

func (g google) secret() secret.Values {
	return secret.Values{Plain: g.Credentials.StringValue, WriteOnly: g.CredentialsWO, Version: g.CredentialsWOVersion}
}

// describe fills in what is computed from the key.
func (g *google) describe(key credential.GoogleKey) {
	g.ClientEmail = types.StringValue(key.ClientEmail)
	g.ClientID = types.StringValue(key.ClientID)
	g.ProjectID = types.StringValue(key.ProjectID)
	g.PrivateKeyID = types.StringValue(key.PrivateKeyID)
}

type exchange struct {
	ServerURL         customtype.ExchangeURL `tfsdk:"server_url"`
	Username          types.String           `tfsdk:"username"`
	Password          types.String           `tfsdk:"password"`
	PasswordWO        types.String           `tfsdk:"password_wo"`
	PasswordWOVersion types.Int64            `tfsdk:"password_wo_version"`
	Domain            types.String           `tfsdk:"domain"`
}

func (e exchange) secret() secret.Values {
	return secret.Values{Plain: e.Password, WriteOnly: e.PasswordWO, Version: e.PasswordWOVersion}
}

type office365 struct {
	TenantID      types.String `tfsdk:"tenant_id"`
	OAuthClientID types.String `tfsdk:"oauth_client_id"`
}

// authorization is an account that an administrator has consented to. Its
// credentials are Aurinko's own, so that nothing but a new consent can write it.
type authorization struct {
	ServiceType   types.String `tfsdk:"service_type"`
	CodeWO        types.String `tfsdk:"code_wo"`
	CodeWOVersion types.Int64  `tfsdk:"code_wo_version"`
}

// The types of the nested objects, as the schema has them.
var (
	googleType = map[string]attr.Type{
		"domain": types.StringType, "credentials": customtype.JSONType{}, "credentials_wo": types.StringType,
		"credentials_wo_version": types.Int64Type, "client_email": types.StringType, "client_id": types.StringType,
		"project_id": types.StringType, "private_key_id": types.StringType,
	}
	exchangeType = map[string]attr.Type{
		"server_url": customtype.ExchangeURLType{}, "username": types.StringType, "password": types.StringType,
		"password_wo": types.StringType, "password_wo_version": types.Int64Type, "domain": types.StringType,
	}
	office365Type     = map[string]attr.Type{"tenant_id": types.StringType, "oauth_client_id": types.StringType}
	authorizationType = map[string]attr.Type{"service_type": types.StringType, "code_wo": types.StringType, "code_wo_version": types.Int64Type}
)

// variant is which kind of service account a model describes, with the nested
// object of that kind. At most one field is set; none is for a kind that this
// provider cannot declare, or while the object is unknown.
type variant struct {
	google        *google
	exchange      *exchange
	office365     *office365
	authorization *authorization
}

func (m model) variant(ctx context.Context) (variant, diag.Diagnostics) {
	var v variant
	switch {
	case isSet(m.Google):
		v.google = &google{}
		return v, m.Google.As(ctx, v.google, basetypes.ObjectAsOptions{})
	case isSet(m.Exchange):
		v.exchange = &exchange{}
		return v, m.Exchange.As(ctx, v.exchange, basetypes.ObjectAsOptions{})
	case isSet(m.Office365):
		v.office365 = &office365{}
		return v, m.Office365.As(ctx, v.office365, basetypes.ObjectAsOptions{})
	case isSet(m.Authorization):
		v.authorization = &authorization{}
		return v, m.Authorization.As(ctx, v.authorization, basetypes.ObjectAsOptions{})
	}
	return v, nil
}

func isSet(object types.Object) bool { return !object.IsNull() && !object.IsUnknown() }

// setVariant writes the nested objects back into the model.
func (m *model) setVariant(ctx context.Context, v variant) diag.Diagnostics {
	var diagnostics diag.Diagnostics
	set := func(object *types.Object, types map[string]attr.Type, value any) {
		var more diag.Diagnostics
		*object, more = basetypes.NewObjectValueFrom(ctx, types, value)
		diagnostics.Append(more...)
	}
	switch {
	case v.google != nil:
		set(&m.Google, googleType, v.google)
	case v.exchange != nil:
		set(&m.Exchange, exchangeType, v.exchange)
	case v.office365 != nil:
		set(&m.Office365, office365Type, v.office365)
	case v.authorization != nil:
		set(&m.Authorization, authorizationType, v.authorization)
	}
	return diagnostics
}

// serviceType is Aurinko's name of the kind, empty for none and while it is
// unknown.
func (v variant) serviceType() string {
	switch {
	case v.google != nil:
		return aurinko.ServiceGoogle
	case v.exchange != nil:
		return aurinko.ServiceExchange
	case v.office365 != nil:
		return aurinko.ServiceOffice365
	case v.authorization != nil:
		return v.authorization.ServiceType.ValueString()
	}
	return ""
}

// attribute is the name of the variant's attribute, empty for none.
func (v variant) attribute() string {
	switch {
	case v.google != nil:
		return "google"
	case v.exchange != nil:
		return "exchange"
	case v.office365 != nil:
		return "office365"
	case v.authorization != nil:
		return "authorization"
	}
	return ""
}

// secret is the variant's secret; all null for Office 365, which has none, and
// for a consent, whose code is not kept.
func (v variant) secret() secret.Values {
	switch {
	case v.google != nil:
		return v.google.secret()
	case v.exchange != nil:
		return v.exchange.secret()
	}
	return secret.Values{}
}

// firstRevision is the revision of a new account's secret; Office 365 has none.
func (v variant) firstRevision() types.Int64 {
	switch {
	case v == (variant{}): // not known yet
		return types.Int64Unknown()
	case v.office365 != nil:
		return types.Int64Null()
	}
	return types.Int64Value(secret.FirstRevision)
}

// canonical is how two of the variant's secrets are compared.
func (v variant) canonical() secret.Canonical {
	if v.google != nil {
		return credential.CanonicalJSON
	}
	return secret.AsIs
}

// orgID is the organisation at the mail service: the authOrgId to send. Null
// where Aurinko alone knows it.
func (v variant) orgID() types.String {
	switch {
	case v.google != nil:
		return v.google.Domain
	case v.exchange != nil:
		return v.exchange.Domain
	case v.office365 != nil:
		return v.office365.TenantID
	}
	return types.StringNull()
}

// identity is the part of what a write sends by which Aurinko finds the
// account, or false while not all of it is known.
func (v variant) identity() (aurinko.AccountInput, bool) {
	in := aurinko.AccountInput{ServiceType: v.serviceType(), AuthOrgID: v.orgID().ValueString()}
	switch {
	case v.google != nil:
		in.AuthUserID = v.google.ClientID.ValueString()
		return in, in.AuthOrgID != "" && in.AuthUserID != ""
	case v.exchange != nil:
		server, err := customtype.EWSURL(v.exchange.ServerURL.ValueString())
		in.ServerURL, in.LoginString = server, v.exchange.Username.ValueString()
		return in, err == nil && in.LoginString != ""
	case v.office365 != nil:
		return in, in.AuthOrgID != ""
	}
	return in, false
}

// toAPI is what a write sends, kind by kind as Aurinko's own client fills it
// in [S]. The variant is the planned one; the secret comes from the
// configuration, which alone holds write-only values.
func (m model) toAPI(v variant, configured secret.Values) (aurinko.AccountInput, error) {
	in := aurinko.AccountInput{
		ServiceType: v.serviceType(),
		AuthScopes:  m.Scopes.Canonical(),
		ClientOrgID: m.ClientOrgID.ValueString(),
		Name:        m.Name.ValueString(),
		AuthOrgID:   v.orgID().ValueString(),
	}
	switch {
	case v.google != nil:
		key, err := credential.ParseGoogleKey(configured.Value().ValueString())
		if err != nil {
			return in, err
		}
		in.AuthUserID = key.ClientID
		in.Email = key.ClientEmail
		in.LoginString = key.PrivateKeyID
		in.ServerInfo = key.ProjectID
		in.AuthString1 = key.PrivateKeyBody
		in.AuthString2 = key.JSON
		in.Name = cmp.Or(in.Name, in.AuthOrgID)
	case v.exchange != nil:
		server, err := customtype.EWSURL(v.exchange.ServerURL.ValueString())
		if err != nil {
			return in, err
		}
		in.ServerURL = server
		in.LoginString = v.exchange.Username.ValueString()
		in.AuthString1 = in.LoginString
		in.AuthString2 = configured.Value().ValueString()
		in.Name = cmp.Or(in.Name, in.AuthOrgID)
	case v.office365 != nil:
		in.LoginString = aurinko.Office365Login(in.AuthOrgID)
		in.OAuthClientID = v.office365.OAuthClientID.ValueString()
	}
	return in, nil
}

// fromAPI takes what the API tells about the account.
func (m *model) fromAPI(ctx context.Context, r readback.Reader, account aurinko.Account) diag.Diagnostics {
	m.ID = customtype.NewAccountID(account.ID)
	r.Scopes(&m.Scopes, account.AuthScopes)
	r.String(&m.Name, account.Name)
	r.String(&m.ClientOrgID, account.ClientOrgID)
	r.StringFold(&m.ServiceType, account.ServiceType)
	r.StringFold(&m.AuthOrgID, account.AuthOrgID)
	r.StringFold(&m.AuthUserID, account.AuthUserID)
	r.Email(&m.Email, account.Email)
	r.String(&m.Login, account.LoginString)
	r.String(&m.TokenStatus, account.TokenStatus)
	r.Told(&m.TokenError, account.TokenError)
	r.String(&m.CreatedAt, account.CreatedAt)

	v, diagnostics := m.variant(ctx)
	if v == (variant{}) && r == readback.Refresh {
		v = importedVariant(account)
	}
	switch {
	case v.google != nil:
		r.StringFold(&v.google.Domain, account.AuthOrgID)
		r.StringFold(&v.google.ClientEmail, account.Email)
		r.StringFold(&v.google.ClientID, account.AuthUserID)
		r.StringFold(&v.google.PrivateKeyID, account.LoginString)
		r.String(&v.google.ProjectID, "")
	case v.exchange != nil:
		r.String(&v.exchange.ServerURL.StringValue, account.ServerURL)
		r.StringFold(&v.exchange.Username, account.LoginString)
		r.StringFold(&v.exchange.Domain, account.AuthOrgID)
	case v.office365 != nil:
		r.StringFold(&v.office365.TenantID, account.AuthOrgID)
	case v.authorization != nil:
		r.StringFold(&v.authorization.ServiceType, account.ServiceType)
	}
	diagnostics.Append(m.setVariant(ctx, v)...)
	return diagnostics
}

// importedVariant is the empty object of the kind that an imported account is.
func importedVariant(account aurinko.Account) variant {
	switch {
	case account.IsConsented():
		return variant{authorization: &authorization{}}
	case strings.EqualFold(account.ServiceType, aurinko.ServiceGoogle):
		return variant{google: &google{}}
	case strings.EqualFold(account.ServiceType, aurinko.ServiceExchange):
		return variant{exchange: &exchange{}}
	case strings.EqualFold(account.ServiceType, aurinko.ServiceOffice365):
		return variant{office365: &office365{}}
	}
	return variant{}
}
