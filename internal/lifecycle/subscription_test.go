package lifecycle_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const endpoint = "https://hooks.acme.example/"

var messages = aurinko.SubscriptionInput{Resource: "/email/messages", NotificationURL: endpoint, Filters: []string{"withoutDrafts"}}

// subscribe creates a subscription in a run of its own.
func (w world) subscribe(in aurinko.SubscriptionInput) aurinko.SubscriptionKey {
	w.Helper()
	created, err := w.run().CreateSubscription(w.Context(), googleParent, in, false)
	if err != nil {
		w.Fatal(err)
	}
	return created.Key()
}

func (w world) change(key aurinko.SubscriptionKey, change func(*simulator.Subscription)) {
	w.Helper()
	if !w.UpdateSubscription(int64(key.ID), change) {
		w.Fatal("there is no subscription", key)
	}
}

func die(s *simulator.Subscription) { s.Active, s.FailDescription = false, "timed out" }

// requests counts the requests so far of a method to the subscriptions.
func (w world) requests(method string) (count int) {
	for _, request := range w.Journal() {
		if request.Method == method && strings.HasPrefix(request.Path, "/v1/subscriptions") {
			count++
		}
	}
	return count
}

func TestSubscriptionExists(t *testing.T) {
	for name, test := range map[string]struct {
		change  func(*simulator.Subscription)
		want    aurinko.SubscriptionInput
		account aurinko.AccountID
		exists  bool
	}{
		"equal":           {nil, messages, googleParent, true},
		"unpaid":          {func(s *simulator.Subscription) { s.Active, s.DisabledByBilling = false, true }, messages, googleParent, true},
		"failing":         {func(s *simulator.Subscription) { s.FailDescription = "timed out" }, messages, googleParent, true},
		"dead":            {die, messages, googleParent, false},
		"another account": {nil, messages, exchangeParent, false},
		"other filters":   {nil, aurinko.SubscriptionInput{Resource: messages.Resource, NotificationURL: endpoint}, googleParent, false},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, simulator.Quirks{}, func(w world) {
				before := w.subscribe(messages)
				if test.change != nil {
					w.change(before, test.change)
				}
				found, exists := w.run().ExistingSubscription(w.Context(), test.account, test.want)
				if exists != test.exists || exists && found.Key() != before {
					w.Errorf("found %v, %t", found, exists)
				}
				_, err := w.run().CreateSubscription(w.Context(), test.account, test.want, false)
				var refusal *lifecycle.Refusal
				if test.exists && (!errors.As(err, &refusal) || refusal.Reason != lifecycle.Exists || refusal.Detail != before.String()) || !test.exists && err != nil {
					w.Error(err)
				}
				adopted, err := w.run().CreateSubscription(w.Context(), test.account, test.want, true)
				if err != nil || test.exists && adopted.Key() != before {
					w.Errorf("adopted %v, %v", adopted, err)
				}
				want := 2
				if test.exists {
					want = 1
				}
				if got := len(w.Subscriptions()); got != want {
					w.Errorf("there are %d subscriptions", got)
				}
			})
		})
	}
}

// Neither creates nor an adoption get one subscription into two resources, and none is
// deleted for a resource that no longer has it.
func TestSubscriptionOfTwoResources(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		r := w.run()
		var wait sync.WaitGroup
		failures := make(chan error, 8)
		for range cap(failures) {
			wait.Go(func() {
				_, err := r.CreateSubscription(w.Context(), googleParent, messages, true)
				failures <- err
			})
		}
		wait.Wait()
		close(failures)
		claimed := 0
		for err := range failures {
			if lifecycle.Is(err, lifecycle.Claimed) {
				claimed++
			}
		}
		if claimed != cap(failures)-1 || len(w.Subscriptions()) != 1 {
			w.Errorf("%d claimed, %v", claimed, w.Subscriptions())
		}
		key := aurinko.SubscriptionKey{Account: googleParent, ID: aurinko.SubscriptionID(w.Subscriptions()[0].ID)}
		if forgotten, err := r.DeleteSubscription(w.Context(), key); !forgotten || err != nil || len(w.Subscriptions()) != 1 {
			w.Errorf("forgotten %t, %v", forgotten, err)
		}
		for range 2 { // the second finds nothing any more
			if forgotten, err := w.run().DeleteSubscription(w.Context(), key); forgotten || err != nil || len(w.Subscriptions()) != 0 {
				w.Errorf("forgotten %t, %v", forgotten, err)
			}
		}
	})
}

