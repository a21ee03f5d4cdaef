package aurinko

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// ExistsError says that what was to be created is there already; nothing was
// written.
type ExistsError struct{ Account Account }

func (e *ExistsError) Error() string {
	return fmt.Sprintf("account %s is there already", e.Account.ID)
}

// ClaimedError says that another resource of this run means the same account;
// nothing was written.
type ClaimedError struct{ ID AccountID } // 0 while the other one is being created

func (e *ClaimedError) Error() string { return "another resource of this run means the same account" }

// UnexpectedIDError says that a write was answered with the id of another
// account than the one it meant.
type UnexpectedIDError struct {
	Meant AccountID // 0 when the write was to create
	Got   AccountID
	// Removed: Got was a duplicate made by this write, and has been deleted.
	Removed bool
	// Cleanup is why a duplicate could not be deleted; nil otherwise.
	Cleanup error
}

func (e *UnexpectedIDError) Error() string {
	return fmt.Sprintf("the write was answered with account %s", e.Got)
}

// OtherAccountError says that the account to be updated is not the one that the
// write would find by what identifies it; nothing was written.
type OtherAccountError struct{ ID AccountID }

func (e *OtherAccountError) Error() string {
	return fmt.Sprintf("account %s is another one than is meant", e.ID)
}

// KeptError says that an account was not deleted, since a resource of this run
// has just taken it over.
type KeptError struct{ ID AccountID }

func (e *KeptError) Error() string {
	return fmt.Sprintf("account %s was taken over in this run", e.ID)
}

// GoneError says that the account to be updated is not there any more; nothing
// was written.
type GoneError struct{ ID AccountID }

func (e *GoneError) Error() string { return fmt.Sprintf("account %s is gone", e.ID) }

var errNoAccountID = errors.New("the answer holds no account id")

// Write is a create whose answer has named the account, and which still has to
// be confirmed.
type Write struct {
	ID     AccountID
	target Target
	adopt  bool
	answer answer
}

// Create makes the account that t means. Unless adopt is set it looks first
// whether the account is there, and writes nothing if so (*ExistsError).
//
// Repeating the request is safe, since it recycles. When no attempt got an
// answer, the accounts are listed once more: what is there now and was not
// before has been made by this call.
//
// The caller records the id before it calls Confirm.
func (c *Client) Create(ctx context.Context, t Target, adopt bool) (Write, error) {
	if err := c.registry.claim(t.Identity(), 0); err != nil {
		return Write{}, err
	}
	w, err := c.create(ctx, t, adopt)
	if err != nil {
		c.registry.release(t.Identity())
		return Write{}, err
	}
	c.registry.wrote(t.Identity(), w.ID)
	if adopt {
		c.registry.own(w.ID, true)
	}
	if t.Parent == 0 {
		c.registry.setServiceType(w.ID, t.Input.ServiceType)
	}
	return w, nil
}

func (c *Client) create(ctx context.Context, t Target, adopt bool) (Write, error) {
	var before *listing
	if !adopt {
		var err error
		if before, err = c.registry.before(ctx, c, t.Parent == 0); err != nil {
			return Write{}, err
		}
		for found := range before.matching(t) {
			if c.registry.isDeleted(found.ID) {
				continue
			}
			// The listing may be as old as this run.
			current, err := c.ReadAccount(ctx, found.ID, t.Parent == 0)
			if err == nil {
				return Write{}, &ExistsError{Account: current}
			}
			if !IsNotFound(err) {
				return Write{}, err
			}
		}
	}
	started := time.Now()
	id, answer, err := c.upsert(ctx, t, &saveResult{})
	if isAmbiguous(err) && ctx.Err() == nil {
		if found, ok := c.lookAgain(ctx, t, before, started); ok {
			return Write{ID: found, target: t, adopt: adopt}, nil
		}
	}
	if err != nil {
		return Write{}, err
	}
	if before != nil && before.has(id) || c.registry.isWritten(id) {
		return Write{}, &UnexpectedIDError{Got: id}
	}
	return Write{ID: id, target: t, adopt: adopt, answer: answer}, nil
}

// lookAgain finds what a create without an answer has made after all: what is
// there now and was not before. An adopting create has not looked before, so
// that only the account's age tells; one that is older may still hold what it
// held, and an error has the next apply write it again.
func (c *Client) lookAgain(ctx context.Context, t Target, before *listing, started time.Time) (AccountID, bool) {
	now, err := c.listAll(ctx, t.Parent == 0)
	if err != nil {
		return 0, false
	}
	found, ok := now.find(t)
	if !ok || before.has(found.ID) || c.registry.isWritten(found.ID) {
		return 0, false
	}
	if before == nil && !c.madeBy(ctx, found.ID, t, answer{serverStart: c.serverTime(started)}) {
		return 0, false
	}
	return found.ID, true
}

