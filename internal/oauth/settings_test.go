package oauth_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A settingsCase is one of the four settings resources, with every attribute
// set that Aurinko holds.
type settingsCase struct {
	typeName   string
	importID   string
	page       string // of the portal
	title      string // in messages
	secret     string // the name of the secret, which is in its plain form
	attributes values
	// What these attributes make of the registration, and another one that
	// differs in every field.
	right, wrong simulator.OAuthReg
	// What verifying the wrong one, and verifying that there is one at all,
	// ask for.
	differences, missing []string
	// Optional attributes that are empty when they are left out.
	clearable []string
}

func settingsCases(t *testing.T) map[string]settingsCase {
	t.Helper()
	one, two := newPair(t, acctest.Key(), "one"), newPair(t, acctest.OtherKey(), "two")
	thumbprint := func(p pair) string {
		return fmt.Sprintf("the one with thumbprint %s", p.shown()["certificate_thumbprint"])
	}
	google := clientSecretCase("aurinko_google_oauth", "Google", "123-abc.apps.googleusercontent.com", "456-def.apps.googleusercontent.com")
	google.page = "application settings, the tab for Google"
	google.attributes["pubsub_topic"] = "projects/acme-mail/topics/gmail"
	google.right.TopicName, google.wrong.TopicName = "projects/acme-mail/topics/gmail", "projects/other-mail/topics/gmail"
	google.differences = append(google.differences, "- `pubsub_topic`: enter \"projects/acme-mail/topics/gmail\", in place of \"projects/other-mail/topics/gmail\"")
	google.missing = append(google.missing, "- `pubsub_topic`: enter \"projects/acme-mail/topics/gmail\"")
	google.clearable = append(google.clearable, "pubsub_topic")
	zoho := clientSecretCase("aurinko_zoho_oauth", "Zoho", "1000.ABC", "1000.DEF")
	zoho.page = "application settings, the tab for Zoho"
	office365 := clientSecretCase("aurinko_office365_oauth", "Office365", clientID, otherID)
	office365.page, office365.title = `application settings, tab OFFICE 365, section "Office 365 OAuth"`, "Office 365 OAuth settings"

	right, wrong := one.registration(), two.registration()
	wrong.ClientID = otherID
	right.Scopes, wrong.Scopes = []string{"Calendar.Read", "Mail.Send"}, []string{"Mail.Drafts"}
	return map[string]settingsCase{
		"Office 365": office365,
		"Google":     google,
		"Zoho":       zoho,
		"daemon": {
			typeName: "aurinko_office365_daemon", importID: "Office365/daemon", title: "Office 365 daemon settings",
			page:   `application settings, tab OFFICE 365, section "Office 365 OAuth (Daemon)"`,
			secret: "private_key",
			attributes: values{
				"client_id": clientID, "certificate": one.certificate, "private_key": one.privateKey,
				"scopes": []string{"Calendar.ReadOnly", "Mail.Send"},
			},
			right: right, wrong: wrong,
			differences: []string{
				fmt.Sprintf("- `client_id`: enter %q, in place of %q", clientID, otherID),
				"- `scopes`: enter Calendar.Read, Mail.Send, in place of Mail.Drafts",
				"- `private_key`: enter the configured value",
				"- `certificate`: enter " + thumbprint(one) + ", in place of " + thumbprint(two),
			},
			missing: []string{
				fmt.Sprintf("- `client_id`: enter %q", clientID),
				"- `scopes`: enter Calendar.Read, Mail.Send",
				"- `private_key`: enter the configured value",
				"- `certificate`: enter " + thumbprint(one),
			},
		},
	}
}

