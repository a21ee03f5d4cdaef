package faults

import (
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

var (
	soakMailboxes = flag.Int("mailboxes", 60, "how many mailboxes the soak tests have")
	soakSeed      = flag.Uint64("seed", 1, "what the chances of the soak tests come from")
)

// faultHeader names the fault that a request is to meet.
const faultHeader = "X-Fault"

// A chance is a fault, and how many of a thousand requests meet it.
type chance struct {
	per1000 int
	how     simulator.Fault
}

// chaos are the faults that a soak mixes. Those that are not retried have a run
// end with errors. Slow is longer than one attempt may take, and pause what the
// server asks for when it is busy.
func chaos(slow, pause time.Duration) []chance {
	wait := http.Header{"Retry-After": {fmt.Sprint(pause.Seconds())}}
	return []chance{
		{15, simulator.Fault{DropBefore: true}},
		{15, simulator.Fault{DropAfter: true}},
		{10, simulator.Fault{Truncate: true}},
		{10, simulator.Fault{HTML: true}},
		{10, simulator.Fault{HTML: true, AfterEffect: true}},
		{10, simulator.Fault{Status: 200, Body: signInPage, ContentType: "text/html"}},
		{10, simulator.Fault{Status: 500, AfterEffect: true}},
		{10, simulator.Fault{Status: 503, Header: wait}},
		{5, simulator.Fault{Status: 429, Header: wait}},
		{5, simulator.Fault{Status: 408}},
		{5, simulator.Fault{Latency: slow}},
		{1, simulator.Fault{Status: 503, AfterEffect: true, Header: http.Header{"Retry-After": {"3600"}}}},
		{1, simulator.Fault{Status: 403}},
		{1, simulator.Fault{Status: 409}},
	}
}

// chances is a server whose requests meet faults by chance. The chance is the
// request's own, so that a seed gives the same run again, in whatever order
// concurrent requests come.
type chances struct {
	server *simulator.Server
	of     []chance
	seed   uint64

	lock sync.Mutex
	seen map[string]int
	off  bool
}

func newChances(server *simulator.Server, seed uint64, of []chance) *chances {
	for i, c := range of {
		c.how.Match = func(r *http.Request) bool { return r.Header.Get(faultHeader) == fmt.Sprint(i) }
		server.Inject(c.how)
	}
	return &chances{server: server, of: of, seed: seed, seen: map[string]int{}}
}

func (c *chances) set(on bool) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.off = !on
}

func (c *chances) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if i, ok := c.choose(r); ok {
		r.Header.Set(faultHeader, fmt.Sprint(i))
	}
	c.server.ServeHTTP(w, r)
}

func (c *chances) choose(r *http.Request) (int, bool) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.off {
		return 0, false
	}
	// The POSTs of different mailboxes differ in their length, more or less.
	key := fmt.Sprint(r.Method, r.URL.RequestURI(), r.ContentLength)
	c.seen[key]++
	hash := fnv.New64a()
	fmt.Fprint(hash, key)
	n := rand.New(rand.NewPCG(c.seed, hash.Sum64()+uint64(c.seen[key]))).IntN(1000)
	for i, fault := range c.of {
		if n -= fault.per1000; n < 0 {
			return i, true
		}
	}
	return 0, false
}

// A mailbox as the soak wants it.
type mailbox struct {
	name, timezone string
	scopes         []string
}

func (m mailbox) values(address string) core.Values {
	all := core.Values{"service_account_id": fmt.Sprint(parentID), "email": address, "name": m.name, "scopes": m.scopes}
	if m.timezone != "" {
		all["timezone"] = m.timezone
	}
	return all
}

// An estate is what a soak has declared, by e-mail address.
type estate map[string]mailbox

var (
	soakScopes    = []string{"Calendar.Read", "Mail.Read", "Mail.ReadWrite", "Mail.Send"}
	soakTimezones = []string{"Europe/Vienna", "America/New_York", "Asia/Tokyo"}
)

