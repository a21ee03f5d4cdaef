package credential

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"strings"
)

// CanonicalPrivateKey gives a text that private keys share when they are the
// same key, however they are encoded. A text that is no usable key is its own.
func CanonicalPrivateKey(text string) string {
	key, _, err := parseRSAKey(text)
	if err != nil {
		return text
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return text
	}
	return base64.StdEncoding.EncodeToString(der)
}

// PrivateKeyPEM gives the first private key of a PEM text without what stands
// around it. A text that holds no usable key is given as it is.
func PrivateKeyPEM(text string) string {
	_, block, err := parseRSAKey(text)
	if err != nil {
		return text
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes}))
}

// CanonicalJSON gives a text that JSON documents share when they hold the same
// in another order or with other white space. A text that is no JSON is its
// own.
func CanonicalJSON(text string) string {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return text
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) { // more than one document
		return text
	}
	canonical, err := json.Marshal(document)
	if err != nil {
		return text
	}
	return string(canonical)
}

// SameJSON reports whether two texts are the same JSON document.
func SameJSON(a, b string) bool { return CanonicalJSON(a) == CanonicalJSON(b) }

// SamePEM reports whether two texts hold the same certificate and the same
// private key. Only the first of each counts. A text without either is the same
// as itself alone.
func SamePEM(a, b string) bool {
	if a == b {
		return true
	}
	certificateA, keyA := firstBlocks(a)
	certificateB, keyB := firstBlocks(b)
	if certificateA == nil && keyA == nil {
		return false
	}
	return sameBlock(certificateA, certificateB) && sameBlock(keyA, keyB)
}

// firstBlocks returns the first certificate and the first private key of a
// text, nil for what it does not hold. Both are looked for, and not just the
// first block of any kind, so that a renewed certificate that comes after its
// unchanged key is seen as a change.
func firstBlocks(text string) (certificate, key *pem.Block) {
	for rest := []byte(text); ; {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		switch {
		case block == nil:
			return certificate, key
		case certificate == nil && block.Type == "CERTIFICATE":
			certificate = block
		case key == nil && strings.HasSuffix(block.Type, "PRIVATE KEY"):
			key = block
		}
	}
}

func sameBlock(a, b *pem.Block) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Type == b.Type && bytes.Equal(a.Bytes, b.Bytes)
}
