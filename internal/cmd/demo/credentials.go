package main

import (
	"crypto/rand"

	made "github.com/aurinko/terraform-provider-aurinko/internal/simulator/credentials"
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
	var err error
	if c.certificate, c.privateKey, err = made.NewCertificate("Acme Aurinko daemon"); err != nil {
		return c, err
	}
	c.googleKey, c.googlePrivateKey, err = made.NewGoogleKey("labs.acme.example")
	return c, err
}
