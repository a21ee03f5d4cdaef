// Package voice checks that everything people read uses the phrases of this
// project: the pages, the descriptions of the schemas, the messages in the code
// and the comments in the examples.
package voice

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aurinko/terraform-provider-aurinko/internal/provider"
)

const top = "../.."

// A rule is a phrase that texts do not use, and what they use in its place.
type rule struct {
	phrase  *regexp.Regexp
	instead string
}

func newRule(phrase, instead string) rule { return rule{regexp.MustCompile(phrase), instead} }

var rules = []rule{
	newRule(`\b[Ii]t takes (Terraform|OpenTofu)`, "Requires Terraform 1.14 or later"),
	newRule(`\bLeft out\b|, left out,|[Ww]here (it|they) (is|are) left out`, "If omitted, …"),
	newRule(`[Cc]hanging (it|them|this)\b.{0,30}(updates in place|replaces|writes nothing|changes nothing)`, "Forces replacement. (or nothing, for an update in place)"),
	newRule(`[Uu]pper and lower case`, "Case-insensitive."),
	newRule(`\bDefault: `, "Defaults to …"),
	newRule(`, the default, `, "Defaults to …, at the end"),
	newRule(`\bdoes not tell\b|\bnever tells\b|\btold\b`, "does not return"),
	newRule(`\btells (it|them|more|what|which|how|the|of)\b`, "returns, shows or describes"),
	newRule(`\bmeans? the same\b`, "are equal, or identify the same …"),
	newRule(`\bBest give\b`, "Set …"),
	newRule(`\bblotted\b`, "redacted"),
	newRule(`\banother one (in|on) every run\b|\bdiffers (in|on) every run\b`, "changes on every run"),
	newRule(`\bby turns\b`, "alternate between"),
	newRule(`\b[Ww]hom\b`, "the subject of …, or a direct sentence"),
	newRule(`\b(take|takes|taken|taking|took) over\b|\b(takes?|taking) (it|them|an account|the account|an existing account|nothing) over\b`, "adopt"),
	newRule(`\bnobody (was told|knows)\b`, "what was not reported, to whom"),
	newRule(`\bin the manner of\b`, "such as"),
	newRule(`\bas it must\b`, "succeeded"),
	newRule(`in place of this one`, "Switching to a block for a different mail service forces replacement"),
	newRule(`\b[Pp]erhaps with\b|^Perhaps\b`, "a direct sentence"),
	newRule(`\bsuch that\b`, "so that, or two sentences"),
	newRule(`\bfor want of\b`, "because … is missing"),
	newRule(`\bfinds fault with\b`, "refuses"),
	newRule(`\bhanded out\b|\bhands out\b.*token`, "returned"),
	newRule(`\b(watch|watches|watched) over\b`, "compares, checks"),
	newRule(`\bspeaks for\b`, "is for"),
	newRule(`\bgets? into (a|the|this) mailbox`, "reaches the mailbox"),
	newRule(`\bimport block,? (ready )?to paste\b`, "the ID to import"),
	newRule(`\bauthorised?\b|\bauthorises\b|\bauthorisation\b|\borganisations?\b|\bsynchronis|\bbehaviour\b|\bcolours?\b|\brecognis|\blicences?\b|\bfavour|\bcatalogue\b`, "American spelling"),
	newRule(`\b[Ee]-[Mm]ails?\b`, "email"),
	newRule(`\b[Ll]og-in\b`, "log in (verb), login (noun)"),
}

// proseRules are for pages and descriptions only: in code, "id" is a name.
var proseRules = []rule{
	newRule(`\b(I|i)ds?\b`, "ID, IDs"),
}

// longest is the number of words that a sentence may have. Most have fewer than
// 25.
const longest = 30

// pending are parts whose texts are still to be edited. An entry that is no
// longer needed fails the test.
var pending = []string{}

func TestVoice(t *testing.T) {
	t.Parallel()
	texts := map[string][]text{} // by what they belong to
	pages(t, texts)
	comments(t, texts)
	schemas(t, texts)
	messages(t, texts)
	if len(texts) < 80 {
		t.Errorf("only %d texts found", len(texts))
	}
	found := map[string]bool{}
	for _, where := range slices.Sorted(maps.Keys(texts)) {
		for _, text := range texts[where] {
			for _, problem := range text.problems() {
				found[where] = true
				if !slices.Contains(pending, where) {
					t.Errorf("%s: %s", where, problem)
				}
			}
		}
	}
	for _, where := range pending {
		if !found[where] {
			t.Errorf("%s has no problem any more: remove it from pending", where)
		}
	}
}

type text struct {
	content string
	prose   bool
}

// Code is no prose, and a name in bold is that of a message.
var (
	fence    = regexp.MustCompile("(?ms)^[ \t]*```.*?^[ \t]*```$")
	code     = regexp.MustCompile("`[^`\n]*`")
	target   = regexp.MustCompile(`\]\([^)]*\)`)
	message  = regexp.MustCompile(`\*\*[^*\n]+\*\*`)
	comment  = regexp.MustCompile(`(?s)<!--.*?-->|\{\{.*?\}\}`)
	sentence = regexp.MustCompile(`[.!?:;](\s|$)|\n\s*[-*|\d]|\n\n|\|`)
)

