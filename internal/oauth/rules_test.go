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
		l.others = []simulator.OAuthReg{{ServiceType: "Office365", Daemon: !c.right.Daemon, ClientID: otherID}}
		l.Server.Simulator.SetOAuthReg(l.others[0])
		l.Server.Simulator.SetOAuthReg(c.wrong)
		l.apply(phase{config: c.attributes, action: "create", fails: []string{
			fmt.Sprintf("The %s already exist", c.title), fmt.Sprintf("with client ID %q", c.wrong.ClientID),
			fmt.Sprintf("import ID %s into the resource named above", c.importID),
		}})
		acctest.AssertNoWrites(t, l.Server)
		for _, id := range []string{"Facebook", "12345", "Office365/Daemon"} {
			want := fmt.Sprintf("%q is not the import ID of the %s.\n\nUse %q: an application has these settings once.", id, c.title, c.importID)
			if found := l.Import(l.Resource, id); !found.Fail(want) {
				t.Errorf("the import says %q, want %q", found, want)
			}
		}
		l.apply(phase{
			config: c.with(values{"on_existing": "adopt"}), action: "create", writes: []string{saves}, revision: 1, stored: c.right,
		})
	})
}

// Every attribute is updated in place. What is omitted is cleared, and not sent where
// it was empty, or stays Aurinko's choice. Only the provider uses on_existing.
func TestOptionalAttributes(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		l := newLife(t, c, simulator.Quirks{})
		few := func(attributes values) values {
			return values{"client_id": attributes["client_id"], c.secret: attributes[c.secret]}
		}
		bare, cleared := c.right, c.wrong
		bare.Scopes, bare.IntermediateCallbackURL, bare.TopicName = nil, "", ""
		cleared.IntermediateCallbackURL, cleared.TopicName = "", ""
		sends := func(want any) {
			t.Helper()
			for _, request := range l.Server.Simulator.Journal() {
				for _, attribute := range c.clearable {
					field := map[string]string{"intermediate_callback_url": "intermediateCallbackUrl", "pubsub_topic": "topicName"}[attribute]
					if got := request.Body[field]; request.Writes() && got != want {
						t.Errorf("%s is sent as %v, want %v", field, got, want)
					}
				}
			}
		}
		saved := []string{saves}
		l.apply(phase{config: few(c.attributes), action: "create", writes: saved, revision: 1, stored: bare})
		sends(nil)
		l.apply(
			phase{config: c.attributes, action: "update", writes: saved, revision: 1, stored: c.right},
			phase{config: c.another(), action: "update", writes: saved, revision: 2, stored: c.wrong},
			phase{config: few(c.another()), action: "update", writes: saved, revision: 2, stored: cleared},
		)
		sends("")
		l.apply(
			phase{config: few(c.another()).With(values{"on_existing": "adopt"}), action: "update", revision: 2, stored: cleared},
			phase{action: "destroy", writes: []string{deletes}},
		)
	}, "Office 365", "Google", "Zoho")
}

// A field of an answer may be absent or null: that is no drift.
func TestNotReturned(t *testing.T) {
	t.Parallel()

	forEachSettings(t, func(t *testing.T, c settingsCase) {
		for _, quirks := range []simulator.Quirks{{}, {Nulls: true}} {
			l := newLife(t, c, quirks)
			l.apply(phase{config: c.attributes, action: "create", writes: []string{saves}, revision: 1, stored: c.right})
			little := simulator.OAuthReg{ServiceType: c.right.ServiceType, Daemon: c.right.Daemon, ClientID: c.right.ClientID}
			l.Server.Simulator.SetOAuthReg(little)
			l.apply(phase{config: c.attributes, revision: 1, stored: little})
		}
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
