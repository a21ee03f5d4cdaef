package aurinko

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"golang.org/x/sync/singleflight"
)

// listing is all accounts of one kind, as one walk through the pages told them.
type listing struct {
	accounts  []Account
	byID      map[AccountID]int
	byAddress map[string][]int // by e-mail address and login, in lower case
}

func newListing() *listing {
	return &listing{byID: map[AccountID]int{}, byAddress: map[string][]int{}}
}

// listAll lists the service accounts, or the other accounts.
func (c *Client) listAll(ctx context.Context, service bool) (*listing, error) {
	l := newListing()
	for account, err := range c.Accounts(ctx, service) {
		if err != nil {
			return nil, err
		}
		l.add(account)
	}
	return l, nil
}

// add takes an account in; one that a moving page brings twice counts once.
func (l *listing) add(account Account) {
	if _, ok := l.byID[account.ID]; ok {
		return
	}
	i := len(l.accounts)
	l.accounts = append(l.accounts, account)
	l.byID[account.ID] = i
	email, login := strings.ToLower(account.Email), strings.ToLower(account.LoginString)
	if email != "" {
		l.byAddress[email] = append(l.byAddress[email], i)
	}
	if login != "" && login != email {
		l.byAddress[login] = append(l.byAddress[login], i)
	}
}

func (l *listing) get(id AccountID) (Account, bool) {
	i, ok := l.byID[id]
	if !ok {
		return Account{}, false
	}
	return l.accounts[i], true
}

func (l *listing) has(id AccountID) bool {
	if l == nil {
		return false
	}
	_, ok := l.byID[id]
	return ok
}

// find returns the listed account that t means.
func (l *listing) find(t Target) (Account, bool) {
	if t.Parent == 0 { // service accounts are few
		for _, account := range l.accounts {
			if t.matches(account) {
				return account, true
			}
		}
		return Account{}, false
	}
	address := t.Input.Email
	if t.ByLogin {
		address = t.Input.LoginString
	}
	for _, i := range l.byAddress[strings.ToLower(address)] {
		if t.matches(l.accounts[i]) {
			return l.accounts[i], true
		}
	}
	return Account{}, false
}

// registry remembers what this run has listed and written.
type registry struct {
	flight singleflight.Group
	reads  [2]bulk // of accounts and of service accounts

	mu      sync.Mutex
	listed  map[bool]*listing // by whether it lists the service accounts
	claims  map[string]AccountID
	planned map[string]plannedAccounts
	written map[AccountID]bool
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
	// created: one is to be created.
	created bool
}

// PlansTwice notes that a planned resource means the account of t, which has
// the given id or is to be created (0). It reports whether another resource of
// the plan was seen to mean it too.
//
// An account that is there and one that is to be created are not held against
// each other: Terraform plans a replacement as one of each.
func (c *Client) PlansTwice(t Target, id AccountID) bool {
	c.registry.mu.Lock()
	defer c.registry.mu.Unlock()
	identity := t.Identity()
	seen := c.registry.planned[identity]
	twice := id == 0 && seen.created || id != 0 && seen.id != 0 && seen.id != id
	if id == 0 {
		seen.created = true
	} else {
		seen.id = id
	}
	c.registry.planned[identity] = seen
	return twice
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

// RefreshAccount reads an account for a refresh, in which many are read: from
// the listing, once that is cheaper (see bulk). An account that this run has
// written is read anew, and one that is not listed is asked for by id before
// it counts as gone. The error is a 404 only when it is.
func (c *Client) RefreshAccount(ctx context.Context, id AccountID, service bool) (Account, error) {
	c.registry.mu.Lock()
	c.registry.refreshed[id] = true
	c.registry.mu.Unlock()
	if c.config.BulkRefresh && !c.registry.isWritten(id) && !c.registry.isDeleted(id) {
		account, ok, err := c.registry.bulk(service).read(ctx, id)
		if ok || err != nil {
			return account, err
		}
	}
	return c.ReadAccount(ctx, id, service)
}

// WasRefreshed reports whether RefreshAccount was asked for an account.
func (c *Client) WasRefreshed(id AccountID) bool {
	c.registry.mu.Lock()
	defer c.registry.mu.Unlock()
	return c.registry.refreshed[id]
}

// ReadAccount reads an account by its id. The error is a 404 (see IsNotFound)
// only when the account is gone: a service account must be absent from its
// listing too.
func (c *Client) ReadAccount(ctx context.Context, id AccountID, service bool) (Account, error) {
	if !service {
		return c.getAccount(ctx, id)
	}
	c.registry.mu.Lock()
	noGet := c.registry.noServiceGet
	c.registry.mu.Unlock()
	if noGet {
		return c.listedServiceAccount(ctx, id)
	}
	account, err := c.getAccount(ctx, id)
	if !isRefusal(err) {
		return account, err
	}
	account, listErr := c.listedServiceAccount(ctx, id)
	if listErr == nil {
		c.registry.mu.Lock()
		c.registry.noServiceGet = true
		c.registry.mu.Unlock()
		return account, nil
	}
	if IsNotFound(listErr) && StatusOf(err) == http.StatusForbidden {
		// Neither call shows it, but the first did not say that it is gone.
		return Account{}, err
	}
	return Account{}, listErr
}

// listedServiceAccount finds a service account in a fresh listing.
func (c *Client) listedServiceAccount(ctx context.Context, id AccountID) (Account, error) {
	for account, err := range c.Accounts(ctx, true) {
		if err != nil {
			return Account{}, err
		}
		if account.ID == id {
			return account, nil
		}
	}
	return Account{}, &Error{
		Method: http.MethodGet, Route: "/am/svc_accounts", Status: http.StatusNotFound,
		Err: errNotListed,
	}
}

var errNotListed = errors.New("the account is not listed")

// NotServiceAccountError says that an account is not a service account.
type NotServiceAccountError struct {
	ID   AccountID
	Type string // personal or managed
}

func (e *NotServiceAccountError) Error() string {
	return fmt.Sprintf("account %s is a %s account, not a service account", e.ID, e.Type)
}

// ServiceTypeOf returns the service type of a service account, which its
// managed accounts share. Each service account is asked for once in a run.
func (c *Client) ServiceTypeOf(ctx context.Context, id AccountID) (string, error) {
	c.registry.mu.Lock()
	serviceType := c.registry.serviceTypes[id]
	c.registry.mu.Unlock()
	if serviceType != "" {
		return serviceType, nil
	}
	arrives := c.registry.flight.DoChan("service type of "+id.String(), func() (_ any, err error) {
		defer recovered(&err)
		account, err := c.ReadAccount(context.WithoutCancel(ctx), id, true)
		if err != nil {
			return "", err
		}
		if !account.IsService() {
			return "", &NotServiceAccountError{ID: id, Type: account.Type}
		}
		c.registry.setServiceType(id, account.ServiceType)
		return account.ServiceType, nil
	})
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case result := <-arrives:
		if result.Err != nil {
			return "", result.Err
		}
		return result.Val.(string), nil
	}
}
