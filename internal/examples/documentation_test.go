package examples_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/aurinko/terraform-provider-aurinko/internal/provider"
)

// pages are all pages of documentation that users read.
func pages(t *testing.T) []string {
	t.Helper()
	found := []string{"../README.md", "../CONTRIBUTING.md", "../SECURITY.md", "../internal/README.md", "README.md"}
	for _, pattern := range []string{"*/README.md", "../docs/*.md", "../docs/*/*.md"} {
		matches, err := filepath.Glob(pattern)
		if err != nil || len(matches) == 0 {
			t.Fatalf("%s: %v, %v", pattern, matches, err)
		}
		found = append(found, matches...)
	}
	return found
}

func readPage(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	codeBlock = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")
	// indented is a block that codeBlock passes over.
	indented = regexp.MustCompile("(?m)^[ \t]+```(?:terraform|hcl|tf)$")
	link     = regexp.MustCompile(`\]\(([^)#:]*)(?:#([^)]*))?\)`)
	fenced   = regexp.MustCompile("(?ms)^[ \t]*```.*?^[ \t]*```$")
	heading  = regexp.MustCompile(`(?m)^#+ (.+)$`)
	anchor   = regexp.MustCompile(`<a id="([^"]+)">`)
	notInID  = regexp.MustCompile(`[^\pL\pN _-]`)
)

// Every block of configuration parses, and what it says about Aurinko is in
// the schemas.
func TestDocumentedConfigurations(t *testing.T) {
	t.Parallel()
	known := newVocabulary(t)
	for _, page := range pages(t) {
		if indented.MatchString(readPage(t, page)) {
			t.Errorf("%s: a block of configuration is indented, so that nothing checks it", page)
		}
		for _, block := range codeBlock.FindAllStringSubmatch(readPage(t, page), -1) {
			switch language, text := block[1], block[2]; language {
			case "terraform", "hcl", "tf":
				file, diagnostics := hclsyntax.ParseConfig([]byte(text), page, hcl.InitialPos)
				if diagnostics.HasErrors() {
					t.Errorf("%v in:\n%s", diagnostics, text)
					continue
				}
				for _, unknown := range known.unknown(file.Body.(*hclsyntax.Body)) {
					t.Errorf("%s: there is no %s", page, unknown)
				}
			case "shell", "sh":
			case "console": // what the demo prints, which the demo's test holds against it
				if page != "../README.md" {
					t.Errorf("%s: a transcript, which nothing checks", page)
				}
			case "mermaid":
				if !strings.HasPrefix(text, "flowchart ") && !strings.HasPrefix(text, "sequenceDiagram\n") {
					t.Errorf("%s: a picture of no kind that is known:\n%s", page, text)
				}
			case "text": // the signature of a function, which is generated
				if !strings.Contains(page, "/functions/") {
					t.Errorf("%s: a block in text, which nothing checks", page)
				}
			case "diff": // a line of a map before and after
			case "yaml": // the workflows of examples/, which are run
				if !exampleTexts(t)[strings.TrimSpace(text)] {
					t.Errorf("%s: a block in YAML, which nothing checks", page)
				}
			default:
				t.Errorf("%s: a block in %s, which nothing checks", page, language)
			}
		}
	}
}