// clientSecretCase is a resource whose secret is a client secret.
func clientSecretCase(typeName, service, id, another string) settingsCase {
	return settingsCase{
		typeName: typeName, importID: service, title: service + " OAuth settings",
		secret: "client_secret",
		attributes: values{
			"client_id": id, "client_secret": "s3cret-one", "scopes": []string{"Calendar.ReadOnly", "Mail.Send"},
			"intermediate_callback_url": "https://auth.acme.example/callback",
		},
		right: simulator.OAuthReg{
			ServiceType: service, ClientID: id, ClientSecret: "s3cret-one",
			Scopes: []string{"Calendar.Read", "Mail.Send"}, IntermediateCallbackURL: "https://auth.acme.example/callback",
		},
		wrong: simulator.OAuthReg{
			ServiceType: service, ClientID: another, ClientSecret: "s3cret-two",
			Scopes: []string{"Mail.Drafts"}, IntermediateCallbackURL: "https://auth.acme.example/other",
		},
		differences: []string{
			fmt.Sprintf("- `client_id`: enter %q, in place of %q", id, another),
			"- `scopes`: enter Calendar.Read, Mail.Send, in place of Mail.Drafts",
			"- `client_secret`: enter the configured value",
			"- `intermediate_callback_url`: enter \"https://auth.acme.example/callback\", in place of \"https://auth.acme.example/other\"",
		},
		missing: []string{
			fmt.Sprintf("- `client_id`: enter %q", id),
			"- `scopes`: enter Calendar.Read, Mail.Send",
			"- `client_secret`: enter the configured value",
			"- `intermediate_callback_url`: enter \"https://auth.acme.example/callback\"",
		},
		clearable: []string{"intermediate_callback_url"},
	}
}

func (c settingsCase) address() string { return c.typeName + ".this" }

// secrets are all that a message must not have.
func (c settingsCase) secrets() []string {
	return []string{c.right.ClientSecret, c.wrong.ClientSecret}
}

// with is the attributes with some changed; those set to nil are left out.
func (c settingsCase) with(changes values) values {
	changed := maps.Clone(c.attributes)
	maps.Copy(changed, changes)
	return changed
}

// writeOnly is these attributes with the secret in its write-only form.
func (c settingsCase) writeOnly(attributes values) values {
	moved := maps.Clone(attributes)
	moved[c.secret+"_wo"] = moved[c.secret]
	delete(moved, c.secret)
	return moved
}

// another is the attributes that make the wrong registration.
func (c settingsCase) another() values {
	another := values{"client_id": c.wrong.ClientID, c.secret: c.wrong.ClientSecret, "scopes": c.wrong.Scopes}
	for name, value := range map[string]string{
		"certificate": c.wrong.ClientSecret2, "intermediate_callback_url": c.wrong.IntermediateCallbackURL, "pubsub_topic": c.wrong.TopicName,
	} {
		if value != "" {
			another[name] = value
		}
	}
	return another
}

// An expression is the value of an attribute in HCL.
type expression string

// config is a resource with these attributes.
func (c settingsCase) config(attributes values) string {
	var block strings.Builder
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		switch value := attributes[name].(type) {
		case string:
			fmt.Fprintf(&block, "  %s = %s\n", name, acctest.Quote(value))
		case []string:
			fmt.Fprintf(&block, "  %s = [\"%s\"]\n", name, strings.Join(value, `", "`))
		case expression:
			fmt.Fprintf(&block, "  %s = %s\n", name, value)
		}
	}
	return fmt.Sprintf("resource %q \"this\" {\n%s}\n", c.typeName, &block)
}

// forEachSettings runs a test on each of the four resources, or on some.
func forEachSettings(t *testing.T, test func(*testing.T, settingsCase), only ...string) {
	t.Helper()
	for name, c := range settingsCases(t) {
		if len(only) > 0 && !slices.Contains(only, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, c)
		})
	}
}

// secretQuirks are the ways in which Aurinko may answer a secret.
var secretQuirks = map[string]simulator.SecretsQuirk{
	"clear": simulator.SecretsClear, "masked": simulator.SecretsMasked, "empty": simulator.SecretsEmpty, "absent": simulator.SecretsAbsent,
}
