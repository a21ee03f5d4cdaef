package customtype

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// FuzzAccountID reads any text. An ID that is accepted is written as it was read,
// so that a plan is never inconsistent.
func FuzzAccountID(f *testing.F) {
	for _, text := range []string{"", "0", "1", "-1", "+1", "01", "9223372036854775807", "9223372036854775808", "1e3", " 1", "١"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var diagnostics diag.Diagnostics
		id := AccountID{StringValue: types.StringValue(text)}.ID(path.Root("id"), &diagnostics)
		if (id > 0) == diagnostics.HasError() || id < 0 {
			t.Errorf("%q is read as %s, %v", text, id, diagnostics)
		}
		if id != 0 && NewAccountID(id).ValueString() != text {
			t.Errorf("%q is read as %s, and written as %s", text, id, NewAccountID(id))
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
		if !sameServer(text, url) || !sameServer(url, text) {
			t.Errorf("%q is %q, but they are held to differ", text, url)
		}
	})
}

func FuzzSamePEM(f *testing.F) {
	const certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
	for _, pair := range [][2]string{
		{"", ""}, {certificate, certificate}, {certificate, strings.ReplaceAll(certificate, "\n", "\r\n")}, {certificate, "text\n" + certificate},
		{certificate, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}, {"-----BEGIN", "-----END"},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if samePEM(a, b) != samePEM(b, a) {
			t.Errorf("%q and %q are the same one way only", a, b)
		}
		if samePEM(a, b) && !samePEM(a, a) {
			t.Errorf("%q is like %q, but not like itself", a, b)
		}
	})
}

func FuzzSameDocument(f *testing.F) {
	for _, pair := range [][2]string{
		{"", ""}, {`{"a":1,"b":[2]}`, `{ "b": [2], "a": 1 }`}, {`1.0`, `1`}, {`9007199254740993`, `9007199254740992`}, {`{"a":1,"a":2}`, `{"a":2}`}, {`{} {}`, `{}`},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if sameDocument(a, b) != sameDocument(b, a) {
			t.Errorf("%q and %q are the same one way only", a, b)
		}
		if sameDocument(a, b) && !sameDocument(a, a) {
			t.Errorf("%q is like %q, but not like itself", a, b)
		}
	})
}
