package oauth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// What changes outside Terraform is shown and healed, and what disappears is
// made again.
func TestDrift(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		l := newLife(t, c, simulator.Quirks{})
		healed := phase{config: c.attributes, action: "create", writes: []string{saves}, revision: 1, stored: c.right}
		l.apply(healed)
		for i := range c.differences {
			l.Server.Simulator.SetOAuthReg(c.drifted(i))
			healed.action = "update"
			if i == 2 { // the secret
				healed.revision++
			}
			l.apply(healed)
		}
		gone := func() { l.Server.Simulator.RemoveOAuthReg(c.right.ServiceType, c.right.Daemon) }
		gone()
		healed.action, healed.revision = "create", 1
		l.apply(healed)
		gone()
		l.apply(phase{}) // as good as deleted
	})
}

// What exists is adopted only on demand, and imported by its one ID.
func TestExists(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		l := newLife(t, c, simulator.Quirks{})
		l.Server.Simulator.SetOAuthReg(c.wrong)
		l.apply(phase{config: c.attributes, action: "create", fails: []string{
			fmt.Sprintf("The %s already exist", c.title), fmt.Sprintf("with client ID %q", c.wrong.ClientID),
			fmt.Sprintf("import ID %s into the resource named above", c.importID),
		}})
		acctest.AssertNoWrites(t, l.Server)
		if found, want := l.Import(l.Resource, "Facebook"), fmt.Sprintf("Use %q: an application has these settings once.", c.importID); !found.Fail(want) {
			t.Errorf("the import says %q, want %q", found, want)
		}
		l.apply(phase{
			config: c.with(values{"on_existing": "adopt"}), action: "create", writes: []string{saves}, revision: 1, stored: c.right,
		})
	})
}

// A refusal is a configuration that is refused by its message, before anything is
// asked of the server.
type refusal struct {
	change values // of the attributes
	want   string
}

func TestRefuses(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		oneOf := fmt.Sprintf("(and only one) of [%[1]s,%[1]s_wo] is required", c.secret)
		refusals := map[string]refusal{
			"no client id":          {values{"client_id": ""}, "string length must be at least 1"},
			"no secret":             {values{c.secret: nil}, "No attribute specified when one " + oneOf},
			"both secrets":          {values{c.secret + "_wo": c.attributes[c.secret]}, "2 attributes specified when one " + oneOf},
			"empty secret":          {values{c.secret: ""}, "string length must be at least 1"},
			"empty secret, wo":      {values{c.secret: nil, c.secret + "_wo": ""}, "string length must be at least 1"},
			"version without wo":    {values{c.secret + "_wo_version": 1}, fmt.Sprintf("Attribute %[1]q must be specified when %[2]q is specified", c.secret+"_wo", c.secret+"_wo_version")},
			"unknown scope":         {values{"scopes": []string{"Mail.Raed"}}, `"Mail.Raed" is not an Aurinko scope. Did you mean "Mail.Read"`},
			"scope in another case": {values{"scopes": []string{"mail.send"}}, `Did you mean "Mail.Send"`},
			"no scope at all":       {values{"scopes": []string{}}, "set must contain at least 1 elements"},
			"null scope":            {values{"scopes": []any{"Mail.Read", nil}}, "A scope must not be null"},
			"on_existing":           {values{"on_existing": "overwrite"}, `value must be one of: ["error" "adopt"], got: "overwrite"`},
			"managed_by":            {values{"managed_by": "me"}, `value must be one of: ["terraform" "portal"], got: "me"`},
		}
		if strings.HasPrefix(c.typeName, "aurinko_office365_") {
			refusals["no client id"] = refusal{values{"client_id": ""}, "The value must be a GUID such as"}
			refusals["no GUID"] = refusal{values{"client_id": "acme"}, "The value must be a GUID such as"}
			refusals["braces around a GUID"] = refusal{values{"client_id": "{" + clientID + "}"}, "without braces"}
		}
		if c.attributes["intermediate_callback_url"] != nil {
			for url, want := range map[string]string{
				"http://auth.acme.example/callback": "The URL must be https",
				"/callback":                         "must be an absolute https URL",
				"https://auth.acme.example/#a":      "must not have a fragment",
				"https://me@auth.acme.example/":     "must not hold a user name or password",
			} {
				refusals["callback "+url] = refusal{values{"intermediate_callback_url": url}, want}
			}
		}
		if c.attributes["pubsub_topic"] != nil {
			for _, topic := range []string{"gmail", "projects/acme-mail/subscriptions/gmail", ""} {
				refusals["topic "+topic] = refusal{values{"pubsub_topic": topic}, "The value must be the topic's full name, projects/<project id>/topics/<topic id>"}
			}
		}
		c.refuses(t, refusals)
	})
}

