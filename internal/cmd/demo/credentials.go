package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"time"
)

// credentials are the company's secrets, made up for one run of the demo.
type credentials struct {
	clientSecret     string
	certificate      string // PEM; no secret
	privateKey       string // PEM, of the certificate
	googleKey        string // JSON
	googlePrivateKey string // PEM, in the Google key
	exchangePassword string
}

func newCredentials() (credentials, error) {
	c := credentials{clientSecret: rand.Text(), exchangePassword: rand.Text()}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return c, err
	}
	if c.certificate, err = selfSigned(key); err != nil {
		return c, err
	}
	if c.privateKey, err = pkcs8(key); err != nil {
		return c, err
	}
	googleKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return c, err
	}
	if c.googlePrivateKey, err = pkcs8(googleKey); err != nil {
		return c, err
	}
	c.googleKey, err = googleJSON(c.googlePrivateKey)
	return c, err
}

func selfSigned(key *rsa.PrivateKey) (string, error) {
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.Unix()),
		Subject:      pkix.Name{CommonName: "Acme Aurinko daemon"},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.AddDate(1, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), err
}

func pkcs8(key *rsa.PrivateKey) (string, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), err
}

// googleJSON is a key as the Google Cloud console gives it out.
func googleJSON(privateKey string) (string, error) {
	text, err := json.MarshalIndent(map[string]string{
		"type":           "service_account",
		"project_id":     "acme-mail",
		"private_key_id": "5d1c0a9f27e84b36a0c4f1e2d3b5968778695a4b",
		"private_key":    privateKey,
		"client_email":   "aurinko@acme-mail.iam.gserviceaccount.com",
		"client_id":      "104857600000000000001",
		"auth_uri":       "https://accounts.google.com/o/oauth2/auth",
		"token_uri":      "https://oauth2.googleapis.com/token",
	}, "", "  ")
	return string(text), err
}
