package account

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
)

// model is the data source aurinko_account.
type model struct {
	ID                     customtype.AccountID `tfsdk:"id"`
	PingProvider           types.Bool           `tfsdk:"ping_provider"`
	ParentID               types.String         `tfsdk:"parent_id"`
	Type                   types.String         `tfsdk:"type"`
	ServiceType            types.String         `tfsdk:"service_type"`
	ServiceProvider        types.String         `tfsdk:"service_provider"`
	Email                  types.String         `tfsdk:"email"`
	Email2                 types.String         `tfsdk:"email2"`
	Login                  types.String         `tfsdk:"login"`
	MailboxAddress         types.String         `tfsdk:"mailbox_address"`
	Name                   types.String         `tfsdk:"name"`
	Name2                  types.String         `tfsdk:"name2"`
	ServerURL              types.String         `tfsdk:"server_url"`
	ServerURL2             types.String         `tfsdk:"server_url2"`
	ClientOrgID            types.String         `tfsdk:"client_org_id"`
	AuthOrgID              types.String         `tfsdk:"auth_org_id"`
	AuthUserID             types.String         `tfsdk:"auth_user_id"`
	UserID                 types.String         `tfsdk:"user_id"`
	Timezone               types.String         `tfsdk:"timezone"`
	Scopes                 []string             `tfsdk:"scopes"`        // nil: null
	NativeScopes           []string             `tfsdk:"native_scopes"` // nil: null
	CopyToSent             types.Bool           `tfsdk:"copy_to_sent"`
	TrustServer            types.Bool           `tfsdk:"trust_server"`
	TokenStatus            types.String         `tfsdk:"token_status"`
	TokenError             types.String         `tfsdk:"token_error"`
	TokenIssuedAt          types.String         `tfsdk:"token_issued_at"`
	AuthorizedAt           types.String         `tfsdk:"authorized_at"`
	AuthorizationExpiresAt types.String         `tfsdk:"authorization_expires_at"`
	CreatedAt              types.String         `tfsdk:"created_at"`
	UpdatedAt              types.String         `tfsdk:"updated_at"`
}

func fromAPI(account aurinko.Account) model {
	return model{
		ID:                     customtype.NewAccountID(account.ID),
		ParentID:               attribute.StringOrNull(parentOf(account)),
		Type:                   attribute.StringOrNull(string(account.Kind())),
		ServiceType:            attribute.StringOrNull(account.ServiceType),
		ServiceProvider:        attribute.StringOrNull(account.ServiceProvider),
		Email:                  attribute.StringOrNull(account.Email),
		Email2:                 attribute.StringOrNull(account.Email2),
		Login:                  attribute.StringOrNull(account.LoginString),
		MailboxAddress:         attribute.StringOrNull(account.MailboxAddress),
		Name:                   attribute.StringOrNull(account.Name),
		Name2:                  attribute.StringOrNull(account.Name2),
		ServerURL:              attribute.StringOrNull(account.ServerURL),
		ServerURL2:             attribute.StringOrNull(account.ServerURL2),
		ClientOrgID:            attribute.StringOrNull(account.ClientOrgID),
		AuthOrgID:              attribute.StringOrNull(account.AuthOrgID),
		AuthUserID:             attribute.StringOrNull(account.AuthUserID),
		UserID:                 attribute.StringOrNull(account.UserID),
		Timezone:               attribute.StringOrNull(account.Timezone),
		Scopes:                 canonical(account.AuthScopes),
		NativeScopes:           distinct(account.AuthNativeScopes),
		CopyToSent:             types.BoolPointerValue(account.CopyToSent),
		TrustServer:            types.BoolPointerValue(account.TrustServer),
		TokenStatus:            attribute.StringOrNull(account.TokenStatus),
		TokenError:             attribute.StringOrNull(account.TokenError),
		TokenIssuedAt:          attribute.StringOrNull(account.TokenIssuedAt),
		AuthorizedAt:           attribute.StringOrNull(account.AuthObtainedAt),
		AuthorizationExpiresAt: attribute.StringOrNull(account.AuthExpiresAt),
		CreatedAt:              attribute.StringOrNull(account.CreatedAt),
		UpdatedAt:              attribute.StringOrNull(account.UpdatedAt),
	}
}

