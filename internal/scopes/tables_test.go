package scopes

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

var write = flag.Bool("write", false, "write the tables into the page in place of comparing them")

// page is the documentation that has the tables, each after its comment.
const page = "../../templates/data-sources/scope_mapping.md.tmpl"

// The tables in the documentation are what this package knows. To write them:
//
//	go test ./internal/scopes -run TestTables -args -write
func TestTables(t *testing.T) {
	t.Parallel()

	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	documented := string(text)
	_, between, _ := strings.Cut(documented, "<!-- end of scopes -->")
	between, _, _ = strings.Cut(between, "<!-- permissions -->")
	for _, permission := range implicit {
		if !strings.Contains(between, "`"+permission+"`") {
			t.Errorf("%s does not name %s, which Aurinko asks for besides", page, permission)
		}
	}
	for name, table := range map[string]string{"scopes": scopesTable(), "permissions": permissionsTable()} {
		begin, end := fmt.Sprintf("<!-- %s -->\n\n", name), fmt.Sprintf("\n<!-- end of %s -->", name)
		before, rest, found := strings.Cut(documented, begin)
		has, after, ended := strings.Cut(rest, end)
		if !found || !ended {
			t.Fatalf("%s has no place for the table %s", page, name)
		}
		if *write {
			documented = before + begin + table + end + after
		} else if has != table {
			t.Errorf("%s: the table %s is\n%s\nand should be\n%s", page, name, has, table)
		}
	}
	if *write {
		if err := os.WriteFile(page, []byte(documented), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func scopesTable() string {
	table := "| Aurinko scope | in Aurinko's guides | delegated (`aurinko_office365_oauth`) | application (`aurinko_office365_daemon`) |\n| --- | --- | --- | --- |\n"
	for _, scope := range slices.Sorted(slices.Values(aurinko.Scopes)) {
		row := fmt.Sprintf("| `%s` | %s | %s | %s |\n", scope, guidesName(scope), documentedPermissions(Delegated, scope), documentedPermissions(Application, scope))
		table += strings.ReplaceAll(row, "|  |", "| |")
	}
	return table
}

// guidesName is what Aurinko's guides call a scope; empty for one that they do
// not have.
func guidesName(scope string) string {
	for _, name := range []string{scope + "Only", strings.TrimSuffix(scope, "s")} {
		if canonical, ok := aurinko.CanonicalScope(name); ok && canonical == scope && name != scope {
			return "`" + name + "`"
		}
	}
	if permissions[Delegated][scope] == nil && permissions[Application][scope] == nil {
		return ""
	}
	return "`" + scope + "`"
}

func documentedPermissions(permissionType, scope string) string {
	names := make([]string, 0, 1)
	for _, permission := range permissions[permissionType][scope] {
		names = append(names, "`"+permission+"`")
	}
	return cmp.Or(strings.Join(names, ", "), "not documented")
}

func permissionsTable() string {
	table := "| permission | ID, delegated | ID, application |\n| --- | --- | --- |\n"
	all := map[string]bool{}
	for _, of := range ids {
		for name := range of {
			all[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		cell := func(permissionType string) string {
			if id := ids[permissionType][name]; id != "" {
				return "`" + id + "`"
			}
			return ""
		}
		row := fmt.Sprintf("| `%s` | %s | %s |\n", name, cell(Delegated), cell(Application))
		table += strings.ReplaceAll(row, "|  |", "| |")
	}
	return table
}
