package core_test

import (
	"crypto/rsa"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math"
	"math/big"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// cases is how many random cases there are of all shapes together; a tenth of them
// with -short. The long run is
// "go test ./internal/acctest/core -run Property -rapid.checks=170000".
const (
	cases = 20_000
	parts = 6.2 // the sum of what all shapes try of rapid's checks
)

func TestMain(m *testing.M) {
	flag.Parse()
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	checks := int(math.Ceil(cases / parts))
	if testing.Short() {
		checks /= 10
	}
	for name, value := range map[string]string{
		"rapid.checks": fmt.Sprint(checks), "rapid.seed": fmt.Sprint(rand.Uint64()), "rapid.nofailfile": "true",
	} {
		if !given[name] {
			if err := flag.Set(name, value); err != nil {
				panic(err)
			}
		}
	}
	secret.UseCheapHashes()
	debug.SetGCPercent(-1) // until the limit: most of the time goes into short-lived values
	debug.SetMemoryLimit(1 << 30)
	os.Exit(m.Run())
}

// An attr is an attribute that the cases vary. Its values are groups of spellings
// of the same.
type attr struct {
	name      string // "exchange.domain"
	values    [][]any
	required  bool
	identity  bool // another value asks for another object
	computed  bool // if omitted, it keeps the value that the object has
	absent    bool // if omitted, it asks for another object too
	providers bool // only the provider uses it
}

// A secretAttr is a secret in its three forms: plain, write-only, and write-only
// with a version.
type secretAttr struct {
	name   string // "exchange.password"
	values []string
	// identity returns what the secret says of the object's identity; nil: nothing.
	identity func(value int) int
	atAPI    func(server *simulator.Server, id string) string
	print    func(secret string) string
}

// A shape is a resource type, or a resource type with one of its nested attributes.
type shape struct {
	typeName string
	attrs    []attr
	secret   *secretAttr
	seed     func(*simulator.Server)
	fix      func(*choice) // makes a valid configuration of a random one
	cost     int           // what a case takes beside those of the cheapest: one of so many checks is tried
}

func spellings(values ...any) []any { return values }

func one(values ...any) [][]any {
	var all [][]any
	for _, value := range values {
		all = append(all, []any{value})
	}
	return all
}

var (
	scopes = [][]any{
		spellings([]string{"Mail.Read"}, []string{"Mail.ReadOnly"}),
		spellings([]string{"Mail.Read", "Calendar.ReadWrite"}, []string{"Calendar.ReadWrite", "Mail.ReadOnly"}),
	}
	accountAttrs = []attr{
		{name: "scopes", values: scopes, required: true},
		{name: "name", values: one("One", "Two"), computed: true},
		{name: "client_org_id", values: [][]any{spellings("org-1", "ORG-1"), spellings("org-2")}, computed: true},
		{name: "on_existing", values: one("error", "adopt"), providers: true},
	}
	// With deletion_protection, no replacement would be planned.
	serviceAttrs      = append(slices.Clone(accountAttrs), attr{name: "deletion_protection", values: one(false), providers: true})
	registrationAttrs = []attr{
		{name: "client_id", values: one("11111111-aaaa-4aaa-8aaa-111111111111", "22222222-aaaa-4aaa-8aaa-222222222222"), required: true},
		{name: "scopes", values: scopes, computed: true},
		{name: "on_existing", values: one("error", "adopt"), providers: true},
	}
)

var (
	firstKey  = acctest.Key()
	secondKey = acctest.OtherKey()
)

func compact(text string) string {
	var document any
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		panic(err)
	}
	short, err := json.Marshal(document)
	if err != nil {
		panic(err)
	}
	return string(short)
}

func accountOf(server *simulator.Server, id string) simulator.Account {
	number, _ := new(big.Int).SetString(id, 10)
	account, _ := server.Account(number.Int64())
	return account
}

// bothOfUser sets both attributes of the user, or none.
func bothOfUser(c *choice) {
	if id, account := c.attrs["user_id"], c.attrs["user_account"]; (id.value < 0) != (account.value < 0) {
		c.attrs["user_id"], c.attrs["user_account"] = pick{value: max(id.value, 0)}, pick{value: max(account.value, 0)}
	}
}

