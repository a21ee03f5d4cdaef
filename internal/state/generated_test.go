package state

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/examples"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// An estate is what somebody set up by hand: no Terraform knows of it.
func newEstate(t *testing.T, secrets simulator.SecretsQuirk) *workspace {
	t.Helper()
	w := newWorkspace(t, simulator.Options{Quirks: simulator.Quirks{Secrets: secrets}})
	s := w.server.Simulator
	s.SetOAuthReg(simulator.OAuthReg{
		ServiceType: "Office365", ClientID: "6f1f9a53-40cb-4a02-8f2c-2c7d3a4f1b10", ClientSecret: "s3cret",
		Scopes: []string{"Mail.Read"}, IntermediateCallbackURL: "https://auth.acme.example/callback",
	})
	s.SetOAuthReg(simulator.OAuthReg{ServiceType: "Google", ClientID: "123.apps.googleusercontent.com", ClientSecret: "s3cret", TopicName: "projects/acme-mail/topics/gmail"})
	s.SetOAuthReg(simulator.OAuthReg{ServiceType: "Zoho", ClientID: "1000.ABC", ClientSecret: "s3cret"})
	s.SetOAuthReg(simulator.OAuthReg{
		ServiceType: "Office365", Daemon: true, ClientID: "6f1f9a53-40cb-4a02-8f2c-2c7d3a4f1b11",
		ClientSecret: acctest.PrivateKey(t, acctest.Key()), ClientSecret2: acctest.Certificate(t, acctest.Key(), "Acme", acctest.NextYear()),
	})
	for _, account := range []simulator.Account{
		{
			ID: 500, Type: simulator.Daemon, ServiceType: "EWS", AuthOrgID: "acme.example", LoginString: "svc@acme.example",
			ServerURL: "https://mail.acme.example/EWS/Exchange.asmx", AuthString1: "svc@acme.example", AuthString2: "s3cret",
			AuthScopes: []string{"Mail.Read"}, Name: "Acme", ClientOrgID: "customer-1",
		},
		{
			ID: 501, Type: simulator.Daemon, ServiceType: "Google", AuthOrgID: "acme.example", AuthUserID: "9001", LoginString: "key-1",
			Email: "robot@acme-mail.iam.gserviceaccount.com", AuthScopes: []string{"Mail.Read", "Calendar.Read"},
		},
		{
			ID: 502, Type: simulator.Daemon, ServiceType: "Office365", AuthOrgID: "0b6cd9a4-5ef1-4d2e-93f0-35d3f1b6c1a1",
			LoginString: "0b6cd9a4-5ef1-4d2e-93f0-35d3f1b6c1a1", AuthScopes: []string{"Mail.Send"},
		},
		{ID: 600, ParentID: 500, ServiceType: "EWS", Email: "CEO@acme.example", AuthScopes: []string{"Mail.Read"}},
		{
			ID: 601, ParentID: 500, ServiceType: "EWS", Email: "office@acme.example", LoginString: `ACME\office`, AuthScopes: []string{"Mail.Read", "Mail.Send"},
			Name: "Front ${office}", Timezone: "Europe/Vienna", ClientOrgID: "customer-1", CopyToSent: new(true), UserID: "user-7", UserAccount: "primary",
		},
		{ID: 602, ParentID: 500, ServiceType: "EWS", LoginString: `ACME\cfo`, AuthScopes: []string{"Mail.Read"}, TrustServer: new(true)},
		{
			ID: 603, ServiceType: "IMAP", Email: "Info@acme.example", LoginString: "info", ServerURL: "imap.acme.example", ClientOrgID: "customer-1",
			AuthScopes: []string{"Mail.Read"}, Password: "s3cret",
		},
	} {
		account.Active = true
		s.AddAccount(account)
	}
	state := s.State()
	state.Subscriptions = []simulator.Subscription{
		{ID: 700, AccountID: 600, Resource: "/email/messages", NotificationURL: "https://hooks.acme.example/?${key}=1", Filters: []string{"withoutDrafts"}, Active: true},
		{ID: 701, AccountID: 601, Resource: "/contacts", NotificationURL: "https://hooks.acme.example/", Active: true},
	}
	var hours simulator.WorkHours
	if err := json.Unmarshal([]byte(`{"timezone":"Europe/Vienna","daySchedules":[{"dayOfWeek":"friday","workingIntervals":[{"start":"09:00:00","end":"12:00:00"}]},
		{"dayOfWeek":"monday","workingIntervals":[{"start":"13:00:00","end":"17:00:00"},{"start":"09:00:00","end":"12:00:00"}]},{"dayOfWeek":"sunday","workingIntervals":[]}]}`), &hours); err != nil {
		t.Fatal(err)
	}
	state.BookingProfiles = []simulator.BookingProfile{
		{
			ID: 800, Name: "sales", ClientOrgID: "customer-1", TimeAvailableFor: "P28D", WorkHours: &hours, AccountIDs: []int64{600, 601},
			Groups: []simulator.BookingGroup{{ExtID: "office", AccountIDs: []int64{601, 602}, Required: "all"}, {ExtID: "empty"}},
		},
		{ID: 801, Subject: "Without ${members}", StartTime: "2026-01-01T09:00:00+01:00", StartConference: new(false), WorkHours: &simulator.WorkHours{Timezone: "UTC"}},
		{ID: 802, AccountID: 600, Context: `{"crm": 7}`, StartConference: new(true), AvailabilityIntervals: &simulator.AvailabilityIntervals{}},
	}
	s.SetState(state)
	return w
}