// A replacement deletes what equals the create, which then is neither found nor adopted,
// although the listing still has it.
func TestSubscriptionIsReplaced(t *testing.T) {
	for _, adopt := range []bool{false, true} {
		in(t, simulator.Quirks{}, func(w world) {
			key := w.subscribe(messages)
			r := w.run()
			if _, exists := r.ExistingSubscription(w.Context(), googleParent, messages); !exists {
				w.Error("it is not found")
			}
			if forgotten, err := r.DeleteSubscription(w.Context(), key); forgotten || err != nil {
				w.Fatal(forgotten, err)
			}
			created, err := r.CreateSubscription(w.Context(), googleParent, messages, adopt)
			if err != nil || created.Key() == key || len(w.Subscriptions()) != 1 {
				w.Errorf("%v, %v, %v", created, err, w.Subscriptions())
			}
		})
	}
}

// A failed delete leaves a subscription that can be found again.
func TestSubscriptionDeleteFails(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		key := w.subscribe(messages)
		r := w.run()
		w.Inject(simulator.Fault{Method: http.MethodDelete, Status: http.StatusForbidden})
		if _, err := r.DeleteSubscription(w.Context(), key); err == nil {
			w.Error("no error")
		}
		if _, err := r.CreateSubscription(w.Context(), googleParent, messages, false); !lifecycle.Is(err, lifecycle.Exists) {
			w.Error(err)
		}
	})
}

// Whatever becomes of the answer to a create, there is one subscription at most, and
// one that is there is known.
func TestSubscriptionCreateFails(t *testing.T) {
	for name, test := range map[string]struct {
		fault   simulator.Fault
		created bool
	}{
		"dropped before":         {simulator.Fault{DropBefore: true}, false},
		"dropped after":          {simulator.Fault{DropAfter: true}, true},
		"truncated":              {simulator.Fault{Truncate: true}, true},
		"500 before":             {simulator.Fault{Status: 500}, false},
		"500 after":              {simulator.Fault{Status: 500, AfterEffect: true}, true},
		"a gateway's page after": {simulator.Fault{HTML: true, AfterEffect: true}, true},
		"200 page":               {simulator.Fault{Status: 200, Body: "<html>", ContentType: "text/html"}, false},
		"no ID":                  {simulator.Fault{Status: 200, Body: `{"active":true}`, AfterEffect: true}, true},
		"refused":                {simulator.Fault{Status: 400}, false},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, simulator.Quirks{}, func(w world) {
				test.fault.Method = http.MethodPost
				w.Inject(test.fault)
				r := w.run()
				created, err := r.CreateSubscription(w.Context(), googleParent, messages, false)
				if (err == nil) != test.created || w.requests(http.MethodPost) != 1 {
					w.Errorf("%v, %d requests", err, w.requests(http.MethodPost))
				}
				there := w.Subscriptions()
				if test.created && (len(there) != 1 || there[0].ID != int64(created.ID)) || !test.created && len(there) != 0 {
					w.Errorf("%v of %v", created, there)
				}
				w.ClearFaults()
				if _, err := r.CreateSubscription(w.Context(), googleParent, messages, false); (err == nil) == test.created {
					w.Errorf("the next create: %v", err)
				}
			})
		})
	}
}

// A listing that fails proves nothing absent.
func TestSubscriptionIsNotCreatedWithoutAListing(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		w.Inject(simulator.Fault{Method: http.MethodGet, Status: http.StatusForbidden})
		if _, err := w.run().CreateSubscription(w.Context(), googleParent, messages, true); aurinko.StatusOf(err) != http.StatusForbidden {
			w.Error(err)
		}
		if w.requests(http.MethodPost) > 0 {
			w.Error("it was created")
		}
	})
}

