package oauth_test

import (
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
