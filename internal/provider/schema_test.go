package provider_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aurinko/terraform-provider-aurinko/internal/provider"
	"github.com/aurinko/terraform-provider-aurinko/internal/server"
)

// described is everything about the provider that Terraform is given.
func described(t *testing.T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	server := server.New(provider.New("test")())
	all, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, diagnostic := range all.Diagnostics {
		t.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail)
	}
	return all
}

// schemas returns every schema, by the name of what it belongs to.
func schemas(t *testing.T) map[string]*tfprotov6.Schema {
	t.Helper()
	all := described(t)
	named := map[string]*tfprotov6.Schema{"provider": all.Provider}
	for name, schema := range all.ResourceSchemas {
		named["resource "+name] = schema
	}
	for name, schema := range all.DataSourceSchemas {
		named["data source "+name] = schema
	}
	for name, schema := range all.EphemeralResourceSchemas {
		named["ephemeral resource "+name] = schema
	}
	for name, schema := range all.ListResourceSchemas {
		named["list resource "+name] = schema
	}
	for name, schema := range all.ActionSchemas {
		named["action "+name] = schema.Schema
	}
	return named
}

// attributes walks through all attributes, nested ones too, and names them
// with dots.
func attributes(prefix string, list []*tfprotov6.SchemaAttribute, visit func(name string, siblings []*tfprotov6.SchemaAttribute, attribute *tfprotov6.SchemaAttribute)) {
	for _, attribute := range list {
		name := prefix + attribute.Name
		visit(name, list, attribute)
		if attribute.NestedType != nil {
			attributes(name+".", attribute.NestedType.Attributes, visit)
		}
	}
}

func TestSchemasAreRegistered(t *testing.T) {
	t.Parallel()

	var names []string
	for name := range schemas(t) {
		names = append(names, name)
	}
	for name := range described(t).Functions {
		names = append(names, "function "+name)
	}
	slices.Sort(names)
	want := []string{
		"action aurinko_check_account",
		"action aurinko_reauthorize_account",
		"action aurinko_revoke_account_token",
		"data source aurinko_account",
		"data source aurinko_accounts",
		"data source aurinko_application",
		"data source aurinko_authorization_url",
		"data source aurinko_booking_profiles",
		"data source aurinko_group_booking_profiles",
		"data source aurinko_oauth_registrations",
		"data source aurinko_scope_mapping",
		"data source aurinko_service_accounts",
		"data source aurinko_subscriptions",
		"ephemeral resource aurinko_managed_account_token",
		"ephemeral resource aurinko_signing_secret",
		"function canonical_scopes",
		"function graph_permissions",
		"list resource aurinko_account",
		"list resource aurinko_booking_profile",
		"list resource aurinko_google_oauth",
		"list resource aurinko_group_booking_profile",
		"list resource aurinko_managed_account",
		"list resource aurinko_office365_daemon",
		"list resource aurinko_office365_oauth",
		"list resource aurinko_service_account",
		"list resource aurinko_subscription",
		"list resource aurinko_zoho_oauth",
		"provider",
		"resource aurinko_account",
		"resource aurinko_booking_profile",
		"resource aurinko_google_oauth",
		"resource aurinko_group_booking_profile",
		"resource aurinko_managed_account",
		"resource aurinko_office365_daemon",
		"resource aurinko_office365_oauth",
		"resource aurinko_service_account",
		"resource aurinko_subscription",
		"resource aurinko_zoho_oauth",
	}
	if !slices.Equal(names, want) {
		t.Errorf("registered are %q, want %q", names, want)
	}
}

