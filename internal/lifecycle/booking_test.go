package lifecycle_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A create is sent once. Whatever becomes of its answer, the profile that it made is
// returned, and none that was there before.
func TestCreateBookingProfile(t *testing.T) {
	for name, fault := range map[string]simulator.Fault{
		"nothing":                  {},
		"a problem after":          {Status: 500, AfterEffect: true},
		"dropped after":            {DropAfter: true},
		"half an answer":           {Truncate: true},
		"a problem before: failed": {Status: 500},
		"dropped before: failed":   {DropBefore: true},
		"refused: failed":          {Status: 400},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, simulator.Quirks{MaxPage: 3}, func(w world) {
				profile := aurinko.BookingProfile{Name: "sales", Subject: "Talk to sales"}
				for _, account := range []aurinko.AccountID{0, googleParent} {
					before, err := w.run().CreateBookingProfile(w.Context(), account, profile)
					if err != nil {
						t.Fatal(err)
					}
					if name != "nothing" {
						fault.Method, fault.Times = http.MethodPost, 1
						w.Inject(fault)
					}
					w.ResetJournal()
					created, err := w.run().CreateBookingProfile(w.Context(), account, profile)
					if failed := strings.HasSuffix(name, "failed"); failed != (err != nil) || !failed && (created.ID <= before.ID || created.Account != account) {
						t.Errorf("%+v, %v", created, err)
					}
					if w.writes() != 1 {
						t.Errorf("%d writes", w.writes())
					}
				}
			})
		})
	}
}

// Equal profiles that are created at the same time, with a lost answer among them, are
// told apart.
func TestCreateEqualBookingProfiles(t *testing.T) {
	in(t, simulator.Quirks{MaxPage: 3}, func(w world) {
		w.Inject(simulator.Fault{Method: http.MethodPost, DropAfter: true, Skip: 3, Times: 2})
		run, seen := w.run(), sync.Map{}
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() {
				created, err := run.CreateBookingProfile(w.Context(), 0, aurinko.BookingProfile{Subject: "equal"})
				if _, twice := seen.LoadOrStore(created.ID, true); twice || err != nil {
					t.Errorf("%d: %v, %v", created.ID, twice, err)
				}
			})
		}
		group.Wait()
		if there := w.BookingProfiles(); len(there) != 10 {
			t.Error(fmt.Sprint(there))
		}
	})
}