func anyMailbox(chance *rand.Rand, address string) mailbox {
	scopes := slices.Clone(soakScopes)
	chance.Shuffle(len(scopes), func(i, j int) { scopes[i], scopes[j] = scopes[j], scopes[i] })
	scopes = scopes[:1+chance.IntN(len(scopes))]
	slices.Sort(scopes)
	return mailbox{
		name:     fmt.Sprintf("%s %d", address, chance.IntN(1000)),
		timezone: soakTimezones[chance.IntN(len(soakTimezones))],
		scopes:   scopes,
	}
}

// addresses are in order, so that a seed gives the same run again.
func (e estate) addresses() []string {
	all := make([]string, 0, len(e))
	for address := range e {
		all = append(all, address)
	}
	slices.Sort(all)
	return all
}

// differences are between what is declared and what the server has.
func (e estate) differences(server *simulator.Server) []string {
	var found []string
	seen := map[string]int{}
	for id, a := range managedAccounts(server) {
		wanted, ok := e[a.Email]
		slices.Sort(a.AuthScopes)
		switch {
		case a.ParentID != parentID:
		case !ok:
			found = append(found, fmt.Sprintf("account %s, %s, is nobody's", id, a.Email))
		case a.Name != wanted.name || a.Timezone != wanted.timezone || !slices.Equal(a.AuthScopes, wanted.scopes):
			found = append(found, fmt.Sprintf("account %s, %s, is %q %q %v, want %v", id, a.Email, a.Name, a.Timezone, a.AuthScopes, wanted))
		}
		if a.ParentID == parentID {
			seen[a.Email]++
		}
	}
	for address := range e {
		if n := seen[address]; n != 1 {
			found = append(found, fmt.Sprintf("%s has %d accounts", address, n))
		}
	}
	return found
}

// A round of a soak changes what is declared, or what the server has, behind
// everybody's back.
type round struct {
	name   string
	change func(*rand.Rand, estate, *simulator.Server)
}

func soakRounds(mailboxes int) []round {
	add := func(chance *rand.Rand, e estate, from, count int) {
		for i := range count {
			address := fmt.Sprintf("mailbox%05d@acme.example", from+i)
			e[address] = anyMailbox(chance, address)
		}
	}
	return []round{
		{"create", func(chance *rand.Rand, e estate, _ *simulator.Server) { add(chance, e, 0, mailboxes) }},
		{"update", func(chance *rand.Rand, e estate, _ *simulator.Server) {
			for _, address := range e.addresses() {
				if chance.IntN(3) == 0 {
					e[address] = anyMailbox(chance, address)
				}
			}
		}},
		{"drift", func(chance *rand.Rand, _ estate, server *simulator.Server) {
			for _, a := range server.Accounts() {
				if a.ParentID != parentID {
					continue
				}
				switch chance.IntN(10) {
				case 0:
					server.RemoveAccount(a.ID)
				case 1:
					server.UpdateAccount(a.ID, func(a *simulator.Account) { a.Name = "somebody else's" })
				case 2:
					server.UpdateAccount(a.ID, func(a *simulator.Account) { a.AuthScopes = []string{"Mail.All"} })
				case 3:
					server.UpdateAccount(a.ID, func(a *simulator.Account) { a.TokenStatus, a.TokenError = "dead", "revoked" })
				}
			}
		}},
		{"shrink and grow", func(chance *rand.Rand, e estate, _ *simulator.Server) {
			for _, address := range e.addresses() {
				if chance.IntN(5) == 0 {
					delete(e, address)
				}
			}
			add(chance, e, mailboxes, mailboxes/5)
		}},
		{"everything at once", func(chance *rand.Rand, e estate, server *simulator.Server) {
			for _, address := range e.addresses() {
				switch chance.IntN(4) {
				case 0:
					delete(e, address)
				case 1:
					e[address] = anyMailbox(chance, address)
				}
			}
			for _, a := range server.Accounts() {
				if a.ParentID == parentID && chance.IntN(5) == 0 {
					server.RemoveAccount(a.ID)
				}
			}
			add(chance, e, 2*mailboxes, mailboxes/4)
		}},
		{"destroy", func(_ *rand.Rand, e estate, _ *simulator.Server) { clear(e) }},
	}
}

