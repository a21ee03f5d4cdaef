package lifecycle_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

func TestCreate(t *testing.T) {
	each(t, simulator.Quirks{}, func(w world, s lifecycle.Spec) {
		written, err := w.create(w.run(), s, false)
		if err != nil || written.Unread != nil {
			t.Fatalf("%v, %v", err, written.Unread)
		}
		if a := w.get(written.Account.ID); !a.Active || written.Account.ServiceType != s.Input.ServiceType {
			w.Errorf("created %+v as %+v", a, written.Account)
		}
		if posts, lists, gets := w.asked("POST", ""), w.asked("GET", strings.TrimPrefix(listRoute(s), "/v1")), w.asked("GET", "/am/accounts/{id}"); posts != 1 || lists != 1 || gets != 1 {
			w.Errorf("%d writes, %d listings, %d reads", posts, lists, gets)
		}
	})
}

func TestCreateFindsWhatExists(t *testing.T) {
	each(t, simulator.Quirks{}, func(w world, s lifecycle.Spec) {
		id := w.add(s)
		_, err := w.create(w.run(), s, false)
		w.refuses(err, lifecycle.Exists, id)
		if w.writes() > 0 {
			w.Error("something was written")
		}
	})
}

// All creates of mailboxes share one listing. Service accounts are listed before
// each write.
func TestCreatesShareAListing(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		r := w.run()
		const each = 20
		var all sync.WaitGroup
		for i := range each {
			all.Go(func() { w.mustCreate(r, mailbox(fmt.Sprintf("user%d@acme.example", i))) })
			all.Go(func() { w.mustCreate(r, google(fmt.Sprintf("d%d.example", i))) })
		}
		all.Wait()
		if lists, fresh := w.asked("GET", "/am/accounts"), w.asked("GET", "/am/svc_accounts"); lists != 1 || fresh != each {
			w.Errorf("%d listings of accounts, %d of service accounts", lists, fresh)
		}
	})
}

// Whatever overlaps with the account that is to be created stops the create
// before anything is written, and is adopted on request.
func TestOverlap(t *testing.T) {
	tests := map[string]struct {
		there, wanted lifecycle.Spec
		overlaps      bool
	}{
		"Exchange, client organization there only":       {exchange("svc", "acme"), exchange("svc", ""), true},
		"Exchange, client organization wanted only":      {exchange("svc", ""), exchange("svc", "acme"), true},
		"Exchange, another client organization":          {exchange("svc", "acme"), exchange("svc", "other"), false},
		"Exchange, another user":                         {exchange("svc", ""), exchange("robot", ""), false},
		"Exchange, user in another case":                 {exchange("SVC", ""), exchange("svc", ""), true},
		"Google, domain in another case":                 {google("Acme.example"), google("acme.example"), true},
		"Google, another domain":                         {google("other.example"), google("acme.example"), false},
		"Office 365, tenant in another case":             {office365("0B6CD9A4"), office365("0b6cd9a4"), true},
		"mailbox, address in another case":               {mailbox("CEO@acme.example"), mailbox("ceo@Acme.example"), true},
		"mailbox, address and login there, login only":   {login("sales@acme.example", "sales"), login("", "SALES"), true},
		"mailbox, login there, address and login":        {login("", "sales"), login("sales@acme.example", "sales"), true},
		"mailbox, another login at the same address":     {login("sales@acme.example", "sales"), login("sales@acme.example", "s"), true},
		"mailbox, same login at another address":         {login("sales@acme.example", "sales"), login("ceo@acme.example", "sales"), false},
		"mailbox, under another service account":         {mailbox("ceo@acme.example"), login("ceo@acme.example", ""), false},
		"service account with the address of a mailbox":  {mailbox("robot@acme.example"), google("acme.example"), false},
		"personal, address in another case":              {personal("INFO@acme.example", "", ""), personal("info@acme.example", "", ""), true},
		"personal, another login":                        {personal("info@acme.example", "a", ""), personal("info@acme.example", "b", ""), true},
		"personal, client organization there only":       {personal("info@acme.example", "", "acme"), personal("info@acme.example", "", ""), true},
		"personal, client organization wanted only":      {personal("info@acme.example", "", ""), personal("info@acme.example", "", "acme"), true},
		"personal, another client organization":          {personal("info@acme.example", "", "acme"), personal("info@acme.example", "", "other"), false},
		"personal, login there only":                     {personal("", "info", "acme"), personal("info@acme.example", "info", "acme"), true},
		"personal, no more than the client organization": {personal("", "other", "acme"), personal("info@acme.example", "", "acme"), false},
		"personal and managed at one address":            {mailbox("info@acme.example"), personal("info@acme.example", "", ""), false},
	}
	for name, test := range tests {
		for _, quirks := range []simulator.Quirks{{}, {CaseSensitive: true}, {Nulls: true, UnknownFields: true}} {
			t.Run(fmt.Sprintf("%s/%+v", name, quirks), func(t *testing.T) {
				in(t, quirks, func(w world) {
					id := w.add(test.there)
					written, err := w.create(w.run(), test.wanted, false)
					if !test.overlaps {
						if err != nil || written.Account.ID == id {
							w.Fatalf("created %s, %v", written.Account.ID, err)
						}
						w.untouched(id)
						return
					}
					w.refuses(err, lifecycle.Exists, id)
					if w.writes() > 0 {
						w.Error("something was written")
					}

					count := len(w.Accounts())
					written, err = w.create(w.run(), named(test.wanted, "ours"), true)
					if err != nil || written.Account.ID != id || len(w.Accounts()) != count {
						w.Fatalf("adopted %s of %s, %v, with %d accounts", written.Account.ID, id, err, len(w.Accounts()))
					}
					if a := w.get(id); a.Name != "ours" {
						w.Errorf("the adopted account is %+v", a)
					}
				})
			})
		}
	}
}

