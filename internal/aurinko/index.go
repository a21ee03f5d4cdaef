package aurinko

import (
	"context"
	"iter"
	"strings"
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

// find returns the first listed account that t means.
func (l *listing) find(t Target) (Account, bool) {
	for account := range l.matching(t) {
		return account, true
	}
	return Account{}, false
}

// matching are the listed accounts that t means: one, unless something has gone
// wrong before.
func (l *listing) matching(t Target) iter.Seq[Account] {
	return func(yield func(Account) bool) {
		if t.Parent == 0 { // service accounts are few
			for _, account := range l.accounts {
				if t.matches(account) && !yield(account) {
					return
				}
			}
			return
		}
		address := t.Input.Email
		if t.ByLogin {
			address = t.Input.LoginString
		}
		for _, i := range l.byAddress[strings.ToLower(address)] {
			if t.matches(l.accounts[i]) && !yield(l.accounts[i]) {
				return
			}
		}
	}
}
