package credential_test

import (
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/credential"
)

func TestParseCertificate(t *testing.T) {
	t.Parallel()

	text, issuer := certificate(rsaKey()), certificate(otherRSAKey())
	tests := map[string]string{
		"one block":             text,
		"CRLF":                  crlf(text),
		"no last line break":    strings.TrimSpace(text),
		"text around":           "subject=CN = acme\n" + text + "# end",
		"a chain":               text + issuer,
		"parameters before it":  block("DH PARAMETERS", []byte("x")) + text,
		"a public key after it": text + block("PUBLIC KEY", []byte("x")),
	}
	decoded, _ := pem.Decode([]byte(text))
	thumbprint := fmt.Sprintf("%X", sha1.Sum(decoded.Bytes))
	fingerprint := fmt.Sprintf("%X", sha256.Sum256(decoded.Bytes))
	for name, given := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := credential.ParseCertificate(given)
			if err != nil {
				t.Fatal(err)
			}
			if got.Thumbprint != thumbprint || got.SHA256 != fingerprint {
				t.Errorf("thumbprints %s and %s, want %s and %s", got.Thumbprint, got.SHA256, thumbprint, fingerprint)
			}
			if !got.NotBefore.Equal(notBefore) || !got.NotAfter.Equal(notAfter) {
				t.Errorf("valid from %s to %s, want %s to %s", got.NotBefore, got.NotAfter, notBefore, notAfter)
			}
			if got.X509 == nil || got.X509.Subject.CommonName != "acme" {
				t.Errorf("X509 is %v", got.X509)
			}
			if got.PEM() != text {
				t.Errorf("PEM gives\n%s, want\n%s", got.PEM(), text)
			}
		})
	}
}

func TestParseCertificateRefuses(t *testing.T) {
	t.Parallel()

	text := certificate(rsaKey())
	request := block("CERTIFICATE REQUEST", must(x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, ed25519Key())))
	tests := map[string]struct {
		text string
		want string
	}{
		"empty":                 {"", "it is empty"},
		"blank":                 {" \n", "it is empty"},
		"a word":                {"certificate-text", "it is not PEM text"},
		"a file's name":         {"certs/acme-certificate.pem", "it is not PEM text"},
		"base64 alone":          {strings.Join(strings.Split(text, "\n")[1:5], "\n"), "it is not PEM text"},
		"a key":                 {pkcs8(rsaKey()), "it is a private key, not a certificate"},
		"a PKCS#1 key":          {pkcs1(rsaKey()), "it is a private key, not a certificate"},
		"a key before it":       {pkcs8(rsaKey()) + text, "it holds a private key beside the certificate"},
		"a key after it":        {text + pkcs1(rsaKey()), "it holds a private key beside the certificate"},
		"an encrypted key too":  {text + block("ENCRYPTED PRIVATE KEY", []byte("x")), "it holds a private key beside the certificate"},
		"a request":             {request, "it is a certificate signing request"},
		"a public key":          {block("PUBLIC KEY", []byte("x")), "it is a bare public key"},
		"a trusted certificate": {block("TRUSTED CERTIFICATE", []byte("x")), "OpenSSL's own TRUSTED form"},
		"a PKCS#7 bundle":       {block("PKCS7", []byte("x")), "it is a PKCS#7 bundle"},
		"another block":         {block("DH PARAMETERS", []byte("x")), "it holds no certificate"},
		"cut off":               {text[:len(text)-10], "its PEM block is damaged"},
		"no base64":             {"-----BEGIN CERTIFICATE-----\n!not-base64!\n-----END CERTIFICATE-----\n", "its PEM block is damaged"},
		`\n in the text`:        {strings.ReplaceAll(text, "\n", `\n`), "its line breaks are written as"},
		"not X.509":             {block("CERTIFICATE", []byte("no certificate at all")), "is not an X.509 certificate"},
		"empty block":           {block("CERTIFICATE", nil), "is not an X.509 certificate"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := credential.ParseCertificate(test.text)
			checkRefused(t, err, test.want, test.text)
			if got != (credential.Certificate{}) {
				t.Errorf("got %v beside the error", got)
			}
		})
	}
}