// A write could take an account away from its owner, who has signed in: nothing says
// that a recycle key goes by the mail service as well.
func TestSignedIn(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		theirs := personal("Info@acme.example", "", "")
		theirs.Input.ServiceType = "Google"
		id, wanted := w.add(theirs), personal("info@acme.example", "", "acme")
		for _, adopt := range []bool{false, true} {
			_, err := w.create(w.run(), wanted, adopt)
			w.refuses(err, lifecycle.SignedIn, id)
		}
		_, _, err := w.run().Existing(w.Context(), wanted)
		w.refuses(err, lifecycle.SignedIn, id)
		if w.writes() > 0 {
			w.Error("something was written")
		}
		if _, err := w.run().Update(w.Context(), id, wanted); !lifecycle.Is(err, lifecycle.Contradicted) {
			w.Errorf("updated, %v", err)
		}
		own := w.add(personal("info@acme.example", "", ""))
		_, err = w.run().Update(w.Context(), own, personal("info@acme.example", "", ""))
		w.refuses(err, lifecycle.Overlapping, own)
	})
}

// Two resources of a run that overlap: neither writes over the other, in either
// order, in one run or in two.
func TestClaims(t *testing.T) {
	pairs := map[string][2]lifecycle.Spec{
		"Exchange": {exchange("svc", ""), exchange("svc", "acme")},
		"mailbox":  {login("sales@acme.example", "sales"), login("", "sales")},
		"twins":    {mailbox("ceo@acme.example"), mailbox("CEO@acme.example")},
	}
	for name, pair := range pairs {
		for _, order := range [][2]int{{0, 1}, {1, 0}} {
			for _, adopt := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%v/adopt %t", name, order, adopt), func(t *testing.T) {
					in(t, simulator.Quirks{}, func(w world) {
						r := w.run()
						first := named(pair[order[0]], "first")
						id := w.mustCreate(r, first)
						_, err := w.create(r, named(pair[order[1]], "second"), adopt)
						w.refuses(err, lifecycle.Claimed, id)
						if a := w.get(id); a.Name != "first" || a.AuthString2 != first.Input.AuthString2 || w.asked("POST", "") != 1 {
							w.Errorf("after %d writes: %+v", w.asked("POST", ""), a)
						}
						if !adopt {
							_, err = w.create(w.run(), named(pair[order[1]], "second"), false)
							w.refuses(err, lifecycle.Exists, id)
						}
					})
				})
			}
		}
	}
}

