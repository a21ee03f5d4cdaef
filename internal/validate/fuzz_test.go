package validate

import (
	"net/mail"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

func FuzzEmail(f *testing.F) {
	for _, text := range []string{
		"", "sales@acme.example", "Sales <sales@acme.example>", `"a b"@acme.example`, "a@b@c.example", "sales@münchen.example", "sales@[1.2.3.4]",
		"sales@acme.example\n", "@acme.example", "sales@", "a@b", "a..b@acme.example",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if emailProblem(text) != "" {
			return
		}
		address, err := mail.ParseAddress(text)
		if err != nil || address.Name != "" || address.Address != text {
			t.Errorf("%q is taken, and read as %v, %v", text, address, err)
		}
		// What is equal but for its case is as good.
		if emailProblem(strings.ToUpper(text)) != "" && isASCII(text) {
			t.Errorf("%q is taken, but not in upper case", text)
		}
		if strings.ContainsAny(text, " \t\r\n<>") || strings.Count(text, "@") != 1 {
			t.Errorf("%q is taken", text)
		}
	})
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > 127 }) < 0
}

func FuzzScope(f *testing.F) {
	for _, text := range append([]string{"", "mail.read", "Mail.ReadOnly", "Mail.Reed", "\xff", "Everything"}, aurinko.Scopes...) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, known := aurinko.CanonicalScope(text)
		summary, detail := scopeProblem(types.StringValue(text))
		if known != (summary == "") || (summary == "") != (detail == "") {
			t.Errorf("%q is known %t, and has the problem %q: %q", text, known, summary, detail)
		}
		if len(text) < 100 && len(nearest(text, aurinko.ScopeNamesKnown(), 4)) > 3 {
			t.Errorf("%q has too many suggestions: %s", text, detail)
		}
	})
}
