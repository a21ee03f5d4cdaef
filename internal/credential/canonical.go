package credential

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
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
