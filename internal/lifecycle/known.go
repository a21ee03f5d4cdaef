package lifecycle

import (
	"context"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// A ServiceAccount is what a plan says of a service account to those of its
// mailboxes.
type ServiceAccount struct {
	ServiceType string   // empty: not known
	Scopes      []string // by the API's names; empty: not known
}

// NoteService notes how a service account is planned. It counts from then on,
// whatever is read of the account.
func (r *Run) NoteService(id aurinko.AccountID, planned ServiceAccount) {
	r.do(func() { r.services[id] = planned })
}

// KnownService returns what the run knows of a service account without a request:
// how it is planned, or else what a refresh or a listing has seen. What is not
// known is empty.
func (r *Run) KnownService(ctx context.Context, id aurinko.AccountID) ServiceAccount {
	var (
		known   ServiceAccount
		planned bool
	)
	if r.do(func() { known, planned = r.services[id] }); planned {
		return known
	}
	for _, kind := range []aurinko.AccountType{aurinko.TypeService, aurinko.TypeManaged} {
		if account, ok := r.listings[kind].seen(ctx, id); ok && account.May(aurinko.TypeService) {
			return serviceOf(account)
		}
	}
	return known
}

func serviceOf(account aurinko.Account) ServiceAccount {
	return ServiceAccount{ServiceType: account.ServiceType, Scopes: aurinko.CanonicalScopes(account.AuthScopes)}
}

// seen returns an account that a page which was read holds.
func (l *listing) seen(ctx context.Context, id aurinko.AccountID) (aurinko.Account, bool) {
	end, err := l.use(ctx)
	if err != nil {
		return aurinko.Account{}, false
	}
	defer end()
	if i, ok := l.byID[id]; ok {
		return l.accounts[i], true
	}
	return aurinko.Account{}, false
}

// Mailboxes returns how many managed accounts there are under a service account, and
// whether that is certain to be all of them. It reads the shared listing to its end.
// What cannot be listed is left out.
func (r *Run) Mailboxes(ctx context.Context, service aurinko.AccountID) (n int, all bool) {
	found := map[aurinko.AccountID]bool{}
	r.do(func() {
		for id, parent := range r.mailboxes {
			if parent == service {
				found[id] = true
			}
		}
	})
	l := r.listings[aurinko.TypeManaged]
	end, err := l.use(ctx)
	if err != nil {
		return len(found), false
	}
	defer end()
	all = l.finish(ctx) == nil && l.complete
	for id := range found { // those that were read by their IDs
		all = all && l.has(id)
	}
	for _, account := range l.accounts {
		if account.ParentID == service && account.May(aurinko.TypeManaged) {
			found[account.ID] = true
		}
	}
	return len(found), all
}
