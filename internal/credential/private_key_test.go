package credential_test

import (
	"crypto/ecdh"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/credential"
)

func TestParsePrivateKey(t *testing.T) {
	t.Parallel()

	tests := map[string]string{
		"PKCS#8":               pkcs8(rsaKey()),
		"PKCS#1":               pkcs1(rsaKey()),
		"CRLF":                 crlf(pkcs8(rsaKey())),
		"text around":          "Bag Attributes\n    friendlyName: acme\n" + pkcs8(rsaKey()) + "# end",
		"after a certificate":  certificate(rsaKey()) + pkcs8(rsaKey()),
		"before a certificate": pkcs1(rsaKey()) + certificate(rsaKey()),
		"before another key":   pkcs8(rsaKey()) + pkcs8(otherRSAKey()),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := credential.ParsePrivateKey(text)
			if err != nil {
				t.Fatal(err)
			}
			if !got.Equal(rsaKey()) {
				t.Error("it is another key")
			}
		})
	}
}

func TestParsePrivateKeyRefuses(t *testing.T) {
	t.Parallel()

	const damaged = "its block cannot be read as a private key"
	key := pkcs8(rsaKey())
	sec1 := block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ecKey())))
	x25519 := must(ecdh.X25519().GenerateKey(rand.Reader))
	legacyEncrypted := string(pem.EncodeToMemory(&pem.Block{
		Type:    "RSA PRIVATE KEY",
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00112233445566778899AABBCCDDEEFF"},
		Bytes:   x509.MarshalPKCS1PrivateKey(rsaKey()),
	}))
	tests := map[string]struct {
		text string
		want string
	}{
		"empty":                {"", "it is empty"},
		"blank":                {"\n \n", "it is empty"},
		"a word":               {"private-key-text", "it is not PEM text"},
		"encrypted PKCS#8":     {block("ENCRYPTED PRIVATE KEY", []byte("sealed")), "decrypt it with openssl rsa -in encrypted.pem -out key.pem"},
		"encrypted PKCS#1":     {legacyEncrypted, "decrypt it with openssl rsa -in encrypted.pem -out key.pem"},
		"1024 bits, PKCS#8":    {pkcs8(shortRSAKey()), "it is an RSA key of 1024 bits"},
		"1024 bits, PKCS#1":    {pkcs1(shortRSAKey()), "it is an RSA key of 1024 bits"},
		"EC, PKCS#8":           {pkcs8(ecKey()), "Microsoft Entra certificates here must be RSA"},
		"EC":                   {sec1, "Microsoft Entra certificates here must be RSA"},
		"EC after parameters":  {block("EC PARAMETERS", []byte("x")) + sec1, "Microsoft Entra certificates here must be RSA"},
		"Ed25519":              {pkcs8(ed25519Key()), "Microsoft Entra certificates here must be RSA"},
		"X25519":               {block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(x25519))), "Microsoft Entra certificates here must be RSA"},
		"DSA":                  {block("DSA PRIVATE KEY", []byte("x")), "Microsoft Entra certificates here must be RSA"},
		"OpenSSH":              {block("OPENSSH PRIVATE KEY", []byte("x")), "ssh-keygen -p -m PEM"},
		"a certificate":        {certificate(rsaKey()), "it is a certificate, not a private key"},
		"a public key":         {block("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(rsaKey().Public()))), "it is a public key"},
		"another block":        {block("DH PARAMETERS", []byte("x")), "it holds no private key"},
		"cut off":              {key[:len(key)-10], "its PEM block is damaged"},
		`\n in the text`:       {strings.ReplaceAll(key, "\n", `\n`), "its line breaks are written as"},
		"damaged PKCS#8":       {block("PRIVATE KEY", []byte("no key at all")), damaged},
		"damaged PKCS#1":       {block("RSA PRIVATE KEY", []byte("no key at all")), damaged},
		"PKCS#8 under PKCS#1":  {block("RSA PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(rsaKey()))), damaged},
		"unknown sort of key":  {block("SECRET PRIVATE KEY", []byte("no key at all")), damaged},
		"a changed bit inside": {block("RSA PRIVATE KEY", flipped(x509.MarshalPKCS1PrivateKey(rsaKey()))), damaged},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := credential.ParsePrivateKey(test.text)
			checkRefused(t, err, test.want, test.text)
			if got != nil {
				t.Error("got a key beside the error")
			}
		})
	}
}

// flipped changes one bit in the middle, among the key's primes.
func flipped(der []byte) []byte {
	der[len(der)/2] ^= 1
	return der
}

func TestMatchCertificate(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		certificate string
		key         *rsa.PrivateKey
		want        string // "" when they belong together
	}{
		"a pair":         {certificate(rsaKey()), rsaKey(), ""},
		"another key":    {certificate(rsaKey()), otherRSAKey(), "does not belong to the certificate"},
		"EC certificate": {certificate(ecKey()), rsaKey(), "the certificate's public key is not RSA"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parsed, err := credential.ParseCertificate(test.certificate)
			if err != nil {
				t.Fatal(err)
			}
			err = credential.MatchCertificate(parsed, test.key)
			if test.want == "" {
				if err != nil {
					t.Errorf("unexpected error: %v", err)
				}
				return
			}
			checkRefused(t, err, test.want, test.certificate)
		})
	}
}
