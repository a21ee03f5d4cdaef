package lifecycle

import (
	"context"
	"errors"
	"strings"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// CreateRegistration writes an OAuth registration. Unless adopt is set it looks
// first whether there is one (Exists). Two resources of a run that create or
// adopt the same one would overwrite each other (Claimed).
func (r *Run) CreateRegistration(ctx context.Context, registration aurinko.OAuthRegistration, adopt bool) error {
	key := aurinko.RegistrationKey{ServiceType: registration.ServiceType, Daemon: registration.Daemon}
	e := r.registration(key)
	unlock, err := e.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if e.written {
		return &Refusal{Reason: Claimed}
	}
	if !adopt {
		found, err := r.Client.OAuthRegistration(ctx, key)
		switch {
		case err == nil:
			return &Refusal{Reason: Exists, Detail: found.ClientID}
		case !errors.Is(err, aurinko.ErrNoRegistration):
			return err
		}
	}
	err = r.Client.SaveOAuthRegistration(ctx, registration)
	if aurinko.IsAmbiguous(err) && ctx.Err() == nil && !adopt {
		// None was there before, so what is there now was made by this write.
		found, readErr := r.Client.OAuthRegistration(ctx, key)
		if readErr == nil && strings.EqualFold(found.ClientID, registration.ClientID) {
			err = nil
		}
	}
	if err == nil {
		r.do(func() { e.written = true })
	}
	return err
}

// IsRegistrationWritten reports whether a resource of this run has created or
// updated an OAuth registration.
func (r *Run) IsRegistrationWritten(key aurinko.RegistrationKey) (written bool) {
	e := r.registration(key)
	r.do(func() { written = e.written })
	return written
}

// UpdateRegistration writes an OAuth registration anew.
func (r *Run) UpdateRegistration(ctx context.Context, registration aurinko.OAuthRegistration) error {
	e := r.registration(aurinko.RegistrationKey{ServiceType: registration.ServiceType, Daemon: registration.Daemon})
	unlock, err := e.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if e.written {
		return &Refusal{Reason: Claimed}
	}
	if err := r.Client.SaveOAuthRegistration(ctx, registration); err != nil {
		return err
	}
	r.do(func() { e.written = true })
	return nil
}

// DeleteRegistration deletes an OAuth registration, and succeeds when it is gone
// already. One that a resource of this run has written is only forgotten. A 404
// is believed only when the listing agrees, since a server that does not have
// the call answers 404 as well.
func (r *Run) DeleteRegistration(ctx context.Context, key aurinko.RegistrationKey) (forgotten bool, err error) {
	e := r.registration(key)
	unlock, err := e.lock(ctx)
	if err != nil {
		return false, err
	}
	defer unlock()
	if e.written {
		return true, nil
	}
	err = r.Client.DeleteOAuthRegistration(ctx, key)
	if aurinko.StatusOf(err) == 404 {
		if _, listErr := r.Client.OAuthRegistration(ctx, key); errors.Is(listErr, aurinko.ErrNoRegistration) {
			err = nil
		}
	}
	return false, err
}
