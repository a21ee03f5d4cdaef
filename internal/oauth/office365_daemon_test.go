package oauth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const daemon = "aurinko_office365_daemon.this"

// A pair is a certificate and its private key, both PEM.
type pair struct{ certificate, privateKey string }

func newPair(t *testing.T, key *rsa.PrivateKey, commonName string) pair {
	t.Helper()
	return pair{acctest.Certificate(t, key, commonName, acctest.NextYear()), acctest.PrivateKey(t, key)}
}

// attributes declares a pair, with the private key in either of its forms.
func (p pair) attributes(form string) string {
	return fmt.Sprintf("client_id = %q\ncertificate = %s\n%s = %s\n", clientID, acctest.Quote(p.certificate), form, acctest.Quote(p.privateKey))
}

func (p pair) registration() simulator.OAuthReg {
	return simulator.OAuthReg{
		ServiceType: "Office365", Daemon: true, ClientID: clientID, ClientSecret: p.privateKey, ClientSecret2: p.certificate,
	}
}

// respelled is the same pair with other line breaks, text around it and, in
// place of a chain, another certificate.
func (p pair) respelled(another pair) pair {
	spell := func(text string) string {
		return "Bag Attributes\r\n    friendlyName: acme\r\n" + strings.ReplaceAll(text, "\n", "\r\n") + "\r\n"
	}
	return pair{spell(p.certificate) + another.certificate, spell(p.privateKey)}
}

// hexOf is a fingerprint as Microsoft Entra shows it.
func hexOf(sum []byte) knownvalue.Check { return knownvalue.StringExact(fmt.Sprintf("%X", sum)) }

func (p pair) fingerprints() (sha1Sum, sha256Sum []byte) {
	block, _ := pem.Decode([]byte(p.certificate))
	short, long := sha1.Sum(block.Bytes), sha256.Sum256(block.Bytes)
	return short[:], long[:]
}

func daemonConfig(server *acctest.Server, attributes string) string {
	return acctest.Config(server, "resource \"aurinko_office365_daemon\" \"this\" {\n"+attributes+"\n}\n")
}

func TestAccOffice365Daemon(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	first, renewed := newPair(t, acctest.Key(), "first"), newPair(t, acctest.Key(), "renewed")
	rotated := newPair(t, acctest.OtherKey(), "rotated")
	thumbprint, fingerprint := first.fingerprints()
	renewedThumbprint, _ := renewed.fingerprints()
	withScopes := rotated.registration()
	withScopes.ClientID, withScopes.Scopes = otherID, []string{"Mail.Read"}
	test(t, server,
		resource.TestStep{
			Config: daemonConfig(server, first.attributes("private_key")),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(daemon, plancheck.ResourceActionCreate),
				plancheck.ExpectKnownValue(daemon, tfjsonpath.New("certificate_thumbprint"), hexOf(thumbprint)),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				holds(daemon, "id", knownvalue.StringExact("Office365/daemon")),
				holds(daemon, "certificate_thumbprint", hexOf(thumbprint)),
				holds(daemon, "certificate_sha256", hexOf(fingerprint)),
				holds(daemon, "certificate_not_before", isTime{}),
				holds(daemon, "certificate_not_after", isTime{}),
				holds(daemon, "private_key_revision", knownvalue.Int64Exact(1)),
			},
			Check: resource.ComposeTestCheckFunc(stored(server, first.registration()), acctest.CheckWrites(server, saves)),
		},
		resource.TestStep{ // a new certificate of the same key
			Config: daemonConfig(server, renewed.attributes("private_key")),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(daemon, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(daemon, tfjsonpath.New("certificate_thumbprint"), hexOf(renewedThumbprint)),
				plancheck.ExpectKnownValue(daemon, tfjsonpath.New("private_key_revision"), knownvalue.Int64Exact(1)),
			}},
			Check: resource.ComposeTestCheckFunc(stored(server, renewed.registration()), acctest.CheckWrites(server, saves)),
		},
		resource.TestStep{ // a new pair
			Config:            daemonConfig(server, rotated.attributes("private_key")),
			ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate, daemon),
			ConfigStateChecks: []statecheck.StateCheck{holds(daemon, "private_key_revision", knownvalue.Int64Exact(2))},
			Check:             resource.ComposeTestCheckFunc(stored(server, rotated.registration()), acctest.CheckWrites(server, saves)),
		},
		resource.TestStep{
			Config:           daemonConfig(server, strings.Replace(rotated.attributes("private_key"), clientID, otherID, 1)+`scopes = ["Mail.ReadOnly"]`),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, daemon),
			Check:            resource.ComposeTestCheckFunc(stored(server, withScopes), acctest.CheckWrites(server, saves)),
		},
		resource.TestStep{ // these are the provider's own business
			Config: daemonConfig(server, strings.Replace(rotated.attributes("private_key"), clientID, otherID, 1)+`
				expiry_warning_days = 0
				on_existing         = "error"`),
			Check: acctest.CheckWrites(server),
		},
		resource.TestStep{
			Config:  daemonConfig(server, rotated.attributes("private_key")),
			Destroy: true,
			Check:   acctest.CheckWrites(server, deletes),
		},
	)
}