// The documentation is made of these.
func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()

	check := func(t *testing.T, what, description string, kind tfprotov6.StringKind) {
		t.Helper()
		if !strings.HasSuffix(description, ".") || kind != tfprotov6.StringKindMarkdown {
			t.Errorf("%s: description %q (%s), want Markdown that ends with a full stop", what, description, kind)
		}
	}
	for name, f := range described(t).Functions {
		t.Run("function "+name, func(t *testing.T) {
			t.Parallel()
			check(t, name, f.Description, f.DescriptionKind)
			if !strings.HasSuffix(f.Summary, ".") || strings.Contains(f.Summary, "`") {
				t.Errorf("%s: summary %q, want plain text that ends with a full stop", name, f.Summary)
			}
			parameters := f.Parameters
			if f.VariadicParameter != nil {
				parameters = append(parameters, f.VariadicParameter)
			}
			for _, parameter := range parameters {
				check(t, name+" "+parameter.Name, parameter.Description, parameter.DescriptionKind)
			}
		})
	}
	for name, schema := range schemas(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, name, schema.Block.Description, schema.Block.DescriptionKind)
			attributes("", schema.Block.Attributes, func(attribute string, _ []*tfprotov6.SchemaAttribute, a *tfprotov6.SchemaAttribute) {
				check(t, attribute, a.Description, a.DescriptionKind)
			})
		})
	}
}

var (
	secretName  = regexp.MustCompile(`secret|password|private_key|credential|token|passphrase|^code_`)
	aboutSecret = regexp.MustCompile(`_(id|revision|version|status|error|at)$`)
)

func TestSecretsAreProtected(t *testing.T) {
	t.Parallel()

	found := map[string]bool{}
	for schemaName, schema := range schemas(t) {
		attributes("", schema.Block.Attributes, func(name string, siblings []*tfprotov6.SchemaAttribute, a *tfprotov6.SchemaAttribute) {
			where := schemaName + " " + name
			isSecret := secretName.MatchString(a.Name) && !aboutSecret.MatchString(a.Name)
			if a.Sensitive != isSecret {
				t.Errorf("%s: sensitive is %t, want %t", where, a.Sensitive, isSecret)
			}
			if isWriteOnly := isSecret && strings.HasSuffix(a.Name, "_wo"); a.WriteOnly != isWriteOnly {
				t.Errorf("%s: write-only is %t, want %t", where, a.WriteOnly, isWriteOnly)
			}
			if isSecret {
				found[where] = true
			}
			if !isSecret || a.WriteOnly || !strings.HasPrefix(schemaName, "resource ") {
				return
			}
			// A secret that is kept in the state has a form that is not.
			for _, form := range []string{a.Name + "_wo", a.Name + "_wo_version"} {
				if !slices.ContainsFunc(siblings, func(s *tfprotov6.SchemaAttribute) bool { return s.Name == form }) {
					t.Errorf("%s: there is no %s", where, form)
				}
			}
		})
	}
	// The pattern above is known to find these.
	for _, known := range []string{
		"provider client_secret",
		"resource aurinko_account password",
		"resource aurinko_account password_wo",
		"resource aurinko_office365_oauth client_secret",
		"resource aurinko_office365_oauth client_secret_wo",
		"resource aurinko_office365_daemon private_key",
		"resource aurinko_office365_daemon private_key_wo",
		"resource aurinko_service_account google.credentials",
		"resource aurinko_service_account google.credentials_wo",
		"resource aurinko_service_account exchange.password",
		"resource aurinko_service_account exchange.password_wo",
		"ephemeral resource aurinko_managed_account_token access_token",
		"ephemeral resource aurinko_signing_secret signing_secret",
		"resource aurinko_service_account authorization.code_wo",
	} {
		if !found[known] {
			t.Errorf("%s is not taken for a secret", known)
		}
	}
}

// A data source only reads: it has no use for a secret, and must not have one.
func TestDataSourcesHaveNoSecrets(t *testing.T) {
	t.Parallel()

	for schemaName, schema := range schemas(t) {
		if !strings.HasPrefix(schemaName, "data source ") {
			continue
		}
		attributes("", schema.Block.Attributes, func(name string, _ []*tfprotov6.SchemaAttribute, a *tfprotov6.SchemaAttribute) {
			if a.Sensitive || a.WriteOnly {
				t.Errorf("%s %s is a secret", schemaName, name)
			}
		})
	}
}

