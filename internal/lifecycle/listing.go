package lifecycle

import (
	"context"
	"maps"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// A listing is what the run has seen of one of the two listings of accounts. It
// is read page by page, as far as is needed: a refresh looks into it, and a write
// looks before and after.
type listing struct {
	pages func() *aurinko.Pager[aurinko.Account]
	turn  chan struct{} // holds a value while somebody uses the rest

	pager    *aurinko.Pager[aurinko.Account]
	walks    int                        // that have ended
	walked   map[aurinko.AccountID]bool // what this walk has seen
	before   map[aurinko.AccountID]bool // what the walk before it has seen
	complete bool
	accounts []aurinko.Account
	byID     map[aurinko.AccountID]int
	byHandle map[string][]int // not of service accounts; nil until the first look

	// What a refresh has spent so far.
	fetched int  // pages
	reads   int  // of single accounts
	failed  bool // a page could not be read: a refresh tries no other one
}

func newListing(pages func() *aurinko.Pager[aurinko.Account]) *listing {
	return &listing{
		pages: pages, turn: make(chan struct{}, 1), pager: pages(),
		walked: map[aurinko.AccountID]bool{}, byID: map[aurinko.AccountID]int{},
	}
}

// use waits for its turn. It returns the function that ends it.
func (l *listing) use(ctx context.Context) (end func(), err error) {
	select {
	case l.turn <- struct{}{}:
		return func() { <-l.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// next reads a page.
func (l *listing) next(ctx context.Context) error {
	records, err := l.pager.Next(ctx)
	if err != nil {
		return err
	}
	l.fetched++
	for _, account := range records {
		l.walked[account.ID] = true
		if _, ok := l.byID[account.ID]; !ok {
			l.byID[account.ID] = len(l.accounts)
			l.accounts = append(l.accounts, account)
			l.index(len(l.accounts) - 1)
		}
	}
	if l.pager.Done() {
		l.walks++
		// Two walks that see the same are complete as well, whatever the pages
		// say: a total may count something else.
		l.complete = !l.pager.Shifted() || maps.Equal(l.walked, l.before)
	}
	return nil
}

func (l *listing) index(at int) {
	if l.byHandle == nil {
		return
	}
	a := l.accounts[at]
	in := aurinko.AccountInput{Email: a.Email, LoginString: a.LoginString}
	for _, handle := range handles(aurinko.IdentifyingKeys(aurinko.TypeManaged, ""), in) {
		l.byHandle[handle] = append(l.byHandle[handle], at)
	}
}

// mostWalks is how often a listing that shifts while it is read is read.
const mostWalks = 3

// finish reads all pages. If records moved meanwhile it begins again, until the
// listing is complete or was read mostWalks times.
func (l *listing) finish(ctx context.Context) error {
	for !l.complete && l.walks < mostWalks {
		if l.pager.Done() {
			l.pager, l.before, l.walked = l.pages(), l.walked, map[aurinko.AccountID]bool{}
		}
		if err := l.next(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (l *listing) has(id aurinko.AccountID) bool {
	_, ok := l.byID[id]
	return ok
}

// overlapping returns the listed accounts that overlap with a spec.
func (l *listing) overlapping(s Spec) []aurinko.Account {
	var found []aurinko.Account
	if s.Kind() == aurinko.TypeService { // they are few
		for _, account := range l.accounts {
			if s.overlaps(account) {
				found = append(found, account)
			}
		}
		return found
	}
	if l.byHandle == nil {
		l.byHandle = map[string][]int{}
		for i := range l.accounts {
			l.index(i)
		}
	}
	seen := map[int]bool{}
	for _, handle := range handles(s.keys(), s.Input) {
		for _, i := range l.byHandle[handle] {
			if !seen[i] && s.overlaps(l.accounts[i]) {
				seen[i] = true
				found = append(found, l.accounts[i])
			}
		}
	}
	return found
}

// A sight is what a look into a listing has found.
type sight struct {
	found    []aurinko.Account // that overlap with the spec, without those that this run has deleted
	listed   func(aurinko.AccountID) bool
	complete bool // an account that is not listed is not there, if its kind is listed at all
}

// look returns the accounts that overlap with a spec, from the listing that the
// whole run shares. With fresh it lists again, as for a service account, and
// after a lost answer.
func (r *Run) look(ctx context.Context, s Spec, fresh bool) (sight, error) {
	l := r.listings[s.Kind()]
	if fresh {
		l = newListing(l.pages)
	}
	end, err := l.use(ctx)
	if err != nil {
		return sight{}, err
	}
	defer end()
	if err := l.finish(ctx); err != nil {
		return sight{}, err
	}
	seen := l.sight()
	for _, account := range l.overlapping(s) {
		if !r.isDeleted(account.ID) {
			seen.found = append(seen.found, account)
		}
	}
	return seen, nil
}

func (l *listing) sight() sight { return sight{listed: l.has, complete: l.complete} }

// Refresh reads an account of a kind for a refresh, in which many are read. The
// first are read one by one; each time that this has cost as many requests as
// pages were read, another page of the listing is read, and whatever it holds
// costs nothing more. However many reads come, this takes about twice the
// requests of the cheaper way at most.
//
// An account that this run has written is read anew, and one that is not listed
// is asked for by its ID. The error is ErrGone only when the account is gone.
func (r *Run) Refresh(ctx context.Context, kind aurinko.AccountType, id aurinko.AccountID) (aurinko.Account, error) {
	account, err := r.refresh(ctx, kind, id)
	if err == nil && kind == aurinko.TypeService {
		r.NoteService(id, serviceOf(account))
	} else if err == nil {
		r.do(func() { r.mailboxes[id] = account.ParentID })
	}
	return account, err
}

func (r *Run) refresh(ctx context.Context, kind aurinko.AccountType, id aurinko.AccountID) (aurinko.Account, error) {
	if r.bulk && !r.isWritten(id) && !r.isDeleted(id) {
		account, ok, err := r.listings[kind].read(ctx, id)
		if ok || err != nil {
			return account, err
		}
	}
	return r.Read(ctx, kind, id)
}

// read returns a listed account, or false when it must be asked for by its ID. It
// reads on in the listing while that has cost less than the single reads.
func (l *listing) read(ctx context.Context, id aurinko.AccountID) (aurinko.Account, bool, error) {
	end, err := l.use(ctx)
	if err != nil {
		return aurinko.Account{}, false, err
	}
	defer end()
	for {
		if i, ok := l.byID[id]; ok {
			return l.accounts[i], true, nil
		}
		if l.pager.Done() || l.failed || l.fetched >= l.reads {
			l.reads++
			return aurinko.Account{}, false, nil
		}
		l.failed = true // also if the next line panics
		l.failed = l.next(ctx) != nil
	}
}

// Read reads an account of a kind by its ID. The error is ErrGone only when the
// account is gone: a service account must be absent from a complete listing too.
func (r *Run) Read(ctx context.Context, kind aurinko.AccountType, id aurinko.AccountID) (aurinko.Account, error) {
	if kind == aurinko.TypeService {
		return r.readService(ctx, id)
	}
	account, err := r.Client.GetAccount(ctx, id)
	if aurinko.IsGone(err) {
		return aurinko.Account{}, ErrGone
	}
	return account, err
}

// readService reads a service account. That GET by ID serves them is inferred: if
// it refuses one that is listed, the listing alone decides from then on.
func (r *Run) readService(ctx context.Context, id aurinko.AccountID) (aurinko.Account, error) {
	var unserved bool
	r.do(func() { unserved = r.getUnserved })
	refused := errIncomplete
	if !unserved {
		account, err := r.Client.GetAccount(ctx, id)
		if err == nil || !aurinko.IsUnservedGet(err) {
			return account, err
		}
		refused = err
	}
	account, found, complete, err := r.listed(ctx, id)
	switch {
	case err != nil:
		return aurinko.Account{}, err
	case found:
		if aurinko.IsOwn(refused) {
			r.do(func() { r.getUnserved = true })
		}
		return account, nil
	case complete && (unserved || aurinko.IsGone(refused) || aurinko.IsNoSuchCall(refused)):
		return aurinko.Account{}, ErrGone
	}
	return aurinko.Account{}, refused
}

// listed looks for a service account in a fresh listing.
func (r *Run) listed(ctx context.Context, id aurinko.AccountID) (account aurinko.Account, found, complete bool, err error) {
	l := newListing(r.Client.ServiceAccountPages)
	if err := l.finish(ctx); err != nil {
		return aurinko.Account{}, false, false, err
	}
	if i, ok := l.byID[id]; ok {
		return l.accounts[i], true, true, nil
	}
	return aurinko.Account{}, false, l.complete, nil
}

// Find reads an account of any kind by its ID.
func (r *Run) Find(ctx context.Context, id aurinko.AccountID) (aurinko.Account, error) {
	account, err := r.Client.GetAccount(ctx, id)
	if err == nil || !aurinko.IsUnservedGet(err) {
		return account, err
	}
	// It may be a service account, which GET by ID does not serve.
	account, found, complete, listErr := r.listed(ctx, id)
	switch {
	case listErr != nil:
		return aurinko.Account{}, listErr
	case found:
		return account, nil
	case complete && aurinko.IsGone(err):
		return aurinko.Account{}, ErrGone
	}
	return aurinko.Account{}, err
}