// Confirm reads the account that a create has made. It finds out what the
// look before the write could not, where the service lists no managed
// accounts: that the account is older than the write (*UnexpectedIDError).
func (c *Client) Confirm(ctx context.Context, w Write) (Account, error) {
	account, err := c.ReadAccount(ctx, w.ID, w.target.Parent == 0)
	if err != nil {
		return Account{}, err
	}
	// Service accounts are all listed, so that the look before the write is
	// enough for them.
	if !w.adopt && w.target.Parent != 0 && c.isOlder(account, w.answer) {
		c.registry.disown(w.target.Identity(), w.ID)
		return Account{}, &UnexpectedIDError{Got: w.ID}
	}
	return account, nil
}

// isOlder reports whether an account was certainly there before a write. Both
// times are the server's own; Date counts whole seconds, and another second is
// allowed for clocks that differ behind one address. Without a Date our own
// clock serves, which may be minutes off.
func (c *Client) isOlder(account Account, write answer) bool {
	start := write.serverStart.Add(-2 * time.Second)
	if write.serverStart.IsZero() {
		start = write.started.Add(-10 * time.Minute)
	}
	created, ok := account.Created()
	return ok && created.Before(start)
}

// Update rewrites account id with what t holds. The account is read first:
// upserts find an account by its recycle keys only, so writing to one that is
// gone would make a new one (*GoneError instead), and spelling what identifies
// it otherwise than the server could.
func (c *Client) Update(ctx context.Context, id AccountID, t Target) error {
	release, err := c.registry.hold(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	current, err := c.ReadAccount(ctx, id, t.Parent == 0)
	if IsNotFound(err) {
		return &GoneError{ID: id}
	}
	if err != nil {
		return err
	}
	if !c.registry.own(id, false) {
		return &ClaimedError{ID: id}
	}
	t = t.identifiedLike(current)
	if t.contradicts(current) {
		return &OtherAccountError{ID: id}
	}
	return c.rewrite(ctx, current, t, &saveResult{})
}

// rewrite writes an account that has just been read, and sees to it that no
// other one is written or made in its place.
func (c *Client) rewrite(ctx context.Context, current Account, t Target, out saved) error {
	id := current.ID
	t = t.spelledLike(current)
	if err := c.registry.claim(t.Identity(), id); err != nil {
		return err
	}
	c.registry.wrote(t.Identity(), id)

	got, answer, err := c.upsert(ctx, t, out)
	if err != nil {
		return err
	}
	if got == id {
		return nil
	}
	unexpected := &UnexpectedIDError{Meant: id, Got: got}
	if c.madeBy(ctx, got, t, answer) {
		unexpected.Cleanup = c.deleteAccount(ctx, got)
		unexpected.Removed = unexpected.Cleanup == nil
	}
	return unexpected
}

// madeBy reports whether account id was made by the write that got answer, and
// by nothing else that is known of.
func (c *Client) madeBy(ctx context.Context, id AccountID, t Target, write answer) bool {
	if c.registry.isWritten(id) || write.serverStart.IsZero() {
		return false
	}
	account, err := c.ReadAccount(ctx, id, t.Parent == 0)
	if err != nil {
		return false
	}
	_, ok := account.Created()
	return ok && !c.isOlder(account, write)
}

// longestConflictPause ends the waiting for managed accounts to be deleted
// after 15 seconds in all.
const longestConflictPause = 8 * time.Second

// sleep waits, or ends with the context.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// DeleteAccount deletes an account, and reports success when it is gone
// already. What proves that is a 404 of the GET by id, or for a service account
// the listing.
//
// An account that a create of this run has taken over is not deleted
// (*KeptError): that is the same account under a new name, or its replacement
// made before the old one is destroyed.
func (c *Client) DeleteAccount(ctx context.Context, id AccountID, service bool) error {
	if c.registry.isAdopted(id) {
		return &KeptError{ID: id}
	}
	err := c.deleteAccount(ctx, id)
	for pause := time.Second; service && StatusOf(err) == http.StatusConflict && pause <= longestConflictPause; pause *= 2 {
		// Managed accounts under it still exist. Perhaps this run is about to
		// delete them: nothing orders the two where a configuration gives the
		// service account's id as a literal.
		if sleep(ctx, pause) != nil {
			break
		}
		err = c.deleteAccount(ctx, id)
	}
	if IsNotFound(err) {
		look := c.getAccount
		if service {
			look = c.listedServiceAccount
		}
		if _, lookErr := look(ctx, id); IsNotFound(lookErr) {
			err = nil
		}
	}
	if err == nil {
		c.registry.deleted(id)
	}
	return err
}
