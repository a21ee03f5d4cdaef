// Package credentials makes up what a company has from its mail services: keys
// and certificates that are of the right form, and open nothing.
package credentials

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// NewCertificate returns a self-signed certificate that is valid for a year,
// and its private key, RSA in PKCS#8: both PEM.
func NewCertificate(commonName string) (certificate, privateKey string, err error) {
	key, privateKey, err := newKey()
	if err != nil {
		return "", "", err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: commonName},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.AddDate(1, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), privateKey, err
}

// NewGoogleKey returns the JSON key of a Google service account, as the Google
// Cloud console gives it out, for the Workspace of a domain. The service account
// is the same for each key of a domain; the private key is returned besides.
func NewGoogleKey(domain string) (jsonKey, privateKey string, err error) {
	if _, privateKey, err = newKey(); err != nil {
		return "", "", err
	}
	project := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(domain)), "-")
	id := make([]byte, 20)
	rand.Read(id) // never fails, see crypto/rand
	text, err := json.MarshalIndent(map[string]string{
		"type":                        "service_account",
		"project_id":                  project,
		"private_key_id":              hex.EncodeToString(id),
		"private_key":                 privateKey,
		"client_email":                "aurinko@" + project + ".iam.gserviceaccount.com",
		"client_id":                   clientID(domain),
		"auth_uri":                    "https://accounts.google.com/o/oauth2/auth",
		"token_uri":                   "https://oauth2.googleapis.com/token",
		"auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
		"universe_domain":             "googleapis.com",
	}, "", "  ")
	return string(text) + "\n", privateKey, err
}

// clientID is a number of 21 digits that a domain always has.
func clientID(domain string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(domain)))
	return fmt.Sprintf("1%020d", binary.BigEndian.Uint64(sum[:]))
}

func newKey() (*rsa.PrivateKey, string, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), err
}
