package examples_test

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/aurinko/terraform-provider-aurinko/examples"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A block of configuration in a page is planned as its reader would plan it:
// with those blocks of the same page that declare what it refers to. Three
// kinds are not planned:
//
//   - What is a file of examples/: the tests of the examples apply it.
//   - What has to do with another provider, such as azuread or vault. Its
//     syntax, and what it says about Aurinko, is checked all the same by
//     TestDocumentedConfigurations.
//   - What notPlanned has, with a reason.
func TestAccDocumentedBlocks(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set.")
	}
	terraform, err := terraform()
	if err != nil {
		t.Fatal(err)
	}
	if !terraform.AtLeast(1, 11) {
		t.Skipf("%s %s has no write-only arguments, which the pages show.", terraform.Name, terraform.Version)
	}
	applied := exampleTexts(t)
	planned := 0
	excepted := maps.Clone(notPlanned)
	for _, page := range pages(t) {
		blocks := configurations(t, page)
		for i, b := range blocks {
			if applied[strings.TrimSpace(b.text)] || b.foreign != "" {
				continue
			}
			if _, ok := excepted[b.first()]; ok {
				delete(excepted, b.first())
				continue
			}
			together, missing := with(blocks, i)
			if missing != "" {
				t.Errorf("%s: nothing in the page declares %s, which is referred to in:\n%s", page, missing, b.text)
				continue
			}
			if slices.ContainsFunc(together, func(b configuration) bool { return b.foreign != "" }) {
				continue
			}
			planned++
			t.Run(fmt.Sprintf("%s %d", page, i+1), func(t *testing.T) {
				t.Parallel()
				w := newWorkspace(t, terraform, example{})
				var text string
				for _, part := range together {
					text += part.text + "\n"
				}
				w.addDocumentedAccounts(text)
				w.write("page.tf", text)
				if strings.Contains(text, "required_providers") {
					w.write("requirements.tf", "")
				}
				w.run(0, "init")
				if plan := w.output(0, "plan"); strings.Contains(plan, "must be replaced") {
					t.Errorf("the import that the page shows ends in a replacement:\n%s", plan)
				}
			})
		}
	}
	if planned < 10 {
		t.Errorf("only %d blocks are planned", planned)
	}
	for first := range excepted {
		t.Errorf("no page has the block %q any more, which is said not to be planned", first)
	}
}

// notPlanned has the first lines of blocks that cannot be planned, and why.
var notPlanned = map[string]string{
	"# The settings as they are at Aurinko.":                      adoptGuide,
	"# The file mailboxes.csv decides which mailboxes there are.": adoptGuide,
	"# This map decides which mailboxes there are.":               adoptGuide,
	"# With the keys that restful_resource.mailbox has.":          "its mailboxes are in a state that another provider has written",
}

const adoptGuide = "TestAccAdoptGuide applies them in the guide's order, to what is there"

// addDocumentedAccounts adds the accounts that the pages import or look up.
// One that creates its service account finds none but those that it names.
func (w *workspace) addDocumentedAccounts(text string) {
	for _, account := range []simulator.Account{
		{ID: 12345, Type: simulator.Daemon, ServiceType: "Google", AuthOrgID: "acme.example", ClientOrgID: "acme",
			AuthScopes: []string{"Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"}},
		{ID: 12346, ParentID: 12345, ServiceType: "Google", Email: "office@acme.example", AuthScopes: []string{"Mail.Read", "Calendar.Read"}},
		{ID: 12347, ParentID: 12345, ServiceType: "Google", Email: "support@acme.example", AuthScopes: []string{"Mail.Read", "Calendar.Read"}},
		{ID: 12348, Type: simulator.Daemon, ServiceType: "Office365", AuthOrgID: "acme.example", Email: "admin@acme.example", AuthScopes: []string{"Mail.Read", "Calendar.ReadWrite"}},
	} {
		if !strings.Contains(text, `resource "aurinko_service_account"`) || strings.Contains(text, fmt.Sprint(account.ID)) {
			w.server.Simulator.AddAccount(account)
		}
	}
}

