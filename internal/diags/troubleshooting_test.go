package diags_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The guide names every summary that the provider's code can give, and no
// other. What a summary is made of beside fixed text is "…" in both.
func TestTroubleshootingNamesEveryMessage(t *testing.T) {
	t.Parallel()

	text, err := os.ReadFile("../../templates/guides/troubleshooting.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	guide := map[string]bool{} // whether the code has the entry
	for _, entry := range regexp.MustCompile(`\*\*(.+?)\*\*`).FindAllStringSubmatch(string(text), -1) {
		guide[entry[1]] = false
	}
	given := summaries(t, "..")
	if len(given) < 50 {
		t.Errorf("only %d summaries found in the code", len(given))
	}
	for _, summary := range given {
		found := false
		for entry := range guide {
			pattern := strings.ReplaceAll(regexp.QuoteMeta(entry), "…", ".+")
			if regexp.MustCompile("^" + pattern + "$").MatchString(summary) {
				guide[entry], found = true, true
			}
		}
		if !found {
			t.Errorf("the guide does not name %q", summary)
		}
	}
	for entry, found := range guide {
		if !found {
			t.Errorf("the guide names %q, which the code does not give", entry)
		}
	}
}

// summaryAt is where the calls that make a diagnostic have its summary.
var summaryAt = map[string]int{
	"AddError": 0, "AddWarning": 0, "AddAttributeError": 1, "AddAttributeWarning": 1,
	"NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0, "NewAttributeErrorDiagnostic": 1, "NewAttributeWarningDiagnostic": 1,
	"Exists": 0, "NewArgumentFuncError": 1,
}

// summaries are those in the code below a directory. The framework's own
// helpers are not in it, nor is what only tests use.
func summaries(t *testing.T, root string) []string {
	t.Helper()
	var found []string
	add := func(expression ast.Expr) {
		summary := fixedText(expression)
		if summary, _, _ = strings.Cut(summary, ": "); strings.Trim(summary, "…") != "" {
			found = append(found, summary)
		}
	}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{"acctest", "browser", "cli", "cmd", "faults", "leaks", "simulator"}, entry.Name()) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.CallExpr:
				if at, ok := summaryAt[calledName(node)]; ok && len(node.Args) > at {
					add(node.Args[at])
				}
			case *ast.ValueSpec:
				if node.Names[0].Name == "summary" && len(node.Values) == 1 {
					add(node.Values[0])
				}
			case *ast.AssignStmt:
				if name, ok := node.Lhs[0].(*ast.Ident); ok && name.Name == "summary" && len(node.Lhs) == len(node.Rhs) {
					add(node.Rhs[0])
				}
			case *ast.KeyValueExpr:
				if name, ok := node.Key.(*ast.Ident); ok && name.Name == "summary" {
					add(node.Value)
				}
			case *ast.FuncDecl:
				addReturned(node, add)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// addReturned adds what a function returns as a result called summary.
func addReturned(function *ast.FuncDecl, add func(ast.Expr)) {
	results := function.Type.Results
	if results == nil || len(results.List) == 0 || len(results.List[0].Names) == 0 || results.List[0].Names[0].Name != "summary" {
		return
	}
	ast.Inspect(function.Body, func(node ast.Node) bool {
		if returned, ok := node.(*ast.ReturnStmt); ok && len(returned.Results) > 0 {
			add(returned.Results[0])
		}
		return true
	})
}

func calledName(call *ast.CallExpr) string {
	switch called := call.Fun.(type) {
	case *ast.Ident:
		return called.Name
	case *ast.SelectorExpr:
		return called.Sel.Name
	}
	return ""
}

var verb = regexp.MustCompile(`%[a-z]`)

// fixedText is a text with "…" for what is not fixed.
func fixedText(expression ast.Expr) string {
	switch expression := expression.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(expression.Value); err == nil {
			return text
		}
	case *ast.BinaryExpr:
		return fixedText(expression.X) + fixedText(expression.Y)
	case *ast.CallExpr:
		if calledName(expression) == "Sprintf" {
			return verb.ReplaceAllString(fixedText(expression.Args[0]), "…")
		}
	}
	return "…"
}
