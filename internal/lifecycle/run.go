// Package lifecycle holds what one run knows of an application's accounts: what
// it has listed, read and written, and which resource claims which account. It
// is the only place with state of a run, and the only one that writes accounts,
// so that no write hits an account that it was not meant for.
//
// A run is one Configure of one provider block. A plan, an apply and every alias
// have a run of their own, and runs do not see one another.
//
// # Overlap
//
// Aurinko writes accounts by upsert: a write hits whatever account matches its
// recycle keys. All rules go by overlap ([Spec.overlaps]): two accounts overlap
// when they are of the same kind and service type (managed accounts: under the
// same service account; personal accounts: of any service type), at least one
// identifying key is the same in both, and none that both have differs. Letter case and a trailing slash do not count. A
// field that the API does not return decides nothing.
//
// # Invariants
//
// The state of a run is a map from account IDs to entries, the claims, and one
// shared listing of each kind. An entry is locked while its account is written
// or deleted.
//
//	event    precondition                                  effect
//	-------  --------------------------------------------  --------------------------------
//	claim    no claim of another resource overlaps         the identity is claimed
//	look     the shared listing is complete, or was read   accounts that overlap, without
//	         three times; a service account: fresh         those that this run has deleted
//	create   claimed; nothing overlaps                     one upsert by the spec's keys
//	adopt    claimed; one account overlaps, and no         one upsert by that account's own
//	         resource of this run has written it           keys, answered with its ID
//	confirm  after a create: the ID was not listed, and    the entry is written; the ID may
//	         the account is not older than the write (or   go into the state
//	         may be adopted, and is not contradicted)
//	update   claimed; read by its ID, not contradicted,    one upsert by the account's own
//	         not written before; nothing else overlaps     keys, answered with its ID
//	delete   no resource of this run has written it        one DELETE; the entry is deleted
//	         otherwise                                     nothing is sent: it is forgotten
//	gone     Aurinko's own 404; a service account: absent  ErrGone
//	         from a complete listing as well
//	consent  the code's account is of the configured       as confirm; it was written by
//	         kind, service and organization                Aurinko, not by an upsert
//
// Registrations are simpler: an application has one of each kind, so that its key
// is its identity, and an entry is all that a run keeps of it. Subscriptions and
// booking profiles are simpler too: nothing writes over them (subscription.go,
// booking.go). In a plan the run also notes which resources read, keep and destroy
// an object (uses.go), to find one ID in two resources.
//
// A lost answer is resolved by listing once more: an account that is there now,
// was not before and can be confirmed was made by the write. Nothing goes by a
// clock of this machine but the duration of a write, and nothing is ever deleted
// on a guess.
package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// A Run is the state of one run. It is safe for concurrent use.
type Run struct {
	Client *aurinko.Client // for everything that is not an account's lifecycle

	bulk bool // see Refresh

	mu            sync.Mutex
	accounts      map[aurinko.AccountID]*entry
	registrations map[aurinko.RegistrationKey]*entry
	claims        map[string][]*claim // by what they have in common with accounts that overlap
	uses          map[Object]*uses
	services      map[aurinko.AccountID]ServiceAccount    // that were read or planned
	mailboxes     map[aurinko.AccountID]aurinko.AccountID // service accounts of the mailboxes that a refresh has read
	subscriptions subscriptions
	booking       booking
	getUnserved   bool // GET by ID was seen to refuse a service account that is there

	listings map[aurinko.AccountType]*listing

	throttle throttle
	foreign  atomic.Bool // an object of another application was met
}

// New returns the state of a run that begins. With bulk, Refresh may read from
// listings.
func New(client *aurinko.Client, bulk bool) *Run {
	accounts := newListing(client.AccountPages) // of all but service accounts
	return &Run{
		Client:        client,
		bulk:          bulk,
		accounts:      map[aurinko.AccountID]*entry{},
		registrations: map[aurinko.RegistrationKey]*entry{},
		claims:        map[string][]*claim{},
		uses:          map[Object]*uses{},
		mailboxes:     map[aurinko.AccountID]aurinko.AccountID{},
		services:      map[aurinko.AccountID]ServiceAccount{},
		subscriptions: newSubscriptions(),
		booking:       newBooking(),
		listings: map[aurinko.AccountType]*listing{
			aurinko.TypeManaged:  accounts,
			aurinko.TypePersonal: accounts,
			aurinko.TypeService:  newListing(client.ServiceAccountPages),
		},
	}
}