func shapes(t *testing.T) map[string]shape {
	t.Helper()
	certificate := func(key *rsa.PrivateKey, name string) string {
		return acctest.Certificate(t, key, name, acctest.NextYear())
	}
	certificates := []string{certificate(firstKey, "a"), certificate(firstKey, "b"), certificate(secondKey, "c")}
	clientSecret := func(serviceType string, daemon bool) *secretAttr {
		return &secretAttr{
			name: "client_secret", values: []string{"secret one", "secret two", "secret three"},
			atAPI: func(server *simulator.Server, _ string) string {
				for _, r := range server.OAuthRegs() {
					if r.ServiceType == serviceType && r.Daemon == daemon {
						return r.ClientSecret
					}
				}
				return ""
			},
		}
	}
	accountSecret := func(server *simulator.Server, id string) string { return accountOf(server, id).AuthString2 }
	webApp := append(slices.Clone(registrationAttrs),
		attr{name: "intermediate_callback_url", values: one("https://acme.example/back", "https://acme.example/other")})
	daemonKey := clientSecret("Office365", true)
	daemonKey.name = "private_key"
	daemonKey.values = []string{acctest.PrivateKey(t, firstKey), acctest.PrivateKey(t, secondKey)}
	daemonKey.print = func(key string) string { return strings.Join(strings.Fields(key), "") }
	googleKeys := []string{
		acctest.GoogleKey(t, "100", "aaaa", firstKey), acctest.GoogleKey(t, "100", "bbbb", secondKey), acctest.GoogleKey(t, "200", "cccc", firstKey),
	}
	hours := func(start, end string) []core.Values { return []core.Values{{"start": start, "end": end}} }
	bookingAttrs := []attr{
		{name: "name", values: one("sales", "support"), computed: true},
		{name: "subject", values: one("Talk to us", "Meet us"), computed: true},
		{name: "context", values: one("one", "two")},
		{name: "duration_minutes", values: one(30, 45), computed: true},
		{name: "buffer_between_minutes", values: one(0, 5), computed: true},
		{name: "availability_step", values: one(15, 60), computed: true},
		{name: "start_after_minutes", values: one(0, 90), computed: true}, // no values that the server fills in
		{name: "time_available_for", values: [][]any{spellings("P4W", "P28D"), spellings("P3M")}, computed: true},
		{name: "start_time", values: [][]any{spellings("2026-01-01T09:00:00Z", "2026-01-01T10:00:00+01:00"), spellings("2026-02-01T09:00:00Z")}},
		{name: "start_conference", values: one(true, false)},
		{name: "work_hours.timezone", values: one("Europe/Vienna", "Asia/Tokyo"), computed: true},
		{name: "work_hours.day_schedules", computed: true, values: one(
			[]core.Values{{"weekday": "monday", "intervals": hours("09:00:00", "17:00:00")}},
			[]core.Values{{"weekday": "monday", "intervals": hours("09:00:00", "17:00:00")}, {"weekday": "friday", "intervals": hours("09:00:00", "12:00:00")}})},
		{name: "availability_intervals", computed: true, values: one(
			[]core.Values{},
			[]core.Values{{"start_date": "2026-01-01", "end_date": "2026-01-31"}},
			[]core.Values{{"start_date": "2026-01-01", "end_date": "2026-01-31", "hours": hours("09:00:00", "12:00:00")}, {"start_date": "2026-03-01", "end_date": "2026-03-31"}})},
	}
	bookingAttrs = append(bookingAttrs, attr{name: "on_existing", values: one("error", "adopt"), providers: true})
	bookingSeed := func(server *simulator.Server) {
		for id := int64(501); id <= 503; id++ {
			server.AddAccount(simulator.Account{ID: id, ServiceType: "Google", Email: fmt.Sprint(id, "@acme.example")})
		}
	}
	bookingFix := func(c *choice) {
		if zone, days := c.attrs["work_hours.timezone"], c.attrs["work_hours.day_schedules"]; (zone.value < 0) != (days.value < 0) {
			c.attrs["work_hours.timezone"], c.attrs["work_hours.day_schedules"] = pick{value: max(zone.value, 0)}, pick{value: max(days.value, 0)}
		}
	}
	group := func(extID, required string, ids ...string) core.Values {
		return core.Values{"ext_id": extID, "required": required, "account_ids": ids}
	}
	return map[string]shape{
		"booking_profile": {
			cost:     5,
			typeName: "aurinko_booking_profile", seed: bookingSeed, fix: bookingFix,
			attrs: append(slices.Clone(bookingAttrs), attr{name: "account_id", values: one("501", "502"), required: true, identity: true}),
		},
		"group_booking_profile": {
			cost:     5,
			typeName: "aurinko_group_booking_profile", seed: bookingSeed, fix: bookingFix,
			attrs: append(slices.Clone(bookingAttrs),
				attr{name: "client_org_id", values: one("org-1", "org-2")},
				attr{name: "accounts", values: one([]string{"501"}, []string{"502", "503"}, []string{})},
				attr{name: "groups", values: one(
					[]core.Values{group("vienna", "one", "501", "502")},
					[]core.Values{group("vienna", "all", "502"), group("tokyo", "one", "503")}, []core.Values{})}),
		},
		"google_oauth": {
			cost:     1,
			typeName: "aurinko_google_oauth", secret: clientSecret("Google", false),
			attrs: append(slices.Clone(webApp), attr{name: "pubsub_topic", values: one("projects/acme/topics/one", "projects/acme/topics/two")}),
		},
		"office365_oauth": {cost: 1, typeName: "aurinko_office365_oauth", secret: clientSecret("Office365", false), attrs: webApp},
		"zoho_oauth":      {cost: 1, typeName: "aurinko_zoho_oauth", secret: clientSecret("Zoho", false), attrs: webApp},
		"office365_daemon": {
			cost:     5,
			typeName: "aurinko_office365_daemon", secret: daemonKey,
			attrs: append(slices.Clone(registrationAttrs),
				attr{name: "certificate", required: true, values: [][]any{
					spellings(certificates[0], "\n"+certificates[0]), spellings(certificates[1]), spellings(certificates[2]),
				}},
				attr{name: "expiry_warning_days", values: one(0, 7), providers: true}),
			fix: func(c *choice) { // the key belongs to the certificate
				c.secret.value = max(0, c.attrs["certificate"].value-1)
			},
		},
		"google": {
			cost:     5,
			typeName: "aurinko_service_account",
			attrs: append(slices.Clone(serviceAttrs),
				attr{name: "google.domain", required: true, identity: true, values: [][]any{spellings("acme.example", "ACME.example"), spellings("example.com")}}),
			secret: &secretAttr{
				name: "google.credentials", values: googleKeys, atAPI: accountSecret, print: compact,
				identity: func(value int) int { return value / 2 },
			},
		},
		"exchange": {
			cost:     5,
			typeName: "aurinko_service_account",
			attrs: append(slices.Clone(serviceAttrs),
				attr{name: "exchange.server_url", required: true, identity: true, values: [][]any{
					spellings("mail.acme.example", "https://mail.acme.example/EWS/Exchange.asmx"), spellings("mail.example.com"),
				}},
				attr{name: "exchange.username", required: true, identity: true, values: [][]any{spellings("svc@acme.example", "SVC@acme.example"), spellings("svc2@acme.example")}},
				attr{name: "exchange.domain", computed: true, values: [][]any{spellings("acme.example", "ACME.example"), spellings("mail.example")}}),
			secret: &secretAttr{name: "exchange.password", values: []string{"password one", "password two", "password three"}, atAPI: accountSecret},
		},
		"office365": {
			cost:     5,
			typeName: "aurinko_service_account",
			attrs: append(slices.Clone(serviceAttrs),
				attr{name: "office365.tenant_id", required: true, identity: true, values: [][]any{
					spellings("0b6cd9a4-5ef1-4d2e-93f0-35d3f1b6c1a1", "0B6CD9A4-5ef1-4d2e-93f0-35d3f1b6c1a1"), spellings("1b6cd9a4-5ef1-4d2e-93f0-35d3f1b6c1a1"),
				}},
				attr{name: "office365.oauth_client_id", values: one("2b6cd9a4-5ef1-4d2e-93f0-35d3f1b6c1a1", "3b6cd9a4-5ef1-4d2e-93f0-35d3f1b6c1a1")}),
			seed: func(server *simulator.Server) {
				server.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", Daemon: true})
			},
		},
		"mailbox": {
			cost:     2,
			typeName: "aurinko_managed_account",
			attrs: append(slices.Clone(accountAttrs),
				attr{name: "service_account_id", required: true, identity: true, values: one("501", "502")},
				attr{name: "email", identity: true, computed: true, values: [][]any{spellings("ceo@acme.example", "CEO@acme.example"), spellings("cfo@acme.example")}},
				attr{name: "login", identity: true, computed: true, values: one("ceo", "cfo")},
				attr{name: "timezone", computed: true, values: one("Europe/Berlin", "Asia/Tokyo")},
				attr{name: "user_id", identity: true, values: one("user-1", "user-2")},
				attr{name: "user_account", identity: true, values: one("primary", "secondary")},
				attr{name: "ensure_access", values: one(true, false)},
				attr{name: "copy_to_sent", values: one(true, false)},
				attr{name: "trust_server", values: one(true, false)}),
			seed: func(server *simulator.Server) {
				for id, domain := range map[int64]string{501: "acme.example", 502: "example.com"} {
					server.AddAccount(simulator.Account{ID: id, Type: simulator.Daemon, ServiceType: "Google", AuthOrgID: domain, AuthUserID: "7"})
				}
			},
			fix: func(c *choice) {
				if c.attrs["email"].value < 0 && c.attrs["login"].value < 0 {
					c.attrs["email"] = pick{}
				}
				bothOfUser(c)
			},
		},
		"account": {
			cost:     2,
			typeName: "aurinko_account",
			attrs: append(slices.Clone(accountAttrs),
				attr{name: "email", required: true, identity: true, values: [][]any{spellings("ceo@acme.example", "CEO@acme.example"), spellings("cfo@acme.example")}},
				attr{name: "login", computed: true, values: [][]any{spellings("ceo", "CEO"), spellings("cfo")}},
				attr{name: "server_url", computed: true, values: [][]any{spellings("imap.acme.example", "IMAP.acme.example"), spellings("imap.acme.example:143")}},
				attr{name: "timezone", computed: true, values: one("Europe/Berlin", "Asia/Tokyo")},
				attr{name: "user_id", identity: true, values: one("user-1", "user-2")},
				attr{name: "user_account", identity: true, values: one("primary", "secondary")},
				attr{name: "ensure_access", values: one(true, false)},
				attr{name: "copy_to_sent", values: one(true, false)},
				attr{name: "trust_server", values: one(true, false)}),
			secret: &secretAttr{
				name: "password", values: []string{"password one", "password two", "password three"},
				atAPI: func(server *simulator.Server, id string) string { return accountOf(server, id).Password },
			},
			fix: bothOfUser,
		},
		"subscription": {
			cost:     1,
			typeName: "aurinko_subscription",
			attrs: []attr{
				{name: "account_id", values: one("501", "502"), required: true, identity: true},
				{name: "resource", values: one("/contacts", "/email/messages"), required: true, identity: true},
				{name: "notification_url", values: one("https://hooks.acme.example/", "https://hooks.example.com/?key=1"), required: true, identity: true},
				{name: "filters", values: [][]any{spellings([]string{"withoutDrafts"})}, identity: true, absent: true},
				{name: "on_existing", values: one("error", "adopt"), providers: true},
				{name: "recreate_when_inactive", values: one(true, false), providers: true},
			},
			seed: func(server *simulator.Server) {
				for id := int64(501); id <= 502; id++ {
					server.AddAccount(simulator.Account{ID: id, ServiceType: "Google", Email: fmt.Sprint(id, "@acme.example")})
				}
			},
		},
	}
}

