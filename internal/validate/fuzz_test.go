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

func FuzzEWSURL(f *testing.F) {
	for _, text := range []string{
		"", "mail.acme.example", "MAIL.acme.example:443", "https://mail.acme.example/", "https://mail.acme.example/ews/exchange.asmx/",
		"http://mail.acme.example", "https://user:hunter2@mail.acme.example", "https://[::1]:8443", "[fe80::1%25eth0]", "mail.acme.example:99999",
		"mail.acme.example?x", "mail.acme.example#x", "https://mail.acme.example/owa", "https://%zz", "1.2.3.4:0443", "a..b", "xn--mnchen-3ya.example",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		url, err := EWSURL(text)
		if err != nil {
			return
		}
		again, err := EWSURL(url)
		if err != nil || again != url {
			t.Errorf("%q is %q, and that is %q, %v", text, url, again, err)
		}
		if !strings.HasPrefix(url, "https://") || !strings.HasSuffix(url, ewsPath) || strings.ContainsAny(url, "@?# \n") {
			t.Errorf("%q is %q", text, url)
		}
		if !SameExchangeURL(text, url) || !SameExchangeURL(url, text) {
			t.Errorf("%q is %q, but they are held to differ", text, url)
		}
	})
}