// mostApplies is how often a person is asked to run Terraform again until a
// round is through.
const mostApplies = 10

// Mailboxes are created, updated, changed and deleted behind Terraform's back,
// healed and destroyed, while every request may meet a fault. After each round
// there is what is declared, each mailbox once, all of it in the state.
func TestSoak(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		t.Logf("%d mailboxes, seed %d", *soakMailboxes, *soakSeed)
		server, w := newEstate(t, 0, simulator.Options{RequestsPerSecond: 250})
		older := server.AddAccount(simulator.Account{Email: "mailbox00000@acme.example", ServiceType: "Google", Name: "older"})
		faulty := newChances(server, *soakSeed, chaos(90*time.Second, 5*time.Second))
		w.Transport = simulator.Transport{Handler: faulty}
		chance := rand.New(rand.NewPCG(*soakSeed, 0))
		declared := estate{}

		for _, round := range soakRounds(*soakMailboxes) {
			round.change(chance, declared, server)
			declare(w, declared)
			server.ResetJournal()
			faulty.set(true)
			began := time.Now()
			applies, imports := converge(w, 10*time.Minute)
			faulty.set(false)

			t.Logf("%s: %d mailboxes, %d requests, %d faults, %d applies, %d imports, %s", round.name, len(declared),
				len(server.Journal()), faultsIn(server.Journal()), applies, imports, time.Since(began).Round(time.Second))
			w.MustBeEmpty()
			for _, difference := range declared.differences(server) {
				t.Errorf("%s: %s", round.name, difference)
			}
			there := managedAccounts(server)
			for _, r := range w.Resources() { // a destroyed one is in neither
				if a, ok := there[r.ID()]; ok != (r.Config != nil) || !strings.EqualFold(a.Email, r.Name) && ok {
					t.Errorf("%s: the state has %q for %s", round.name, r.ID(), r.Name)
				}
			}
			if a, ok := server.Account(older); !ok || a.Name != "older" {
				t.Errorf("%s: somebody else's account was changed: %v", round.name, a)
			}
			if t.Failed() {
				return
			}
		}
	})
}

func faultsIn(journal []simulator.Request) int {
	met := 0
	for _, r := range journal {
		if r.Fault != "" {
			met++
		}
	}
	return met
}

// converge does what a person does who only wants to get through: it applies,
// imports what is offered, and after a pause applies again.
func converge(w *core.Workspace, pause time.Duration) (applies, imports int) {
	w.T.Helper()
	for {
		applies++
		found := w.Apply()
		if !found.Failed() {
			return applies, imports
		}
		if applies == mostApplies {
			w.T.Fatalf("still failing:\n%s", found.Errors())
		}
		for _, p := range found.Errors() {
			if id := p.OfferedImport(); id != "" {
				imports++
				w.Import(p.Resource, id) // or else the next apply offers it again
			}
		}
		time.Sleep(pause)
	}
}

// declare makes the workspace's configuration that of the estate.
func declare(w *core.Workspace, e estate) {
	known := map[string]*core.Resource{}
	var kept []*core.Resource
	for _, r := range w.Resources() {
		known[r.Name] = r
		r.Config = nil
		if m, ok := e[r.Name]; ok {
			r.Config = m.values(r.Name)
		}
		if r.Config != nil || r.HasState() {
			kept = append(kept, r)
		}
	}
	for _, address := range e.addresses() {
		if known[address] == nil {
			kept = append(kept, &core.Resource{Name: address, TypeName: "aurinko_managed_account", Config: e[address].values(address)})
		}
	}
	w.Levels = [][]*core.Resource{kept}
}