// A listing that failed is read again by the next create, or plan of one. A refresh
// reads one by one from then on.
func TestSubscriptionsAreListedAgain(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		key := w.subscribe(messages)
		for name, first := range map[string]func(*lifecycle.Run) bool{
			"a plan": func(r *lifecycle.Run) bool {
				_, exists := r.ExistingSubscription(w.Context(), googleParent, messages)
				return exists
			},
			"a refresh": func(r *lifecycle.Run) bool {
				_, err := r.RefreshSubscription(w.Context(), key)
				return err != nil
			},
		} {
			w.Inject(simulator.Fault{Method: http.MethodGet, Route: "/v1/subscriptions", Status: http.StatusForbidden, Times: 1})
			r := w.run()
			if first(r) {
				w.Errorf("%s: the listing did not fail", name)
			}
			if _, exists := r.ExistingSubscription(w.Context(), googleParent, messages); !exists {
				w.Errorf("%s: the next plan does not find it", name)
			}
			if _, err := r.CreateSubscription(w.Context(), googleParent, messages, false); !lifecycle.Is(err, lifecycle.Exists) {
				w.Errorf("%s: the next create: %v", name, err)
			}
		}
	})
}

// A refresh of many costs one listing for each account.
func TestRefreshSubscriptions(t *testing.T) {
	for name, test := range map[string]struct {
		quirks   simulator.Quirks
		fault    simulator.Fault
		requests int
	}{
		"":                   {requests: 2},
		"pages":              {quirks: simulator.Quirks{MaxPage: 100}, requests: 2 * 5},
		"the listing fails":  {fault: simulator.Fault{Route: "/v1/subscriptions", Status: http.StatusForbidden}, requests: 2 + 1000},
		"the server is slow": {fault: simulator.Fault{Route: "/v1/subscriptions", Status: http.StatusTooManyRequests, Times: 1}, requests: 3},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, test.quirks, func(w world) {
				var keys []aurinko.SubscriptionKey
				state := w.State()
				for i := range 1000 {
					account := int64(googleParent + i%2)
					id := int64(10_000 + i)
					state.Subscriptions = append(state.Subscriptions, simulator.Subscription{
						ID: id, AccountID: account, Resource: "/contacts", NotificationURL: endpoint, Active: i%3 > 0,
					})
					keys = append(keys, aurinko.SubscriptionKey{Account: aurinko.AccountID(account), ID: aurinko.SubscriptionID(id)})
				}
				w.SetState(state)
				if test.fault.Status != 0 {
					w.Inject(test.fault)
				}
				r := w.run()
				var wait sync.WaitGroup
				for _, key := range keys {
					wait.Go(func() {
						if found, err := r.RefreshSubscription(w.Context(), key); err != nil || found.Key() != key || found.Resource != "/contacts" {
							w.Errorf("%v, %v", found, err)
						}
					})
				}
				wait.Wait()
				if got := w.requests(http.MethodGet); got != test.requests {
					w.Errorf("%d requests, want %d", got, test.requests)
				}
			})
		})
	}
}

// Only Aurinko's own answer to the call for the subscription says that it is gone.
func TestRefreshSubscriptionThatIsGone(t *testing.T) {
	in(t, simulator.Quirks{}, func(w world) {
		key := w.subscribe(messages)
		w.Inject(simulator.Fault{Route: "/v1/subscriptions", Status: http.StatusOK, Body: `{"records":[],"totalSize":0,"done":true}`})
		if found, err := w.run().RefreshSubscription(w.Context(), key); err != nil || found.Key() != key {
			w.Errorf("not listed: %v, %v", found, err)
		}
		w.ClearFaults()
		w.Inject(simulator.Fault{Method: http.MethodGet, Status: http.StatusNotFound, Body: "Not Found", ContentType: "text/plain"})
		if _, err := w.run().RefreshSubscription(w.Context(), key); err == nil || errors.Is(err, lifecycle.ErrGone) {
			w.Errorf("a gateway's 404: %v", err)
		}
		w.ClearFaults()
		if _, err := w.run().DeleteSubscription(w.Context(), key); err != nil {
			w.Fatal(err)
		}
		if _, err := w.run().RefreshSubscription(w.Context(), key); !errors.Is(err, lifecycle.ErrGone) {
			w.Errorf("deleted: %v", err)
		}
		ofNobody := aurinko.SubscriptionKey{Account: 999, ID: 1}
		if _, err := w.run().RefreshSubscription(w.Context(), ofNobody); !errors.Is(err, lifecycle.ErrGone) {
			w.Errorf("the account is gone: %v", err)
		}
		if forgotten, err := w.run().DeleteSubscription(w.Context(), ofNobody); forgotten || err != nil {
			w.Errorf("the account is gone: %v", err)
		}
	})
}