// A pick is a value of an attribute in one of its spellings; a negative one is left
// out.
type pick struct{ value, spelling int }

// The forms of a secret.
const (
	plain = iota
	writeOnly
	versioned
)

type secretPick struct{ form, value, spelling, version int }

// A choice is a configuration.
type choice struct {
	attrs  map[string]pick
	secret secretPick
}

func (s shape) draw(t *rapid.T, label string) choice {
	c := choice{attrs: map[string]pick{}}
	for _, a := range s.attrs {
		c.attrs[a.name] = a.draw(t, label)
	}
	if s.secret != nil {
		c.secret = s.secret.draw(t, label)
	}
	if s.fix != nil {
		s.fix(&c)
	}
	return c
}

func (a attr) draw(t *rapid.T, label string) pick {
	lowest := -1
	if a.required {
		lowest = 0
	}
	p := pick{value: rapid.IntRange(lowest, len(a.values)-1).Draw(t, label+" "+a.name)}
	if p.value >= 0 {
		p.spelling = rapid.IntRange(0, len(a.values[p.value])-1).Draw(t, label+" spelling of "+a.name)
	}
	return p
}

func (s *secretAttr) draw(t *rapid.T, label string) secretPick {
	p := secretPick{form: rapid.IntRange(plain, versioned).Draw(t, label+" form of "+s.name)}
	p.value = rapid.IntRange(0, len(s.values)-1).Draw(t, label+" "+s.name)
	if s.print != nil {
		p.spelling = rapid.IntRange(0, 1).Draw(t, label+" spelling of "+s.name)
	}
	if p.form == versioned {
		p.version = rapid.IntRange(1, 2).Draw(t, label+" version of "+s.name)
	}
	return p
}