// One query exports a whole application.
func TestEveryResourceIsListed(t *testing.T) {
	t.Parallel()

	all := described(t)
	for name := range all.ResourceSchemas {
		if all.ListResourceSchemas[name] == nil {
			t.Errorf("no list has %s", name)
		}
	}
}

// What every resource has, whatever it manages.
func TestResourcesHaveTheSharedAttributes(t *testing.T) {
	t.Parallel()

	for name, schema := range schemas(t) {
		if !strings.HasPrefix(name, "resource ") {
			continue
		}
		for _, shared := range []string{"id", "on_existing"} {
			if !slices.ContainsFunc(schema.Block.Attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == shared }) {
				t.Errorf("%s has no %s", name, shared)
			}
		}
	}
}

func TestSchemasPassTheFrameworksOwnValidation(t *testing.T) {
	t.Parallel()

	ctx, p := t.Context(), provider.New("test")()
	var own frameworkprovider.SchemaResponse
	p.Schema(ctx, frameworkprovider.SchemaRequest{}, &own)
	if diagnostics := own.Schema.ValidateImplementation(ctx); len(diagnostics) > 0 {
		t.Errorf("provider: %v", diagnostics)
	}
	for _, newResource := range p.Resources(ctx) {
		r := newResource()
		var resp resource.SchemaResponse
		r.Schema(ctx, resource.SchemaRequest{}, &resp)
		if diagnostics := resp.Schema.ValidateImplementation(ctx); len(diagnostics) > 0 {
			t.Errorf("%s: %v", resourceName(ctx, r), diagnostics)
		}
	}
	for _, newDataSource := range p.DataSources(ctx) {
		d := newDataSource()
		var resp datasource.SchemaResponse
		d.Schema(ctx, datasource.SchemaRequest{}, &resp)
		if diagnostics := resp.Schema.ValidateImplementation(ctx); len(diagnostics) > 0 {
			t.Errorf("%T: %v", d, diagnostics)
		}
	}
	for _, newEphemeral := range p.(frameworkprovider.ProviderWithEphemeralResources).EphemeralResources(ctx) {
		var resp ephemeral.SchemaResponse
		newEphemeral().Schema(ctx, ephemeral.SchemaRequest{}, &resp)
		if diagnostics := resp.Schema.ValidateImplementation(ctx); len(diagnostics) > 0 {
			t.Errorf("%T: %v", newEphemeral(), diagnostics)
		}
	}
	for _, newList := range p.(frameworkprovider.ProviderWithListResources).ListResources(ctx) {
		var resp list.ListResourceSchemaResponse
		newList().ListResourceConfigSchema(ctx, list.ListResourceSchemaRequest{}, &resp)
		if diagnostics := resp.Schema.ValidateImplementation(ctx); len(diagnostics) > 0 {
			t.Errorf("%T: %v", newList(), diagnostics)
		}
	}
	for _, newAction := range p.(frameworkprovider.ProviderWithActions).Actions(ctx) {
		var resp action.SchemaResponse
		newAction().Schema(ctx, action.SchemaRequest{}, &resp)
		if diagnostics := resp.Schema.ValidateImplementation(ctx); len(diagnostics) > 0 {
			t.Errorf("%T: %v", newAction(), diagnostics)
		}
	}
	for _, newFunction := range p.(frameworkprovider.ProviderWithFunctions).Functions(ctx) {
		f := newFunction()
		var definition function.DefinitionResponse
		f.Definition(ctx, function.DefinitionRequest{}, &definition)
		var resp function.DefinitionValidateResponse
		definition.Definition.ValidateImplementation(ctx, function.DefinitionValidateRequest{FuncName: "f"}, &resp)
		if len(resp.Diagnostics) > 0 {
			t.Errorf("%T: %v", f, resp.Diagnostics)
		}
	}
}