// The check itself finds what is wrong.
func TestVocabularyFindsMistakes(t *testing.T) {
	t.Parallel()
	file, diagnostics := hclsyntax.ParseConfig([]byte(`
provider "aurinko" {
  alias  = "b"
  secret = "x"
}
resource "aurinko_service_account" "a" {
  for_each = {}
  scope    = []
  google = {
    domain = "acme.example"
    key_wo = "x"
  }
}
resource "aurinko_mailbox" "a" {}
resource "azuread_application" "a" { anything = 1 }
data "aurinko_scope_mapping" "a" {
  scopes = []
  kind   = "x"
}
ephemeral "aurinko_managed_account_token" "a" { id = 1 }
mock_resource "aurinko_subscription" {
  defaults = { state = "active" }
}
list "aurinko_managed_account" "a" {
  provider = aurinko
  limits   = 1
  config {
    parent = 1
    email  = "a@acme.example"
  }
}
action "aurinko_check_account" "a" {
  config {
    id = 1
  }
}
`), "", hcl.InitialPos)
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	got := newVocabulary(t).unknown(file.Body.(*hclsyntax.Body))
	slices.Sort(got)
	want := []string{
		"action aurinko_check_account config id", "data aurinko_scope_mapping kind", "ephemeral aurinko_managed_account_token id",
		"list aurinko_managed_account config parent", "list aurinko_managed_account limits", "provider aurinko secret", "resource aurinko_mailbox",
		"resource aurinko_service_account google key_wo", "resource aurinko_service_account scope", "resource aurinko_subscription state",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// The mock file has each resource. The guide that shows it is held against the schemas.
func TestMockFile(t *testing.T) {
	t.Parallel()
	const name = "testing/mocks/aurinko.tfmock.hcl"
	file, diagnostics := hclsyntax.ParseConfig([]byte(readPage(t, name)), name, hcl.InitialPos)
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	mocked := map[string]bool{}
	for _, block := range file.Body.(*hclsyntax.Body).Blocks {
		mocked[mocks[block.Type]+" "+block.Labels[0]] = true
	}
	for of := range newVocabulary(t) {
		if kind, typeName, _ := strings.Cut(of, " "); kind == "resource" && !strings.Contains(typeName, " ") && !mocked[of] {
			t.Errorf("%s is not mocked", of)
		}
	}
}

// mocks are the blocks of a mock file, and what they stand for.
var mocks = map[string]string{"mock_resource": "resource", "mock_data": "data"}

// A vocabulary has every name that a configuration can use, such as
// "resource aurinko_service_account google domain".
type vocabulary map[string]bool

func newVocabulary(t *testing.T) vocabulary {
	t.Helper()
	known := vocabulary{}
	ctx := t.Context()
	p := provider.New("test")()

	var providerSchema frameworkprovider.SchemaResponse
	p.Schema(ctx, frameworkprovider.SchemaRequest{}, &providerSchema)
	known.add("provider aurinko", maps.Keys(providerSchema.Schema.Attributes), "alias", "for_each")
	known.add("mock_provider aurinko", maps.Keys(map[string]bool{}), "source")

	for _, newResource := range p.Resources(ctx) {
		var name resource.MetadataResponse
		var schema resource.SchemaResponse
		newResource().Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "aurinko"}, &name)
		newResource().Schema(ctx, resource.SchemaRequest{}, &schema)
		of := "resource " + name.TypeName
		known.add(of, maps.Keys(schema.Schema.Attributes), "for_each", "count", "provider", "depends_on")
		for attribute, description := range schema.Schema.Attributes {
			if nested, ok := description.(resourceschema.SingleNestedAttribute); ok {
				known.add(of+" "+attribute, maps.Keys(nested.Attributes))
			}
		}
	}
	for _, newDataSource := range p.DataSources(ctx) {
		var name datasource.MetadataResponse
		var schema datasource.SchemaResponse
		newDataSource().Metadata(ctx, datasource.MetadataRequest{ProviderTypeName: "aurinko"}, &name)
		newDataSource().Schema(ctx, datasource.SchemaRequest{}, &schema)
		known.add("data "+name.TypeName, maps.Keys(schema.Schema.Attributes), "for_each", "count", "provider", "depends_on")
	}
	for _, newEphemeral := range p.(frameworkprovider.ProviderWithEphemeralResources).EphemeralResources(ctx) {
		var name ephemeral.MetadataResponse
		var schema ephemeral.SchemaResponse
		newEphemeral().Metadata(ctx, ephemeral.MetadataRequest{ProviderTypeName: "aurinko"}, &name)
		newEphemeral().Schema(ctx, ephemeral.SchemaRequest{}, &schema)
		known.add("ephemeral "+name.TypeName, maps.Keys(schema.Schema.Attributes), "for_each", "count", "provider", "depends_on")
	}
	for _, newList := range p.(frameworkprovider.ProviderWithListResources).ListResources(ctx) {
		var name resource.MetadataResponse
		var schema list.ListResourceSchemaResponse
		newList().Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "aurinko"}, &name)
		newList().ListResourceConfigSchema(ctx, list.ListResourceSchemaRequest{}, &schema)
		known.add("list "+name.TypeName, maps.Keys(map[string]bool{}), "for_each", "count", "provider", "include_resource", "limit")
		known.add("list "+name.TypeName+" config", maps.Keys(schema.Schema.Attributes))
	}
	for _, newAction := range p.(frameworkprovider.ProviderWithActions).Actions(ctx) {
		var name action.MetadataResponse
		var schema action.SchemaResponse
		newAction().Metadata(ctx, action.MetadataRequest{ProviderTypeName: "aurinko"}, &name)
		newAction().Schema(ctx, action.SchemaRequest{}, &schema)
		known.add("action "+name.TypeName, maps.Keys(map[string]bool{}), "for_each", "count", "provider")
		known.add("action "+name.TypeName+" config", maps.Keys(schema.Schema.Attributes))
	}
	return known
}

