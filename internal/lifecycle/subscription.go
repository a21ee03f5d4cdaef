package lifecycle

import (
	"context"
	"errors"
	"strings"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// SubscriptionObject names a subscription.
func SubscriptionObject(key aurinko.SubscriptionKey) Object {
	return Object("subscription " + key.String())
}

// subscriptions is what a run knows of subscriptions. Aurinko creates one with every
// POST, equal or not, so that the rules are about equal ones, and simpler than those of
// accounts: nothing is ever overwritten.
type subscriptions struct {
	listings         map[aurinko.AccountID]*subscriptionListing
	claims           map[string]bool // of creates
	written, deleted map[aurinko.SubscriptionKey]bool
}

func newSubscriptions() subscriptions {
	return subscriptions{
		map[aurinko.AccountID]*subscriptionListing{}, map[string]bool{},
		map[aurinko.SubscriptionKey]bool{}, map[aurinko.SubscriptionKey]bool{},
	}
}

// A subscriptionListing is what the run has listed of one account. It is read once,
// unless it fails.
type subscriptionListing struct {
	read chan struct{} // closed when the rest is there
	all  []aurinko.Subscription
	err  error
}

func (l *subscriptionListing) failed() bool {
	select {
	case <-l.read:
		return l.err != nil
	default:
		return false
	}
}

var errUnlisted = errors.New("the subscriptions of the account were not listed")

// listedSubscriptions returns the subscriptions of an account, from a listing that the
// whole run shares. With again, one that failed is read again.
func (r *Run) listedSubscriptions(ctx context.Context, account aurinko.AccountID, again bool) ([]aurinko.Subscription, error) {
	var l *subscriptionListing
	first := false
	r.do(func() {
		if l = r.subscriptions.listings[account]; l == nil || again && l.failed() {
			l, first = &subscriptionListing{read: make(chan struct{}), err: errUnlisted}, true
			r.subscriptions.listings[account] = l
		}
	})
	if first {
		defer close(l.read)
		l.all, l.err = r.ListSubscriptions(ctx, account)
		return l.all, l.err
	}
	select {
	case <-l.read:
		return l.all, l.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// ListSubscriptions lists the subscriptions of an account, each once. If records moved
// meanwhile it lists again, mostWalks times at most.
func (r *Run) ListSubscriptions(ctx context.Context, account aurinko.AccountID) ([]aurinko.Subscription, error) {
	var all []aurinko.Subscription
	seen := map[aurinko.SubscriptionKey]bool{}
	for walk := 1; ; walk++ {
		pages := r.Client.SubscriptionPages(account)
		for subscription, err := range pages.All(ctx) {
			if err != nil {
				return nil, err
			}
			if !seen[subscription.Key()] {
				seen[subscription.Key()] = true
				all = append(all, subscription)
			}
		}
		if !pages.Shifted() || walk == mostWalks {
			return all, nil
		}
	}
}

// RefreshSubscription reads a subscription for a refresh: from one listing of its
// account, however many the account has, and by its ID what is not listed. The error
// is ErrGone only when the subscription is gone.
func (r *Run) RefreshSubscription(ctx context.Context, key aurinko.SubscriptionKey) (aurinko.Subscription, error) {
	if r.bulk {
		// What fails here, the next call reports. Listing again for each subscription
		// would cost as much again.
		all, _ := r.listedSubscriptions(ctx, key.Account, false)
		for _, subscription := range all {
			if subscription.Key() == key {
				return subscription, nil
			}
		}
	}
	subscription, err := r.Client.GetSubscription(ctx, key)
	if aurinko.IsGone(err) {
		return aurinko.Subscription{}, ErrGone
	}
	return subscription, err
}

// duplicated returns the subscriptions that a create would duplicate, without those
// that this run has deleted. One whose endpoint failed does not count: it notifies
// nobody.
func (r *Run) duplicated(all []aurinko.Subscription, in aurinko.SubscriptionInput) (found []aurinko.Subscription) {
	r.do(func() {
		for _, subscription := range all {
			if in.Equals(subscription) && !subscription.IsDead() && !r.subscriptions.deleted[subscription.Key()] {
				found = append(found, subscription)
			}
		}
	})
	return found
}

// ExistingSubscription returns a subscription that a create would find. Those that
// resources of this run have do not count: one of them may be about to be replaced.
func (r *Run) ExistingSubscription(ctx context.Context, account aurinko.AccountID, in aurinko.SubscriptionInput) (aurinko.Subscription, bool) {
	all, _ := r.listedSubscriptions(ctx, account, true) // what fails here, the create reports
	for _, subscription := range r.duplicated(all, in) {
		if !r.IsUsed(SubscriptionObject(subscription.Key())) {
			return subscription, true
		}
	}
	return aurinko.Subscription{}, false
}

// CreateSubscription creates a subscription. An equal one that exists is refused
// (Exists), or adopted: it is the resource's from then on. Two resources of a run with
// equal ones would bring each notification twice (Claimed).
func (r *Run) CreateSubscription(ctx context.Context, account aurinko.AccountID, in aurinko.SubscriptionInput, adopt bool) (aurinko.Subscription, error) {
	claim := strings.Join(append([]string{account.String(), in.Resource, in.NotificationURL}, in.Filters...), "\n")
	claimed := false
	r.do(func() { claimed, r.subscriptions.claims[claim] = r.subscriptions.claims[claim], true })
	if claimed {
		return aurinko.Subscription{}, &Refusal{Reason: Claimed}
	}
	subscription, err := r.createSubscription(ctx, account, in, adopt)
	r.do(func() {
		if err == nil {
			r.subscriptions.written[subscription.Key()] = true
		} else {
			delete(r.subscriptions.claims, claim)
		}
	})
	return subscription, err
}

func (r *Run) createSubscription(ctx context.Context, account aurinko.AccountID, in aurinko.SubscriptionInput, adopt bool) (aurinko.Subscription, error) {
	before, err := r.listedSubscriptions(ctx, account, true)
	if err != nil {
		return aurinko.Subscription{}, err
	}
	for _, found := range r.duplicated(before, in) {
		if !adopt {
			return aurinko.Subscription{}, &Refusal{Reason: Exists, AccountID: account, Detail: found.Key().String()}
		}
		if r.keepSubscription(found.Key()) {
			return found, nil
		}
	}
	created, err := r.Client.CreateSubscription(ctx, account, in)
	if !aurinko.IsAmbiguous(err) || ctx.Err() != nil {
		return created, err
	}
	// A create cannot be repeated. None was there before, so that what is there now was
	// made by this one.
	now, listErr := r.ListSubscriptions(ctx, account)
	if found := r.duplicated(now, in); listErr == nil && len(found) == 1 {
		return found[0], nil
	}
	return aurinko.Subscription{}, err
}

// keepSubscription notes that a resource adopts a subscription, unless another one is
// deleting it.
func (r *Run) keepSubscription(key aurinko.SubscriptionKey) (kept bool) {
	r.do(func() {
		if kept = !r.subscriptions.deleted[key]; kept {
			r.subscriptions.written[key] = true
		}
	})
	return kept
}

// DeleteSubscription deletes a subscription, and succeeds when it is gone already. One
// that a resource of this run has created or adopted is only forgotten.
func (r *Run) DeleteSubscription(ctx context.Context, key aurinko.SubscriptionKey) (forgotten bool, err error) {
	r.do(func() {
		forgotten = r.subscriptions.written[key]
		r.subscriptions.deleted[key] = !forgotten
	})
	if forgotten {
		return true, nil
	}
	err = r.Client.DeleteSubscription(ctx, key)
	if aurinko.IsGone(err) {
		return false, nil
	}
	if err != nil {
		r.do(func() { r.subscriptions.deleted[key] = false })
	}
	return false, err
}
