package lifecycle

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// A Consent is the code that an administrator's consent ended in, and what the
// account must be.
type Consent struct {
	Code        string // secret
	ServiceType string
	ClientOrgID string // empty for any
}

// CodeError reports that the code of a consent cannot be used: it is unknown,
// used or expired, or it may just have been used without an answer.
type CodeError struct {
	Err error
	// Found are accounts that the code may have made, the newest first.
	Found []aurinko.Account
}

func (e *CodeError) Error() string { return e.Err.Error() }

func (e *CodeError) Unwrap() error { return e.Err }

// MayHaveWorked reports whether the exchange may have taken effect.
func (e *CodeError) MayHaveWorked() bool { return aurinko.IsAmbiguous(e.Err) }

// CreateByConsent exchanges a code for the service account that it stands for.
// An account that was listed before is refused (Exists) unless it is to be
// adopted; that shows only after the exchange, since nothing says beforehand
// what a code stands for. An account of another service or organization, or of
// another kind, is refused too. A code that does not work is a *CodeError.
func (r *Run) CreateByConsent(ctx context.Context, consent Consent, adopt bool) (Written, error) {
	before := newListing(r.Client.ServiceAccountPages)
	if err := before.finish(ctx); err != nil {
		return Written{}, err
	}
	started := time.Now()
	saved, err := r.Client.ExchangeCode(ctx, consent.Code)
	if err != nil {
		return Written{}, r.explainCode(ctx, consent, before, err)
	}
	id := saved.AccountID
	e := r.account(id)
	unlock, err := e.lock(ctx)
	if err != nil {
		return Written{}, err
	}
	defer unlock()
	if r.isWritten(id) {
		return Written{}, &Refusal{Reason: Claimed, AccountID: id}
	}
	account, unread := r.Read(ctx, aurinko.TypeService, id)
	if unread == nil {
		if err := consent.check(account); err != nil {
			return Written{}, err
		}
	}
	switch reason := r.made(id, before.sight(), account, started); {
	case adopt || reason == "":
	case reason == Overwritten: // Aurinko has only authorized it again
		return Written{}, &Refusal{Reason: Exists, AccountID: id}
	default:
		return Written{}, &Refusal{Reason: reason, AccountID: id}
	}
	account.ID = id
	r.wrote(Spec{Input: aurinko.AccountInput{ServiceType: consent.ServiceType}}, id)
	return Written{Account: account, Unread: unread}, nil
}

// check reports whether the consent was given to the account that was meant. A
// field that the API does not return decides nothing.
func (c Consent) check(account aurinko.Account) error {
	switch {
	case !account.May(aurinko.TypeService):
		return &Refusal{Reason: WrongKind, AccountID: account.ID, Detail: string(account.Kind())}
	case account.ServiceType != "" && !strings.EqualFold(account.ServiceType, c.ServiceType):
		return &Refusal{Reason: OtherService, AccountID: account.ID, Detail: account.ServiceType}
	case account.ClientOrgID != "" && c.ClientOrgID != "" && !strings.EqualFold(account.ClientOrgID, c.ClientOrgID):
		return &Refusal{Reason: OtherOrg, AccountID: account.ID, Detail: account.ClientOrgID}
	}
	return nil
}

// UpdateByConsent exchanges the code of a new consent to an account. A consent to
// another one is refused (OtherAccount); nothing was written to either then.
func (r *Run) UpdateByConsent(ctx context.Context, id aurinko.AccountID, consent Consent) (Written, error) {
	e := r.account(id)
	unlock, err := e.lock(ctx)
	if err != nil {
		return Written{}, err
	}
	defer unlock()
	saved, err := r.Client.ExchangeCode(ctx, consent.Code)
	switch {
	case err != nil && (aurinko.IsAmbiguous(err) || aurinko.IsCodeRefusal(err)):
		return Written{}, &CodeError{Err: err}
	case err != nil:
		return Written{}, err
	case saved.AccountID != id:
		return Written{}, &Refusal{Reason: OtherAccount, AccountID: id, Other: saved.AccountID}
	}
	r.do(func() { e.written = true })
	account, unread := r.Read(ctx, aurinko.TypeService, id)
	account.ID = id
	return Written{Account: account, Unread: unread}, nil
}

// mostFound is how many accounts are worth naming to somebody who looks for one.
const mostFound = 3

// explainCode finds the accounts that a code which does not work may have made,
// so that a user can import them: after an exchange without an answer those that
// were not listed before, and otherwise the newest.
func (r *Run) explainCode(ctx context.Context, consent Consent, before *listing, err error) error {
	if !aurinko.IsAmbiguous(err) && !aurinko.IsCodeRefusal(err) {
		return err
	}
	failed := &CodeError{Err: err}
	now := newListing(r.Client.ServiceAccountPages)
	if ctx.Err() != nil || now.finish(ctx) != nil {
		return failed
	}
	for _, account := range now.accounts {
		if consent.check(account) == nil && !r.isWritten(account.ID) && !(failed.MayHaveWorked() && before.has(account.ID)) {
			failed.Found = append(failed.Found, account)
		}
	}
	slices.SortStableFunc(failed.Found, func(a, b aurinko.Account) int {
		aCreated, _ := a.Created()
		bCreated, _ := b.Created()
		return bCreated.Compare(aCreated)
	})
	failed.Found = failed.Found[:min(len(failed.Found), mostFound)]
	return failed
}
