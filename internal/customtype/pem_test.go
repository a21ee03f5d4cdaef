package customtype_test

import (
	"encoding/pem"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
)

// block returns PEM text. The type compares blocks without reading into them,
// so that any bytes do.
func block(blockType, content string) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: blockType, Bytes: []byte(strings.Repeat(content, 40))}))
}

func TestPEMSemanticEquals(t *testing.T) {
	t.Parallel()

	certificate, renewed, issuer := block("CERTIFICATE", "one"), block("CERTIFICATE", "two"), block("CERTIFICATE", "ca")
	key, otherKey := block("PRIVATE KEY", "key"), block("PRIVATE KEY", "other")
	value := customtype.NewPEMValue

	compareStrings(t, map[string]comparison[customtype.PEM]{
		"same":                           {value(certificate), value(certificate), true},
		"CRLF":                           {value(certificate), value(strings.ReplaceAll(certificate, "\n", "\r\n")), true},
		"no last line break":             {value(certificate), value(strings.TrimSpace(certificate)), true},
		"blank lines around":             {value(certificate), value("\n\n" + certificate + "\n\n"), true},
		"text before and after":          {value(certificate), value("subject=CN = acme\n" + certificate + "# end\n"), true},
		"a chain after it":               {value(certificate), value(certificate + issuer), true},
		"lines of another length":        {value(certificate), value(oneLine(certificate)), true},
		"another certificate":            {value(certificate), value(renewed), false},
		"a chain in another order":       {value(certificate + issuer), value(issuer + certificate), false},
		"a key's line breaks":            {value(key), value(strings.ReplaceAll(key, "\n", "\r\n")), true},
		"another key":                    {value(key), value(otherKey), false},
		"the same bytes of another type": {value(block("PRIVATE KEY", "key")), value(block("RSA PRIVATE KEY", "key")), false},
		"renewed after an unchanged key": {value(key + certificate), value(key + renewed), false},
		"key changed after certificate":  {value(certificate + key), value(certificate + otherKey), false},
		"a key added":                    {value(certificate), value(certificate + key), false},
		"not PEM and PEM":                {value("certificate"), value(certificate), false},
		"not PEM, the same":              {value("certificate"), value("certificate"), true},
		"not PEM, different":             {value("certificate"), value("certificate "), false},
		"cut off":                        {value(certificate[:len(certificate)-20]), value(certificate), false},
		"empty and PEM":                  {value(""), value(certificate), false},
		"both empty":                     {value(""), value(""), true},
		"empty and null":                 {value(""), customtype.NewPEMNull(), false},
		"both null":                      {customtype.NewPEMNull(), customtype.NewPEMNull(), true},
		"null and unknown":               {customtype.NewPEMNull(), customtype.NewPEMUnknown(), false},
		"both unknown":                   {customtype.NewPEMUnknown(), customtype.NewPEMUnknown(), false},
	})
}

// oneLine joins the base64 of a single block into one line.
func oneLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	last := len(lines) - 1
	return lines[0] + "\n" + strings.Join(lines[1:last], "") + "\n" + lines[last] + "\n"
}

// The framework logs values by their String at TRACE.
func TestPEMStringHidesTheText(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		value customtype.PEM
		want  string
	}{
		"known":   {customtype.NewPEMValue("secret"), `"(hidden)"`},
		"empty":   {customtype.NewPEMValue(""), `"(hidden)"`},
		"null":    {customtype.NewPEMNull(), "<null>"},
		"unknown": {customtype.NewPEMUnknown(), "<unknown>"},
	}
	for name, test := range tests {
		if got := test.value.String(); got != test.want {
			t.Errorf("%s: String is %s, want %s", name, got, test.want)
		}
	}
}