// values returns a configuration, in which what unknown names is not known.
func (s shape) values(c choice, unknown map[string]bool) core.Values {
	values := core.Values{}
	set := func(name string, value any) {
		if unknown[name] {
			value = core.Unknown
		}
		parent, child, nested := strings.Cut(name, ".")
		switch {
		case !nested:
			values[name] = value
		case unknown[parent]:
			values[parent] = core.Unknown
		default:
			inner, _ := values[parent].(core.Values)
			if inner == nil {
				inner = core.Values{}
				values[parent] = inner
			}
			inner[child] = value
		}
	}
	for _, a := range s.attrs {
		if p := c.attrs[a.name]; p.value >= 0 {
			set(a.name, a.values[p.value][p.spelling])
		}
	}
	if s.secret == nil {
		return values
	}
	text := s.secretText(c)
	switch c.secret.form {
	case plain:
		set(s.secret.name, text)
	case versioned:
		set(s.secret.name+"_wo_version", c.secret.version)
		fallthrough
	default:
		set(s.secret.name+"_wo", text)
	}
	return values
}

// secretText returns the secret of a configuration.
func (s shape) secretText(c choice) string {
	text := s.secret.values[c.secret.value]
	if c.secret.spelling > 0 {
		return respell(text)
	}
	return text
}