// isTime checks for a time in UTC, in whole seconds.
type isTime struct{}

func (isTime) CheckValue(value any) error {
	text, _ := value.(string)
	if _, err := time.Parse("2006-01-02T15:04:05Z", text); err != nil {
		return fmt.Errorf("%v is not a time in UTC: %w", value, err)
	}
	return nil
}

func (isTime) String() string { return "a time in UTC" }

// Aurinko is sent the certificate and the key alone, without text around them
// and without the rest of a chain.
func TestAccOffice365DaemonSendsOneCertificate(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	first, second := newPair(t, acctest.Key(), "first"), newPair(t, acctest.OtherKey(), "second")
	chain := first.respelled(second)
	want := first.registration()
	test(t, server, resource.TestStep{Config: daemonConfig(server, chain.attributes("private_key_wo")), Check: stored(server, want)})
}

// What changes outside Terraform is shown, and healed.
func TestAccOffice365DaemonDrift(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	right, wrong := newPair(t, acctest.Key(), "right"), newPair(t, acctest.OtherKey(), "wrong")
	config := daemonConfig(server, right.attributes("private_key"))
	steps := []resource.TestStep{{Config: config, Check: stored(server, right.registration())}}
	for _, change := range []func(*simulator.OAuthReg){
		func(r *simulator.OAuthReg) { r.ClientID = otherID },
		func(r *simulator.OAuthReg) { r.ClientSecret2 = wrong.certificate },
		func(r *simulator.OAuthReg) { r.ClientSecret = wrong.privateKey },
	} {
		drifted := right.registration()
		change(&drifted)
		steps = append(steps, resource.TestStep{
			PreConfig:        func() { server.Simulator.SetOAuthReg(drifted) },
			Config:           config,
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, daemon),
			Check:            stored(server, right.registration()),
		})
	}
	steps = append(steps, resource.TestStep{
		PreConfig:        func() { server.Simulator.RemoveOAuthReg("Office365", true) },
		Config:           config,
		ConfigPlanChecks: planned(plancheck.ResourceActionCreate, daemon),
		Check:            stored(server, right.registration()),
	})
	test(t, server, steps...)
}

// A write-only private key is sent when its version changes, and with every
// other write, as Aurinko's write is of the whole registration.
func TestAccOffice365DaemonWriteOnlyKey(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	first, renewed := newPair(t, acctest.Key(), "first"), newPair(t, acctest.Key(), "renewed")
	rotated := newPair(t, acctest.OtherKey(), "rotated")
	nowhere := acctest.NotHeld{first.privateKey, rotated.privateKey, strings.Split(first.privateKey, "\n")[1], strings.Split(rotated.privateKey, "\n")[1]}
	step := func(p pair, version int, action plancheck.ResourceActionType, revision int64, want ...string) resource.TestStep {
		return resource.TestStep{
			Config: daemonConfig(server, p.attributes("private_key_wo")+fmt.Sprintf("private_key_wo_version = %d", version)),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				nowhere, plancheck.ExpectResourceAction(daemon, action),
			}},
			ConfigStateChecks: []statecheck.StateCheck{nowhere, holds(daemon, "private_key_revision", knownvalue.Int64Exact(revision))},
			Check:             resource.ComposeTestCheckFunc(acctest.CheckWrites(server, want...), stored(server, p.registration())),
		}
	}
	test(t, server,
		step(first, 1, plancheck.ResourceActionCreate, 1, saves),
		step(renewed, 1, plancheck.ResourceActionUpdate, 1, saves),
		step(rotated, 2, plancheck.ResourceActionUpdate, 2, saves),
		step(rotated, 2, plancheck.ResourceActionNoop, 2),
		step(rotated, 3, plancheck.ResourceActionUpdate, 3, saves),
	)
}

