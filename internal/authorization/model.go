package authorization

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

// model is the data source aurinko_authorization_url.
type model struct {
	Flow         types.String      `tfsdk:"flow"`
	ServiceType  types.String      `tfsdk:"service_type"`
	Scopes       customtype.Scopes `tfsdk:"scopes"`
	NativeScopes types.Set         `tfsdk:"native_scopes"`
	ResponseType types.String      `tfsdk:"response_type"`
	AccountID    types.String      `tfsdk:"account_id"`
	ReturnURL    types.String      `tfsdk:"return_url"`
	State        types.String      `tfsdk:"state"`
	ClientOrgID  types.String      `tfsdk:"client_org_id"`
	EnsureScopes types.Bool        `tfsdk:"ensure_scopes"`
	LoginHint    types.String      `tfsdk:"login_hint"`
	ServerURL    types.String      `tfsdk:"server_url"`
	EnsureAccess types.Bool        `tfsdk:"ensure_access"`
	Recycle      types.Bool        `tfsdk:"recycle"`
	AuthEmail    types.String      `tfsdk:"auth_email"`
	URL          types.String      `tfsdk:"url"`
}

// longestState is how many bytes a state may have. The URL has to pass through
// browsers and proxies, some of which cut it at 8 KiB.
const longestState = 2048

// flow is the flow that is asked for; without one, that of service accounts.
func (m model) flow() aurinko.Flow {
	if m.Flow.ValueString() == string(aurinko.FlowAccount) {
		return aurinko.FlowAccount
	}
	return aurinko.FlowDaemon
}

// check returns what is wrong, as far as it is known.
func (m model) check(ctx context.Context) diag.Diagnostics {
	var found diag.Diagnostics
	text := func(name string, value types.String, rule validator.String) {
		resp := validator.StringResponse{}
		rule.ValidateString(ctx, validator.StringRequest{Path: path.Root(name), ConfigValue: value}, &resp)
		found.Append(resp.Diagnostics...)
	}
	isKnown := func(value attr.Value) bool { return !value.IsNull() && !value.IsUnknown() }

	if isKnown(m.Flow) && !slices.Contains([]string{string(aurinko.FlowDaemon), string(aurinko.FlowAccount)}, m.Flow.ValueString()) {
		found.AddAttributeError(path.Root("flow"), "Unknown flow",
			fmt.Sprintf("%q is not a flow. Use \"daemon\" for a service account, or \"account\" for the account of a person.", m.Flow.ValueString()))
		return found // what the flow takes is not known
	}
	if m.Flow.IsUnknown() {
		return found
	}
	found.Append(m.checkServiceType()...)
	found.Append(m.checkScopes(ctx)...)
	text("return_url", m.ReturnURL, validate.ReturnURL())
	m.accountID(&found)
	text("auth_email", m.AuthEmail, validate.Email())
	if response := m.ResponseType; isKnown(response) && response.ValueString() != "code" && response.ValueString() != "token" {
		found.AddAttributeError(path.Root("response_type"), "Unknown response type",
			fmt.Sprintf("%q is not a response type. Use \"code\" or \"token\".", response.ValueString()))
	}
	if length := len(m.State.ValueString()); length > longestState {
		found.AddAttributeError(path.Root("state"), "State too long",
			fmt.Sprintf("The state has %d bytes, but at most %d are allowed.\n\nStore the content on your side, and send a short random ID of it.", length, longestState))
	}
	texts := map[string]types.String{
		"client_org_id": m.ClientOrgID, "state": m.State, "login_hint": m.LoginHint, "server_url": m.ServerURL,
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if isKnown(texts[name]) && texts[name].ValueString() == "" {
			found.AddAttributeError(path.Root(name), "Empty value", fmt.Sprintf("`%s` is empty. Set a value, or remove the argument.", name))
		}
	}
	if m.flow() == aurinko.FlowDaemon {
		others := map[string]attr.Value{
			"login_hint": m.LoginHint, "server_url": m.ServerURL, "ensure_access": m.EnsureAccess, "recycle": m.Recycle, "auth_email": m.AuthEmail,
		}
		for _, name := range slices.Sorted(maps.Keys(others)) {
			if !others[name].IsNull() {
				found.AddAttributeError(path.Root(name), "Not for this flow",
					fmt.Sprintf("`%s` is for the account flow only (`flow = \"account\"`), and this is the daemon flow. Remove it.", name))
			}
		}
	}
	return found
}

func (m model) checkServiceType() diag.Diagnostics {
	if m.ServiceType.IsNull() || m.ServiceType.IsUnknown() || slices.Contains(m.flow().ServiceTypes(), m.ServiceType.ValueString()) {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("service_type"), "Unknown service type",
		validate.UnknownName(m.ServiceType.ValueString(), fmt.Sprintf("service type of the %s flow", m.flow()), m.flow().ServiceTypes()))}
}

func (m model) checkScopes(ctx context.Context) diag.Diagnostics {
	var resp validator.SetResponse
	validate.Scopes().ValidateSet(ctx, validator.SetRequest{Path: path.Root("scopes"), ConfigValue: m.Scopes.SetValue}, &resp)
	found := resp.Diagnostics
	isEmpty := func(set interface {
		IsUnknown() bool
		Elements() []attr.Value
	}) bool {
		return !set.IsUnknown() && len(set.Elements()) == 0
	}
	if isEmpty(m.Scopes) && isEmpty(m.NativeScopes) {
		found.AddAttributeError(path.Root("scopes"), "Missing scopes",
			"A consent needs at least one scope. Set `scopes` or `native_scopes`.")
	}
	for _, element := range m.NativeScopes.Elements() {
		name, isText := element.(types.String)
		if !element.IsUnknown() && (!isText || name.ValueString() == "" || strings.ContainsAny(name.ValueString(), " \t\r\n")) {
			found.AddAttributeError(path.Root("native_scopes"), "Invalid native scope",
				"A native scope must be a name without spaces, such as https://graph.microsoft.com/Mail.Read. Use one element for each scope.")
		}
	}
	return found
}

func (m model) accountID(found *diag.Diagnostics) aurinko.AccountID {
	if m.AccountID.IsNull() || m.AccountID.IsUnknown() {
		return 0
	}
	return customtype.AccountID{StringValue: m.AccountID}.ID(path.Root("account_id"), found)
}

// toAPI is what a browser is to be sent with. The model was checked.
func (m model) toAPI() aurinko.Authorization {
	id := m.accountID(&diag.Diagnostics{})
	var native []string
	for _, element := range m.NativeScopes.Elements() {
		if name, ok := element.(types.String); ok {
			native = append(native, name.ValueString())
		}
	}
	return aurinko.Authorization{
		Flow:         m.flow(),
		ServiceType:  m.ServiceType.ValueString(),
		Scopes:       m.Scopes.Canonical(),
		NativeScopes: native,
		ResponseType: m.ResponseType.ValueString(),
		AccountID:    id,
		ReturnURL:    m.ReturnURL.ValueString(),
		State:        m.State.ValueString(),
		ClientOrgID:  m.ClientOrgID.ValueString(),
		EnsureScopes: m.EnsureScopes.ValueBoolPointer(),
		LoginHint:    m.LoginHint.ValueString(),
		ServerURL:    m.ServerURL.ValueString(),
		EnsureAccess: m.EnsureAccess.ValueBoolPointer(),
		Recycle:      m.Recycle.ValueBoolPointer(),
		AuthEmail:    m.AuthEmail.ValueString(),
	}
}