func TestTwoCreatesAtOnce(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		r := w.run()
		const creates = 20
		errs := make(chan error, creates)
		for range creates {
			go func() {
				_, err := w.create(r, mailbox("ceo@acme.example"), false)
				errs <- err
			}()
		}
		refused := 0
		for range creates {
			if lifecycle.Is(<-errs, lifecycle.Claimed) {
				refused++
			}
		}
		if refused != creates-1 || w.asked("POST", "") != 1 {
			w.Errorf("%d refused, %d writes", refused, w.asked("POST", ""))
		}
	})
}

// A create that fails gives its claim up.
func TestAFailedCreateClaimsNothing(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		r := w.run()
		w.Inject(simulator.Fault{Method: "POST", Status: 400, Times: 1})
		if _, err := w.create(r, mailbox("ceo@acme.example"), false); aurinko.StatusOf(err) != 400 {
			w.Fatal(err)
		}
		w.mustCreate(r, mailbox("ceo@acme.example"))
	})
}

// Two listed accounts overlap with what is to be adopted: which one the write
// would hit is not known.
func TestAdoptingOneOfTwo(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		first, second := w.add(exchange("svc", "acme")), w.add(exchange("svc", "other"))
		_, err := w.create(w.run(), exchange("svc", ""), true)
		w.refuses(err, lifecycle.Overlapping, first)
		w.untouched(first)
		w.untouched(second)
	})
}

// Somebody else creates the account between the run's listing and the write.
func TestAnAccountThatAppears(t *testing.T) {
	tests := map[string]lifecycle.Spec{"service account": google("acme.example"), "mailbox": mailbox("ceo@acme.example")}
	for name, spec := range tests {
		t.Run(name, func(t *testing.T) {
			in(t, simulator.Quirks{}, func(w world) {
				r := w.run()
				other := google("other.example")
				if spec.Parent != 0 {
					other = mailbox("other@acme.example")
				}
				w.mustCreate(r, other) // the listing that creates share
				id := w.add(spec)
				w.ResetJournal()
				written, err := w.create(r, spec, false)
				if spec.Parent == 0 { // listed again right before the write
					w.refuses(err, lifecycle.Exists, id)
					w.untouched(id)
					return
				}
				w.refuses(err, lifecycle.Overwritten, id)
				if written.Account.ID != 0 {
					w.Errorf("account %s goes into the state", written.Account.ID)
				}
			})
		})
	}
}

// Whether a create has made its account shows by the server's own times, whatever
// its clock says, and otherwise by the listing.
func TestConfirm(t *testing.T) {
	hidden := simulator.Quirks{HideManaged: true}
	with := func(q simulator.Quirks, change func(*simulator.Quirks)) simulator.Quirks {
		change(&q)
		return q
	}
	tests := map[string]struct {
		quirks  simulator.Quirks
		existed bool // an account that no listing shows
		refused bool
	}{
		"created":                                {quirks: simulator.Quirks{}},
		"created, not listed":                    {quirks: hidden},
		"created, clock 3 seconds behind":        {quirks: simulator.Quirks{ClockBehind: 3 * time.Second}},
		"created, clock hours behind":            {quirks: simulator.Quirks{ClockBehind: 5 * time.Hour}},
		"created, clock hours ahead, not listed": {quirks: with(hidden, func(q *simulator.Quirks) { q.ClockBehind = -5 * time.Hour })},
		"created, no times":                      {quirks: simulator.Quirks{NoTimes: true}},
		"created, no times, not listed":          {quirks: with(hidden, func(q *simulator.Quirks) { q.NoTimes = true })},
		"existed, not listed":                    {quirks: hidden, existed: true, refused: true},
		"existed, not listed, clock behind":      {quirks: with(hidden, func(q *simulator.Quirks) { q.ClockBehind = 5 * time.Hour }), existed: true, refused: true},
		// Nothing shows it: the listing decides.
		"existed, not listed, no times": {quirks: with(hidden, func(q *simulator.Quirks) { q.NoTimes = true }), existed: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in(t, test.quirks, func(w world) {
				s := mailbox("ceo@acme.example")
				var there aurinko.AccountID
				if test.existed {
					there = w.add(s)
				}
				r := w.run()
				written, err := w.create(r, s, false)
				if test.refused {
					w.refuses(err, lifecycle.Overwritten, there)
					if _, err := r.Delete(w.Context(), aurinko.TypeManaged, there); err != nil { // it is not the run's own
						w.Fatal(err)
					}
					return
				}
				if err != nil || written.Account.ID == 0 {
					w.Fatalf("%+v, %v", written, err)
				}
				// Asked to, it would have been adopted.
				if written, err = w.create(w.run(), s, true); err != nil {
					w.Errorf("%+v, %v", written, err)
				}
			})
		})
	}
}

