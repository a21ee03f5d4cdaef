package scopes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/provider"
	"github.com/aurinko/terraform-provider-aurinko/internal/server"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

var stringSet = tftypes.Set{ElementType: tftypes.String}

// set is an argument; an element may be nil, for null.
func set(elements ...any) tftypes.Value {
	values := make([]tftypes.Value, len(elements))
	for i, element := range elements {
		values[i] = tftypes.NewValue(tftypes.String, element)
	}
	return tftypes.NewValue(stringSet, values)
}

func text(value string) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }

// call calls a function as Terraform does, of a provider that nobody has
// configured.
func call(t *testing.T, name string, arguments ...tftypes.Value) ([]string, *tfprotov6.FunctionError) {
	t.Helper()
	server := server.New(provider.New("test")())
	req := &tfprotov6.CallFunctionRequest{Name: name}
	for _, argument := range arguments {
		encoded, err := tfprotov6.NewDynamicValue(argument.Type(), argument)
		if err != nil {
			t.Fatal(err)
		}
		req.Arguments = append(req.Arguments, &encoded)
	}
	resp, err := server.CallFunction(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Error != nil {
		return nil, resp.Error
	}
	var list []tftypes.Value
	result, err := resp.Result.Unmarshal(tftypes.List{ElementType: tftypes.String})
	if err == nil {
		err = result.As(&list)
	}
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(list))
	for i := range list {
		if err := list[i].As(&names[i]); err != nil {
			t.Fatal(err)
		}
	}
	return names, nil
}

func TestFunctions(t *testing.T) {
	t.Parallel()

	implicit := []string{"MailboxSettings.Read", "User.Read", "email", "offline_access", "openid", "profile"}
	for name, test := range map[string]struct {
		function  string
		arguments []tftypes.Value
		want      []string
	}{
		"delegated":   {"graph_permissions", []tftypes.Value{set("Mail.Draft", "Calendar.Read", "Mail.ReadWrite"), text("delegated")}, append([]string{"Calendars.Read", "Mail.ReadWrite"}, implicit...)},
		"application": {"graph_permissions", []tftypes.Value{set("Mail.Send", "Mail.ReadOnly", "Mail.Read"), text("application")}, []string{"Mail.Read", "Mail.Send"}},
		"canonical":   {"canonical_scopes", []tftypes.Value{set("Tasks.ReadOnly", "Mail.Drafts", "Mail.Draft", "Mail.All")}, []string{"Mail.All", "Mail.Drafts", "Tasks.Read"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := call(t, test.function, test.arguments...)
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("got %q, %+v, want %q", got, err, test.want)
			}
		})
	}
}