// filterModel is what is configured in the data sources aurinko_accounts and
// aurinko_service_accounts.
type filterModel struct {
	ClientOrgID, AuthOrgID, ServiceType, Email types.String
}

func (m *filterModel) get(ctx context.Context, config tfsdk.Config) diag.Diagnostics {
	var diagnostics diag.Diagnostics
	for name, value := range map[string]*types.String{
		"client_org_id": &m.ClientOrgID, "auth_org_id": &m.AuthOrgID, "service_type": &m.ServiceType, "email": &m.Email,
	} {
		diagnostics.Append(config.GetAttribute(ctx, path.Root(name), value)...)
	}
	return diagnostics
}

func (m *filterModel) filter() aurinko.AccountFilter {
	return aurinko.AccountFilter{
		ClientOrgID: m.ClientOrgID.ValueString(),
		AuthOrgID:   m.AuthOrgID.ValueString(),
		ServiceType: m.ServiceType.ValueString(),
		Email:       m.Email.ValueString(),
	}
}

var (
	stringSet  = tftypes.Set{ElementType: tftypes.String}
	recordType = func() tftypes.Object {
		types := map[string]tftypes.Type{}
		for name, attribute := range recordAttributes() {
			types[name] = attribute.GetType().TerraformType(context.Background())
		}
		return tftypes.Object{AttributeTypes: types}
	}()
)

// toTerraform is the attribute accounts in Terraform's own form.
func toTerraform(accounts []aurinko.Account) tftypes.Value {
	records := make([]tftypes.Value, len(accounts))
	for i, account := range accounts {
		records[i] = tftypes.NewValue(recordType, map[string]tftypes.Value{
			"id":            rawText(account.ID.String()),
			"parent_id":     rawText(parentOf(account)),
			"type":          rawText(string(account.Kind())),
			"service_type":  rawText(account.ServiceType),
			"email":         rawText(account.Email),
			"login":         rawText(account.LoginString),
			"name":          rawText(account.Name),
			"client_org_id": rawText(account.ClientOrgID),
			"auth_org_id":   rawText(account.AuthOrgID),
			"timezone":      rawText(account.Timezone),
			"scopes":        rawSet(canonical(account.AuthScopes)),
			"token_status":  rawText(account.TokenStatus),
			"copy_to_sent":  rawFlag(account.CopyToSent),
			"trust_server":  rawFlag(account.TrustServer),
		})
	}
	return tftypes.NewValue(tftypes.List{ElementType: recordType}, records)
}

func rawText(text string) tftypes.Value {
	if text == "" {
		return tftypes.NewValue(tftypes.String, nil)
	}
	return tftypes.NewValue(tftypes.String, text)
}

func rawFlag(flag *bool) tftypes.Value {
	if flag == nil {
		return tftypes.NewValue(tftypes.Bool, nil)
	}
	return tftypes.NewValue(tftypes.Bool, *flag)
}

func rawSet(names []string) tftypes.Value {
	if names == nil {
		return tftypes.NewValue(stringSet, nil)
	}
	elements := make([]tftypes.Value, len(names))
	for i, name := range names {
		elements[i] = tftypes.NewValue(tftypes.String, name)
	}
	return tftypes.NewValue(stringSet, elements)
}

func parentOf(account aurinko.Account) string {
	if account.ParentID == 0 {
		return ""
	}
	return account.ParentID.String()
}

// canonical keeps nil, which is for scopes that are not returned.
func canonical(scopes aurinko.ScopeNames) []string {
	if scopes == nil {
		return nil
	}
	return aurinko.CanonicalScopes(scopes)
}

// distinct takes each name once, as a set wants it. It keeps nil as well.
func distinct(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}

// sorted returns accounts in the order of their IDs: a plan must not depend on
// the order in which Aurinko lists them.
func sorted(accounts []aurinko.Account) []aurinko.Account {
	slices.SortStableFunc(accounts, func(a, b aurinko.Account) int { return cmp.Compare(a.ID, b.ID) })
	return accounts
}