// A create that waits long, for a slow server, may still be the one that made the
// account.
func TestConfirmAfterALongWrite(t *testing.T) {
	in(t, simulator.Quirks{HideManaged: true}, func(w world) {
		w.Inject(simulator.Fault{Method: "POST", DropAfter: true, Times: 3})
		w.Inject(simulator.Fault{Method: "POST", Latency: 50 * time.Second})
		w.mustCreate(w.run(), mailbox("ceo@acme.example"))
	})
}

// An account that was read back is not one that was not: a create whose account
// cannot be read succeeds, with the reason why.
func TestUnread(t *testing.T) {
	each(t, simulator.Quirks{}, func(w world, s lifecycle.Spec) {
		w.Inject(simulator.Fault{Method: "GET", Route: "/v1/am/accounts/{id}", Status: 500})
		written, err := w.create(w.run(), s, false)
		if err != nil || written.Unread == nil || w.get(written.Account.ID).ServiceType != s.Input.ServiceType {
			w.Errorf("%+v, %v", written, err)
		}
		if written.Account.Email != s.Input.Email || written.Account.AuthOrgID != s.Input.AuthOrgID {
			w.Errorf("the account is %+v", written.Account)
		}
	})
}

// No attempt is answered: what is there afterwards, and was not before, was made
// by the write.
func TestLostAnswers(t *testing.T) {
	tests := map[string]struct {
		fault   simulator.Fault
		quirks  simulator.Quirks
		there   bool // the account existed
		adopt   bool
		found   bool
		existed lifecycle.Reason
	}{
		"after the effect":                      {fault: simulator.Fault{DropAfter: true}, found: true},
		"after the effect, adopting":            {fault: simulator.Fault{DropAfter: true}, adopt: true, found: true},
		"before the effect":                     {fault: simulator.Fault{DropBefore: true}},
		"adopting, before the effect":           {fault: simulator.Fault{DropBefore: true}, there: true, adopt: true},
		"adopting, after the effect":            {fault: simulator.Fault{DropAfter: true}, there: true, adopt: true},
		"not listed":                            {fault: simulator.Fault{DropAfter: true}, quirks: simulator.Quirks{HideManaged: true}},
		"not listed, adopting, effect unknown":  {fault: simulator.Fault{DropBefore: true}, quirks: simulator.Quirks{HideManaged: true}, there: true, adopt: true},
		"no times, but a complete listing":      {fault: simulator.Fault{DropAfter: true}, quirks: simulator.Quirks{NoTimes: true}, found: true},
		"the clock is behind":                   {fault: simulator.Fault{DropAfter: true}, quirks: simulator.Quirks{ClockBehind: time.Hour}, found: true},
		"a refusal after the effect":            {fault: simulator.Fault{Status: 503, AfterEffect: true}, found: true},
		"a page of a gateway, after the effect": {fault: simulator.Fault{HTML: true, AfterEffect: true}, found: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in(t, test.quirks, func(w world) {
				s := named(mailbox("ceo@acme.example"), "ours")
				var id aurinko.AccountID
				if test.there {
					id = w.add(s)
				}
				test.fault.Method = "POST"
				w.Inject(test.fault)
				r := w.run()
				written, err := w.create(r, s, test.adopt)
				if n := w.asked("POST", ""); n != 1+aurinko.DefaultMaxRetries {
					w.Errorf("%d writes", n)
				}
				if test.found {
					if err != nil || w.get(written.Account.ID).Name != "ours" {
						w.Errorf("%+v, %v", written, err)
					}
					return
				}
				if !aurinko.IsAmbiguous(err) {
					w.Fatalf("%+v, %v", written, err)
				}
				// The next try, in this run or the next one, is not in the way of itself.
				w.ClearFaults()
				if test.there {
					if written, err = w.create(r, s, true); err != nil || written.Account.ID != id {
						w.Errorf("then adopted %s, %v", written.Account.ID, err)
					}
				}
			})
		})
	}
}

