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

func TestCanonicalJSON(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		a, b string
		same bool
	}{
		"the same text": {`{"a":"1"}`, `{"a":"1"}`, true},
		"reformatted":   {`{"a":"1","b":"2"}`, "{\n \"b\": \"2\", \"a\": \"1\"}", true},
		"another value": {`{"a":"1"}`, `{"a":"2"}`, false},
		"large numbers": {`{"a":9007199254740993}`, `{"a":9007199254740992}`, false},
		"two documents": {`{}{}`, `{}`, false},
		"no JSON":       {"{", "{ ", false},
		"emptied":       {"", `{"a":"1"}`, false},
	}
	for name, test := range tests {
		if got := credential.CanonicalJSON(test.a) == credential.CanonicalJSON(test.b); got != test.same {
			t.Errorf("%s: same is %t", name, got)
		}
	}
}
