package oauth_test

import (
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A pair is a certificate and its private key, both PEM.
type pair struct{ certificate, privateKey string }

func newPair(t *testing.T, key *rsa.PrivateKey, commonName string) pair {
	t.Helper()
	return pair{acctest.Certificate(t, key, commonName, acctest.NextYear()), acctest.PrivateKey(t, key)}
}

func (p pair) registration() simulator.OAuthReg {
	return simulator.OAuthReg{
		ServiceType: "Office365", Daemon: true, ClientID: clientID, ClientSecret: p.privateKey, ClientSecret2: p.certificate,
	}
}

// shown returns what the resource computes from the certificate.
func (p pair) shown() values {
	block, _ := pem.Decode([]byte(p.certificate))
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		panic(err)
	}
	const inUTC = "2006-01-02T15:04:05Z"
	return values{
		"certificate_thumbprint": fmt.Sprintf("%X", sha1.Sum(block.Bytes)),
		"certificate_sha256":     fmt.Sprintf("%X", sha256.Sum256(block.Bytes)),
		"certificate_not_before": certificate.NotBefore.UTC().Format(inUTC),
		"certificate_not_after":  certificate.NotAfter.UTC().Format(inUTC),
	}
}

// Aurinko is sent the certificate and the key alone, without text around them and
// without the rest of a chain, which are no change either. A new certificate for the
// same key is sent, with the key, and is no new key.
func TestOffice365DaemonCertificate(t *testing.T) {
	t.Parallel()

	c := settingsCases(t)["daemon"]
	respell := func(text any) string {
		return "Bag Attributes\r\n    friendlyName: acme\r\n" + strings.ReplaceAll(text.(string), "\n", "\r\n") + "\r\n"
	}
	respelled := c.with(values{
		"certificate": respell(c.attributes["certificate"]) + c.wrong.ClientSecret2, "private_key": respell(c.attributes["private_key"]),
	})
	version := values{"private_key_wo_version": 1}
	renewal := c.right
	renewal.ClientSecret2 = newPair(t, acctest.Key(), "renewed").certificate
	renewed := c.with(values{"certificate": renewal.ClientSecret2})
	saved := []string{saves}
	newLife(t, c, simulator.Quirks{}).apply(
		phase{config: c.writeOnly(respelled), action: "create", writes: saved, revision: 1, stored: c.right},
		phase{config: c.writeOnly(c.attributes), revision: 1, stored: c.right},
		phase{config: respelled, action: "update", revision: 1, stored: c.right},
		phase{config: c.attributes, revision: 1, stored: c.right},
		phase{config: renewed, action: "update", writes: saved, revision: 1, stored: renewal},
		phase{config: c.writeOnly(respelled), action: "update", unknown: c.revision(), writes: saved, revision: 1, stored: c.right},
		phase{config: c.writeOnly(renewed).With(version), action: "update", writes: saved, revision: 2, stored: renewal},
		phase{config: c.writeOnly(c.attributes).With(version), action: "update", writes: saved, revision: 2, stored: c.right},
		phase{config: c.writeOnly(c.attributes).With(version).With(values{"expiry_warning_days": 0}), action: "update", revision: 2, stored: c.right},
	)
}