// respell writes a JSON document without white space, and a PEM block with other
// line ends.
func respell(text string) string {
	if strings.HasPrefix(text, "{") {
		return compact(text)
	}
	return strings.ReplaceAll(text, "\n", "\r\n")
}

// A prior is an object that there is before a case. There are a few for each shape,
// each created once.
type prior struct {
	choice
	server   simulator.State
	resource *core.Resource // nil: not created yet
}

const priors = 60

func (s shape) priors() []*prior {
	of := rapid.Custom(func(t *rapid.T) choice { return s.draw(t, "") })
	var all []*prior
	for i := range priors {
		all = append(all, &prior{choice: of.Example(i)})
	}
	return all
}

// A testCase is what happens to one object.
type testCase struct {
	shape
	server   string // in quirks
	before   *prior // nil: there is none, and it is created
	imported bool
	odd      int // what the portal does to it before the plan
	planned  choice
	unknown  map[string]bool // at plan
	final    choice
}

var quirks = map[string]simulator.Quirks{
	"plain": {}, "nulls": {Nulls: true, UnknownFields: true}, "lower case": {LowerCaseEmails: true},
	"scopes reordered": {ReorderScopes: true}, "the guides' scopes": {GuideScopeNames: true},
	"secrets masked": {Secrets: simulator.SecretsMasked}, "secrets absent": {Secrets: simulator.SecretsAbsent},
	"secrets null": {Secrets: simulator.SecretsAbsent, Nulls: true}, "secrets empty": {Secrets: simulator.SecretsEmpty},
	"201": {Created201: true}, "no totals": {NoTotal: true, MaxPage: 1},
	"no times": {NoTimes: true}, "mailboxes hidden": {HideManaged: true}, "service accounts not served": {RefuseServiceAccountGet: 403},
	"service accounts not found": {RefuseServiceAccountGet: 404}, "service accounts not allowed": {RefuseServiceAccountGet: 405},
	"service accounts listed": {ListServiceAccounts: true}, "members together": {MembersTogether: true},
	"booking defaults": {FillBooking: true}, "booking defaults and nulls": {FillBooking: true, Nulls: true},
}

var servers = slices.Sorted(maps.Keys(quirks))

func drawCase(t *rapid.T, s shape, priors []*prior) testCase {
	c := testCase{shape: s, unknown: map[string]bool{}, server: rapid.SampledFrom(servers).Draw(t, "server")}
	if rapid.Bool().Draw(t, "there is an object before") {
		c.before = priors[rapid.IntRange(0, len(priors)-1).Draw(t, "which object")]
		c.imported = rapid.Bool().Draw(t, "imported")
		c.odd = max(0, rapid.IntRange(-3, len(oddities)).Draw(t, "oddity"))
	}
	c.planned = s.draw(t, "planned:")
	if c.before != nil && rapid.Bool().Draw(t, "mostly as before") {
		c.planned = c.before.clone()
		for range rapid.IntRange(0, 2).Draw(t, "changes") {
			c.change(t, &c.planned, "planned:")
		}
	}
	c.final = c.planned.clone()
	for range rapid.IntRange(0, 3).Draw(t, "unknown attributes") {
		c.open(t)
	}
	if s.secret != nil && c.planned.secret.form != plain && rapid.IntRange(0, 3).Draw(t, "the secret is rotated") == 0 {
		c.final.secret.value = rapid.IntRange(0, len(s.secret.values)-1).Draw(t, "rotated")
	}
	if s.fix != nil {
		s.fix(&c.final)
		if c.planned.secret.form == plain && c.final.secret.value != c.planned.secret.value {
			c.unknown[s.secret.name] = true
		}
	}
	return c
}

func (c choice) clone() choice {
	attrs := map[string]pick{}
	for name, p := range c.attrs {
		attrs[name] = p
	}
	return choice{attrs: attrs, secret: c.secret}
}

// change changes one attribute.
func (s shape) change(t *rapid.T, c *choice, label string) {
	i := rapid.IntRange(0, len(s.attrs)).Draw(t, "which attribute")
	switch {
	case i < len(s.attrs):
		c.attrs[s.attrs[i].name] = s.attrs[i].draw(t, label)
	case s.secret != nil:
		c.secret = s.secret.draw(t, label)
	}
	if s.fix != nil {
		s.fix(c)
	}
}

