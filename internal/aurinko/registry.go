package aurinko

import (
	"context"
	"sync"

	"golang.org/x/sync/singleflight"
)

// registry remembers what this run has listed and written.
type registry struct {
	flight singleflight.Group
	reads  [2]bulk // of accounts and of service accounts

	mu      sync.Mutex
	listed  map[bool]*listing // by whether it lists the service accounts
	claims  map[string]AccountID
	planned map[string]plannedAccounts
	written map[AccountID]bool
	owned   map[AccountID]bool // by a resource; whether that has taken it over
	held    map[AccountID]chan struct{}
	gone    map[AccountID]bool
	// refreshed are the accounts that were read for a refresh.
	refreshed map[AccountID]bool
	// noServiceGet: GET by id was seen to refuse a service account that is
	// there.
	noServiceGet bool
	// serviceTypes are the service types of service accounts.
	serviceTypes map[AccountID]string
}

func (r *registry) init(c *Client) {
	r.reads[0].client = c
	r.reads[1].client, r.reads[1].service = c, true
	r.listed = map[bool]*listing{}
	r.claims = map[string]AccountID{}
	r.planned = map[string]plannedAccounts{}
	r.written = map[AccountID]bool{}
	r.owned = map[AccountID]bool{}
	r.held = map[AccountID]chan struct{}{}
	r.gone = map[AccountID]bool{}
	r.refreshed = map[AccountID]bool{}
	r.serviceTypes = map[AccountID]string{}
}

func (r *registry) bulk(service bool) *bulk {
	if service {
		return &r.reads[1]
	}
	return &r.reads[0]
}

// before returns what was there when this run first wanted to create
// something. All creates of a run share one listing.
func (r *registry) before(ctx context.Context, c *Client, service bool) (*listing, error) {
	r.mu.Lock()
	l := r.listed[service]
	r.mu.Unlock()
	if l != nil {
		return l, nil
	}
	key := "accounts"
	if service {
		key = "service accounts"
	}
	// The walk outlives a caller that gives up, since others wait for it.
	arrives := r.flight.DoChan(key, func() (_ any, err error) {
		defer recovered(&err)
		r.mu.Lock()
		l := r.listed[service]
		r.mu.Unlock()
		if l != nil { // it arrived just before this flight began
			return l, nil
		}
		l, err = c.listAll(context.WithoutCancel(ctx), service)
		if err == nil {
			r.mu.Lock()
			r.listed[service] = l
			r.mu.Unlock()
		}
		return l, err
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case result := <-arrives:
		if result.Err != nil {
			return nil, result.Err
		}
		return result.Val.(*listing), nil
	}
}

// plannedAccounts are the accounts that the resources of a plan mean by one
// identity.
type plannedAccounts struct {
	id AccountID // an account that is there; 0 for none
	// created: one is to be created; adopts: or taken over, if it is there.
	created, adopts bool
}

// Twins tells whether two resources of a plan mean one account.
type Twins int

// What a plan shows of twins.
const (
	NoTwins Twins = iota
	// PossibleTwins: a resource has the account, and one that is to be created
	// would take it over. Terraform plans a replacement as such a pair too.
	PossibleTwins
	CertainTwins
)

// PlansTwice notes that a planned resource means the account of t, which has
// the given id or is to be created (0), adopting one that is there or not. It
// tells whether another resource of the plan was seen to mean it too.
//
// An account that is there and one that is to be created anew are not held
// against each other: that is how Terraform plans a replacement, and otherwise
// the create finds the account.
func (c *Client) PlansTwice(t Target, id AccountID, adopts bool) Twins {
	c.registry.mu.Lock()
	defer c.registry.mu.Unlock()
	identity := t.Identity()
	seen := c.registry.planned[identity]
	twins := NoTwins
	switch {
	case id == 0 && seen.created, id != 0 && seen.id != 0 && seen.id != id:
		twins = CertainTwins
	case id == 0 && adopts && seen.id != 0, id != 0 && seen.adopts:
		twins = PossibleTwins
	}
	if id == 0 {
		seen.created, seen.adopts = true, seen.adopts || adopts
	} else {
		seen.id = id
	}
	c.registry.planned[identity] = seen
	return twins
}

// claim reserves an identity for account id, or for an account that is being
// created (0).
func (r *registry) claim(identity string, id AccountID) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if holder, ok := r.claims[identity]; ok && (holder != id || id == 0) {
		return &ClaimedError{ID: holder}
	}
	r.claims[identity] = id
	return nil
}

func (r *registry) release(identity string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.claims, identity)
}

// disown takes back what wrote noted: the account is not this run's.
func (r *registry) disown(identity string, id AccountID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.claims, identity)
	delete(r.written, id)
}

func (r *registry) wrote(identity string, id AccountID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.claims[identity] = id
	r.written[id] = true
}

// take notes that this run writes an account. It reports false when this run
// has written it before, for another resource.
func (r *registry) take(id AccountID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := !r.written[id]
	r.written[id] = true
	return first
}

// hold keeps an account from being read and written by two at once, of which
// one would undo what the other has written. The function that it returns lets
// go of it.
func (r *registry) hold(ctx context.Context, id AccountID) (func(), error) {
	r.mu.Lock()
	if r.held[id] == nil {
		r.held[id] = make(chan struct{}, 1)
	}
	held := r.held[id]
	r.mu.Unlock()
	select {
	case held <- struct{}{}:
		return func() { <-held }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// own notes that a resource of this run has taken over or updated an account. It
// reports false when another one has before.
func (r *registry) own(id AccountID, adopted bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, owned := r.owned[id]; owned {
		return false
	}
	r.owned[id] = adopted
	return true
}

// isAdopted reports whether a create of this run has taken an account over.
func (r *registry) isAdopted(id AccountID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.owned[id]
}

func (r *registry) isWritten(id AccountID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.written[id]
}

// deleted frees what the account held, so that a replacement can take it.
func (r *registry) deleted(id AccountID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gone[id] = true
	for identity, holder := range r.claims {
		if holder == id {
			delete(r.claims, identity)
		}
	}
}

func (r *registry) isDeleted(id AccountID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.gone[id]
}

func (r *registry) setServiceType(id AccountID, serviceType string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.serviceTypes[id] = serviceType
}
