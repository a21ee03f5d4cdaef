package lifecycle_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// estate puts so many mailboxes there and returns their IDs.
func (w world) estate(size int) []aurinko.AccountID {
	ids := make([]aurinko.AccountID, size)
	for i := range ids {
		ids[i] = w.add(mailbox(fmt.Sprintf("user%d@acme.example", i)))
	}
	return ids
}

// refresh reads accounts, so many at a time, and returns those that are gone.
func (w world) refresh(r *lifecycle.Run, ids []aurinko.AccountID, atOnce int) (gone []aurinko.AccountID) {
	w.Helper()
	var (
		lock    sync.Mutex
		readers sync.WaitGroup
	)
	next := make(chan aurinko.AccountID)
	for range atOnce {
		readers.Go(func() {
			for id := range next {
				account, err := r.Refresh(w.Context(), aurinko.TypeManaged, id)
				switch {
				case errors.Is(err, lifecycle.ErrGone):
					lock.Lock()
					gone = append(gone, id)
					lock.Unlock()
				case err != nil || account.ID != id || account.Email == "":
					w.Errorf("account %s is read as %+v, %v", id, account, err)
				}
			}
		})
	}
	for _, id := range ids {
		next <- id
	}
	close(next)
	readers.Wait()
	slices.Sort(gone)
	return gone
}

// However many accounts are read, in whatever order and with or without totals,
// it takes about twice the requests of the cheaper way at most.
func TestRefreshRequests(t *testing.T) {
	for _, total := range []int{1, 2, 10, 200} {
		for _, page := range []int{1, 7, 100, 1000} {
			for _, reads := range []int{1, 3, 10, total} {
				for _, quirks := range []simulator.Quirks{{}, {NoTotal: true}, {RemainingTotal: true}} {
					if reads > total {
						continue
					}
					quirks.MaxPage = page
					in(t, quirks, func(w world) {
						ids := w.estate(total)
						rand.Shuffle(total, func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
						for _, atOnce := range []int{1, 10} {
							w.ResetJournal()
							w.refresh(w.run(), ids[:reads], atOnce)
							pages := (total + page - 1) / page
							if most := 2*min(reads, pages) + 2; len(w.Journal()) > most {
								w.Errorf("%d of %d accounts, pages of %d, %d at once, %+v: %d requests, more than %d",
									reads, total, page, atOnce, quirks, len(w.Journal()), most)
							}
						}
					})
				}
			}
		}
	}
}

// An account that is not listed counts as gone only after Aurinko's own 404.
func TestRefreshFindsWhatIsGone(t *testing.T) {
	for _, quirks := range []simulator.Quirks{{}, {MaxPage: 3}, {HideManaged: true}, {NoTotal: true, MaxPage: 2}} {
		in(t, quirks, func(w world) {
			ids := w.estate(20)
			w.RemoveAccount(int64(ids[3]))
			w.RemoveAccount(int64(ids[11]))
			if got, want := w.refresh(w.run(), ids, 5), []aurinko.AccountID{ids[3], ids[11]}; !slices.Equal(got, want) {
				w.Errorf("%+v: %v are gone, want %v", quirks, got, want)
			}
		})
	}
}

// Accounts are deleted while they are listed: the refresh ends, and loses none
// that is there.
func TestRefreshDuringDeletions(t *testing.T) {
	for _, quirks := range []simulator.Quirks{{MaxPage: 10}, {MaxPage: 10, NoTotal: true}, {MaxPage: 10, RemainingTotal: true}} {
		in(t, quirks, func(w world) {
			ids := w.estate(100)
			next := 0
			w.Inject(simulator.Fault{Method: "GET", Route: "/v1/am/accounts", Status: 200, Match: func(*http.Request) bool {
				for range 3 {
					w.RemoveAccount(int64(ids[min(next, 49)]))
					next++
				}
				return false
			}})
			for _, id := range w.refresh(w.run(), ids, 10) {
				if _, there := w.Account(int64(id)); there {
					w.Errorf("account %s is there and counts as gone", id)
				}
			}
			if n := len(w.Journal()); n > 150 {
				w.Errorf("%d requests", n)
			}
		})
	}
}

// What this run has written or deleted is read anew.
func TestRefreshAfterAWrite(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		ids := w.estate(20)
		r := w.run()
		w.refresh(r, ids, 1)
		if _, err := r.Update(w.Context(), ids[0], named(mailbox("user0@acme.example"), "ours")); err != nil {
			w.Fatal(err)
		}
		if account, err := r.Refresh(w.Context(), aurinko.TypeManaged, ids[0]); err != nil || account.Name != "ours" {
			w.Errorf("%+v, %v", account, err)
		}
		if _, err := r.Delete(w.Context(), aurinko.TypeManaged, ids[1]); err != nil {
			w.Fatal(err)
		}
		if _, err := r.Refresh(w.Context(), aurinko.TypeManaged, ids[1]); !errors.Is(err, lifecycle.ErrGone) {
			w.Error(err)
		}
	})
}

// A listing that fails costs speed and nothing else.
func TestRefreshWithoutAListing(t *testing.T) {
	for _, status := range []int{400, 403, 404, 500} {
		in(t, simulator.Quirks{}, func(w world) {
			ids := w.estate(10)
			w.Inject(simulator.Fault{Method: "GET", Route: "/v1/am/accounts", Status: status})
			if gone := w.refresh(w.run(func(c *aurinko.Config) { c.MaxRetries = 0 }), ids, 3); len(gone) > 0 {
				w.Errorf("%d: %v are gone", status, gone)
			}
			if n := w.asked("GET", "/am/accounts"); n > 2 {
				w.Errorf("%d: listed %d times", status, n)
			}
		})
	}
}