// importing is an import block for each of the resources, by id or by identity.
func importing(byIdentity bool, ids map[string]string) string {
	var blocks strings.Builder
	for address, id := range ids {
		if byIdentity {
			fmt.Fprintf(&blocks, "import {\n  to       = %s\n  identity = { id = %q }\n}\n", address, id)
		} else {
			fmt.Fprintf(&blocks, "import {\n  to = %s\n  id = %q\n}\n", address, id)
		}
	}
	return blocks.String()
}

// needsProvider matches the versions of Terraform that take aurinko for
// hashicorp/aurinko in an import block without its resource
// (hashicorp/terraform#39144).
var needsProvider = regexp.MustCompile(`^1\.16\.[0-2]\b|^1\.17\.0-(alpha|dev)`)

// generate writes the configuration for import blocks, and leaves the blocks as
// they are. Where Terraform needs it, it goes the way round that the guide to
// troubleshooting gives.
func (w *workspace) generate(code int, blocks string) {
	w.t.Helper()
	w.declare(blocks)
	w.run(0, "init")
	if w.terraform.Name == "Terraform" && needsProvider.MatchString(w.terraform.Version) {
		w.declare(strings.ReplaceAll(blocks, "import {\n", "import {\n  provider = aurinko\n"))
	}
	w.run(code, "plan", "-generate-config-out=generated.tf")
	w.declare(blocks)
}

// byID runs a test that imports by id, and by identity where the CLI can.
func byID(t *testing.T, test func(*testing.T, bool)) {
	t.Helper()
	t.Parallel()
	for name, identity := range map[string]bool{"by id": false, "by identity": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if w := newWorkspace(t, simulator.Options{}); identity && !w.terraform.AtLeast(1, 12) {
				t.Skipf("%s %s has no import by identity.", w.terraform.Name, w.terraform.Version)
			}
			test(t, identity)
		})
	}
}

// The configuration that Terraform generates for mailboxes, their subscriptions and
// booking profiles is right as it is.
func TestAccGeneratedMailboxes(t *testing.T) {
	byID(t, func(t *testing.T, identity bool) {
		w := newEstate(t, simulator.SecretsMasked)
		w.generate(0, importing(identity, map[string]string{
			"aurinko_managed_account.ceo": "600", "aurinko_managed_account.office": "601", "aurinko_managed_account.cfo": "602",
			"aurinko_subscription.messages": "600/700", "aurinko_subscription.contacts": "601/701",
			"aurinko_group_booking_profile.sales": "800", "aurinko_group_booking_profile.talk": "801", "aurinko_booking_profile.ceo": "600/802",
		}))
		w.apply()
		w.mustBeEmpty()
	})
}

// That for what has a secret lacks the secret alone. Where Aurinko tells it,
// nothing is written then, and where it does not, each is uploaded once.
func TestAccGeneratedSettings(t *testing.T) {
	tests := map[string]struct {
		secrets simulator.SecretsQuirk
		writes  []string
	}{
		"told":   {simulator.SecretsClear, nil},
		"masked": {simulator.SecretsMasked, []string{"POST /v1/am/oauth_regs", "POST /v1/am/oauth_regs", "POST /v1/am/oauth_regs", "POST /v1/am/oauth_regs"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			byID(t, func(t *testing.T, identity bool) {
				w := newEstate(t, test.secrets)
				w.generate(1, importing(identity, map[string]string{
					"aurinko_office365_oauth.this": "Office365", "aurinko_google_oauth.this": "Google", "aurinko_zoho_oauth.this": "Zoho",
					"aurinko_office365_daemon.this": "Office365/daemon",
				}))
				w.fill("client_secret_wo", "s3cret")
				w.fill("private_key_wo", acctest.PrivateKey(t, acctest.Key()))
				if test.secrets == simulator.SecretsMasked {
					w.fill("certificate", acctest.Certificate(t, acctest.Key(), "Acme", acctest.NextYear()))
				}
				w.apply(test.writes...)
				w.mustBeEmpty()
			})
		})
	}
}

