package credential_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"
)

// The keys are made once: an RSA key takes long.
var (
	rsaKey      = sync.OnceValue(func() *rsa.PrivateKey { return newRSAKey(2048) })
	otherRSAKey = sync.OnceValue(func() *rsa.PrivateKey { return newRSAKey(2048) })
	shortRSAKey = sync.OnceValue(func() *rsa.PrivateKey { return newRSAKey(1024) })
	ecKey       = sync.OnceValue(func() *ecdsa.PrivateKey {
		return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	})
	ed25519Key = sync.OnceValue(func() ed25519.PrivateKey {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return must(key, err)
	})
)

func newRSAKey(bits int) *rsa.PrivateKey {
	return must(rsa.GenerateKey(rand.Reader, bits))
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

var (
	notBefore = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	notAfter  = time.Date(2028, time.January, 1, 0, 0, 0, 0, time.UTC)
)

// certificate is a self-signed certificate of the key.
func certificate(key crypto.Signer) string {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "acme"},
		NotBefore:    notBefore,
		NotAfter:     notAfter,
	}
	return block("CERTIFICATE", must(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)))
}

func pkcs1(key *rsa.PrivateKey) string {
	return block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))
}

func pkcs8(key crypto.Signer) string {
	return block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key)))
}

func block(blockType string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: blockType, Bytes: der}))
}

func crlf(text string) string {
	return strings.ReplaceAll(text, "\n", "\r\n")
}

// checkRefused checks an error for a part of what it must say, and that it
// repeats no line of the input.
func checkRefused(t *testing.T, err error, want, input string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %q", want)
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("error %q, want %q", err, want)
	}
	for line := range strings.Lines(input) {
		line = strings.TrimSpace(line)
		if len(line) > 8 && !strings.HasPrefix(line, "-----") && strings.Contains(err.Error(), line) {
			t.Errorf("the error repeats the input's line %q: %v", line, err)
		}
	}
}
