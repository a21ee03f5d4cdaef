package lifecycle

import (
	"context"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// BookingObject names a booking profile.
func BookingObject(key aurinko.BookingKey) Object { return Object("booking profile " + key.String()) }

// CreateBookingProfile creates a profile of an account, or a group profile where it is
// 0. Aurinko creates one with every POST, so that a lost answer is resolved by what is
// there now and was not before. The profiles of one account are created one at a time,
// since two can be equal.
func (r *Run) CreateBookingProfile(ctx context.Context, account aurinko.AccountID, in aurinko.BookingProfile) (aurinko.BookingProfile, error) {
	unlock, err := entryOf(r, r.booking, account).lock(ctx)
	if err != nil {
		return aurinko.BookingProfile{}, err
	}
	defer unlock()
	before, err := r.bookingProfiles(ctx, account)
	if err != nil {
		return aurinko.BookingProfile{}, err
	}
	created, err := r.Client.CreateBookingProfile(ctx, account, in)
	if !aurinko.IsAmbiguous(err) || ctx.Err() != nil {
		return created, err
	}
	now, listErr := r.bookingProfiles(ctx, account)
	var found []aurinko.BookingProfile
	for id, profile := range now {
		if _, was := before[id]; !was && (in.Name == "" || in.Name == profile.Name) && in.Subject == profile.Subject {
			found = append(found, profile)
		}
	}
	if listErr == nil && len(found) == 1 {
		return found[0], nil
	}
	return aurinko.BookingProfile{}, err
}

func (r *Run) bookingProfiles(ctx context.Context, account aurinko.AccountID) (map[aurinko.BookingID]aurinko.BookingProfile, error) {
	all := map[aurinko.BookingID]aurinko.BookingProfile{}
	for profile, err := range r.Client.BookingPages(account).All(ctx) {
		if err != nil {
			return nil, err
		}
		all[profile.ID] = profile
	}
	return all, nil
}