// The write took effect without an answer, and its repetition is refused.
func TestALostAnswerAndARefusal(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		w.Inject(simulator.Fault{Method: "POST", DropAfter: true, Times: 1})
		w.Inject(simulator.Fault{Method: "POST", Status: 409})
		w.mustCreate(w.run(), google("acme.example"))
	})
}

// The look after a lost answer fails: the write's own error is what counts.
func TestTheLookAfterALostAnswerFails(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		r := w.run()
		w.mustCreate(r, mailbox("other@acme.example"))
		w.Inject(simulator.Fault{Method: "POST", DropAfter: true})
		w.Inject(simulator.Fault{Method: "GET", Status: 403})
		if _, err := w.create(r, mailbox("ceo@acme.example"), false); !aurinko.IsAmbiguous(err) {
			w.Error(err)
		}
	})
}

// A listing that fails stops a create before it writes.
func TestALookThatFails(t *testing.T) {
	each(t, simulator.Quirks{}, func(w world, s lifecycle.Spec) {
		w.Inject(simulator.Fault{Method: "GET", Route: listRoute(s), Status: 403})
		if _, err := w.create(w.run(), s, true); aurinko.StatusOf(err) != 403 || w.writes() > 0 {
			w.Errorf("%v after %d writes", err, w.writes())
		}
	})
}

// The listing may be older than a deletion, and than a change of what identifies
// the account.
func TestAStaleListing(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		gone, renamed := w.add(mailbox("gone@acme.example")), w.add(mailbox("renamed@acme.example"))
		r := w.run()
		w.mustCreate(r, mailbox("other@acme.example"))
		w.RemoveAccount(int64(gone))
		w.UpdateAccount(int64(renamed), func(a *simulator.Account) { a.Email = "new@acme.example" })
		for _, address := range []string{"gone@acme.example", "renamed@acme.example"} {
			if id := w.mustCreate(r, mailbox(address)); id == gone || id == renamed {
				w.Errorf("%s is account %s", address, id)
			}
		}
	})
}

// A server answers an adopting write with another account than the one that was
// found: nothing goes into the state, and nothing is deleted.
func TestAnAdoptingWriteIsAnsweredWithAnotherAccount(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		id := w.add(mailbox("ceo@acme.example"))
		w.Inject(simulator.Fault{Method: "POST", Status: 200, Body: `{"accountId": 777}`})
		_, err := w.create(w.run(), mailbox("ceo@acme.example"), true)
		w.refuses(err, lifecycle.Misdirected, id)
		w.untouched(id)
		if w.asked("DELETE", "") > 0 {
			w.Error("something was deleted")
		}
	})
}

// A server whose upsert reaches further than its keys say, such as across service
// accounts, answers a create with an account of another identity. Adopting or not,
// it does not go into the state.
func TestACreateIsAnsweredWithAnotherIdentity(t *testing.T) {
	other := mailbox("ceo@acme.example")
	other.Parent = exchangeParent
	tests := map[string]struct{ want, there lifecycle.Spec }{
		"another service account": {want: mailbox("ceo@acme.example"), there: other},
		"another organization":    {want: google("acme.example"), there: google("example.com")},
		"another client":          {want: exchange("svc", "ours"), there: exchange("svc", "theirs")},
	}
	for name, test := range tests {
		for _, adopt := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, adopting %t", name, adopt), func(t *testing.T) {
				in(t, simulator.Quirks{}, func(w world) {
					there := w.add(test.there)
					w.Inject(simulator.Fault{Method: "POST", Status: 200, Body: fmt.Sprintf(`{"accountId": %s}`, there)})
					r := w.run()
					_, err := w.create(r, test.want, adopt)
					w.refuses(err, lifecycle.Strayed, there)
					if forgotten, err := r.Delete(w.Context(), test.want.Kind(), there); forgotten || err != nil {
						w.Errorf("it counts as the run's own: %t, %v", forgotten, err)
					}
				})
			})
		}
	}
}

