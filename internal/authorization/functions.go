package authorization

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

var _ function.Function = urlFunction{}

// urlFunction is the URL of a flow as a function, which works without a
// configured provider.
type urlFunction struct {
	name string
	flow aurinko.Flow
}

// NewAuthorizeDaemonURL makes the function authorize_daemon_url.
func NewAuthorizeDaemonURL() function.Function {
	return urlFunction{name: "authorize_daemon_url", flow: aurinko.FlowDaemon}
}

// NewAuthorizeURL makes the function authorize_url.
func NewAuthorizeURL() function.Function {
	return urlFunction{name: "authorize_url", flow: aurinko.FlowAccount}
}

func (f urlFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.name
}

// The positions of the arguments.
const (
	argClientID = iota
	argServiceType
	argScopes
	argReturnURL
	argOptions
)

// positions are the attributes that are arguments of their own; all others are
// options.
var positions = map[string]int64{
	"client_id": argClientID, "service_type": argServiceType, "scopes": argScopes, "return_url": argReturnURL,
}

func (f urlFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	who, options := "an administrator consents to a service account", "`native_scopes`, `response_type`, `account_id`, `state`, `client_org_id`, `ensure_scopes`"
	if f.flow == aurinko.FlowAccount {
		who = "a person consents to an account"
		options += ", `login_hint`, `server_url`, `ensure_access`, `recycle`, `auth_email`"
	}
	resp.Definition = function.Definition{
		Summary: "The URL of the page on which " + who + ".",
		MarkdownDescription: "Returns the URL of the page on which " + who + ", like the data source `aurinko_authorization_url`, " +
			"but for any application and without a configured provider. Requires Terraform 1.8 or OpenTofu 1.7 or later.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "client_id", MarkdownDescription: "Client ID of the Aurinko application."},
			function.StringParameter{Name: "service_type", MarkdownDescription: "Mail service, by Aurinko's name, such as `Office365` or `Google`."},
			function.SetParameter{
				Name: "scopes", ElementType: types.StringType, AllowNullValue: true,
				MarkdownDescription: "Aurinko scopes, by either name. `null` if you request native scopes only.",
			},
			function.StringParameter{Name: "return_url", MarkdownDescription: "URL that the browser returns to: https, or http on a loopback host. It must be registered in the settings of the Aurinko application."},
			function.DynamicParameter{
				Name: "options", AllowNullValue: true,
				MarkdownDescription: "Object with any of " + options + "; see the data source. Also `base_url`, the URL of the Aurinko API, which defaults to `" + aurinko.DefaultBaseURL + "`. `null` for none.",
			},
		},
		Return: function.StringReturn{},
	}
}

func (f urlFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var clientID, serviceType, returnURL string
	var scopes types.Set
	var options types.Dynamic
	resp.Error = req.Arguments.Get(ctx, &clientID, &serviceType, &scopes, &returnURL, &options)
	if resp.Error != nil {
		return
	}
	if clientID == "" {
		resp.Error = function.NewArgumentFuncError(argClientID, "Missing client id: Set the Client ID of the Aurinko application.")
		return
	}
	m := model{
		Flow: types.StringValue(string(f.flow)), ServiceType: types.StringValue(serviceType),
		Scopes: customtype.Scopes{SetValue: scopes}, ReturnURL: types.StringValue(returnURL),
	}
	given, ok := objectOf(options)
	if !ok {
		resp.Error = function.NewArgumentFuncError(argOptions, "Invalid options: Set an object such as { state = \"…\" }, or null.")
		return
	}
	found := m.setOptions(given)
	base, isText := asText(given["base_url"])
	if _, invalid := aurinko.ParseBaseURL(base); isText && invalid != nil {
		found.AddAttributeError(path.Root("base_url"), "Invalid base_url", "`base_url` cannot be used: "+invalid.Error()+".")
	}
	if !found.HasError() {
		found.Append(m.check(ctx)...)
	}
	if found.HasError() {
		resp.Error = asFuncError(found)
		return
	}
	if !isText {
		base = aurinko.DefaultBaseURL
	}
	request := m.toAPI()
	request.ClientID = clientID
	address, err := request.URL(base)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(argOptions, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, address)
}

