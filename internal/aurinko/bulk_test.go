package aurinko

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// estate serves accounts by id and in pages, and counts what it is asked.
type estate struct {
	pageSize int
	quirk    func(page map[string]any) // changes a page before it is sent
	// before is called ahead of every request, without the lock.
	before func(r *http.Request)

	mu    sync.Mutex
	ids   []AccountID // in the order of the listing
	gone  map[AccountID]bool
	gets  int
	pages int
}

func newEstate(total, pageSize int) *estate {
	e := &estate{pageSize: pageSize, gone: map[AccountID]bool{}}
	for i := range total {
		e.ids = append(e.ids, AccountID(i+1))
	}
	return e
}

func (e *estate) requests() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.gets + e.pages
}

func (e *estate) remove(id AccountID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ids = slices.DeleteFunc(e.ids, func(other AccountID) bool { return other == id })
	e.gone[id] = true
}

func (e *estate) insertFirst(id AccountID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ids = slices.Insert(e.ids, 0, id)
}

func (e *estate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if e.before != nil {
		e.before(r)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, id, ok := strings.Cut(r.URL.Path, "accounts/"); ok {
		e.gets++
		if n, _ := ParseAccountID(id); slices.Contains(e.ids, n) {
			json.NewEncoder(w).Encode(record(n))
			return
		}
		w.WriteHeader(http.StatusNotFound)
		return
	}
	e.pages++
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	limit = min(limit, e.pageSize)
	records := []map[string]any{}
	for i := offset; i < min(offset+limit, len(e.ids)); i++ {
		records = append(records, record(e.ids[i]))
	}
	page := map[string]any{
		"offset": offset, "totalSize": len(e.ids), "done": offset+len(records) >= len(e.ids), "records": records,
	}
	if e.quirk != nil {
		e.quirk(page)
	}
	json.NewEncoder(w).Encode(page)
}

func record(id AccountID) map[string]any {
	return map[string]any{
		"id": id, "parentId": 7, "type": TypeManaged, "serviceType": ServiceGoogle,
		"email": fmt.Sprintf("mailbox-%d@acme.example", id), "name": fmt.Sprintf("Mailbox %d", id),
		"authScopes": []string{"Calendar.ReadWrite", "Mail.ReadWrite"}, "tokenStatus": "active",
		"timezone": "Europe/Vienna", "clientOrgId": "acme", "createdAt": "2026-08-01T10:00:00.000Z",
	}
}

// readAll refreshes the accounts, so many at a time, and returns which are gone.
func refresh(t *testing.T, c *Client, ids []AccountID, atOnce int) map[AccountID]bool {
	t.Helper()
	var mu sync.Mutex
	gone := map[AccountID]bool{}
	next := make(chan AccountID)
	var readers sync.WaitGroup
	for range atOnce {
		readers.Go(func() {
			for id := range next {
				account, err := c.RefreshAccount(t.Context(), id, false)
				switch {
				case IsNotFound(err):
					mu.Lock()
					gone[id] = true
					mu.Unlock()
				case err != nil:
					t.Errorf("reading %s: %v", id, err)
				case account.ID != id || account.Email != fmt.Sprintf("mailbox-%d@acme.example", id):
					t.Errorf("reading %s gave account %s, %s", id, account.ID, account.Email)
				}
			}
		})
	}
	for _, id := range ids {
		next <- id
	}
	close(next)
	readers.Wait()
	return gone
}

func bulkRefresh(c *Config) { c.BulkRefresh = true }

// TestRefreshCostsAtMostTwiceTheCheaperWay counts the requests of a refresh
// against what either of the two ways alone would cost.
func TestRefreshCostsAtMostTwiceTheCheaperWay(t *testing.T) {
	t.Parallel()
	const slack = 2
	for _, total := range []int{1, 2, 9, 10, 100, 999, 2500} {
		for _, pageSize := range []int{1, 10, 50, 1000} {
			for _, reads := range []int{1, 2, 3, 10, 50, 100, 1000, 2500} {
				for _, atOnce := range []int{1, 10} {
					if reads > total {
						continue
					}
					t.Run(fmt.Sprintf("%d of %d, pages of %d, %d at once", reads, total, pageSize, atOnce), func(t *testing.T) {
						t.Parallel()
						synctest.Test(t, func(t *testing.T) {
							server := newEstate(total, pageSize)
							c := newClient(t, server, bulkRefresh)
							refresh(t, c, server.ids[total-reads:], atOnce)
							pages := (total + pageSize - 1) / pageSize
							if got, bound := server.requests(), 2*min(reads, pages)+slack; got > bound {
								t.Errorf("%d requests (%d by id, %d pages), more than %d", got, server.gets, server.pages, bound)
							}
						})
					})
				}
			}
		}
	}
}

func TestRefreshOfOneCostsOneRequest(t *testing.T) {
	t.Parallel()
	server := newEstate(5000, 100)
	refresh(t, newClient(t, server, bulkRefresh), server.ids[:1], 1)
	if server.gets != 1 || server.pages != 0 {
		t.Errorf("%d requests by id and %d pages, want 1 and 0", server.gets, server.pages)
	}
}

func TestRefreshOneByOneWhenSwitchedOff(t *testing.T) {
	t.Parallel()
	server := newEstate(200, 100)
	refresh(t, newClient(t, server), server.ids, 10)
	if server.gets != 200 || server.pages != 0 {
		t.Errorf("%d requests by id and %d pages, want 200 and 0", server.gets, server.pages)
	}
}

func TestRefreshAsksByIDForWhatIsNotListed(t *testing.T) {
	t.Parallel()
	server := newEstate(300, 100)
	hidden, missing := AccountID(300), AccountID(299)
	server.quirk = func(page map[string]any) {
		page["records"] = slices.DeleteFunc(page["records"].([]map[string]any), func(r map[string]any) bool { return r["id"] == hidden })
	}
	server.remove(missing)
	gone := refresh(t, newClient(t, server, bulkRefresh), []AccountID{1, 2, 3, 4, 5, 6, 7, 8, missing, hidden}, 1)
	if len(gone) != 1 || !gone[missing] {
		t.Errorf("gone are %v, want only %s", gone, missing)
	}
}

func TestRefreshReadsAnewWhatThisRunHasWritten(t *testing.T) {
	t.Parallel()
	server := newEstate(100, 100)
	c := newClient(t, server, bulkRefresh)
	refresh(t, c, server.ids, 1)
	before := server.gets
	c.registry.wrote("identity", 50)
	refresh(t, c, []AccountID{49, 50}, 1)
	if got := server.gets - before; got != 1 {
		t.Errorf("%d requests by id, want 1, for the account that was written", got)
	}
}

// TestRefreshUnderQuirks: what a page leaves out makes a refresh slower, never
// wrong.
func TestRefreshUnderQuirks(t *testing.T) {
	t.Parallel()
	quirks := map[string]func(page map[string]any){
		"no total":            func(page map[string]any) { delete(page, "totalSize") },
		"no done":             func(page map[string]any) { delete(page, "done") },
		"neither":             func(page map[string]any) { delete(page, "totalSize"); delete(page, "done") },
		"null total":          func(page map[string]any) { page["totalSize"] = nil },
		"total of this page":  func(page map[string]any) { page["totalSize"] = len(page["records"].([]map[string]any)) },
		"total far too large": func(page map[string]any) { page["totalSize"] = 1_000_000 },
		"always done":         func(page map[string]any) { page["done"] = true },
		"never done":          func(page map[string]any) { page["done"] = false },
		"no records":          func(page map[string]any) { page["records"] = nil },
	}
	for name, quirk := range quirks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := newEstate(60, 7)
				server.quirk = quirk
				gone := refresh(t, newClient(t, server, bulkRefresh), append(slices.Clone(server.ids), 777), 10)
				if len(gone) != 1 || !gone[777] {
					t.Errorf("gone are %v, want only 777", gone)
				}
			})
		})
	}
}