// exampleTexts are the files of examples/, which pages take in as they are.
func exampleTexts(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := fs.WalkDir(examples.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found[strings.TrimSpace(read(t, path))] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// A configuration is a block of configuration in a page.
type configuration struct {
	text               string
	declares, refersTo map[string]bool // var.x, local.x, module.x, <type>.<name>, data.<type>.<name>, …
	foreign            string          // a type of another provider that it has
}

func (c configuration) first() string {
	line, _, _ := strings.Cut(c.text, "\n")
	return line
}

func configurations(t *testing.T, page string) []configuration {
	t.Helper()
	var found []configuration
	for _, block := range codeBlock.FindAllStringSubmatch(readPage(t, page), -1) {
		if !slices.Contains([]string{"terraform", "hcl", "tf"}, block[1]) {
			continue
		}
		file, diagnostics := hclsyntax.ParseConfig([]byte(block[2]), page, hcl.InitialPos)
		if diagnostics.HasErrors() {
			t.Fatalf("%v in:\n%s", diagnostics, block[2])
		}
		found = append(found, configurationOf(block[2], file.Body.(*hclsyntax.Body)))
	}
	return found
}

func configurationOf(text string, body *hclsyntax.Body) configuration {
	c := configuration{text: text, declares: map[string]bool{}, refersTo: map[string]bool{}}
	for _, block := range body.Blocks {
		switch block.Type {
		case "variable":
			c.declares["var."+block.Labels[0]] = true
			continue // a type is no reference
		case "moved", "removed":
			continue // what is named is no longer there
		case "locals":
			for name := range block.Body.Attributes {
				c.declares["local."+name] = true
			}
		case "module":
			c.declares["module."+block.Labels[0]] = true
		case "resource":
			c.declares[strings.Join(block.Labels, ".")] = true
		case "data", "ephemeral":
			c.declares[block.Type+"."+strings.Join(block.Labels, ".")] = true
		case "provider":
			if alias := block.Body.Attributes["alias"]; alias != nil {
				name, _ := alias.Expr.Value(nil)
				c.declares[block.Labels[0]+"."+name.AsString()] = true
			}
		}
		if slices.Contains([]string{"resource", "data", "ephemeral", "provider"}, block.Type) {
			if owner, _, _ := strings.Cut(block.Labels[0], "_"); owner != "aurinko" && owner != "terraform" {
				c.foreign = block.Labels[0]
			}
		}
		c.refer(block.Body)
	}
	return c
}

// refer notes what the expressions of a body refer to.
func (c configuration) refer(body *hclsyntax.Body) {
	for _, attribute := range body.Attributes {
		for _, reference := range attribute.Expr.Variables() {
			if name := referenceName(reference); name != "" {
				c.refersTo[name] = true
			}
		}
	}
	for _, block := range body.Blocks {
		c.refer(block.Body)
	}
}

// referenceName is what a reference is to, as declares names it; empty for what
// needs no declaration.
func referenceName(reference hcl.Traversal) string {
	parts := []string{reference.RootName()}
	for _, step := range reference[1:] {
		attribute, ok := step.(hcl.TraverseAttr)
		if !ok {
			break
		}
		parts = append(parts, attribute.Name)
	}
	length := 2
	switch parts[0] {
	case "each", "count", "self", "path", "terraform":
		return ""
	case "data", "ephemeral":
		length = 3
	}
	if len(parts) < length { // a keyword
		return ""
	}
	return strings.Join(parts[:length], ".")
}

// with returns block i together with the blocks that declare what it refers to:
// of several, the nearest before it. What none declares is missing.
func with(blocks []configuration, i int) (together []configuration, missing string) {
	chosen := []int{i}
	for next := 0; next < len(chosen); next++ {
		for _, name := range slices.Sorted(maps.Keys(blocks[chosen[next]].refersTo)) {
			if slices.ContainsFunc(chosen, func(c int) bool { return blocks[c].declares[name] }) {
				continue
			}
			declares := -1
			for j, other := range blocks {
				if other.declares[name] && (declares < 0 || j < chosen[next]) {
					declares = j
				}
			}
			if declares < 0 {
				return nil, name
			}
			chosen = append(chosen, declares)
		}
	}
	for _, c := range chosen {
		together = append(together, blocks[c])
	}
	return together, ""
}

func TestWith(t *testing.T) {
	t.Parallel()
	var blocks []configuration
	for _, text := range []string{
		"variable \"a\" {\n  type = map(object({ b = string }))\n}",
		"resource \"aurinko_x\" \"x\" {\n  a = var.a\n}",
		"resource \"aurinko_x\" \"x\" {\n  for_each = local.c\n  a        = each.value\n}",
		"locals {\n  c = [for x in aurinko_x.x : x.id]\n}",
		"import {\n  to = aurinko_x.x[0]\n  id = data.aurinko_y.y.id\n}",
		"import {\n  to = aurinko_x.x\n}",
		"data \"vault_z\" \"z\" {}",
	} {
		file, diagnostics := hclsyntax.ParseConfig([]byte(text), "", hcl.InitialPos)
		if diagnostics.HasErrors() {
			t.Fatal(diagnostics)
		}
		blocks = append(blocks, configurationOf(text, file.Body.(*hclsyntax.Body)))
	}
	tests := []struct {
		block   int
		want    []int
		missing string
	}{
		{block: 0, want: []int{0}},
		{block: 1, want: []int{1, 0}},
		{block: 2, want: []int{2, 3}},
		{block: 4, missing: "data.aurinko_y.y"},
		{block: 5, want: []int{5, 2, 3}},
	}
	for _, test := range tests {
		together, missing := with(blocks, test.block)
		var want []string
		for _, i := range test.want {
			want = append(want, blocks[i].text)
		}
		var got []string
		for _, b := range together {
			got = append(got, b.text)
		}
		if missing != test.missing || !slices.Equal(got, want) {
			t.Errorf("block %d: got %q, missing %q", test.block, got, cmp.Or(missing, "nothing"))
		}
	}
	if blocks[6].foreign != "vault_z" || blocks[5].foreign != "" {
		t.Errorf("foreign: %q, %q", blocks[6].foreign, blocks[5].foreign)
	}
}
