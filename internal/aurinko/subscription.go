package aurinko

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// SubscriptionID is the number of a subscription [D].
type SubscriptionID int64

func (id SubscriptionID) String() string { return strconv.FormatInt(int64(id), 10) }

// UnmarshalJSON reads a number, a number in quotes, or null.
func (id *SubscriptionID) UnmarshalJSON(data []byte) error {
	return (*AccountID)(id).UnmarshalJSON(data)
}

// SubscriptionKey names a subscription. Calls about one are made on behalf of its
// account, which the API does not return.
type SubscriptionKey struct {
	Account AccountID
	ID      SubscriptionID
}

// String returns the two numbers, as in "12346/678".
func (k SubscriptionKey) String() string { return k.Account.String() + "/" + k.ID.String() }

// ParseSubscriptionKey reads what String returns. The error does not repeat the text.
func ParseSubscriptionKey(s string) (SubscriptionKey, error) {
	account, subscription, _ := strings.Cut(s, "/")
	accountID, err := ParseAccountID(account)
	id, idErr := ParseAccountID(subscription)
	if err != nil || idErr != nil {
		return SubscriptionKey{}, errors.New("it is not an account ID and a subscription ID, such as 12346/678")
	}
	return SubscriptionKey{Account: accountID, ID: SubscriptionID(id)}, nil
}

// Subscription is a webhook of one account, as the API returns it [D]. Any field can
// be absent.
type Subscription struct {
	Account           AccountID      `json:"-"` // on behalf of which it was read
	ID                SubscriptionID `json:"id"`
	Resource          string         `json:"resource"` // such as /email/messages
	NotificationURL   string         `json:"notificationUrl"`
	Filters           []string       `json:"filters"`
	Active            *bool          `json:"active"`
	FailSince         string         `json:"failSince"` // RFC 3339
	FailDescription   string         `json:"failDescription"`
	DisabledByBilling *bool          `json:"disabledByBilling"`
}

// Key returns the subscription's name.
func (s Subscription) Key() SubscriptionKey { return SubscriptionKey{Account: s.Account, ID: s.ID} }

// IsDead reports whether Aurinko no longer notifies the endpoint because it failed.
func (s Subscription) IsDead() bool { return s.Active != nil && !*s.Active && !s.IsUnpaid() }

// IsUnpaid reports whether Aurinko's billing disabled the subscription.
func (s Subscription) IsUnpaid() bool { return s.DisabledByBilling != nil && *s.DisabledByBilling }

// SubscriptionFilters are the filters of a subscription [D].
var SubscriptionFilters = []string{"withoutDrafts"}

// SubscriptionInput is what a create sends [D]. A subscription cannot be changed.
type SubscriptionInput struct {
	Resource        string   `json:"resource"`
	NotificationURL string   `json:"notificationUrl"`
	Filters         []string `json:"filters,omitempty"` // sorted
}

// Equals reports whether a subscription notifies the same endpoint of the same.
func (in SubscriptionInput) Equals(s Subscription) bool {
	return in.Resource == s.Resource && in.NotificationURL == s.NotificationURL &&
		slices.Equal(in.Filters, slices.Sorted(slices.Values(s.Filters)))
}

// SubscriptionPages walks GET /subscriptions [D], the inactive ones among them.
func (c *Client) SubscriptionPages(account AccountID) *Pager[Subscription] {
	p := newPager(c, func(s Subscription) string { return s.ID.String() }, pageLimit, "subscriptions")
	p.account = account
	p.filter = url.Values{"includeInactive": {"true"}}
	p.each = func(s *Subscription) { c.complete(s, account) }
	return p
}

// complete sets the account, and masks what the client has sent as a secret: an
// endpoint may repeat it.
func (c *Client) complete(s *Subscription, account AccountID) {
	s.Account = account
	if s.FailDescription != "" {
		s.FailDescription = c.redactor.line(s.FailDescription, 1000)
	}
}

// GetSubscription reads one subscription [D]. IsGone holds for the error of one that
// is not there.
func (c *Client) GetSubscription(ctx context.Context, key SubscriptionKey) (Subscription, error) {
	var subscription Subscription
	if err := c.do(ctx, key.request(http.MethodGet), &subscription); err != nil {
		return Subscription{}, err
	}
	subscription.ID = key.ID
	c.complete(&subscription, key.Account)
	return subscription, nil
}

// CreateSubscription creates a subscription, every time it is called [D]. Before
// that, Aurinko sends the endpoint a challenge, and answers 400 if it fails.
func (c *Client) CreateSubscription(ctx context.Context, account AccountID, in SubscriptionInput) (Subscription, error) {
	r := request{
		method: http.MethodPost, route: "/subscriptions", path: []string{"subscriptions"}, account: account, body: in,
	}
	var subscription Subscription
	err := c.do(ctx, r, &subscription)
	if err == nil && subscription.ID == 0 {
		err = &Error{Method: r.method, Route: r.route, Status: http.StatusOK, Ambiguous: true, Err: errNoSubscriptionID}
	}
	c.complete(&subscription, account)
	return subscription, err
}

var errNoSubscriptionID = errors.New("the answer holds no subscription ID")

// DeleteSubscription deletes a subscription [D]. IsGone holds for the error of one
// that is not there.
func (c *Client) DeleteSubscription(ctx context.Context, key SubscriptionKey) error {
	return c.do(ctx, key.request(http.MethodDelete), nil)
}

func (k SubscriptionKey) request(method string) request {
	return request{
		method: method, route: "/subscriptions/{id}", path: []string{"subscriptions", k.ID.String()},
		account: k.Account, repeatable: true, names: true,
	}
}
