package credential_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/credential"
)

// Text that is almost PEM, beside real keys and certificates.
var almostPEM = []string{
	"", "-----BEGIN", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
	"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
	"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
	"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
	"-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n", "C:\\key.pem", "MIIEvQIBADANBgkq",
}

func FuzzParsePrivateKey(f *testing.F) {
	for _, text := range append(almostPEM, pkcs1(shortRSAKey()), pkcs8(shortRSAKey()), crlf(pkcs8(shortRSAKey()))) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		key, err := credential.ParsePrivateKey(text)
		if err == nil && key.N.BitLen() < 2048 {
			t.Errorf("a key of %d bits is taken", key.N.BitLen())
		}
		notQuoted(t, text, err)
		// What is taken is taken again without what stands around it.
		if again := credential.PrivateKeyPEM(text); credential.CanonicalPrivateKey(again) != credential.CanonicalPrivateKey(text) {
			t.Error("it is another key without what stands around it")
		}
	})
}

func FuzzParseCertificate(f *testing.F) {
	for _, text := range append(almostPEM, pkcs8(shortRSAKey())) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		certificate, err := credential.ParseCertificate(text)
		notQuoted(t, text, err)
		if err != nil {
			return
		}
		again, err := credential.ParseCertificate(certificate.PEM())
		if err != nil || again.SHA256 != certificate.SHA256 || again.Thumbprint != certificate.Thumbprint {
			t.Errorf("it is another certificate without what stands around it: %v", err)
		}
	})
}

func FuzzParseGoogleKey(f *testing.F) {
	for _, text := range []string{
		"", "null", "[]", "{}", `"{}"`, "key.json", `{"type":"service_account"}`, `{"type":"authorized_user"}`, `{"web":{}}`,
		`{"type":"service_account","client_email":1,"private_key":null}`, base64.StdEncoding.EncodeToString([]byte("{}")),
		googleKey(map[string]any{"private_key": pkcs8(shortRSAKey())}), googleKey(map[string]any{"private_key": "-----BEGIN"}),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		key, err := credential.ParseGoogleKey(text)
		notQuoted(t, text, err)
		if err != nil {
			return
		}
		if _, err := base64.StdEncoding.DecodeString(key.PrivateKeyBody); err != nil || key.PrivateKeyBody == "" {
			t.Errorf("the body of the private key is not base64: %v", err)
		}
		if key.ClientID == "" || key.ClientEmail == "" || key.PrivateKeyID == "" || key.ProjectID == "" || key.JSON != text {
			t.Errorf("something is missing: %+v", key)
		}
	})
}

func FuzzSamePEM(f *testing.F) {
	const certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
	for _, pair := range [][2]string{
		{"", ""}, {certificate, certificate}, {certificate, crlf(certificate)}, {certificate, "text\n" + certificate},
		{certificate, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}, {"-----BEGIN", "-----END"},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) { checkEquality(t, credential.SamePEM, a, b) })
}

func FuzzSameJSON(f *testing.F) {
	for _, pair := range [][2]string{
		{"", ""}, {`{"a":1,"b":[2]}`, `{ "b": [2], "a": 1 }`}, {`1.0`, `1`}, {`9007199254740993`, `9007199254740992`}, {`{"a":1,"a":2}`, `{"a":2}`}, {`{} {}`, `{}`},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) { checkEquality(t, credential.SameJSON, a, b) })
}

// checkEquality fails the test when the order of two texts counts, or when one is not
// like itself.
func checkEquality(t *testing.T, same func(a, b string) bool, a, b string) {
	t.Helper()
	if same(a, b) != same(b, a) {
		t.Errorf("%q and %q are the same one way only", a, b)
	}
	if !same(a, a) || !same(b, b) {
		t.Errorf("%q or %q is not like itself", a, b)
	}
}

// notQuoted fails the test when an error repeats what may be a secret.
func notQuoted(t *testing.T, text string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	for _, piece := range strings.Fields(text) {
		if len(piece) >= 24 && strings.Contains(err.Error(), piece) {
			t.Errorf("the error holds a piece of the text: %v", err)
		}
	}
}
