package lifecycle_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
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
					before, _, err := w.run().CreateBookingProfile(w.Context(), account, aurinko.BookingProfile{Name: "other", Subject: profile.Subject}, false)
					if err != nil {
						t.Fatal(err)
					}
					if name != "nothing" {
						fault.Method, fault.Times = http.MethodPost, 1
						w.Inject(fault)
					}
					w.ResetJournal()
					created, _, err := w.run().CreateBookingProfile(w.Context(), account, profile, false)
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
				created, _, err := run.CreateBookingProfile(w.Context(), 0, aurinko.BookingProfile{Subject: "equal"}, false)
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

// One of the same name, and of the same organization or account, is refused or adopted.
// What a run has adopted, it does not delete.
func TestExistingBookingProfile(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		wanted := aurinko.BookingProfile{Name: "sales", ClientOrgID: "acme"}
		there, _, err := w.run().CreateBookingProfile(w.Context(), 0, wanted, false)
		if err != nil {
			t.Fatal(err)
		}
		for name, test := range map[string]struct {
			account aurinko.AccountID
			profile aurinko.BookingProfile
			exists  bool
		}{
			"the same":             {0, wanted, true},
			"another name":         {0, aurinko.BookingProfile{Name: "support", ClientOrgID: "acme"}, false},
			"another organization": {0, aurinko.BookingProfile{Name: "sales"}, false},
			"no name":              {0, aurinko.BookingProfile{ClientOrgID: "acme"}, false},
			"of an account":        {googleParent, aurinko.BookingProfile{Name: "sales"}, false},
		} {
			found, exists := w.run().ExistingBookingProfile(w.Context(), test.account, test.profile)
			if exists != test.exists || exists && found.ID != there.ID {
				t.Errorf("%s: %v, %t", name, found, exists)
			}
			if _, _, err := w.run().CreateBookingProfile(w.Context(), test.account, test.profile, false); lifecycle.Is(err, lifecycle.Exists) != test.exists || !test.exists && err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		run := w.run()
		run.NoteRead(lifecycle.BookingObject(there.Key()))
		if _, exists := run.ExistingBookingProfile(w.Context(), 0, wanted); exists {
			t.Error("the profile of a resource of the run counts")
		}
		found, adopted, err := run.CreateBookingProfile(w.Context(), 0, wanted, true)
		if err != nil || !adopted || found.ID != there.ID {
			t.Errorf("%v, %t, %v", found, adopted, err)
		}
		if _, _, err := run.CreateBookingProfile(w.Context(), 0, wanted, true); !lifecycle.Is(err, lifecycle.Claimed) {
			t.Error(err)
		}
		if forgotten, err := run.DeleteBookingProfile(w.Context(), there.Key()); !forgotten || err != nil {
			t.Errorf("%t, %v", forgotten, err)
		}
		for range 2 {
			if forgotten, err := w.run().DeleteBookingProfile(w.Context(), there.Key()); forgotten || err != nil {
				t.Errorf("%t, %v", forgotten, err)
			}
		}
	})
}

// The plans of a run list once, unless that fails.
func TestExistingBookingProfilesAreListedOnce(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		w.Inject(simulator.Fault{Status: http.StatusForbidden, Times: 1})
		run := w.run()
		for range 3 {
			run.ExistingBookingProfile(w.Context(), 0, aurinko.BookingProfile{Name: "sales"})
		}
		if asked := len(w.Journal()); asked != 2 {
			t.Errorf("%d requests", asked)
		}
	})
}