// asFuncError is the errors in the order of the arguments that they are about.
func asFuncError(found diag.Diagnostics) *function.FuncError {
	position := func(d diag.Diagnostic) int64 {
		if about, ok := d.(diag.DiagnosticWithPath); ok {
			if name, ok := about.Path().Steps()[0].(path.PathStepAttributeName); ok {
				if at, ok := positions[string(name)]; ok {
					return at
				}
			}
		}
		return argOptions
	}
	first := slices.MinFunc(found.Errors(), func(a, b diag.Diagnostic) int {
		return int(position(a) - position(b))
	})
	return function.NewArgumentFuncError(position(first), first.Summary()+": "+first.Detail())
}

// objectOf is the attributes of an object or a map; null has none.
func objectOf(value types.Dynamic) (map[string]attr.Value, bool) {
	if value.IsNull() || value.IsUnderlyingValueNull() {
		return nil, true
	}
	switch object := value.UnderlyingValue().(type) {
	case types.Object:
		return object.Attributes(), true
	case types.Map:
		return object.Elements(), true
	}
	return nil, false
}

// setOptions takes the options into the model.
func (m *model) setOptions(given map[string]attr.Value) diag.Diagnostics {
	texts := map[string]*types.String{
		"response_type": &m.ResponseType, "account_id": &m.AccountID, "state": &m.State, "client_org_id": &m.ClientOrgID,
		"login_hint": &m.LoginHint, "server_url": &m.ServerURL, "auth_email": &m.AuthEmail, "base_url": new(types.String),
	}
	flags := map[string]*types.Bool{"ensure_scopes": &m.EnsureScopes, "ensure_access": &m.EnsureAccess, "recycle": &m.Recycle}
	known := slices.Sorted(maps.Keys(texts))
	known = slices.AppendSeq(known, maps.Keys(flags))
	known = append(known, "native_scopes")
	slices.Sort(known)

	var found diag.Diagnostics
	wrong := func(name, wanted string) {
		found.AddAttributeError(path.Root(name), "Invalid option", fmt.Sprintf("`%s` must be %s.", name, wanted))
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		value := given[name]
		switch {
		case !slices.Contains(known, name):
			found.AddAttributeError(path.Root(name), "Unknown option", validate.UnknownName(name, "known option", known))
		case isNull(value):
		case texts[name] != nil:
			text, ok := asText(value)
			if !ok {
				wrong(name, "a text")
			}
			*texts[name] = types.StringValue(text)
		case flags[name] != nil:
			flag, ok := asFlag(value)
			if !ok {
				wrong(name, "true or false")
			}
			*flags[name] = types.BoolValue(flag)
		default:
			names, ok := asNames(value)
			if !ok {
				wrong(name, "a list of strings")
			}
			m.NativeScopes = types.SetValueMust(types.StringType, names)
		}
	}
	return found
}

// isNull looks into the dynamic values that a null in an object is.
func isNull(value attr.Value) bool {
	if dynamic, ok := value.(types.Dynamic); ok {
		return dynamic.IsNull() || dynamic.IsUnderlyingValueNull()
	}
	return value.IsNull()
}

// asText takes a text, and a whole number for an id.
func asText(value attr.Value) (string, bool) {
	switch value := value.(type) {
	case types.String:
		return value.ValueString(), !value.IsNull()
	case types.Number:
		number := value.ValueBigFloat()
		if value.IsNull() || !number.IsInt() {
			return "", false
		}
		whole, _ := number.Int(new(big.Int))
		return whole.String(), true
	}
	return "", false
}

// asFlag takes a boolean, and the texts that Terraform turns into one.
func asFlag(value attr.Value) (flag, ok bool) {
	switch value := value.(type) {
	case types.Bool:
		return value.ValueBool(), true
	case types.String:
		return value.ValueString() == "true", value.ValueString() == "true" || value.ValueString() == "false"
	}
	return false, false
}

// asNames takes a list, a set or a tuple of texts.
func asNames(value attr.Value) ([]attr.Value, bool) {
	var elements []attr.Value
	switch value := value.(type) {
	case types.List:
		elements = value.Elements()
	case types.Set:
		elements = value.Elements()
	case types.Tuple:
		elements = value.Elements()
	default:
		return nil, false
	}
	var names []attr.Value
	for _, element := range elements {
		name, ok := element.(types.String)
		if !ok || name.IsNull() {
			return nil, false
		}
		if !slices.ContainsFunc(names, name.Equal) { // a set has each once
			names = append(names, name)
		}
	}
	return names, true
}