// open makes an attribute, or the nested attribute that it is in, unknown at plan,
// and decides what it turns out to be.
func (c *testCase) open(t *rapid.T) {
	var names []string
	for _, a := range c.attrs {
		if c.planned.attrs[a.name].value >= 0 {
			names = append(names, a.name)
		}
	}
	if c.secret != nil {
		names = append(names, c.secret.name)
	}
	name := rapid.SampledFrom(names).Draw(t, "unknown")
	if parent, _, nested := strings.Cut(name, "."); nested && rapid.IntRange(0, 3).Draw(t, "as a whole") == 0 {
		c.unknown[parent] = true
		for _, a := range c.attrs {
			if strings.HasPrefix(a.name, parent+".") {
				c.final.attrs[a.name] = a.draw(t, "finally:")
			}
		}
		if c.secret != nil {
			c.final.secret = c.secret.draw(t, "finally:")
		}
		return
	}
	if c.secret != nil && name == c.secret.name {
		switch c.planned.secret.form {
		case plain:
			c.unknown[name] = true
		case writeOnly:
			c.unknown[name+"_wo"] = true
		case versioned:
			c.unknown[name+rapid.SampledFrom([]string{"_wo", "_wo_version"}).Draw(t, "unknown part")] = true
			c.final.secret.version = c.planned.secret.version
			if c.unknown[name+"_wo_version"] {
				c.final.secret.version = rapid.IntRange(1, 2).Draw(t, "finally: version")
			}
		}
		if !c.unknown[name+"_wo_version"] || c.unknown[name+"_wo"] {
			c.final.secret.value = rapid.IntRange(0, len(c.secret.values)-1).Draw(t, "finally: secret")
		}
		return
	}
	c.unknown[name] = true
	for _, a := range c.attrs {
		if a.name == name {
			p := a.draw(t, "finally:")
			if p.value < 0 { // what is null is known to be so
				p = pick{}
			}
			c.final.attrs[name] = p
		}
	}
}

// oddities are what a server may legally hold besides what this provider writes.
var oddities = []func(*simulator.Account){
	func(a *simulator.Account) { a.AuthScopes = nil },
	func(a *simulator.Account) { a.AuthScopes = append(slices.Clone(a.AuthScopes), "Files.Read") },
	func(a *simulator.Account) { a.Timezone = "W. Europe Standard Time" },
	func(a *simulator.Account) { a.UserID = "someone-else" },
	func(a *simulator.Account) { a.TokenStatus, a.TokenError = "dead", "revoked" },
	func(a *simulator.Account) { a.Name = "renamed in the portal" },
}

// swap is a transport to a server that can be exchanged.
type swap struct{ http.RoundTripper }

// TestPropertyEveryPlanHolds tries random cases.
func TestPropertyEveryPlanHolds(t *testing.T) {
	t.Logf("-rapid.seed=%s", flag.Lookup("rapid.seed").Value)
	all := shapes(t)
	sum := 0.0
	for _, s := range all {
		sum += 1 / float64(s.cost)
	}
	if math.Abs(sum-parts) > 0.01 {
		t.Fatalf("the shapes try %g times rapid's checks, so that there are too few cases or too many: correct the constant", sum)
	}
	for name, s := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				transport := &swap{}
				plugin, priors := core.Launch(transport), s.priors()
				rapid.Check(struct{ testing.TB }{t}, func(rt *rapid.T) { // a *testing.T has a deadline, for which rapid asks, and a bubble none
					if s.cost > 1 && rapid.IntRange(1, s.cost).Draw(rt, "one of so many is tried") > 1 {
						return
					}
					drawCase(rt, s, priors).run(t, rt, plugin, transport)
				})
			})
		})
	}
}

