// Package credential reads the certificates and keys that are handed to
// Aurinko, so that a wrong one is found before anything is sent.
//
// Its errors say what was given instead and what to do. They never hold any
// part of the input, and so neither the errors of the standard library's
// parsers, which may.
package credential

import (
	"crypto/sha1" //nolint:gosec // Microsoft Entra names certificates by their SHA-1 thumbprint; nothing is secured by it here.
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"strings"
	"time"
)

// Certificate is an X.509 certificate with the facts about it that users see.
type Certificate struct {
	X509 *x509.Certificate
	// Thumbprint is the SHA-1 of the certificate and SHA256 its SHA-256, both
	// in upper-case hex without colons, as Microsoft Entra shows them.
	Thumbprint string
	SHA256     string
	// NotBefore and NotAfter are in UTC.
	NotBefore time.Time
	NotAfter  time.Time
}

// ParseCertificate reads the first certificate of a PEM text. What follows
// it, as in a chain, is passed over. A text that holds a private key as well
// is refused: a certificate is shown in plans and kept in state openly.
func ParseCertificate(text string) (Certificate, error) {
	var found *pem.Block
	var others []string
	for rest := []byte(text); ; {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			break
		}
		if block.Type == "CERTIFICATE" {
			if found == nil {
				found = block
			}
			continue
		}
		others = append(others, block.Type)
	}

	for _, kind := range others {
		if isPrivateKey(kind) {
			if found != nil {
				return Certificate{}, errors.New("it holds a private key beside the certificate, and a certificate is not kept secret; give only the block from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----")
			}
			return Certificate{}, errors.New("it is a private key, not a certificate; give the certificate that belongs to the key (-----BEGIN CERTIFICATE-----)")
		}
	}
	if found == nil {
		return Certificate{}, noCertificate(text, others)
	}

	parsed, err := x509.ParseCertificate(found.Bytes)
	if err != nil {
		return Certificate{}, errors.New("its CERTIFICATE block is not an X.509 certificate; export the certificate again")
	}
	thumbprint := sha1.Sum(parsed.Raw) //nolint:gosec // see the import
	fingerprint := sha256.Sum256(parsed.Raw)
	return Certificate{
		X509:       parsed,
		Thumbprint: strings.ToUpper(hex.EncodeToString(thumbprint[:])),
		SHA256:     strings.ToUpper(hex.EncodeToString(fingerprint[:])),
		NotBefore:  parsed.NotBefore.UTC(),
		NotAfter:   parsed.NotAfter.UTC(),
	}, nil
}

// noCertificate says what a text without a certificate is instead; others are
// the types of the blocks that it does hold.
func noCertificate(text string, others []string) error {
	if len(others) == 0 {
		return noPEM(text, "CERTIFICATE")
	}
	switch others[0] {
	case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST":
		return errors.New("it is a certificate signing request, not a certificate; give the certificate that was issued for it, or a self-signed one")
	case "PUBLIC KEY", "RSA PUBLIC KEY":
		return errors.New("it is a bare public key, not a certificate; give the certificate (-----BEGIN CERTIFICATE-----)")
	case "TRUSTED CERTIFICATE":
		return errors.New("it is a certificate in OpenSSL's own TRUSTED form; convert it with openssl x509 -in trusted.pem -out certificate.pem")
	case "PKCS7":
		return errors.New("it is a PKCS#7 bundle, not a certificate; take the certificate out with openssl pkcs7 -print_certs -in bundle.p7b -out certificate.pem")
	}
	return errors.New("it holds no certificate; give the block from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----")
}

// noPEM says why no PEM block was found in a text that should hold one of the
// given type.
func noPEM(text, blockType string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return errors.New("it is empty; give PEM text that begins with -----BEGIN " + blockType + "-----")
	case strings.Contains(text, `\n`):
		return errors.New(`its line breaks are written as \n, a backslash and an n; give real line breaks, for example with file() or replace(…, "\\n", "\n")`)
	case strings.Contains(text, "-----BEGIN "):
		return errors.New("its PEM block is damaged; it must go from its BEGIN line to its END line, both on lines of their own, with nothing but base64 between them")
	}
	return errors.New("it is not PEM text; give the content of the file, for example with file(), from -----BEGIN " + blockType + "----- to its END line")
}

// PEM returns the certificate alone as PEM text, with lines of 64 characters
// that end in LF.
func (c Certificate) PEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.X509.Raw}))
}
