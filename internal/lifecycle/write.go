package lifecycle

import (
	"context"
	"errors"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// Written is an account that this run has certainly created, adopted or updated.
type Written struct {
	// Account is the account as it was read back, with what the API does not
	// return filled in from the spec.
	Account aurinko.Account
	// Unread is why it could not be read back; nil otherwise. The write itself
	// succeeded, so that this is no more than a warning.
	Unread error
}

// Existing returns an account that a create of the spec would find, as far as the
// shared listing shows it. Accounts that resources of this run have do not count:
// one of them may be about to be replaced.
func (r *Run) Existing(ctx context.Context, s Spec) (aurinko.Account, bool, error) {
	seen, err := r.look(ctx, s, false)
	if err != nil {
		return aurinko.Account{}, false, err
	}
	for _, account := range seen.found {
		switch object := AccountObject(account.ID); {
		case s.signedIn(account) != nil:
			return aurinko.Account{}, false, s.signedIn(account)
		case r.isShared(object):
			return aurinko.Account{}, false, &Refusal{Reason: Shared, AccountID: account.ID}
		case !r.IsUsed(object) && !r.isWritten(account.ID):
			return account, true, nil
		}
	}
	return aurinko.Account{}, false, nil
}

// Create creates the account that a resource wants. An account that overlaps
// with it is refused (Exists), or adopted: it is written, and is the resource's
// from then on.
//
// The ID of what Create returns may go into the state. Anything that cannot be
// proven to be the resource's own is an error instead.
func (r *Run) Create(ctx context.Context, s Spec, adopt bool) (Written, error) {
	claim, err := r.claim(s, 0)
	if err != nil {
		return Written{}, err
	}
	written, err := r.create(ctx, s, adopt)
	if err != nil {
		r.release(claim)
		return Written{}, err
	}
	r.hold(claim, written.Account.ID)
	return written, nil
}

func (r *Run) create(ctx context.Context, s Spec, adopt bool) (Written, error) {
	// Service accounts are few, and each is a customer: they are listed again
	// right before the write.
	before, err := r.look(ctx, s, s.Kind() == aurinko.TypeService)
	if err != nil {
		return Written{}, err
	}
	for _, found := range before.found {
		current, err := r.Read(ctx, s.Kind(), found.ID) // the listing may be as old as the run
		switch {
		case errors.Is(err, ErrGone) || err == nil && !s.overlaps(current):
			continue
		case err != nil:
			return Written{}, err
		case s.signedIn(current) != nil:
			return Written{}, s.signedIn(current)
		case !adopt:
			return Written{}, &Refusal{Reason: Exists, AccountID: found.ID}
		}
		if err := r.refuseOthers(ctx, found.ID, s, before); err != nil {
			return Written{}, err
		}
		written, err := r.adopt(ctx, s, current)
		if errors.Is(err, ErrGone) { // this run has deleted it in between: it is as if not listed
			continue
		}
		return written, err
	}

	// Nothing is there: the write creates the account.
	started := time.Now()
	id, err := r.upsert(ctx, s, aurinko.Account{})
	if aurinko.IsAmbiguous(err) && ctx.Err() == nil {
		id, err = r.lost(ctx, s, before, err)
	}
	if err != nil {
		return Written{}, err
	}
	return r.confirm(ctx, s, id, before, started, adopt)
}

// adopt writes an account that overlaps with the spec.
func (r *Run) adopt(ctx context.Context, s Spec, current aurinko.Account) (Written, error) {
	e := r.account(current.ID)
	unlock, err := e.lock(ctx)
	if err != nil {
		return Written{}, err
	}
	defer unlock()
	switch {
	case r.isDeleted(current.ID):
		return Written{}, ErrGone
	case r.isWritten(current.ID):
		return Written{}, &Refusal{Reason: Claimed, AccountID: current.ID}
	}
	return r.rewrite(ctx, s, current)
}

// rewrite writes an account that was just read, under its lock, and reads it
// back.
func (r *Run) rewrite(ctx context.Context, s Spec, current aurinko.Account) (Written, error) {
	got, err := r.upsert(ctx, s, current)
	if err != nil {
		return Written{}, err
	}
	if got != current.ID {
		return Written{}, &Refusal{Reason: Misdirected, AccountID: current.ID, Other: got}
	}
	r.wrote(s, got)
	account, err := r.Read(ctx, s.Kind(), got)
	return s.written(got, account, err), nil
}

// written completes an account after its write, whether reading it back worked
// or not.
func (s Spec) written(id aurinko.AccountID, account aurinko.Account, unread error) Written {
	account.ID = id
	return Written{Account: s.complete(account), Unread: unread}
}

func (r *Run) upsert(ctx context.Context, s Spec, existing aurinko.Account) (aurinko.AccountID, error) {
	saved, err := r.save(ctx, s, existing)
	return saved.AccountID, err
}

func (r *Run) save(ctx context.Context, s Spec, existing aurinko.Account) (aurinko.SavedAccount, error) {
	keys, in := s.recycling(existing)
	switch s.Kind() {
	case aurinko.TypeManaged:
		return r.Client.SaveManagedAccount(ctx, s.Parent, in, keys, s.Options)
	case aurinko.TypePersonal:
		return r.Client.SavePersonalAccount(ctx, in, keys, s.Options)
	}
	return r.Client.SaveServiceAccount(ctx, in, keys)
}

// lost finds what a create without an answer has made after all: what is there
// now and was not before. What it finds still has to be confirmed.
func (r *Run) lost(ctx context.Context, s Spec, before sight, unanswered error) (aurinko.AccountID, error) {
	now, err := r.look(ctx, s, true)
	if err != nil {
		return 0, unanswered
	}
	for _, found := range now.found {
		if !before.listed(found.ID) && !r.isWritten(found.ID) {
			return found.ID, nil
		}
	}
	return 0, unanswered
}

// confirm reads the account that a create has led to, and proves that the create
// has made it. An account that was not listed, and that the spec describes, may be
// adopted instead.
func (r *Run) confirm(ctx context.Context, s Spec, id aurinko.AccountID, before sight, started time.Time, adopt bool) (Written, error) {
	account, unread := r.Read(ctx, s.Kind(), id)
	reason := r.made(id, before, account, started)
	if unread == nil && s.contradicts(account) && (adopt || reason != "") {
		return Written{}, &Refusal{Reason: Strayed, AccountID: id}
	}
	if reason != "" && !(adopt && unread == nil && !before.listed(id) && !r.isWritten(id)) {
		return Written{}, &Refusal{Reason: reason, AccountID: id}
	}
	r.wrote(s, id)
	return s.written(id, account, unread), nil
}

// margin is how much longer than the write itself an account may have existed
// when it was written: a server may round its times.
const margin = 5 * time.Second

// made proves that a write has made an account: it was not listed before, and it
// was last written no later after its creation than the write took. The second
// finds an account that no listing shows. Without times, because the API returns
// none or the account cannot be read, a complete listing is the proof. It returns
// why there is none, or nothing.
func (r *Run) made(id aurinko.AccountID, before sight, account aurinko.Account, started time.Time) Reason {
	if before.listed(id) || r.isWritten(id) {
		return Overwritten
	}
	age, known := account.Age()
	switch {
	case known && age > time.Since(started)+margin:
		return Overwritten
	case !known && !before.complete:
		return Unproven
	}
	return ""
}

// wrote notes that a resource of this run has written an account.
func (r *Run) wrote(s Spec, id aurinko.AccountID) {
	e := r.account(id)
	r.do(func() {
		e.written = true
		if s.Kind() == aurinko.TypeService {
			e.serviceType = s.Input.ServiceType
		}
	})
}

// Update writes an account anew. It is read first: an upsert finds an account by
// its keys alone, so that it would make another one in place of one that is gone
// (Gone), and hit another one if a key was changed elsewhere (Contradicted).
func (r *Run) Update(ctx context.Context, id aurinko.AccountID, s Spec) (Written, error) {
	unlock, err := r.account(id).lock(ctx)
	if err != nil {
		return Written{}, err
	}
	defer unlock()
	if r.isWritten(id) {
		return Written{}, &Refusal{Reason: Claimed, AccountID: id}
	}
	current, err := r.Read(ctx, s.Kind(), id)
	switch {
	case errors.Is(err, ErrGone):
		return Written{}, &Refusal{Reason: Gone, AccountID: id}
	case err != nil:
		return Written{}, err
	case s.contradicts(current):
		return Written{}, &Refusal{Reason: Contradicted, AccountID: id}
	}
	claim, err := r.claim(s, id)
	if err != nil {
		return Written{}, err
	}
	if err = r.refuseOverlap(ctx, id, s); err == nil {
		var written Written
		if written, err = r.rewrite(ctx, s, current); err == nil {
			return written, nil
		}
	}
	r.release(claim)
	return Written{}, err
}

// refuseOverlap looks for an account that a write of another one could hit too.
func (r *Run) refuseOverlap(ctx context.Context, id aurinko.AccountID, s Spec) error {
	seen, err := r.look(ctx, s, false)
	if err != nil {
		return err
	}
	return r.refuseOthers(ctx, id, s, seen)
}

func (r *Run) refuseOthers(ctx context.Context, id aurinko.AccountID, s Spec, seen sight) error {
	for _, found := range seen.found {
		if found.ID == id {
			continue
		}
		other, err := r.Read(ctx, s.Kind(), found.ID) // the listing may be as old as the run
		switch {
		case errors.Is(err, ErrGone):
		case err != nil:
			return err
		case s.overlaps(other):
			return &Refusal{Reason: Overlapping, AccountID: id, Other: found.ID}
		}
	}
	return nil
}

// Delete deletes an account, and succeeds when it is gone already. An account
// that a resource of this run has written is only forgotten: it is the same one
// under a new name, or its replacement made before the old one is destroyed.
func (r *Run) Delete(ctx context.Context, kind aurinko.AccountType, id aurinko.AccountID) (forgotten bool, err error) {
	e := r.account(id)
	unlock, err := e.lock(ctx)
	if err != nil {
		return false, err
	}
	defer unlock()
	if r.isWritten(id) {
		return true, nil
	}
	err = r.Client.DeleteAccount(ctx, id)
	if aurinko.IsGone(err) && kind == aurinko.TypeService {
		// The call is inferred for service accounts: their listing must agree.
		_, found, complete, listErr := r.listed(ctx, id)
		if listErr != nil || found || !complete {
			return false, err
		}
	}
	if err != nil && !aurinko.IsGone(err) {
		return false, err
	}
	r.do(func() { e.deleted = true })
	return false, nil
}

// ServiceType returns the service type of a service account, which its managed
// accounts share. It is read once in a run. An account that is gone is ErrGone,
// and one of another kind a Refusal (WrongKind).
func (r *Run) ServiceType(ctx context.Context, id aurinko.AccountID) (string, error) {
	e := r.account(id)
	unlock, err := e.lock(ctx)
	if err != nil {
		return "", err
	}
	defer unlock()
	var known string
	if r.do(func() { known = e.serviceType }); known != "" {
		return known, nil
	}
	account, err := r.Read(ctx, aurinko.TypeService, id)
	switch {
	case err != nil:
		return "", err
	case !account.May(aurinko.TypeService):
		return "", &Refusal{Reason: WrongKind, AccountID: id, Detail: string(account.Kind())}
	case account.ServiceType == "":
		return "", &Refusal{Reason: Unwritable, AccountID: id, Detail: "its mail service"}
	}
	r.do(func() { e.serviceType = account.ServiceType })
	return account.ServiceType, nil
}

// Rewrite writes a managed account again, unchanged, and returns its access
// token, which Aurinko gives only where an account is written [D].
func (r *Run) Rewrite(ctx context.Context, id aurinko.AccountID) (token string, err error) {
	saved, err := r.writeAgain(ctx, id, false)
	if err == nil && saved.AccessToken == "" {
		err = &Refusal{Reason: NoToken, AccountID: id}
	}
	return saved.AccessToken, err
}

// Reauthorize writes a managed account again, unchanged, with a check of the
// access where Aurinko has one, and returns the account as it is afterwards. That
// Aurinko then gets a new token is inferred: it is what the portal's users do.
func (r *Run) Reauthorize(ctx context.Context, id aurinko.AccountID) (aurinko.Account, error) {
	if _, err := r.writeAgain(ctx, id, true); err != nil {
		return aurinko.Account{}, err
	}
	return r.Read(ctx, aurinko.TypeManaged, id)
}

func (r *Run) writeAgain(ctx context.Context, id aurinko.AccountID, checks bool) (aurinko.SavedAccount, error) {
	unlock, err := r.account(id).lock(ctx)
	if err != nil {
		return aurinko.SavedAccount{}, err
	}
	defer unlock()
	current, err := r.Find(ctx, id)
	if err != nil {
		return aurinko.SavedAccount{}, err
	}
	s := Spec{Parent: current.ParentID, Input: current.Unchanged()}
	switch {
	case !current.May(aurinko.TypeManaged), current.Kind() == "":
		return aurinko.SavedAccount{}, &Refusal{Reason: WrongKind, AccountID: id, Detail: string(current.Kind())}
	case current.ParentID == 0:
		return aurinko.SavedAccount{}, &Refusal{Reason: Unwritable, AccountID: id, Detail: "the service account that it is reached through"}
	case current.Email == "" && current.LoginString == "":
		return aurinko.SavedAccount{}, &Refusal{Reason: Unwritable, AccountID: id, Detail: "its email address or its login"}
	}
	if s.Input.ServiceType == "" {
		if s.Input.ServiceType, err = r.ServiceType(ctx, s.Parent); err != nil {
			return aurinko.SavedAccount{}, err
		}
	}
	if err := r.refuseOverlap(ctx, id, s); err != nil {
		return aurinko.SavedAccount{}, err
	}
	s.Options.EnsureAccess = checks && aurinko.IsEnsurable(s.Input.ServiceType)
	saved, err := r.save(ctx, s, current)
	switch {
	case err != nil:
		return aurinko.SavedAccount{}, err
	case saved.AccountID != id:
		return aurinko.SavedAccount{}, &Refusal{Reason: Misdirected, AccountID: id, Other: saved.AccountID}
	}
	return saved, nil
}
