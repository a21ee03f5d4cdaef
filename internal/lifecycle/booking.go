package lifecycle

import (
	"context"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// BookingObject names a booking profile.
func BookingObject(key aurinko.BookingKey) Object { return Object("booking profile " + key.String()) }

// booking is what a run knows of booking profiles. Aurinko creates one with every POST,
// so that nothing is ever overwritten. The profiles of one account, or the group
// profiles, are created and deleted one at a time.
type booking struct {
	accounts map[aurinko.AccountID]*entry
	listed   map[aurinko.AccountID][]aurinko.BookingProfile // for plans; written under the account's lock
	written  map[aurinko.BookingKey]bool                    // a resource has created or adopted it
}

func newBooking() booking {
	return booking{map[aurinko.AccountID]*entry{}, map[aurinko.AccountID][]aurinko.BookingProfile{}, map[aurinko.BookingKey]bool{}}
}

func (r *Run) listBookingProfiles(ctx context.Context, account aurinko.AccountID) (all []aurinko.BookingProfile, err error) {
	for profile, err := range r.Client.BookingPages(account).All(ctx) {
		if err != nil {
			return nil, err
		}
		all = append(all, profile)
	}
	return all, nil
}

// ExistingBookingProfile returns a profile that a create would find, from one listing
// for all plans of the run. Those that resources of the run have do not count: one of
// them may be about to be replaced.
func (r *Run) ExistingBookingProfile(ctx context.Context, account aurinko.AccountID, in aurinko.BookingProfile) (aurinko.BookingProfile, bool) {
	unlock, err := entryOf(r, r.booking.accounts, account).lock(ctx)
	if err != nil {
		return aurinko.BookingProfile{}, false
	}
	defer unlock()
	all, listed := r.booking.listed[account]
	if !listed {
		if all, err = r.listBookingProfiles(ctx, account); err != nil {
			return aurinko.BookingProfile{}, false // the create reports it
		}
		r.booking.listed[account] = all
	}
	for _, profile := range all {
		if in.IsSame(profile) && !r.IsUsed(BookingObject(profile.Key())) {
			return profile, true
		}
	}
	return aurinko.BookingProfile{}, false
}

// CreateBookingProfile creates a profile of an account, or a group profile where it is
// 0. One of the same name is refused (Exists, or Claimed if this run has written it), or
// adopted: the caller updates it, and it is the resource's from then on. A lost answer
// is resolved by what is there now and was not before.
func (r *Run) CreateBookingProfile(ctx context.Context, account aurinko.AccountID, in aurinko.BookingProfile, adopt bool) (profile aurinko.BookingProfile, adopted bool, err error) {
	unlock, err := entryOf(r, r.booking.accounts, account).lock(ctx)
	if err != nil {
		return profile, false, err
	}
	defer unlock()
	before, err := r.listBookingProfiles(ctx, account)
	if err != nil {
		return profile, false, err
	}
	was := map[aurinko.BookingID]bool{}
	for _, found := range before {
		was[found.ID] = true
		switch {
		case !in.IsSame(found):
		case r.isBooked(found.Key()):
			return profile, false, &Refusal{Reason: Claimed, Detail: found.Key().String()}
		case !adopt:
			return profile, false, &Refusal{Reason: Exists, Detail: found.Key().String()}
		default:
			r.do(func() { r.booking.written[found.Key()] = true })
			return found, true, nil
		}
	}
	profile, err = r.Client.CreateBookingProfile(ctx, account, in)
	if aurinko.IsAmbiguous(err) && ctx.Err() == nil {
		now, listErr := r.listBookingProfiles(ctx, account)
		var made []aurinko.BookingProfile
		for _, found := range now {
			if !was[found.ID] && (in.Name == "" || in.IsSame(found)) && in.Subject == found.Subject {
				made = append(made, found)
			}
		}
		if listErr == nil && len(made) == 1 {
			profile, err = made[0], nil
		}
	}
	if err == nil {
		r.do(func() { r.booking.written[profile.Key()] = true })
	}
	return profile, false, err
}

func (r *Run) isBooked(key aurinko.BookingKey) (is bool) {
	r.do(func() { is = r.booking.written[key] })
	return is
}

// DeleteBookingProfile deletes a profile, and succeeds when it is gone already. One that
// a resource of this run has adopted is only forgotten.
func (r *Run) DeleteBookingProfile(ctx context.Context, key aurinko.BookingKey) (forgotten bool, err error) {
	unlock, err := entryOf(r, r.booking.accounts, key.Account).lock(ctx)
	if err != nil {
		return false, err
	}
	defer unlock()
	if r.isBooked(key) {
		return true, nil
	}
	if err = r.Client.DeleteBookingProfile(ctx, key); aurinko.IsGone(err) {
		err = nil
	}
	return false, err
}