func TestOffice365DaemonRefuses(t *testing.T) {
	t.Parallel()

	other := newPair(t, acctest.OtherKey(), "other")
	shortKey, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	curveKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	encrypted := string(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("sealed")}))
	expired := acctest.Certificate(t, acctest.Key(), "expired", time.Now().Add(-time.Hour))
	short, curve := acctest.Certificate(t, shortKey, "short", acctest.NextYear()), acctest.Certificate(t, curveKey, "curve", acctest.NextYear())
	c := settingsCases(t)["daemon"]
	certificate, key := c.attributes["certificate"].(string), c.attributes["private_key"].(string)
	c.refuses(t, map[string]refusal{
		"no pair":                   {values{"private_key": other.privateKey}, "the private key does not belong to the certificate"},
		"no pair, wo":               {values{"private_key": nil, "private_key_wo": other.privateKey}, "the private key does not belong to the certificate"},
		"encrypted key":             {values{"private_key": encrypted}, "it is encrypted, and Aurinko needs it without a passphrase"},
		"short key":                 {values{"certificate": short, "private_key": acctest.PrivateKey(t, shortKey)}, "it is an RSA key of 1024 bits"},
		"key on a curve":            {values{"certificate": curve, "private_key": acctest.PrivateKey(t, curveKey)}, "it is not an RSA key"},
		"certificate on a curve":    {values{"certificate": curve}, "the certificate's public key is not RSA"},
		"expired":                   {values{"certificate": expired}, "The certificate has expired"},
		"certificate no PEM":        {values{"certificate": "certificate.pem"}, "The certificate cannot be used: it is not PEM text"},
		"certificate empty":         {values{"certificate": ""}, "The certificate cannot be used: it is empty"},
		"key no PEM":                {values{"private_key": "key.pem"}, "The private key cannot be used: it is not PEM text"},
		"swapped":                   {values{"certificate": key, "private_key": certificate}, "Invalid certificate"},
		"key in the certificate":    {values{"certificate": certificate + key}, "Invalid certificate"},
		"negative days":             {values{"expiry_warning_days": -1}, "expiry_warning_days value must be between 0 and 3650"},
		"more days than one can do": {values{"expiry_warning_days": 3651}, "expiry_warning_days value must be between 0 and 3650"},
	})
}

func (c settingsCase) refuses(t *testing.T, refusals map[string]refusal) {
	t.Helper()
	for name, r := range refusals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newLife(t, c, simulator.Quirks{}).Refuse(c.with(r.change), r.want)
		})
	}
}

// A pair that is known after apply only is checked then, before it is sent.
func TestUnknownPair(t *testing.T) {
	t.Parallel()

	c := settingsCases(t)["daemon"]
	two, rotated := c.rotated(c.attributes)
	unknown := c.with(values{"certificate": core.Unknown, "private_key": core.Unknown})
	derived := []string{"certificate", "certificate_not_after", "certificate_not_before", "certificate_sha256", "certificate_thumbprint", "private_key", "private_key_revision"}
	newLife(t, c, simulator.Quirks{}).apply(
		phase{config: unknown, final: c.with(values{"private_key": c.wrong.ClientSecret}), action: "create", fails: []string{"the private key does not belong to the certificate"}},
		phase{config: unknown, final: c.attributes, action: "create", writes: []string{saves}, revision: 1, stored: c.right},
		phase{config: unknown, final: two, action: "update", unknown: derived, writes: []string{saves}, revision: 2, stored: rotated},
	)
}