// TestRefreshWhileTheEstateChanges: whatever is deleted and inserted while
// pages are read, an account that was there all the time is found, and one that
// was not there at any time is gone.
func TestRefreshWhileTheEstateChanges(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(seed, 1))
				total := 20 + random.IntN(300)
				server := newEstate(total, 1+random.IntN(40))
				reads := slices.Clone(server.ids)
				random.Shuffle(len(reads), func(i, j int) { reads[i], reads[j] = reads[j], reads[i] })
				reads = append(reads[:random.IntN(len(reads))+1], 100_001)

				var mu sync.Mutex
				server.before = func(*http.Request) {
					mu.Lock()
					defer mu.Unlock()
					if random.IntN(3) == 0 {
						server.remove(AccountID(1 + random.IntN(total)))
					}
					if random.IntN(3) == 0 {
						server.insertFirst(AccountID(1000 + random.IntN(90_000)))
					}
				}
				gone := refresh(t, newClient(t, server, bulkRefresh), reads, 1+random.IntN(10))
				for _, id := range reads {
					if id == 100_001 && !gone[id] {
						t.Errorf("%s was never there, and was read", id)
					}
					if id != 100_001 && gone[id] && !server.gone[id] {
						t.Errorf("%s was there all the time, and counts as gone", id)
					}
				}
			})
		})
	}
}

func TestRefreshSurvivesAFailingListing(t *testing.T) {
	t.Parallel()
	server := newEstate(40, 10)
	failing := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("offset") {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		server.ServeHTTP(w, r)
	})
	if gone := refresh(t, newClient(t, failing, bulkRefresh), server.ids, 10); len(gone) != 0 {
		t.Errorf("gone are %v, want none", gone)
	}
}

func TestRefreshCanBeCancelledWhileItWaitsForTheListing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := newEstate(100, 100)
		slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.URL.Path, "accounts/") {
				time.Sleep(time.Minute)
			}
			server.ServeHTTP(w, r)
		})
		c := newClient(t, slow, bulkRefresh, func(c *Config) { c.RequestTimeout = time.Hour })
		refresh(t, c, []AccountID{1, 2}, 1)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		started := time.Now()
		_, err := c.RefreshAccount(ctx, 3, false)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(started) > time.Second {
			t.Errorf("it ended with %v after %s", err, time.Since(started))
		}
		time.Sleep(2 * time.Minute) // lets the page arrive, as every bubble must end
	})
}

// TestListingIsCompact bounds what 100,000 listed accounts keep in memory.
func TestListingIsCompact(t *testing.T) {
	const accounts = 100_000
	server := newEstate(accounts, 1000)
	c := newClient(t, server, bulkRefresh, func(c *Config) { c.RequestsPerSecond = 1000 })
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	l, err := c.listAll(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	used := heap() - before
	if len(l.accounts) != accounts || used > 100<<20 {
		t.Errorf("%d accounts keep %d MiB, more than 100", len(l.accounts), used>>20)
	}
	t.Logf("%d accounts keep %d MiB", accounts, used>>20)
}
