package scopes

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

var (
	_ function.Function = (*graphPermissions)(nil)
	_ function.Function = (*canonicalScopes)(nil)
)

// scopesParameter takes what the data source takes in its attribute scopes.
var scopesParameter = function.SetParameter{
	Name:                "scopes",
	MarkdownDescription: "Aurinko scopes, at least one, by the guides' names (`Mail.ReadOnly`) or the API's names (`Mail.Read`).",
	CustomType:          customtype.ScopesType{},
	Validators:          []function.SetParameterValidator{setvalidator.SizeAtLeast(1), validate.Scopes()},
}

type graphPermissions struct{}

// NewGraphPermissions makes the function graph_permissions.
func NewGraphPermissions() function.Function { return &graphPermissions{} }

func (*graphPermissions) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "graph_permissions"
}

func (*graphPermissions) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Microsoft Graph permissions that an app registration needs for Aurinko scopes.",
		MarkdownDescription: "Returns the Microsoft Graph permissions that an app registration at Microsoft Entra needs for Aurinko scopes, sorted by name, " +
			"like `all_permissions` of the data source `aurinko_scope_mapping`. Delegated permissions include those that Aurinko always requests, " +
			"such as `offline_access`. A scope without a documented permission of the type is an error. Sends no request.",
		Parameters: []function.Parameter{
			scopesParameter,
			function.StringParameter{
				Name:                "permission_type",
				MarkdownDescription: "Type of the permissions: `delegated` for `aurinko_office365_oauth`, `application` for `aurinko_office365_daemon`.",
				Validators:          []function.StringParameterValidator{stringvalidator.OneOf(Delegated, Application)},
			},
		},
		Return: function.ListReturn{ElementType: types.StringType},
	}
}

func (*graphPermissions) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var scopes customtype.Scopes
	var permissionType string
	if resp.Error = req.Arguments.Get(ctx, &scopes, &permissionType); resp.Error != nil {
		return
	}
	mapping, err := Map(scopes.Canonical(), permissionType)
	if err != nil {
		resp.Error = validate.ArgumentError(0, explain(err))
		return
	}
	resp.Error = resp.Result.Set(ctx, mapping.All)
}

type canonicalScopes struct{}

// NewCanonicalScopes makes the function canonical_scopes.
func NewCanonicalScopes() function.Function { return &canonicalScopes{} }

func (*canonicalScopes) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "canonical_scopes"
}

func (*canonicalScopes) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Aurinko scopes by the API's names.",
		MarkdownDescription: "Returns Aurinko scopes by the API's names, sorted and without duplicates, like `canonical_scopes` of the data source " +
			"`aurinko_scope_mapping`. Sends no request. Resources and data sources of this provider accept both names of a scope: use the function for anything else.",
		Parameters: []function.Parameter{scopesParameter},
		Return:     function.ListReturn{ElementType: types.StringType},
	}
}

func (*canonicalScopes) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var scopes customtype.Scopes
	if resp.Error = req.Arguments.Get(ctx, &scopes); resp.Error != nil {
		return
	}
	resp.Error = resp.Result.Set(ctx, scopes.Canonical())
}
