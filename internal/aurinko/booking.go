package aurinko

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// BookingID is the number of a booking profile [D].
type BookingID int64

func (id BookingID) String() string { return strconv.FormatInt(int64(id), 10) }

// UnmarshalJSON reads a number, a number in quotes, or null.
func (id *BookingID) UnmarshalJSON(data []byte) error { return (*AccountID)(id).UnmarshalJSON(data) }

// BookingKey names a booking profile: one of the application, which is for a group
// of accounts, or one of an account. Calls about the latter are made on behalf of the
// account, which the API does not return.
type BookingKey struct {
	Account AccountID // 0: a group profile
	ID      BookingID
}

// String returns the number of a group profile, and both numbers of an account's, as
// in "12346/678".
func (k BookingKey) String() string {
	if k.Account == 0 {
		return k.ID.String()
	}
	return k.Account.String() + "/" + k.ID.String()
}

// ParseBookingKey reads what String returns. The error does not repeat the text.
func ParseBookingKey(s string) (BookingKey, error) {
	account, profile, both := strings.Cut(s, "/")
	if !both {
		account, profile = "", s
	}
	id, err := ParseAccountID(profile)
	key := BookingKey{ID: BookingID(id)}
	if both && err == nil {
		key.Account, err = ParseAccountID(account)
	}
	if err != nil {
		return BookingKey{}, errors.New("it is neither a number, such as 678, nor two, such as 12346/678")
	}
	return key, nil
}

// BookingProfile is a page on which people book appointments [D]. Any field can be
// absent.
type BookingProfile struct {
	Account AccountID `json:"-"` // on behalf of which it was read; 0: a group profile
	ID      BookingID `json:"id,omitempty"`

	Name                  string                 `json:"name,omitempty"` // part of the public link
	Subject               string                 `json:"subject,omitempty"`
	Description           string                 `json:"description,omitempty"`
	Location              string                 `json:"location,omitempty"`
	Context               string                 `json:"context,omitempty"`
	OpenMeetingURL        string                 `json:"openMeetingUrl,omitempty"`
	ClientOrgID           string                 `json:"clientOrgId,omitempty"` // of a group profile
	DurationMinutes       *int64                 `json:"durationMinutes,omitempty"`
	BufferBetweenMinutes  *int64                 `json:"bufferBetweenMinutes,omitempty"`
	AvailabilityStep      *int64                 `json:"availabilityStep,omitempty"`  // one of AvailabilitySteps
	StartAfterMinutes     *int64                 `json:"startAfterMinutes,omitempty"` // Aurinko's default is 60
	TimeAvailableFor      string                 `json:"timeAvailableFor,omitempty"`  // ISO 8601 period, such as P4W
	StartTime             string                 `json:"startTime,omitempty"`         // RFC 3339
	EndTime               string                 `json:"endTime,omitempty"`           // RFC 3339
	StartConference       *bool                  `json:"startConference,omitempty"`
	WorkHours             *WorkHours             `json:"workHours,omitempty"`
	AvailabilityIntervals *AvailabilityIntervals `json:"availabilityIntervals,omitempty"`
}

// AvailabilitySteps are the steps of minutes in which appointments begin, and
// Weekdays the days of work hours [D].
var (
	AvailabilitySteps = []int64{5, 10, 15, 20, 30, 60}
	Weekdays          = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
)

// WorkHours are the hours of the week at which appointments begin [D].
type WorkHours struct {
	Timezone     string        `json:"timezone,omitempty"` // IANA name
	DaySchedules []DaySchedule `json:"daySchedules,omitempty"`
}

// DaySchedule is one day of WorkHours.
type DaySchedule struct {
	DayOfWeek        string  `json:"dayOfWeek"` // one of Weekdays
	WorkingIntervals []Hours `json:"workingIntervals"`
}

// Hours are a part of a day, as HH:MM:SS.
type Hours struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

// AvailabilityIntervals are the dates on which appointments can be booked [D].
type AvailabilityIntervals struct {
	Intervals []AvailabilityInterval `json:"intervals"`
}

// AvailabilityInterval is one of AvailabilityIntervals. Dates are as in 2026-01-31.
type AvailabilityInterval struct {
	Start string  `json:"dateStartInclusive"`
	End   string  `json:"dateEndInclusive"`
	Hours []Hours `json:"hours,omitempty"`
}

// BookingGroup is a group of accounts that a group profile has [D].
type BookingGroup struct {
	ExtID      string      `json:"extId"`
	AccountIDs []AccountID `json:"accountIds"`
	Required   string      `json:"required,omitempty"` // how many must be free: one or all
}

// Key returns the profile's name.
func (p BookingProfile) Key() BookingKey { return BookingKey{Account: p.Account, ID: p.ID} }

// changes returns what a PATCH sends to make another profile of one.
func (p BookingProfile) changes(to BookingProfile) (map[string]json.RawMessage, error) {
	before, err := fieldsOf(p)
	after, afterErr := fieldsOf(to)
	changed := map[string]json.RawMessage{}
	for name, value := range after {
		if !bytes.Equal(before[name], value) {
			changed[name] = value
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			changed[name] = clearedField
		}
	}
	return changed, errors.Join(err, afterErr)
}

func fieldsOf(p BookingProfile) (fields map[string]json.RawMessage, err error) {
	p.ID = 0
	text, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	return fields, json.Unmarshal(text, &fields)
}