func (v vocabulary) add(of string, attributes func(func(string) bool), more ...string) {
	v[of] = true
	for attribute := range attributes {
		v[of+" "+attribute] = true
	}
	for _, attribute := range more {
		v[of+" "+attribute] = true
	}
}

// unknown returns the names in a configuration that are not in the vocabulary.
func (v vocabulary) unknown(body *hclsyntax.Body) []string {
	var found []string
	check := func(name string) bool {
		if !v[name] {
			found = append(found, name)
		}
		return v[name]
	}
	for _, block := range body.Blocks {
		if len(block.Labels) == 0 || !strings.HasPrefix(block.Labels[0], "aurinko") {
			continue
		}
		of := block.Type + " " + block.Labels[0]
		if kind := mocks[block.Type]; kind != "" {
			of = kind + " " + block.Labels[0]
		}
		if !check(of) {
			continue
		}
		for _, inner := range block.Body.Blocks { // of a list or an action
			if inner.Type == "config" {
				for name := range inner.Body.Attributes {
					check(of + " config " + name)
				}
			}
		}
		for name, attribute := range block.Body.Attributes {
			object, isObject := attribute.Expr.(*hclsyntax.ObjectConsExpr)
			if mocks[block.Type] != "" && name == "defaults" {
				for _, item := range object.Items {
					check(of + " " + hcl.ExprAsKeyword(item.KeyExpr))
				}
				continue
			}
			if !check(of+" "+name) || !isObject || name == "for_each" {
				continue
			}
			for _, item := range object.Items {
				check(of + " " + name + " " + hcl.ExprAsKeyword(item.KeyExpr))
			}
		}
	}
	return found
}

// Links to pages, to places in them, and to files lead somewhere.
func TestDocumentationLinks(t *testing.T) {
	t.Parallel()
	files, places := 0, 0
	for _, page := range pages(t) {
		for _, target := range link.FindAllStringSubmatch(readPage(t, page), -1) {
			file, place := target[1], target[2]
			leadsTo := page
			if file != "" {
				files++
				leadsTo = filepath.Join(filepath.Dir(page), file)
				if _, err := os.Stat(leadsTo); err != nil {
					t.Errorf("%s: %v", page, err)
					continue
				}
			}
			if place != "" {
				places++
				if !slices.Contains(anchors(readPage(t, leadsTo)), place) {
					t.Errorf("%s: there is no #%s in %s", page, place, leadsTo)
				}
			}
		}
	}
	if files < 50 || places < 10 {
		t.Errorf("only %d links to files and %d to places in them found", files, places)
	}
}

// anchors are the places in a page that a link can lead to: its headings, as
// GitHub and the registry name them, and what is named by hand.
func anchors(text string) []string {
	var found []string
	for _, title := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		id := notInID.ReplaceAllString(strings.ToLower(title[1]), "")
		found = append(found, strings.ReplaceAll(id, " ", "-"))
	}
	for _, name := range anchor.FindAllStringSubmatch(text, -1) {
		found = append(found, name[1])
	}
	return found
}

func TestAnchors(t *testing.T) {
	t.Parallel()
	got := anchors("# A `b_c`: d, e!\n\n```shell\n# no heading\n```\n\n<a id=\"by--hand\"></a>\n### With-out\n")
	if want := []string{"a-b_c-d-e", "with-out", "by--hand"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
