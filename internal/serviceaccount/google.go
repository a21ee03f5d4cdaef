package serviceaccount

import (
	"cmp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/credential"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

var googleKind = kind{
	name:   "google",
	object: func(m *model) *types.Object { return &m.Google },
	empty:  func() connection { return &google{} },
	schema: schema.SingleNestedAttribute{
		MarkdownDescription: "Google Workspace domain, which Aurinko reaches with the key of a Google service account that has domain-wide delegation. " + otherService,
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"domain": schema.StringAttribute{
				MarkdownDescription: "Google Workspace domain. Case-insensitive. Forces replacement.",
				Required:            true,
				Validators:          []validator.String{validate.Domain()},
				PlanModifiers:       []planmodifier.String{attribute.IgnoreCase()},
			},
			"client_email": attribute.Computed("Email address of the Google service account, from the key."),
			"client_id":    attribute.Computed("Client ID of the Google service account, from the key. The key of another service account forces replacement."),
			"project_id":   attribute.Computed("Google Cloud project of the service account, from the key."),
			"private_key_id": attribute.Computed(
				"ID of the key at Aurinko. A key that was changed outside Terraform shows in the plan."),
		},
	},
	secret: secret.Attribute{
		Parent: path.Root("google"), Name: "credentials", What: "JSON key of the Google service account, as text", Short: "Google key",
		Modifiers: []planmodifier.String{attribute.Keep(credential.SameJSON)},
	},
	// A key is compared by its ID, which is no secret, and which Aurinko returns as
	// the account's login [S].
	rule:     secret.Rule{Fingerprint: keyID, Public: true, Returned: true},
	returned: func(account aurinko.Account) string { return strings.ToLower(account.LoginString) },
	imports: func(account aurinko.Account) bool {
		return !account.IsConsented() && strings.EqualFold(account.ServiceType, aurinko.ServiceGoogle)
	},
}

type google struct {
	Domain               types.String `tfsdk:"domain"`
	Credentials          types.String `tfsdk:"credentials"`
	CredentialsWO        types.String `tfsdk:"credentials_wo"`
	CredentialsWOVersion types.Int64  `tfsdk:"credentials_wo_version"`
	ClientEmail          types.String `tfsdk:"client_email"`
	ClientID             types.String `tfsdk:"client_id"`
	ProjectID            types.String `tfsdk:"project_id"`
	PrivateKeyID         types.String `tfsdk:"private_key_id"`

	parsed *credential.GoogleKey // see key
}

func (*google) kind() *kind               { return &googleKind }
func (*google) serviceType() types.String { return types.StringValue(aurinko.ServiceGoogle) }
func (g *google) orgID() types.String     { return g.Domain }

func (g *google) secret() secret.Values {
	return secret.Values{Plain: g.Credentials, WriteOnly: g.CredentialsWO, Version: g.CredentialsWOVersion}
}

// key parses the configured key, once. It returns nil while it is not known.
func (g *google) key() (*credential.GoogleKey, error) {
	given := g.secret().Value()
	if g.parsed == nil && !given.IsNull() && !given.IsUnknown() {
		key, err := credential.ParseGoogleKey(given.ValueString())
		if err != nil {
			return nil, err
		}
		g.parsed = &key
	}
	return g.parsed, nil
}

func keyID(text string) string {
	key, err := credential.ParseGoogleKey(text)
	if err != nil {
		return ""
	}
	return strings.ToLower(key.PrivateKeyID)
}

func (g *google) check(model) diag.Diagnostics {
	_, err := g.key()
	if err == nil {
		return nil
	}
	at := path.Root("google").AtName("credentials")
	if g.Credentials.IsNull() {
		at = path.Root("google").AtName("credentials_wo")
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(at, "Invalid Google key", "The key cannot be used: "+err.Error()+".")}
}

func (g *google) identity(configured connection) (aurinko.AccountInput, bool) {
	key, err := configured.(*google).key()
	if key == nil || err != nil {
		return aurinko.AccountInput{}, false
	}
	in := aurinko.AccountInput{AuthOrgID: g.Domain.ValueString(), AuthUserID: key.ClientID, Email: key.ClientEmail}
	return in, in.AuthOrgID != ""
}

func (g *google) replaces(configured, from connection, state model) path.Paths {
	var found path.Paths
	key, _ := configured.(*google).key()
	if from, ok := from.(*google); ok {
		if attribute.Differs(g.Domain, from.Domain) {
			found.Append(path.Root("google").AtName("domain"))
		}
		if key != nil && isOther(from.ClientID, key.ClientID) {
			found.Append(path.Root("google").AtName("client_id"))
		}
		return found
	}
	// An administrator consented to this account: it is of the same domain, but of
	// the administrator and not of the Google service account.
	if key != nil && isOther(state.AuthUserID, key.ClientID) {
		found.Append(path.Root("auth_user_id"))
	}
	return found
}

func (*google) complete(configured, from connection) {}

func (g *google) derive(configured connection, known bool) {
	if key, _ := configured.(*google).key(); key != nil && known {
		g.describe(key)
		return
	}
	unknown := types.StringUnknown()
	g.ClientEmail, g.ClientID, g.ProjectID, g.PrivateKeyID = unknown, unknown, unknown, unknown
}

func (g *google) describe(key *credential.GoogleKey) {
	g.ClientEmail = types.StringValue(key.ClientEmail)
	g.ClientID = types.StringValue(key.ClientID)
	g.ProjectID = types.StringValue(key.ProjectID)
	g.PrivateKeyID = types.StringValue(key.PrivateKeyID)
}

func (g *google) toAPI(configured connection, in *aurinko.AccountInput) error {
	key, err := configured.(*google).key()
	if err != nil {
		return err
	}
	in.LoginString = key.PrivateKeyID
	in.ServerInfo = key.ProjectID
	in.AuthString1 = key.PrivateKeyBody
	in.AuthString2 = key.JSON
	in.Name = cmp.Or(in.Name, in.AuthOrgID)
	if g.PrivateKeyID.IsUnknown() {
		g.describe(key)
	}
	return nil
}

func (g *google) fromAPI(r readback.Reader, account aurinko.Account) {
	r.Fold(&g.Domain, account.AuthOrgID)
	r.Fold(&g.ClientEmail, account.Email)
	r.Fold(&g.ClientID, account.AuthUserID)
	r.Fold(&g.PrivateKeyID, account.LoginString)
	r.String(&g.ProjectID, "")
}
