// Command schema writes the provider's schemas in the form of
// "terraform providers schema -json". The documentation is made of it. A CLI
// would leave out what it does not know itself, such as the list resources and
// actions of later ones.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aurinko/terraform-provider-aurinko/internal/provider"
	"github.com/aurinko/terraform-provider-aurinko/internal/server"
)

func main() {
	err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("schema", flag.ContinueOnError)
	flags.SetOutput(stderr)
	address := flags.String("address", "registry.terraform.io/aurinko/aurinko", "the provider's `address`, under which its schema is put")
	if err := flags.Parse(args); err != nil {
		return err
	}
	described, err := describe(ctx)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(stdout)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(object{
		"format_version":   "1.0",
		"provider_schemas": object{*address: described},
	})
}

// object is a JSON object.
type object = map[string]any

// describe asks the provider's server, as a CLI does.
func describe(ctx context.Context) (object, error) {
	server := server.New(provider.New("dev")())
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, err
	}
	for _, diagnostic := range append(schemas.Diagnostics, identities.Diagnostics...) {
		return nil, fmt.Errorf("%s: %s", diagnostic.Summary, diagnostic.Detail)
	}
	return object{
		"provider":                   schema(schemas.Provider),
		"resource_schemas":           all(schemas.ResourceSchemas, schema),
		"data_source_schemas":        all(schemas.DataSourceSchemas, schema),
		"ephemeral_resource_schemas": all(schemas.EphemeralResourceSchemas, schema),
		"list_resource_schemas":      all(schemas.ListResourceSchemas, schema),
		"action_schemas":             all(schemas.ActionSchemas, action),
		"functions":                  all(schemas.Functions, function),
		"resource_identity_schemas":  all(identities.IdentitySchemas, identity),
	}, nil
}

// all describes what is named.
func all[T any](named map[string]T, describe func(T) object) object {
	described := object{}
	for name, one := range named {
		described[name] = describe(one)
	}
	return described
}

func schema(s *tfprotov6.Schema) object {
	return object{"version": s.Version, "block": block(s.Block)}
}

func action(a *tfprotov6.ActionSchema) object { return object{"block": block(a.Schema.Block)} }

// block has no nested blocks: the provider has none, only nested attributes.
func block(b *tfprotov6.SchemaBlock) object {
	if len(b.BlockTypes) > 0 {
		panic("schema: blocks in blocks are not described")
	}
	described := object{}
	if len(b.Attributes) > 0 {
		described["attributes"] = attributes(b.Attributes)
	}
	describeText(described, b.Description, b.DescriptionKind)
	setIf(described, "deprecated", b.Deprecated)
	return described
}

func attributes(list []*tfprotov6.SchemaAttribute) object {
	described := object{}
	for _, a := range list {
		one := object{}
		if a.NestedType != nil {
			one["nested_type"] = object{"attributes": attributes(a.NestedType.Attributes), "nesting_mode": nesting[a.NestedType.Nesting]}
		} else {
			one["type"] = a.Type
		}
		describeText(one, a.Description, a.DescriptionKind)
		setIf(one, "required", a.Required)
		setIf(one, "optional", a.Optional)
		setIf(one, "computed", a.Computed)
		setIf(one, "sensitive", a.Sensitive)
		setIf(one, "write_only", a.WriteOnly)
		setIf(one, "deprecated", a.Deprecated)
		described[a.Name] = one
	}
	return described
}

var nesting = map[tfprotov6.SchemaObjectNestingMode]string{
	tfprotov6.SchemaObjectNestingModeSingle: "single",
	tfprotov6.SchemaObjectNestingModeList:   "list",
	tfprotov6.SchemaObjectNestingModeSet:    "set",
	tfprotov6.SchemaObjectNestingModeMap:    "map",
}

func describeText(described object, text string, kind tfprotov6.StringKind) {
	if text == "" {
		kind = tfprotov6.StringKindPlain // as a CLI has it
	} else {
		described["description"] = text
	}
	described["description_kind"] = "plain"
	if kind == tfprotov6.StringKindMarkdown {
		described["description_kind"] = "markdown"
	}
}

func setIf(described object, name string, on bool) {
	if on {
		described[name] = true
	}
}

func function(f *tfprotov6.Function) object {
	described := object{"description": f.Description, "summary": f.Summary, "return_type": f.Return.Type}
	if len(f.Parameters) > 0 {
		parameters := make([]object, len(f.Parameters))
		for i, p := range f.Parameters {
			parameters[i] = parameter(p)
		}
		described["parameters"] = parameters
	}
	if f.VariadicParameter != nil {
		described["variadic_parameter"] = parameter(f.VariadicParameter)
	}
	return described
}

func parameter(p *tfprotov6.FunctionParameter) object {
	described := object{"name": p.Name, "description": p.Description, "type": p.Type}
	setIf(described, "is_nullable", p.AllowNullValue)
	return described
}

func identity(s *tfprotov6.ResourceIdentitySchema) object {
	described := object{}
	for _, a := range s.IdentityAttributes {
		one := object{"type": a.Type, "description": a.Description}
		setIf(one, "required_for_import", a.RequiredForImport)
		setIf(one, "optional_for_import", a.OptionalForImport)
		described[a.Name] = one
	}
	return object{"version": s.Version, "attributes": described}
}