// BookingPages walks the profiles of an account, or the group profiles where it is 0
// [D].
func (c *Client) BookingPages(account AccountID) *Pager[BookingProfile] {
	path := (BookingKey{Account: account}).path()
	p := newPager(c, func(p BookingProfile) string { return p.ID.String() }, pageLimit, path[:3]...)
	p.account = account
	p.each = func(p *BookingProfile) { p.Account = account }
	return p
}

// GetBookingProfile reads one profile [D]. IsGone holds for the error of one that is
// not there.
func (c *Client) GetBookingProfile(ctx context.Context, key BookingKey) (BookingProfile, error) {
	var profile BookingProfile
	if err := c.do(ctx, key.request(http.MethodGet), &profile); err != nil {
		return BookingProfile{}, err
	}
	profile.Account, profile.ID = key.Account, key.ID
	return profile, nil
}

// CreateBookingProfile creates a profile of an account, or a group profile where it
// is 0, every time it is called [D].
func (c *Client) CreateBookingProfile(ctx context.Context, account AccountID, in BookingProfile) (BookingProfile, error) {
	path := (BookingKey{Account: account}).path()[:3]
	r := request{method: http.MethodPost, route: "/" + strings.Join(path, "/"), path: path, account: account, body: in}
	var created BookingProfile
	err := c.do(ctx, r, &created)
	if err == nil && created.ID == 0 {
		err = &Error{Method: r.method, Route: r.route, Status: http.StatusOK, Ambiguous: true, Err: errNoBookingID}
	}
	created.Account = account
	return created, err
}

var errNoBookingID = errors.New("the answer holds no ID of a booking profile")

// UpdateBookingProfile sends the fields in which two profiles differ [D]. It sends
// nothing if there are none.
func (c *Client) UpdateBookingProfile(ctx context.Context, key BookingKey, from, to BookingProfile) error {
	changed, err := from.changes(to)
	if err != nil || len(changed) == 0 {
		return err
	}
	r := key.request(http.MethodPatch)
	r.body = changed
	return c.do(ctx, r, nil)
}

// DeleteBookingProfile deletes a profile [D]. IsGone holds for the error of one that
// is not there.
func (c *Client) DeleteBookingProfile(ctx context.Context, key BookingKey) error {
	return c.do(ctx, key.request(http.MethodDelete), nil)
}

type bookingAccounts struct {
	AccountIDs []AccountID `json:"accountIds"`
}

type bookingGroups struct {
	Groups []BookingGroup `json:"groups"`
}

// BookingAccounts returns the accounts that a group profile has. A record of the
// listing is a list of accounts itself [D].
func (c *Client) BookingAccounts(ctx context.Context, key BookingKey) ([]AccountID, error) {
	var all []AccountID
	for record, err := range membersOf(c, key, "attachAccounts", func(r bookingAccounts) string { return fmt.Sprint(r.AccountIDs) }).All(ctx) {
		if err != nil {
			return nil, err
		}
		all = append(all, record.AccountIDs...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// BookingGroups returns the groups that a group profile has [D].
func (c *Client) BookingGroups(ctx context.Context, key BookingKey) ([]BookingGroup, error) {
	var all []BookingGroup
	for group, err := range membersOf(c, key, "attachGroups", func(g BookingGroup) string { return g.ExtID }).All(ctx) {
		if err != nil {
			return nil, err
		}
		all = append(all, group)
	}
	return all, nil
}

func membersOf[T any](c *Client, key BookingKey, call string, name func(T) string) *Pager[T] {
	p := newPager(c, name, pageLimit, append(key.path(), call)...)
	p.route = key.route() + "/" + call
	return p
}

// AttachBookingAccounts adds accounts to a group profile [D].
func (c *Client) AttachBookingAccounts(ctx context.Context, key BookingKey, ids []AccountID) error {
	return c.do(ctx, key.members("attachAccounts", bookingAccounts{ids}), nil)
}

// DetachBookingAccounts removes accounts from a group profile [D].
func (c *Client) DetachBookingAccounts(ctx context.Context, key BookingKey, ids []AccountID) error {
	return c.do(ctx, key.members("detachAccounts", bookingAccounts{ids}), nil)
}

// AttachBookingGroups adds groups to a group profile [D].
func (c *Client) AttachBookingGroups(ctx context.Context, key BookingKey, groups []BookingGroup) error {
	return c.do(ctx, key.members("attachGroups", bookingGroups{groups}), nil)
}

// DetachBookingGroups removes accounts from groups of a group profile [D].
func (c *Client) DetachBookingGroups(ctx context.Context, key BookingKey, groups []BookingGroup) error {
	return c.do(ctx, key.members("detachGroups", bookingGroups{groups}), nil)
}

func (k BookingKey) path() []string {
	of := "account"
	if k.Account == 0 {
		of = "group"
	}
	return []string{"book", of, "profiles", k.ID.String()}
}

func (k BookingKey) route() string { return "/" + strings.Join(k.path()[:3], "/") + "/{id}" }

func (k BookingKey) request(method string) request {
	return request{method: method, route: k.route(), path: k.path(), account: k.Account, repeatable: true, names: true}
}

func (k BookingKey) members(call string, body any) request {
	return request{
		method: http.MethodPost, route: k.route() + "/" + call, path: append(k.path(), call), body: body, repeatable: isRepeatable(call),
	}
}