// The CLI puts the parameter's name before an error, and a full stop behind it.
func TestFunctionsRefuse(t *testing.T) {
	t.Parallel()

	mail := set("Mail.Read")
	for name, wrong := range map[string]struct {
		function  string
		arguments []tftypes.Value
		argument  int64
		want      string
	}{
		"no application permission": {"graph_permissions", []tftypes.Value{set("Mail.Read", "Tasks.ReadOnly", "Mail.Draft"), text("application")}, 0, "Aurinko documents no application permission of Microsoft Graph for Mail.Drafts, Tasks.Read. Remove the scope"},
		"no delegated permission":   {"graph_permissions", []tftypes.Value{set("Mail.All"), text("delegated")}, 0, "Aurinko documents no delegated permission of Microsoft Graph for Mail.All."},
		"unknown scope":             {"graph_permissions", []tftypes.Value{set("Mail.Sent"), text("delegated")}, 0, `"Mail.Sent" is not an Aurinko scope. Did you mean "Mail.Send"`},
		"two unknown scopes":        {"graph_permissions", []tftypes.Value{set("a", "b"), text("delegated")}, 0, "Tasks.ReadWrite.\n\"b\" is not an Aurinko scope. Valid scopes: Calendar.Read,"},
		"null among scopes":         {"graph_permissions", []tftypes.Value{set("Mail.Read", nil), text("delegated")}, 0, "A scope must not be null."},
		"no scope":                  {"graph_permissions", []tftypes.Value{set(), text("delegated")}, 0, "set must contain at least 1 elements"},
		"unknown type":              {"graph_permissions", []tftypes.Value{mail, text("role")}, 1, `value must be one of: ["delegated" "application"], got: "role"`},
		"empty type":                {"graph_permissions", []tftypes.Value{mail, text("")}, 1, `value must be one of: ["delegated" "application"], got: ""`},
		"canonical, unknown scope":  {"canonical_scopes", []tftypes.Value{set("mail.read")}, 0, `"mail.read" is not an Aurinko scope. Did you mean "Mail.Read"`},
		"canonical, no scope":       {"canonical_scopes", []tftypes.Value{set()}, 0, "set must contain at least 1 elements"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := call(t, wrong.function, wrong.arguments...)
			if err == nil {
				t.Fatalf("got %q", got)
			}
			if err.FunctionArgument == nil || *err.FunctionArgument != wrong.argument {
				t.Errorf("the error is not of argument %d: %+v", wrong.argument, err)
			}
			if !strings.Contains(err.Text, wrong.want) || strings.HasSuffix(err.Text, ".") {
				t.Errorf("got %q, want %q", err.Text, wrong.want)
			}
		})
	}
}

// testFunctions runs a step where the CLI knows functions of providers.
func testFunctions(t *testing.T, step resource.TestStep) {
	t.Helper()
	server := acctest.NewServer(t, simulator.Options{})
	step.Config = acctest.Config(server, step.Config)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		Steps:                    []resource.TestStep{step},
	})
	if asked := len(server.Simulator.Journal()); asked > 0 {
		t.Errorf("%d requests were sent, want none", asked)
	}
}

// The functions give what the data source gives, also for what is known after
// apply only.
func TestAccFunctionsAreTheDataSource(t *testing.T) {
	t.Parallel()

	for name, arguments := range map[string]struct{ scopes, permissionType string }{
		"delegated":         {`["Mail.ReadWrite", "Calendar.ReadOnly", "Mail.Draft"]`, `"delegated"`},
		"application":       {`["Mail.Send", "Contacts.ReadOnly"]`, `"application"`},
		"known after apply": {`terraform_data.scopes.output`, `terraform_data.type.output`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testFunctions(t, resource.TestStep{
				Config: `
					resource "terraform_data" "scopes" { input = ["Mail.Send", "Mail.Read"] }
					resource "terraform_data" "type" { input = "application" }
					data "aurinko_scope_mapping" "this" {
						scopes          = ` + arguments.scopes + `
						permission_type = ` + arguments.permissionType + `
					}
					output "permissions" {
						value = join(",", provider::aurinko::graph_permissions(` + arguments.scopes + `, ` + arguments.permissionType + `)) == join(",", data.aurinko_scope_mapping.this.all_permissions)
					}
					output "scopes" {
						value = join(",", provider::aurinko::canonical_scopes(` + arguments.scopes + `)) == join(",", data.aurinko_scope_mapping.this.canonical_scopes)
					}`,
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckOutput("permissions", "true"),
					resource.TestCheckOutput("scopes", "true"),
				),
			})
		})
	}
}

// An error is shown at the argument, in the words of the data source.
func TestAccFunctionsRefuse(t *testing.T) {
	t.Parallel()

	testFunctions(t, resource.TestStep{
		Config:      `output "permissions" { value = provider::aurinko::graph_permissions(["Tasks.Read"], "application") }`,
		ExpectError: acctest.Says(`Invalid value for "scopes" parameter: Aurinko documents no application permission of Microsoft Graph for Tasks.Read. Remove the scope, or register its permissions at Microsoft by hand.`),
	})
}
