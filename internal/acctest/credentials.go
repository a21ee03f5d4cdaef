package acctest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"sync"
	"testing"
	"time"
)

// Two RSA keys. They are made once for the tests of a package, as that takes
// long.
var (
	Key      = sync.OnceValue(NewKey)
	OtherKey = sync.OnceValue(NewKey)
)

// NewKey is a fresh RSA key.
func NewKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

// PrivateKey is a private key as PEM text, PKCS#8.
func PrivateKey(t testing.TB, key crypto.Signer) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// Certificate is a self-signed certificate of a key as PEM text. It is valid
// from 90 days before its end. A common name tells it from others.
func Certificate(t testing.TB, key crypto.Signer, commonName string, notAfter time.Time) string {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: commonName},
		NotBefore:    notAfter.AddDate(0, 0, -90),
		NotAfter:     notAfter,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// NextYear is an end for certificates that are nowhere near it.
func NextYear() time.Time { return time.Now().AddDate(1, 0, 0) }

// GoogleKey is the JSON key of a Google service account: the client id tells
// service accounts apart, the key id the keys of one of them.
func GoogleKey(t testing.TB, clientID, keyID string, key *rsa.PrivateKey) string {
	t.Helper()
	text, err := json.MarshalIndent(map[string]string{
		"type":                        "service_account",
		"project_id":                  "acme-mail",
		"private_key_id":              keyID,
		"private_key":                 PrivateKey(t, key),
		"client_email":                "aurinko-" + clientID + "@acme-mail.iam.gserviceaccount.com",
		"client_id":                   clientID,
		"auth_uri":                    "https://accounts.google.com/o/oauth2/auth",
		"token_uri":                   "https://oauth2.googleapis.com/token",
		"auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
	}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
