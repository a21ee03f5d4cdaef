package serviceaccount

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

// model is the resource aurinko_service_account.
type model struct {
	ID                  customtype.AccountID `tfsdk:"id"`
	Scopes              customtype.Scopes    `tfsdk:"scopes"`
	Name                types.String         `tfsdk:"name"`
	ClientOrgID         types.String         `tfsdk:"client_org_id"`
	CheckConnection     types.Bool           `tfsdk:"check_connection"`
	OnExisting          types.String         `tfsdk:"on_existing"`
	DeletionProtection  types.Bool           `tfsdk:"deletion_protection"`
	ServiceType         types.String         `tfsdk:"service_type"`
	AuthOrgID           types.String         `tfsdk:"auth_org_id"`
	AuthUserID          types.String         `tfsdk:"auth_user_id"`
	Email               types.String         `tfsdk:"email"`
	Login               types.String         `tfsdk:"login"`
	TokenStatus         types.String         `tfsdk:"token_status"`
	TokenError          types.String         `tfsdk:"token_error"`
	CreatedAt           types.String         `tfsdk:"created_at"`
	CredentialsRevision types.Int64          `tfsdk:"credentials_revision"`
	nested
}

// nested are the attributes of the kinds, one of which is set. They are objects
// because each can be unknown as a whole.
type nested struct {
	Google        types.Object `tfsdk:"google"`
	Exchange      types.Object `tfsdk:"exchange"`
	Office365     types.Object `tfsdk:"office365"`
	Authorization types.Object `tfsdk:"authorization"`
}

// kinds lists every kind of nested.
var kinds = []*kind{&googleKind, &exchangeKind, &office365Kind, &consentKind}

// A kind is one way in which Aurinko reaches a mail service.
type kind struct {
	name     string // of the nested attribute
	object   func(*model) *types.Object
	empty    func() connection
	schema   schema.SingleNestedAttribute
	secret   secret.Attribute // no name: the kind has none
	rule     secret.Rule
	returned func(aurinko.Account) string // the secret's fingerprint that the API returns; nil for none
	imports  func(aurinko.Account) bool   // whether an imported account is of this kind
}

// attribute returns the nested attribute's schema, its secret included.
func (k *kind) attribute() schema.SingleNestedAttribute {
	nested := k.schema
	nested.Attributes = maps.Clone(nested.Attributes)
	if k.secret.Name != "" {
		k.secret.AddTo(nested.Attributes)
	}
	return nested
}

// fingerprint returns what a secret that the API returned is compared by; empty for none.
func (k *kind) fingerprint(account aurinko.Account) string {
	if k.returned == nil {
		return ""
	}
	return k.returned(account)
}

// A connection is the nested attribute of a kind, read from a configuration, a
// plan or a state. The methods with a configured connection are a plan's: the
// configuration alone has the write-only values. From is the state's connection,
// nil for none and for one of another kind.
type connection interface {
	kind() *kind
	// serviceType is Aurinko's name of the mail service.
	serviceType() types.String
	// orgID is the organization at the mail service (authOrgId); null if only
	// Aurinko knows it.
	orgID() types.String
	secret() secret.Values
	// check returns what is wrong with the configuration, as far as it is known.
	check(config model) diag.Diagnostics
	// identity returns what identifies the account, and false until it is known.
	identity(configured connection) (aurinko.AccountInput, bool)
	// replaces returns the attributes by which the plan asks for another account.
	replaces(configured, from connection, state model) path.Paths
	// complete plans what the provider computes from other attributes.
	complete(configured, from connection)
	// derive plans what the provider computes from the secret, as unknown unless
	// known is set and the secret is known.
	derive(configured connection, known bool)
	// toAPI adds what a write sends besides the identity, and completes what
	// derive left unknown.
	toAPI(configured connection, in *aurinko.AccountInput) error
	fromAPI(r readback.Reader, account aurinko.Account)
}

// connection returns the nested attribute that is set, or nil while it is unknown.
func (m *model) connection(ctx context.Context, diagnostics *diag.Diagnostics) connection {
	for _, kind := range kinds {
		if object := kind.object(m); isSet(*object) {
			c := kind.empty()
			diagnostics.Append(object.As(ctx, c, basetypes.ObjectAsOptions{})...)
			return c
		}
	}
	return nil
}

func isSet(object types.Object) bool { return !object.IsNull() && !object.IsUnknown() }

// unknownKinds returns the nested attributes that are unknown as a whole, so that
// the account may turn out to be another one. A consent is left out: its code is
// good for one account, which a replacement would have deleted by then.
func (m *model) unknownKinds() path.Paths {
	var found path.Paths
	for _, kind := range kinds {
		if kind != &consentKind && kind.object(m).IsUnknown() {
			found.Append(path.Root(kind.name))
		}
	}
	return found
}

// set writes a connection back into the model.
func (m *model) set(ctx context.Context, c connection, diagnostics *diag.Diagnostics) {
	if c == nil {
		return
	}
	of := c.kind().attribute().GetType().(attr.TypeWithAttributeTypes).AttributeTypes()
	object, more := types.ObjectValueFrom(ctx, of, c)
	diagnostics.Append(more...)
	*c.kind().object(m) = object
}

// input returns what a write sends, kind by kind as Aurinko's own client fills it
// in [S]. It completes the plan with what follows from the secret.
func (m *model) input(ctx context.Context, configured connection, diagnostics *diag.Diagnostics) aurinko.AccountInput {
	planned := m.connection(ctx, diagnostics)
	if diagnostics.HasError() {
		return aurinko.AccountInput{}
	}
	in, _ := planned.identity(configured)
	in.ServiceType = planned.serviceType().ValueString()
	in.AuthScopes = m.Scopes.Canonical()
	in.ClientOrgID = m.ClientOrgID.ValueString()
	in.Name = m.Name.ValueString()
	if err := planned.toAPI(configured, &in); err != nil {
		diagnostics.AddError("Unable to prepare the service account", err.Error())
	}
	m.set(ctx, planned, diagnostics)
	return in
}

// fromAPI copies what the API returned of the account.
func (m *model) fromAPI(ctx context.Context, r readback.Reader, account aurinko.Account) diag.Diagnostics {
	m.ID = customtype.NewAccountID(account.ID)
	r.Scopes(&m.Scopes, account.AuthScopes)
	r.String(&m.Name, account.Name)
	r.String(&m.ClientOrgID, account.ClientOrgID)
	r.Fold(&m.ServiceType, account.ServiceType)
	r.Fold(&m.AuthOrgID, account.AuthOrgID)
	r.Fold(&m.AuthUserID, account.AuthUserID)
	r.Fold(&m.Email, account.Email)
	r.String(&m.Login, account.LoginString)
	r.String(&m.TokenStatus, account.TokenStatus)
	r.Exactly(&m.TokenError, account.TokenError)
	r.String(&m.CreatedAt, account.CreatedAt)

	var diagnostics diag.Diagnostics
	c := m.connection(ctx, &diagnostics)
	if c == nil && r == readback.Refresh {
		c = imported(account)
	}
	if c != nil {
		c.fromAPI(r, account)
		m.set(ctx, c, &diagnostics)
	}
	return diagnostics
}

// imported returns the empty connection of an account that is imported, or nil for
// an account of no kind that this provider knows.
func imported(account aurinko.Account) connection {
	for _, kind := range kinds {
		if kind.imports(account) {
			return kind.empty()
		}
	}
	return nil
}