// What is configured with something other than the provider's data says so,
// and what is not configured yet stays quiet.
func TestConfigureOfResources(t *testing.T) {
	t.Parallel()

	ctx := t.Context()
	for _, newResource := range provider.New("test")().Resources(ctx) {
		r := newResource().(resource.ResourceWithConfigure)
		var wrong, early resource.ConfigureResponse
		r.Configure(ctx, resource.ConfigureRequest{ProviderData: "not a client"}, &wrong)
		if !wrong.Diagnostics.HasError() {
			t.Errorf("%s takes a text for the provider's data", resourceName(ctx, r))
		}
		r.Configure(ctx, resource.ConfigureRequest{}, &early)
		if len(early.Diagnostics) > 0 {
			t.Errorf("%s before the provider is configured: %v", resourceName(ctx, r), early.Diagnostics)
		}
	}
}

// The same of the data sources that need the provider's data.
func TestConfigureOfDataSources(t *testing.T) {
	t.Parallel()

	ctx, configured := t.Context(), 0
	for _, newDataSource := range provider.New("test")().DataSources(ctx) {
		d, ok := newDataSource().(datasource.DataSourceWithConfigure)
		if !ok { // works offline
			continue
		}
		configured++
		var wrong, early datasource.ConfigureResponse
		d.Configure(ctx, datasource.ConfigureRequest{ProviderData: "not a client"}, &wrong)
		if !wrong.Diagnostics.HasError() {
			t.Errorf("%T takes a text for the provider's data", d)
		}
		d.Configure(ctx, datasource.ConfigureRequest{}, &early)
		if len(early.Diagnostics) > 0 {
			t.Errorf("%T before the provider is configured: %v", d, early.Diagnostics)
		}
	}
	if configured == 0 {
		t.Error("no data source needs the provider's data")
	}
}

// The same of ephemeral resources, list resources and actions.
func TestConfigureOfOtherKinds(t *testing.T) {
	t.Parallel()

	ctx, p := t.Context(), provider.New("test")()
	configures := map[string]func(data any) diag.Diagnostics{}
	for _, newEphemeral := range p.(frameworkprovider.ProviderWithEphemeralResources).EphemeralResources(ctx) {
		e := newEphemeral().(ephemeral.EphemeralResourceWithConfigure)
		configures[fmt.Sprintf("%T", e)] = func(data any) diag.Diagnostics {
			var resp ephemeral.ConfigureResponse
			e.Configure(ctx, ephemeral.ConfigureRequest{ProviderData: data}, &resp)
			return resp.Diagnostics
		}
	}
	for _, newList := range p.(frameworkprovider.ProviderWithListResources).ListResources(ctx) {
		l := newList().(list.ListResourceWithConfigure)
		configures[fmt.Sprintf("%T %d", l, len(configures))] = func(data any) diag.Diagnostics {
			var resp resource.ConfigureResponse
			l.Configure(ctx, resource.ConfigureRequest{ProviderData: data}, &resp)
			return resp.Diagnostics
		}
	}
	for _, newAction := range p.(frameworkprovider.ProviderWithActions).Actions(ctx) {
		a := newAction().(action.ActionWithConfigure)
		configures[fmt.Sprintf("%T", a)] = func(data any) diag.Diagnostics {
			var resp action.ConfigureResponse
			a.Configure(ctx, action.ConfigureRequest{ProviderData: data}, &resp)
			return resp.Diagnostics
		}
	}
	if len(configures) != 15 {
		t.Errorf("%d are configured", len(configures))
	}
	for name, configure := range configures {
		if diagnostics := configure("not a client"); !diagnostics.HasError() {
			t.Errorf("%s takes a text for the provider's data", name)
		}
		if diagnostics := configure(nil); len(diagnostics) > 0 {
			t.Errorf("%s before the provider is configured: %v", name, diagnostics)
		}
	}
}

func resourceName(ctx context.Context, r resource.Resource) string {
	var resp resource.MetadataResponse
	r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "aurinko"}, &resp)
	return resp.TypeName
}