// An entry is what this run has done with one account or registration.
type entry struct {
	busy chan struct{} // holds a value while somebody writes or deletes it

	// Written under Run.mu.
	written     bool   // a resource has created, adopted or updated it
	deleted     bool   // a resource has deleted it
	serviceType string // of a service account, once it is known
}

// FirstForeign reports whether an object of another application is the first that the
// run meets: the others need not say again what to do.
func (r *Run) FirstForeign() bool { return !r.foreign.Swap(true) }

func (r *Run) account(id aurinko.AccountID) *entry { return entryOf(r, r.accounts, id) }

func (r *Run) registration(key aurinko.RegistrationKey) *entry {
	return entryOf(r, r.registrations, key)
}

func entryOf[K comparable](r *Run, entries map[K]*entry, key K) *entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := entries[key]
	if e == nil {
		e = &entry{busy: make(chan struct{}, 1)}
		entries[key] = e
	}
	return e
}

// lock waits until nobody else writes the entry. It returns the function that
// unlocks it.
func (e *entry) lock(ctx context.Context) (unlock func(), err error) {
	select {
	case e.busy <- struct{}{}:
		return func() { <-e.busy }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// do changes or reads entries under the run's lock.
func (r *Run) do(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

func (r *Run) isWritten(id aurinko.AccountID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.accounts[id]
	return e != nil && e.written
}

func (r *Run) isDeleted(id aurinko.AccountID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.accounts[id]
	return e != nil && e.deleted
}

// ErrGone reports that an account is gone, for certain.
var ErrGone = errors.New("the account is gone")

var errIncomplete = errors.New("the listing of the service accounts changed while it was read")

// A Reason says why the run refused to do something, or what it found.
type Reason string

// The reasons of refusals. Unless it says otherwise, nothing was written.
const (
	Exists       Reason = "it exists already"                             // what was to be created
	Claimed      Reason = "another resource of this run has it"           // AccountID 0: it is being created
	Overlapping  Reason = "a write could hit another account as well"     // Other is that account
	Gone         Reason = "it is gone"                                    // what was to be updated
	Contradicted Reason = "it is not the account that is configured"      // at Aurinko, something that identifies it differs
	Overwritten  Reason = "a create hit an account that was there before" // it was written
	Unproven     Reason = "a create hit an account of unknown age"        // it was written, and may have been there before
	Strayed      Reason = "a create hit an account of another identity"   // it was written
	Shared       Reason = "several resources have it in their state"
	Misdirected  Reason = "a write was answered with another account"     // Other was written
	SignedIn     Reason = "its owner signs in"                            // Detail is its service type
	WrongKind    Reason = "it is of another kind"                         // Detail is the kind
	Unwritable   Reason = "the API returns too little of it to write it"  // Detail is what is missing
	NoToken      Reason = "the answer to the write holds no access token" // it was written, unchanged
	OtherService Reason = "the consent was given to another mail service" // Detail is the service type
	OtherOrg     Reason = "the consent was given to another organization" // Detail is its client_org_id
	OtherAccount Reason = "the consent was given to another account"      // Other is that account
)

// A Refusal is an error that is not the API's: the run does not do what would
// harm an account, or has found that a write did.
type Refusal struct { //nolint:errname // a refusal is an outcome of its own, beside the errors of the API
	Reason    Reason
	AccountID aurinko.AccountID // the account that it is about; 0 when it has no ID yet
	Other     aurinko.AccountID // a second account, where the reason has one
	Detail    string
}

func (r *Refusal) Error() string { return fmt.Sprintf("account %s: %s", r.AccountID, r.Reason) }

// Is reports whether err is a refusal for a reason.
func Is(err error, reason Reason) bool {
	var refusal *Refusal
	return errors.As(err, &refusal) && refusal.Reason == reason
}
