package credential

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// minKeyBits is the shortest RSA key that is still thought safe.
const minKeyBits = 2048

// ParsePrivateKey reads the first private key of a PEM text: RSA of at least
// 2048 bits, PKCS#1 or PKCS#8, not encrypted.
func ParsePrivateKey(text string) (*rsa.PrivateKey, error) {
	key, _, err := parseRSAKey(text)
	if err != nil {
		return nil, err
	}
	if bits := key.N.BitLen(); bits < minKeyBits {
		return nil, fmt.Errorf("it is an RSA key of %d bits, and at least %d are needed; create a new key and certificate", bits, minKeyBits)
	}
	return key, nil
}

// MatchCertificate fails unless the key is the one that the certificate was
// issued for.
func MatchCertificate(certificate Certificate, key *rsa.PrivateKey) error {
	public, ok := certificate.X509.PublicKey.(*rsa.PublicKey)
	if !ok {
		return errors.New("the certificate's public key is not RSA; create a certificate with an RSA key")
	}
	if !public.Equal(&key.PublicKey) {
		return errors.New("the private key does not belong to the certificate; give the two that were created together")
	}
	return nil
}

// parseRSAKey reads an RSA key of any size and returns its PEM block with it.
func parseRSAKey(text string) (*rsa.PrivateKey, *pem.Block, error) {
	var first *pem.Block
	for rest := []byte(text); ; {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		switch {
		case block == nil && first == nil:
			return nil, nil, noPEM(text, "PRIVATE KEY")
		case block == nil:
			return nil, nil, noPrivateKey(first)
		case isPrivateKey(block.Type):
			key, err := decodeRSAKey(block)
			return key, block, err
		case first == nil:
			first = block
		}
	}
}

func isPrivateKey(blockType string) bool {
	return strings.HasSuffix(blockType, "PRIVATE KEY")
}

// noPrivateKey says what a text without a private key is instead.
func noPrivateKey(first *pem.Block) error {
	switch first.Type {
	case "CERTIFICATE":
		return errors.New("it is a certificate, not a private key; give the private key that belongs to it (-----BEGIN PRIVATE KEY-----)")
	case "PUBLIC KEY", "RSA PUBLIC KEY":
		return errors.New("it is a public key; give the private key (-----BEGIN PRIVATE KEY-----)")
	}
	return errors.New("it holds no private key; give the block from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----")
}

func decodeRSAKey(block *pem.Block) (*rsa.PrivateKey, error) {
	switch {
	case block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
		return nil, errors.New("it is encrypted, and Aurinko needs it without a passphrase; decrypt it with openssl rsa -in encrypted.pem -out key.pem")
	case block.Type == "EC PRIVATE KEY" || block.Type == "DSA PRIVATE KEY":
		return nil, errNotRSA
	case block.Type == "OPENSSH PRIVATE KEY":
		return nil, errors.New("it is in OpenSSH's own form; convert a copy of it with ssh-keygen -p -m PEM -f key")
	case block.Type == "RSA PRIVATE KEY":
		key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
		if err != nil {
			return nil, errDamagedKey
		}
		return key, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errDamagedKey
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errNotRSA
	}
	return key, nil
}

var (
	errNotRSA     = errors.New("it is not an RSA key; Microsoft Entra certificates here must be RSA, so create an RSA key and a certificate for it")
	errDamagedKey = errors.New("its block cannot be read as a private key; export the key again as PKCS#8 or PKCS#1")
)
