package credential_test

import (
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/credential"
)

func TestCanonicalPrivateKey(t *testing.T) {
	t.Parallel()

	pkcs1 := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey())}))
	der, err := x509.MarshalPKCS8PrivateKey(rsaKey())
	if err != nil {
		t.Fatal(err)
	}
	pkcs8 := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	want := credential.CanonicalPrivateKey(pkcs8)
	for name, same := range map[string]string{
		"PKCS#1":      pkcs1,
		"CRLF":        strings.ReplaceAll(pkcs8, "\n", "\r\n"),
		"text around": "key of acme\n" + pkcs8 + "\nend",
	} {
		if credential.CanonicalPrivateKey(same) != want {
			t.Errorf("%s: the same key is another", name)
		}
	}
	if got := credential.PrivateKeyPEM("key of acme\r\n" + strings.ReplaceAll(pkcs8, "\n", "\r\n")); got != pkcs8 {
		t.Error("PrivateKeyPEM keeps what stands around the key")
	}
	for _, unusable := range []string{"", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		if credential.CanonicalPrivateKey(unusable) != unusable || credential.PrivateKeyPEM(unusable) != unusable {
			t.Errorf("%q is changed", unusable)
		}
	}
}

func TestSameJSON(t *testing.T) {
	t.Parallel()

	const document = `{"type":"service_account","client_id":"1","scopes":["a","b"]}`
	checkSame(t, credential.SameJSON, map[string]sameTest{
		"same":                {a: document, b: document, same: true},
		"white space":         {a: document, b: "{\n  \"type\": \"service_account\",\r\n  \"client_id\": \"1\",\n  \"scopes\": [ \"a\", \"b\" ]\n}\n", same: true},
		"order of keys":       {a: document, b: `{"scopes":["a","b"],"client_id":"1","type":"service_account"}`, same: true},
		"escapes":             {a: `{"a":"\u0041"}`, b: `{"a":"A"}`, same: true},
		"another value":       {a: document, b: `{"type":"service_account","client_id":"2","scopes":["a","b"]}`},
		"order of a list":     {a: document, b: `{"type":"service_account","client_id":"1","scopes":["b","a"]}`},
		"a field more":        {a: document, b: `{"type":"service_account","client_id":"1","scopes":["a","b"],"x":null}`},
		"text for a number":   {a: `{"a":1}`, b: `{"a":"1"}`},
		"numbers above 2^53":  {a: `{"a":9007199254740993}`, b: `{"a":9007199254740992}`},
		"a second document":   {a: `{}`, b: `{}{}`},
		"cut off":             {a: `{"a":1}`, b: `{"a":1`},
		"not JSON, the same":  {a: "{x", b: "{x", same: true},
		"not JSON, different": {a: "{x", b: "{ x"},
		"empty and a null":    {a: "", b: "null"},
		"both empty":          {a: "", b: "", same: true},
	})
}

// SamePEM compares blocks without parsing what they hold, which is why any bytes do.
func TestSamePEM(t *testing.T) {
	t.Parallel()

	of := func(blockType, content string) string { return block(blockType, []byte(strings.Repeat(content, 40))) }
	certificate, renewed, issuer := of("CERTIFICATE", "one"), of("CERTIFICATE", "two"), of("CERTIFICATE", "ca")
	key, otherKey := of("PRIVATE KEY", "key"), of("PRIVATE KEY", "other")
	lines := strings.SplitAfter(certificate, "\n")
	joined := lines[0] + strings.ReplaceAll(strings.Join(lines[1:len(lines)-2], ""), "\n", "") + "\n" + lines[len(lines)-2]
	checkSame(t, credential.SamePEM, map[string]sameTest{
		"same":                           {a: certificate, b: certificate, same: true},
		"CRLF":                           {a: certificate, b: crlf(certificate), same: true},
		"no last line break":             {a: certificate, b: strings.TrimSpace(certificate), same: true},
		"blank lines around":             {a: certificate, b: "\n\n" + certificate + "\n\n", same: true},
		"text before and after":          {a: certificate, b: "subject=CN = acme\n" + certificate + "# end\n", same: true},
		"a chain after it":               {a: certificate, b: certificate + issuer, same: true},
		"lines of another length":        {a: certificate, b: joined, same: true},
		"another certificate":            {a: certificate, b: renewed},
		"a chain in another order":       {a: certificate + issuer, b: issuer + certificate},
		"a key's line breaks":            {a: key, b: crlf(key), same: true},
		"another key":                    {a: key, b: otherKey},
		"the same bytes of another type": {a: key, b: of("RSA PRIVATE KEY", "key")},
		"renewed after an unchanged key": {a: key + certificate, b: key + renewed},
		"key changed after certificate":  {a: certificate + key, b: certificate + otherKey},
		"a key added":                    {a: certificate, b: certificate + key},
		"not PEM and PEM":                {a: "certificate", b: certificate},
		"not PEM, the same":              {a: "certificate", b: "certificate", same: true},
		"not PEM, different":             {a: "certificate", b: "certificate "},
		"cut off":                        {a: certificate[:len(certificate)-20], b: certificate},
		"empty and PEM":                  {a: "", b: certificate},
		"both empty":                     {a: "", b: "", same: true},
	})
}

type sameTest struct {
	a, b string
	same bool
}

// checkSame compares in both directions.
func checkSame(t *testing.T, same func(a, b string) bool, tests map[string]sameTest) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, back := same(test.a, test.b), same(test.b, test.a); got != test.same || back != test.same {
				t.Errorf("the same is %t, and %t the other way round, want %t", got, back, test.same)
			}
		})
	}
}