// A private key moves from the state into its write-only form without a write.
func TestAccOffice365DaemonMovesKey(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	same := newPair(t, acctest.Key(), "same")
	respelled := pair{same.certificate, same.respelled(same).privateKey}
	test(t, server,
		resource.TestStep{Config: daemonConfig(server, same.attributes("private_key")), Check: acctest.CheckWrites(server, saves)},
		resource.TestStep{
			Config:           daemonConfig(server, respelled.attributes("private_key_wo")),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{acctest.Updates(daemon, "private_key_revision")}},
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.NotHeld{strings.Split(same.privateKey, "\n")[1]},
				holds(daemon, "private_key_revision", knownvalue.Int64Exact(1)),
			},
			Check: acctest.CheckWrites(server),
		},
	)
}

// A pair that is known after apply only is checked then, before it is sent.
func TestAccOffice365DaemonUnknownPair(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	first, second := newPair(t, acctest.Key(), "first"), newPair(t, acctest.OtherKey(), "second")
	config := func(p pair) string {
		return daemonConfig(server, `
			client_id   = "`+clientID+`"
			certificate = terraform_data.certificate.output
			private_key = terraform_data.private_key.output`) + `
			resource "terraform_data" "certificate" { input = ` + acctest.Quote(p.certificate) + ` }
			resource "terraform_data" "private_key" { input = ` + acctest.Quote(p.privateKey) + ` }`
	}
	test(t, server,
		resource.TestStep{
			Config:      config(pair{first.certificate, second.privateKey}),
			ExpectError: acctest.Says("the private key does not belong to the certificate"),
		},
		resource.TestStep{
			PreConfig: func() { acctest.AssertNoWrites(t, server) },
			Config:    config(first),
			Check:     stored(server, first.registration()),
		},
		resource.TestStep{Config: config(second), Check: stored(server, second.registration())},
	)
}

func TestAccOffice365DaemonExists(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	there, wanted := newPair(t, acctest.Key(), "there"), newPair(t, acctest.OtherKey(), "wanted")
	server.Simulator.SetOAuthReg(there.registration())
	test(t, server,
		resource.TestStep{
			Config:      daemonConfig(server, wanted.attributes("private_key")),
			ExpectError: acctest.Says("import ID Office365/daemon into the resource named above"),
		},
		resource.TestStep{
			PreConfig: func() { acctest.AssertNoWrites(t, server) },
			Config:    daemonConfig(server, wanted.attributes("private_key")+`on_existing = "adopt"`),
			Check:     resource.ComposeTestCheckFunc(acctest.CheckWrites(server, saves), stored(server, wanted.registration())),
		},
	)
}

// A plan after an import is empty, or uploads once what Aurinko does not show.
func TestAccOffice365DaemonImport(t *testing.T) {
	t.Parallel()

	only := newPair(t, acctest.Key(), "only")
	for name, quirks := range map[string]simulator.Quirks{"clear": {}, "masked": {Secrets: simulator.SecretsMasked}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			action, want := plancheck.ResourceActionNoop, []string(nil)
			if quirks.Secrets != simulator.SecretsClear {
				action, want = plancheck.ResourceActionUpdate, []string{saves}
			}
			server := acctest.NewServer(t, simulator.Options{Quirks: quirks})
			server.Simulator.SetOAuthReg(only.registration())
			test(t, server,
				resource.TestStep{
					Config: daemonConfig(server, only.attributes("private_key_wo")) + `import {
						to = aurinko_office365_daemon.this
						id = "Office365/daemon"
					}`,
					ConfigPlanChecks: planned(action, daemon),
					Check:            acctest.CheckWrites(server, want...),
				},
			)
		})
	}
}