// Adopting a mailbox that no listing shows needs no proof that the write made it.
func TestAdoptingWhatIsNotListed(t *testing.T) {
	in(t, simulator.Quirks{HideManaged: true}, func(w world) {
		there := w.add(mailbox("ceo@acme.example"))
		written, err := w.create(w.run(), mailbox("ceo@acme.example"), true)
		if err != nil || written.Account.ID != there {
			w.Errorf("%+v, %v", written, err)
		}
	})
}

// Records move while they are listed: the listing proves nothing absent, and an
// account without times cannot be told from one that was there.
func TestAListingThatShifts(t *testing.T) {
	for _, noTimes := range []bool{false, true} {
		t.Run(fmt.Sprintf("no times %t", noTimes), func(t *testing.T) {
			in(t, simulator.Quirks{MaxPage: 2, NoTimes: noTimes}, func(w world) {
				for i := range 5 {
					w.add(mailbox(fmt.Sprintf("user%d@acme.example", i)))
				}
				w.keepAdding(mailbox)
				_, err := w.create(w.run(), mailbox("ceo@acme.example"), false)
				if noTimes != lifecycle.Is(err, lifecycle.Unproven) || !noTimes && err != nil {
					w.Error(err)
				}
				// What is there is found all the same.
				_, err = w.create(w.run(), mailbox("user4@acme.example"), false)
				if !lifecycle.Is(err, lifecycle.Exists) {
					w.Error(err)
				}
			})
		})
	}
}

// Accounts are deleted while they are listed: the listing ends, and is read again.
func TestDeletionsDuringAListing(t *testing.T) {
	in(t, simulator.Quirks{MaxPage: 10}, func(w world) {
		var ids []aurinko.AccountID
		for i := range 100 {
			ids = append(ids, w.add(mailbox(fmt.Sprintf("user%d@acme.example", i))))
		}
		next := 0
		w.Inject(simulator.Fault{Method: "GET", Route: "/v1/am/accounts", Status: 200, Match: func(*http.Request) bool {
			for range 3 {
				if next < 60 {
					w.RemoveAccount(int64(ids[next]))
					next++
				}
			}
			return false
		}})
		_, err := w.create(w.run(), mailbox("user99@acme.example"), false)
		w.refuses(err, lifecycle.Exists, ids[99])
		if n := w.asked("GET", "/am/accounts"); n > 40 {
			w.Errorf("%d pages", n)
		}
	})
}

// A run that is interrupted ends at once.
func TestCanceled(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		w.swallow = func(r *http.Request) bool { return r.Method == "GET" }
		began := time.Now()
		_, err := w.run().Create(w.bounded(time.Second), mailbox("ceo@acme.example"), false)
		if err == nil || time.Since(began) > 2*time.Second || w.writes() > 0 {
			w.Errorf("%v after %s", err, time.Since(began))
		}
	})
}

// Nothing of a listing is lost when the caller that reads it gives up.
func TestAnotherReaderGoesOn(t *testing.T) {
	in(t, simulator.Quirks{MaxPage: 1}, func(w world) {
		for i := range 5 {
			w.add(mailbox(fmt.Sprintf("user%d@acme.example", i)))
		}
		w.Inject(simulator.Fault{Method: "GET", Route: "/v1/am/accounts", Latency: time.Second})
		r := w.run()
		impatient := w.bounded(2500 * time.Millisecond)
		gaveUp := make(chan error)
		go func() {
			_, err := r.Create(impatient, mailbox("a@acme.example"), false)
			gaveUp <- err
		}()
		time.Sleep(time.Millisecond)
		if _, err := w.create(r, mailbox("user4@acme.example"), false); !lifecycle.Is(err, lifecycle.Exists) {
			w.Error(err)
		}
		if err := <-gaveUp; err == nil {
			w.Error("the impatient create did not fail")
		}
		if n := w.asked("GET", "/am/accounts"); n > 6 {
			w.Errorf("%d pages", n)
		}
	})
}
