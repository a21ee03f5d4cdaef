package credentials

import (
	"crypto/tls"
	"encoding/json"
	"strings"
	"testing"
)

func TestNewCertificate(t *testing.T) {
	t.Parallel()
	certificate, privateKey, err := NewCertificate("acme")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair([]byte(certificate), []byte(privateKey))
	if err != nil || pair.Leaf.Subject.CommonName != "acme" {
		t.Errorf("got %v, %v", pair.Leaf, err)
	}
}

func TestNewGoogleKey(t *testing.T) {
	t.Parallel()
	read := func(domain string) (fields map[string]string) {
		t.Helper()
		text, privateKey, err := NewGoogleKey(domain)
		if err == nil {
			err = json.Unmarshal([]byte(text), &fields)
		}
		if err != nil || fields["private_key"] != privateKey || !strings.HasSuffix(fields["client_email"], "@"+fields["project_id"]+".iam.gserviceaccount.com") {
			t.Fatalf("got %s, %v", text, err)
		}
		return fields
	}
	first, again, other := read("Acme.example"), read("acme.EXAMPLE"), read("globex.example")
	if first["client_id"] != again["client_id"] || first["client_email"] != again["client_email"] || first["project_id"] != "acme-example" {
		t.Errorf("one domain has %v and %v", first, again)
	}
	if first["private_key_id"] == again["private_key_id"] || first["client_id"] == other["client_id"] {
		t.Error("two keys, or two domains, cannot be told apart")
	}
}