func TestAccOffice365DaemonImportVerify(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	only := newPair(t, acctest.Key(), "only")
	test(t, server,
		resource.TestStep{Config: daemonConfig(server, only.attributes("private_key")+`scopes = ["Mail.Read"]`)},
		resource.TestStep{
			ResourceName: daemon, ImportState: true, ImportStateId: "Office365/daemon", ImportStateVerify: true,
			ImportStateVerifyIgnore: []string{"private_key", "private_key_revision"},
		},
		resource.TestStep{ResourceName: daemon, ImportState: true, ImportStateId: "Office365",
			ExpectError: acctest.Says(`Use "Office365/daemon": an application has these settings once.`)},
	)
}

// A bad configuration is refused by its message, and before anything is asked
// of the server.
func TestAccOffice365DaemonRefuses(t *testing.T) {
	t.Parallel()

	good, other := newPair(t, acctest.Key(), "good"), newPair(t, acctest.OtherKey(), "other")
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
	plain := func(p pair) string { return p.attributes("private_key") }
	onlyCertificate := fmt.Sprintf("client_id = %q\ncertificate = %s\n", clientID, acctest.Quote(good.certificate))

	for name, wrong := range map[string]struct{ attributes, want string }{
		"no pair":                   {plain(pair{good.certificate, other.privateKey}), "the private key does not belong to the certificate"},
		"no pair, wo":               {pair{good.certificate, other.privateKey}.attributes("private_key_wo"), "the private key does not belong to the certificate"},
		"encrypted key":             {plain(pair{good.certificate, encrypted}), "it is encrypted, and Aurinko needs it without a passphrase"},
		"short key":                 {plain(pair{acctest.Certificate(t, shortKey, "short", acctest.NextYear()), acctest.PrivateKey(t, shortKey)}), "it is an RSA key of 1024 bits"},
		"key on a curve":            {plain(pair{acctest.Certificate(t, curveKey, "curve", acctest.NextYear()), acctest.PrivateKey(t, curveKey)}), "it is not an RSA key"},
		"certificate on a curve":    {plain(pair{acctest.Certificate(t, curveKey, "curve", acctest.NextYear()), good.privateKey}), "the certificate's public key is not RSA"},
		"expired":                   {plain(pair{expired, good.privateKey}), "The certificate has expired"},
		"certificate no PEM":        {plain(pair{"certificate.pem", good.privateKey}), "The certificate cannot be used: it is not PEM text"},
		"certificate empty":         {plain(pair{"", good.privateKey}), "The certificate cannot be used: it is empty"},
		"key no PEM":                {plain(pair{good.certificate, "key.pem"}), "The private key cannot be used: it is not PEM text"},
		"key empty":                 {plain(pair{good.certificate, ""}), "private_key string length must be at least 1"},
		"swapped":                   {plain(pair{good.privateKey, good.certificate}), "Invalid certificate"},
		"key in the certificate":    {plain(pair{good.certificate + good.privateKey, good.privateKey}), "Invalid certificate"},
		"no key":                    {onlyCertificate, "No attribute specified when one (and only one) of [private_key,private_key_wo] is required"},
		"both keys":                 {plain(good) + "private_key_wo = " + acctest.Quote(good.privateKey), "2 attributes specified when one (and only one) of [private_key,private_key_wo] is required"},
		"version without wo":        {plain(good) + "private_key_wo_version = 1", `Attribute "private_key_wo" must be specified when "private_key_wo_version" is specified`},
		"no GUID":                   {strings.Replace(plain(good), clientID, "acme", 1), "The value must be a GUID such as"},
		"unknown scope":             {plain(good) + `scopes = ["Calender.Read"]`, `Did you mean "Calendar.Read"`},
		"negative days":             {plain(good) + "expiry_warning_days = -1", "expiry_warning_days value must be between 0 and 3650"},
		"more days than one can do": {plain(good) + "expiry_warning_days = 3651", "expiry_warning_days value must be between 0 and 3650"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, func(server *acctest.Server) string { return daemonConfig(server, wrong.attributes) }, wrong.want)
		})
	}
}