func TestRefreshOneByOne(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		ids := w.estate(10)
		r := lifecycle.New(w.run().Client, false)
		w.refresh(r, ids, 3)
		if n := w.asked("GET", "/am/accounts/{id}"); n != 10 || len(w.Journal()) != 10 {
			w.Errorf("%d reads in %d requests", n, len(w.Journal()))
		}
	})
}

// What proves that an account is gone, and what is an error that leaves the state
// alone.
func TestGone(t *testing.T) {
	const gone, alive, failed = "gone", "alive", "failed"
	noRoute := simulator.Fault{Status: 404, Body: `{"message":"no Route matched with those values"}`}
	empty := simulator.Fault{Status: 404, Body: " "}
	numbered := simulator.Fault{Status: 404, Body: `{"code": 404, "message": "Not found"}`}
	page := simulator.Fault{Status: 404, HTML: true}
	tests := map[string]struct {
		kind   aurinko.AccountType
		quirks simulator.Quirks
		get    *simulator.Fault // of the GET by ID
		list   *simulator.Fault // of the listing of the service accounts
		exists bool
		shifts bool // others create accounts while the listing is read
		want   string
	}{
		"mailbox, gone":                            {kind: aurinko.TypeManaged, want: gone},
		"mailbox, not listed":                      {kind: aurinko.TypeManaged, quirks: simulator.Quirks{HideManaged: true}, exists: true, want: alive},
		"mailbox, a gateway's 404":                 {kind: aurinko.TypeManaged, get: &noRoute, want: failed},
		"mailbox, an empty 404":                    {kind: aurinko.TypeManaged, get: &empty, want: failed},
		"mailbox, a 404 with a number for a code":  {kind: aurinko.TypeManaged, get: &numbered, want: failed},
		"mailbox, a page":                          {kind: aurinko.TypeManaged, get: &page, want: failed},
		"mailbox, forbidden":                       {kind: aurinko.TypeManaged, get: &simulator.Fault{Status: 403}, want: failed},
		"service account, gone":                    {kind: aurinko.TypeService, want: gone},
		"service account, 404 but listed":          {kind: aurinko.TypeService, quirks: simulator.Quirks{RefuseServiceAccountGet: 404}, exists: true, want: alive},
		"service account, 403 but listed":          {kind: aurinko.TypeService, quirks: simulator.Quirks{RefuseServiceAccountGet: 403}, exists: true, want: alive},
		"service account, 403 and not listed":      {kind: aurinko.TypeService, get: &simulator.Fault{Status: 403}, want: failed},
		"service account, 405 and not listed":      {kind: aurinko.TypeService, get: &simulator.Fault{Status: 405}, want: gone},
		"service account, a gateway's 404":         {kind: aurinko.TypeService, get: &noRoute, want: failed},
		"service account, listing fails":           {kind: aurinko.TypeService, list: &simulator.Fault{Status: 403}, want: failed},
		"service account, listing shifts":          {kind: aurinko.TypeService, quirks: simulator.Quirks{MaxPage: 1}, shifts: true, want: failed},
		"service account, totals of what remains":  {kind: aurinko.TypeService, quirks: simulator.Quirks{MaxPage: 1, RemainingTotal: true}, want: gone},
		"service account, listing without a total": {kind: aurinko.TypeService, quirks: simulator.Quirks{MaxPage: 1, NoTotal: true}, want: gone},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in(t, test.quirks, func(w world) {
				id := aurinko.AccountID(4711)
				w.add(google("example.com"))
				w.add(google("example.net"))
				if test.shifts {
					w.keepAdding(google)
				}
				switch {
				case test.exists && test.kind == aurinko.TypeManaged:
					id = w.add(mailbox("ceo@acme.example"))
				case test.exists:
					id = w.add(google("acme.example"))
				}
				for route, fault := range map[string]*simulator.Fault{"/v1/am/accounts/{id}": test.get, "/v1/am/svc_accounts": test.list} {
					if fault != nil {
						fault.Method, fault.Route = "GET", route
						w.Inject(*fault)
					}
				}
				for range 2 { // the second time, with what the first has shown
					r := w.run()
					account, err := r.Refresh(w.Context(), test.kind, id)
					got := alive
					switch {
					case errors.Is(err, lifecycle.ErrGone):
						got = gone
					case err != nil:
						got = failed
					}
					if got != test.want || got == alive && account.ID != id {
						w.Errorf("%s: %+v, %v, want %s", got, account, err, test.want)
					}
				}
			})
		})
	}
}

// Find reads an account of any kind.
func TestFind(t *testing.T) {
	for _, quirks := range []simulator.Quirks{{}, {RefuseServiceAccountGet: 404}, {RefuseServiceAccountGet: 405}} {
		each(t, quirks, func(w world, s lifecycle.Spec) {
			id := w.add(s)
			if account, err := w.run().Find(w.Context(), id); err != nil || account.ID != id || account.ServiceType != s.Input.ServiceType {
				w.Errorf("%+v, %v", account, err)
			}
			if _, err := w.run().Find(w.Context(), 7); !errors.Is(err, lifecycle.ErrGone) {
				w.Error(err)
			}
		})
	}
	in(t, simulator.Quirks{}, func(w world) {
		w.Inject(simulator.Fault{Route: "/v1/am/accounts/{id}", Status: 403})
		if _, err := w.run().Find(w.Context(), 7); aurinko.StatusOf(err) != 403 {
			w.Error(err)
		}
	})
}