// A failer is a test, or a case of rapid's.
type failer interface {
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// run tries a case, and returns what is planned.
func (c testCase) run(t *testing.T, rt failer, plugin *core.Plugin, transport *swap) (action string) {
	server, err := simulator.New(simulator.Options{})
	if err != nil {
		rt.Fatal(err)
	}
	transport.RoundTripper = simulator.Transport{Handler: server}
	r := &core.Resource{Name: c.typeName, TypeName: c.typeName}
	w := &core.Workspace{T: t, Plugin: plugin, Settings: core.Values{"requests_per_second": 1000}, Levels: [][]*core.Resource{{r}}}
	if c.before == nil || c.before.resource == nil {
		if c.seed != nil {
			c.seed(server)
		}
	}
	if c.before != nil {
		c.begin(rt, server, w, r)
	} else {
		server.SetQuirks(quirks[c.server])
	}
	if c.isExcluded() {
		return ""
	}
	r.Config, r.Final = c.values(c.planned, c.unknown), c.values(c.final, nil)
	state := r.State
	server.ResetJournal()
	plans, found := w.Plan()
	c.mustHold(rt, "plan", found)
	if len(plans) > 0 {
		action = plans[0].Action()
	}
	mayWrite := c.checkAction(rt, action)
	if action == "" { // nothing is applied
		c.final.secret = c.planned.secret
	}
	c.mustHold(rt, "apply", w.CarryOut(w.Start(), plans))
	if !mayWrite && slices.ContainsFunc(server.Journal(), simulator.Request.Writes) {
		rt.Fatalf("%s\nthe apply writes what only the provider uses", c)
	}
	c.checkRevision(rt, action, state, r.State)
	c.checkSecret(rt, server, r.ID())

	r.Config, r.Final = c.values(c.final, nil), nil
	after := r.State
	plans, found = w.Plan()
	c.mustHold(rt, "second plan", found)
	if len(plans) > 0 {
		rt.Fatalf("%s\nthe second plan is not empty: %s%s", c, plans[0].Action(), differences(r.State, plans[0].Update))
	}
	if !after.Equal(r.State) {
		rt.Fatalf("%s\nthe refresh changes the state of the apply:%s", c, differences(after, &r.State))
	}
	return action
}

// begin puts the object there that was before.
func (c testCase) begin(rt failer, server *simulator.Server, w *core.Workspace, r *core.Resource) {
	if c.before.resource == nil {
		r.Config = c.values(c.before.choice, nil)
		c.mustHold(rt, "before", w.Apply())
		created := *r
		c.before.resource, c.before.server = &created, server.State()
	}
	*r = *c.before.resource
	server.SetState(c.before.server)
	server.SetQuirks(quirks[c.server])
	if c.imported {
		id := r.ID()
		*r = core.Resource{Name: c.typeName, TypeName: c.typeName, Config: r.Config}
		c.mustHold(rt, "import", w.Import(r, id))
	}
	c.makeOdd(server, r.ID())
}

// makeOdd changes the account with an ID as somebody else may.
func (c testCase) makeOdd(server *simulator.Server, id string) {
	if c.odd == 0 {
		return
	}
	for _, account := range server.Accounts() {
		if fmt.Sprint(account.ID) == id {
			server.UpdateAccount(account.ID, oddities[c.odd-1])
		}
	}
	for _, registration := range server.OAuthRegs() { // the same in other words
		registration.ClientID = strings.ToUpper(registration.ClientID)
		registration.Scopes = slices.Clone(registration.Scopes)
		slices.Reverse(registration.Scopes)
		registration.ClientSecret2 = respell(registration.ClientSecret2)
		server.SetOAuthReg(registration)
	}
}

// differences returns the attributes in which two states differ, a line each.
func differences(one tftypes.Value, other *tftypes.Value) string {
	if other == nil {
		return ""
	}
	found, err := one.Diff(*other)
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for _, d := range found {
		fmt.Fprintf(&b, "\n%s", d)
	}
	return b.String()
}

func (c testCase) mustHold(rt failer, when string, found core.Problems) {
	if found.Failed() {
		rt.Fatalf("%s\n%s: %s", c, when, found.Errors())
	}
}

func (c testCase) String() string {
	var b strings.Builder
	describe := func(label string, of choice, unknown map[string]bool) {
		fmt.Fprintf(&b, "\n%s:", label)
		for _, a := range c.attrs {
			p := of.attrs[a.name]
			parent, _, _ := strings.Cut(a.name, ".")
			switch {
			case unknown[a.name] || unknown[parent]:
				fmt.Fprintf(&b, " %s=unknown", a.name)
			case p.value >= 0:
				fmt.Fprintf(&b, " %s=%d.%d", a.name, p.value, p.spelling)
			}
		}
		if c.secret != nil {
			fmt.Fprintf(&b, " %s=%d.%d as %s", c.secret.name, of.secret.value, of.secret.spelling, []string{"plain", "write-only", "version"}[of.secret.form])
			if of.secret.form == versioned {
				fmt.Fprintf(&b, " %d", of.secret.version)
			}
		}
	}
	if c.before != nil {
		describe(fmt.Sprintf("before (imported %t, oddity %d)", c.imported, c.odd), c.before.choice, nil)
	}
	describe("planned", c.planned, c.unknown)
	describe("finally", c.final, nil)
	fmt.Fprintf(&b, "\nunknown: %v, server: %s", slices.Sorted(maps.Keys(c.unknown)), c.server)
	return b.String()
}

// isExcluded reports the one thing that a plan cannot foresee: a Google key that is
// replaced after its ID was planned, or that turns out to be another service
// account's. Terraform refuses these at apply.
func (c testCase) isExcluded() bool {
	if c.before == nil || c.secret == nil || c.secret.identity == nil || c.unknown["google"] {
		return false
	}
	unknown := c.unknown[c.secret.name] || c.unknown[c.secret.name+"_wo"]
	before, planned, final := c.before.secret.value, c.planned.secret.value, c.final.secret.value
	if unknown || planned != final {
		return c.secret.identity(before) != c.secret.identity(final) || !unknown && planned != before
	}
	return false
}

// effective returns the value that an attribute has with a configuration, after
// another one.
func (a attr) effective(before, now pick) int {
	if now.value < 0 && a.computed {
		return before.value
	}
	return now.value
}

// checkAction compares the planned action with what the configurations say. It reports
// whether the apply may write: what only the provider uses asks for no write.
func (c testCase) checkAction(rt failer, action string) (mayWrite bool) {
	if c.before == nil {
		if action != "create" {
			rt.Fatalf("%s\nplanned: %q, want create", c, action)
		}
		return true
	}
	if c.imported || c.odd > 0 && c.typeName != "aurinko_office365_daemon" && !strings.HasSuffix(c.typeName, "_oauth") {
		return true
	}
	replaces, may, changes := false, false, false
	mayWrite = c.odd > 0
	for _, a := range c.attrs {
		parent, _, _ := strings.Cut(a.name, ".")
		unknown := c.unknown[a.name] || c.unknown[parent]
		identity := a.identity || a.name == "client_org_id" && slices.Contains([]string{"aurinko_service_account", "aurinko_account"}, c.typeName)
		differs := c.before.attrs[a.name].value != a.effective(c.before.attrs[a.name], c.planned.attrs[a.name])
		if identity && a.computed && c.before.attrs[a.name].value < 0 && c.typeName != "aurinko_service_account" {
			// Without a value so far, the object gets one.
			identity = false
		}
		if a.name == "exchange.domain" && c.before.attrs[a.name].value < 0 { // of the user name
			differs, may = false, true
		}
		if identity && !a.absent && c.planned.attrs[a.name].value < 0 { // left out: nothing says that it is another one
			identity = false
		}
		switch {
		case unknown && identity || unknown && strings.Contains(a.name, "."):
			may = true
		case a.providers:
			changes = changes || unknown || differs
			continue
		case unknown:
			changes = true
		case differs && identity:
			replaces = true
		case differs:
			changes = true
		default:
			continue
		}
		mayWrite = true
	}
	if s := c.secret; s != nil {
		before, now := c.before.secret, c.planned.secret
		open := c.unknown[s.name] || c.unknown[s.name+"_wo"] || c.unknown[s.name+"_wo_version"]
		parent, _, nested := strings.Cut(s.name, ".")
		switch {
		case nested && c.unknown[parent]:
		case open:
			may = true
		case s.identity != nil && s.identity(before.value) != s.identity(now.value):
			replaces = true
		case before.form != now.form:
			may = true // the secret of the other form may not be known
		case now.form == versioned && before.version != now.version, now.form != versioned && before.value != now.value:
			changes = true
		case now.form == versioned && before.value != now.value:
			may = true
		}
		mayWrite = mayWrite || before != c.planned.secret || open || c.planned.secret != c.final.secret || nested && c.unknown[parent]
	}
	wanted := map[string]bool{"": !changes && !replaces, "update": !replaces, "replace": replaces || may}
	if !may && !changes && !replaces {
		wanted["update"] = false
	}
	if !wanted[action] {
		rt.Fatalf("%s\nplanned: %q; replaces %t, changes %t, may be either %t", c, action, replaces, changes, may)
	}
	return mayWrite || may
}

// revisionOf returns the revision of the secret.
func (c testCase) revisionOf(state tftypes.Value) int64 {
	name := "credentials_revision"
	if !strings.Contains(c.secret.name, ".") {
		name = c.secret.name + "_revision"
	}
	var number big.Float
	if v := core.At(state, name); v.Type() == nil || v.IsNull() || v.As(&number) != nil {
		return 0
	}
	revision, _ := number.Int64()
	return revision
}

// checkRevision checks that the revision went up if, and only if, another secret was
// sent.
func (c testCase) checkRevision(rt failer, action string, before, after tftypes.Value) {
	if c.secret == nil {
		return
	}
	got := c.revisionOf(after)
	switch {
	case action == "create" || action == "replace":
		if got != 1 {
			rt.Fatalf("%s\nthe first revision is %d", c, got)
		}
	case c.imported || c.before.secret.form != c.final.secret.form:
	default:
		want := c.revisionOf(before)
		was, is := c.before.secret, c.final.secret
		if is.form == versioned && was.version != is.version || is.form != versioned && was.value != is.value {
			want++
		}
		if got != want {
			rt.Fatalf("%s\nthe revision is %d after %d, want %d", c, got, c.revisionOf(before), want)
		}
	}
}

// checkSecret checks that Aurinko has the configured secret.
func (c testCase) checkSecret(rt failer, server *simulator.Server, id string) {
	if c.secret == nil || c.before != nil && c.final.secret.form == versioned && (c.imported || c.before.secret.version == c.final.secret.version) {
		return
	}
	has, wanted := c.secret.atAPI(server, id), c.secret.values[c.final.secret.value]
	if c.secret.print != nil {
		has, wanted = c.secret.print(has), c.secret.print(wanted)
	}
	if has != wanted {
		rt.Fatalf("%s\nAurinko has another secret than the configured one", c)
	}
}