// The credentials of a service account are uploaded once, but for a Google key
// that Aurinko holds already, as its id tells.
func TestAccGeneratedServiceAccounts(t *testing.T) {
	byID(t, func(t *testing.T, identity bool) {
		w := newEstate(t, simulator.SecretsMasked)
		w.generate(1, importing(identity, map[string]string{
			"aurinko_service_account.exchange": "500", "aurinko_service_account.google": "501", "aurinko_service_account.office365": "502",
		}))
		w.fill("password_wo", "s3cret")
		w.fill("credentials_wo", acctest.GoogleKey(t, "9001", "key-1", acctest.Key()))
		w.apply("POST /v1/am/svc_accounts")
		w.mustBeEmpty()
		if n := len(w.server.Simulator.Accounts()); n != 7 {
			t.Errorf("there are %d accounts, want 7", n)
		}
	})
}

// The password of a mailbox is sent once.
func TestAccGeneratedAccounts(t *testing.T) {
	byID(t, func(t *testing.T, identity bool) {
		w := newEstate(t, simulator.SecretsMasked)
		w.generate(1, importing(identity, map[string]string{"aurinko_account.info": "603"}))
		w.fill("password_wo", "s3cret")
		w.apply("POST /v1/am/accounts")
		w.mustBeEmpty()
	})
}

// One query writes the configuration of the whole application. What it lacks is what
// Aurinko does not return, which is sent once.
func TestAccGeneratedApplication(t *testing.T) {
	t.Parallel()
	w := newEstate(t, simulator.SecretsMasked)
	if w.terraform.Name != "Terraform" || !w.terraform.AtLeast(1, 14) {
		t.Skipf("%s %s has no query.", w.terraform.Name, w.terraform.Version)
	}
	w.server.Simulator.AddAccount(simulator.Account{ID: 604, ServiceType: "Google", Email: "anna@acme.example"}) // who signed in
	w.server.Simulator.AddAccount(simulator.Account{                                                             // by a consent
		ID: 605, Type: simulator.Daemon, ServiceType: "Office365", AuthOrgID: "7b6cd9a4-5ef1-4d2e-93f0-35d3f1b6c1a1", LoginString: "admin@other.example",
		Email: "admin@other.example", AuthScopes: []string{"Mail.Read"},
	})
	for _, name := range []string{"main.tf", "application.tfquery.hcl"} {
		text, err := examples.Files.ReadFile("export/" + name)
		if err != nil {
			t.Fatal(err)
		}
		w.write(name, string(text))
	}
	w.run(0, "init")
	listed := w.run(0, "query", "-generate-config-out=generated.tf")
	for _, name := range []string{
		"Office 365 OAuth settings, client ID 6f1f9a53-40cb-4a02-8f2c-2c7d3a4f1b10", "Office 365 daemon settings", "Google OAuth settings", "Zoho OAuth settings, client ID 1000.ABC",
		"EWS acme.example, service account 500", "CEO@acme.example under service account 500", "Info@acme.example, account 603",
		"/email/messages of account 600 to hooks.acme.example, subscription 700",
		"sales, group booking profile 800", "Without ${members}, group booking profile 801", "Without a name of account 600, booking profile 802",
	} {
		if !strings.Contains(listed, name) {
			t.Errorf("%q is not listed:\n%s", name, listed)
		}
	}
	if strings.Contains(listed, "anna@acme.example") {
		t.Errorf("an account whose owner signs in is listed:\n%s", listed)
	}
	for argument, value := range map[string]string{
		"client_secret_wo": "s3cret", "password_wo": "s3cret", "credentials_wo": acctest.GoogleKey(t, "9001", "key-1", acctest.Key()),
		"private_key_wo": acctest.PrivateKey(t, acctest.Key()), "certificate": acctest.Certificate(t, acctest.Key(), "Acme", acctest.NextYear()),
	} {
		w.fill(argument, value)
	}
	if plan := w.run(0, "plan"); !strings.Contains(plan, "Plan: 17 to import, 0 to add, 6 to change, 0 to destroy.") {
		t.Errorf("something else than the secrets is planned:\n%s", plan)
	}
	w.server.Simulator.ResetJournal()
	w.run(0, "apply", "-auto-approve")
	writes := w.server.Writes()
	slices.Sort(writes)
	const registration = "POST /v1/am/oauth_regs"
	if want := []string{"POST /v1/am/accounts", registration, registration, registration, registration, "POST /v1/am/svc_accounts"}; !slices.Equal(writes, want) {
		t.Errorf("written is %q, want %q", writes, want)
	}
	w.mustBeEmpty()
}

// fill gives an argument of the generated configuration its value.
func (w *workspace) fill(argument, value string) {
	w.t.Helper()
	empty := regexp.MustCompile(`(?m)^( *` + argument + ` *= )null.*$`)
	text := w.read("generated.tf")
	if !empty.MatchString(text) {
		w.t.Fatalf("there is no empty %s in\n%s", argument, text)
	}
	w.write("generated.tf", empty.ReplaceAllStringFunc(text, func(line string) string {
		return empty.FindStringSubmatch(line)[1] + acctest.Quote(value)
	}))
}