func (t text) problems() []string {
	content := t.content
	var found []string
	check := func(rules []rule) {
		for _, rule := range rules {
			if at := rule.phrase.FindStringIndex(content); at != nil {
				around := strings.Join(strings.Fields(content[max(0, at[0]-40):min(len(content), at[1]+40)]), " ")
				found = append(found, "… "+strings.ToValidUTF8(around, "")+" …: write "+strconv.Quote(rule.instead))
			}
		}
	}
	if t.prose {
		content = fence.ReplaceAllString(content, "")
		content = comment.ReplaceAllString(content, "")
		content = code.ReplaceAllString(content, "x")
		content = target.ReplaceAllString(content, "]")
		content = message.ReplaceAllString(content, "x")
		check(proseRules)
		for _, one := range sentence.Split(content, -1) {
			if words := strings.Fields(one); len(words) > longest {
				found = append(found, strconv.Itoa(len(words))+" words in one sentence: "+strings.Join(words, " "))
			}
		}
	}
	check(rules)
	return found
}

func add(t *testing.T, texts map[string][]text, where, file string, prose bool) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(top, file))
	if err != nil {
		t.Fatal(err)
	}
	texts[where] = append(texts[where], text{string(content), prose})
}

// pages adds what is written by hand.
func pages(t *testing.T, texts map[string][]text) {
	t.Helper()
	files := []string{"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "internal/README.md", "internal/simulator/README.md"}
	for _, pattern := range []string{"templates/*.tmpl", "templates/*/*.tmpl", "examples/README.md", "examples/*/README.md"} {
		matches, err := filepath.Glob(filepath.Join(top, filepath.FromSlash(pattern)))
		if err != nil || len(matches) == 0 {
			t.Fatal(pattern, matches, err)
		}
		for _, match := range matches {
			name, err := filepath.Rel(top, match)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, filepath.ToSlash(name))
		}
	}
	for _, file := range files {
		add(t, texts, file, file, true)
	}
}

// comments adds the configurations of the examples, with their descriptions and
// comments.
func comments(t *testing.T, texts map[string][]text) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(top, "examples"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && slices.Contains([]string{".tf", ".hcl", ".sh", ".yml"}, filepath.Ext(path)) {
			name, _ := filepath.Rel(top, path)
			add(t, texts, filepath.ToSlash(name), name, false)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// schemas adds every description, by the name of what it belongs to.
func schemas(t *testing.T, texts map[string][]text) {
	t.Helper()
	server := providerserver.NewProtocol6(provider.New("test")())()
	all, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	describe := func(where string, schema *tfprotov6.Schema) {
		var attributes func([]*tfprotov6.SchemaAttribute)
		attributes = func(list []*tfprotov6.SchemaAttribute) {
			for _, attribute := range list {
				texts[where] = append(texts[where], text{attribute.Description, true})
				if attribute.NestedType != nil {
					attributes(attribute.NestedType.Attributes)
				}
			}
		}
		texts[where] = append(texts[where], text{schema.Block.Description, true})
		attributes(schema.Block.Attributes)
	}
	describe("provider", all.Provider)
	for kind, named := range map[string]map[string]*tfprotov6.Schema{
		"resource ": all.ResourceSchemas, "data source ": all.DataSourceSchemas,
		"ephemeral resource ": all.EphemeralResourceSchemas, "list resource ": all.ListResourceSchemas,
	} {
		for name, schema := range named {
			describe(kind+name, schema)
		}
	}
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for name, identity := range identities.IdentitySchemas {
		for _, attribute := range identity.IdentityAttributes {
			texts["resource "+name] = append(texts["resource "+name], text{attribute.Description, true})
		}
	}
	for name, action := range all.ActionSchemas {
		describe("action "+name, action.Schema)
	}
	for name, function := range all.Functions {
		where := "function " + name
		texts[where] = append(texts[where], text{function.Summary, true}, text{function.Description, true})
		for _, parameter := range function.Parameters {
			texts[where] = append(texts[where], text{parameter.Description, true})
		}
	}
}

// messages adds the texts in the code that have several words, by package.
func messages(t *testing.T, texts map[string][]text) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(top, "internal"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		where, _ := filepath.Rel(top, filepath.Dir(path))
		where = filepath.ToSlash(where)
		if where == "internal/acctest" {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if content, err := strconv.Unquote(literal.Value); err == nil && strings.Contains(content, " ") {
					texts[where] = append(texts[where], text{content, false})
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]int{
		"It takes Terraform 1.14 or later.":                           1,
		"Requires Terraform 1.14 or later.":                           0,
		"E-mail address of the organisation. Left out, it is chosen.": 3,
		"The id is `id`, see [import](guides/id.md).":                 1,
		"| **Unknown import id …** | Use the ID. |":                   0,
		"Changing it replaces the account. Default: `false`.":         2,
		"```shell\necho id\n```\n":                                    0,
		strings.Repeat("word ", longest) + "end.":                     1,
		strings.Repeat("word ", longest) + ". End.":                   0,
	} {
		if got := (text{content, true}).problems(); len(got) != want {
			t.Errorf("%q: got %q, want %d", content, got, want)
		}
	}
	if got := (text{"an id in code", false}).problems(); len(got) > 0 {
		t.Errorf("got %q", got)
	}
}
