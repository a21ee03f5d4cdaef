package simulator

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Subscription is a webhook of one account.
type Subscription struct {
	ID                int64     `json:"id,omitempty"`
	AccountID         int64     `json:"accountId"` // never answered
	Resource          string    `json:"resource"`  // such as /email/messages
	NotificationURL   string    `json:"notificationUrl"`
	Filters           []string  `json:"filters,omitempty"`
	Active            bool      `json:"active"`
	FailSince         time.Time `json:"failSince,omitzero"`
	FailDescription   string    `json:"failDescription,omitempty"`
	DisabledByBilling bool      `json:"disabledByBilling,omitempty"`
}

func (s Subscription) body() object {
	return object{
		"id":                s.ID,
		"resource":          s.Resource,
		"notificationUrl":   s.NotificationURL,
		"filters":           optionalList(s.Filters),
		"active":            s.Active,
		"failSince":         timestamp(s.FailSince),
		"failDescription":   optional(s.FailDescription),
		"disabledByBilling": s.DisabledByBilling,
	}
}

type subscriptionIn struct {
	Resource        string   `json:"resource"`
	NotificationURL string   `json:"notificationUrl"`
	Filters         []string `json:"filters"`

	// Not in the reference, but sent by Aurinko's own client; ignored [inferred].
	ID          *int64 `json:"id"`
	DetailLevel string `json:"detailLevel"`
}

var subscriptionFilters = []string{"withoutDrafts"}

func (in subscriptionIn) check() error {
	u, err := url.Parse(in.NotificationURL)
	switch {
	case in.Resource == "":
		return badRequest("resource is missing")
	case in.NotificationURL == "":
		return badRequest("notificationUrl is missing")
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return badRequest("notificationUrl is not an absolute URL")
	}
	for _, filter := range in.Filters {
		if !slices.Contains(subscriptionFilters, filter) {
			return badRequest("Unknown filter %q, must be one of %s", filter, strings.Join(subscriptionFilters, ", "))
		}
	}
	return nil
}

// listSubscriptions answers those of the account that the call is made on
// behalf of.
func (s *Server) listSubscriptions(c *call) (answer, error) {
	inactive, err := c.flag("includeInactive")
	if err != nil {
		return answer{}, err
	}
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	a, err := s.ownAccount(c)
	if err != nil {
		return answer{}, err
	}
	var found []Subscription
	for _, subscription := range s.store.subscriptions {
		if subscription.AccountID == a.ID && (subscription.Active || inactive) {
			found = append(found, subscription)
		}
	}
	return pageOf(c, found, Subscription.body)
}

// addSubscription creates a subscription, every time: nothing is documented of
// one that is there already.
func (s *Server) addSubscription(c *call) (answer, error) {
	in, err := decodeBody[subscriptionIn](c)
	if err == nil {
		err = in.check()
	}
	if err == nil {
		s.store.lock.RLock()
		_, err = s.ownAccount(c)
		s.store.lock.RUnlock()
	}
	if err == nil {
		err = challenge(c.request.Context(), c.quirks, in.NotificationURL)
	}
	if err != nil {
		return answer{}, err
	}
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	a, err := s.ownAccount(c) // looked at again, now that nobody can delete it in between
	if err != nil {
		return answer{}, err
	}
	added := Subscription{
		ID: s.store.takeID(), AccountID: a.ID, Resource: in.Resource, NotificationURL: in.NotificationURL, Filters: in.Filters, Active: true,
	}
	s.store.subscriptions = append(s.store.subscriptions, added)
	s.store.version++
	return c.created(true, added.body()), nil
}

// challenge asks an endpoint to repeat a token, as Aurinko does before it
// creates a subscription. Only endpoints on this machine are ever asked, and
// only where a quirk wants it.
func challenge(ctx context.Context, q Quirks, notificationURL string) error {
	const refusal = "The notification URL did not answer the validation request: it must answer 200 with the validationToken as its body"
	if q.ChallengeFails {
		return badRequest(refusal)
	}
	u, err := url.Parse(notificationURL)
	if err != nil || !q.ChallengeLoopback || !IsLoopback(u.Host) {
		return nil
	}
	token := rand.Text()
	query := u.Query()
	query.Set("validationToken", token)
	u.RawQuery = query.Encode()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), nil)
	if err != nil {
		return badRequest(refusal)
	}
	request.Header.Set("Content-Type", "text/plain")
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return badRequest(refusal)
	}
	defer response.Body.Close()
	said, err := io.ReadAll(io.LimitReader(response.Body, 1024))
	if err != nil || response.StatusCode != http.StatusOK || strings.TrimSpace(string(said)) != token {
		return badRequest(refusal)
	}
	return nil
}

// ownSubscription returns the position of the subscription in the path, which
// must be one of the account that the call is made on behalf of. The lock is
// held.
func (s *Server) ownSubscription(c *call) (int, error) {
	a, err := s.ownAccount(c)
	if err != nil {
		return 0, err
	}
	id, err := strconv.ParseInt(c.path["id"], 10, 64)
	if err != nil {
		return 0, badRequest("The subscription id in the path is not a number")
	}
	at := slices.IndexFunc(s.store.subscriptions, func(subscription Subscription) bool {
		return subscription.ID == id && subscription.AccountID == a.ID
	})
	if at < 0 {
		return 0, refuse(http.StatusNotFound, "Subscription %d not found", id)
	}
	return at, nil
}

func (s *Server) getSubscription(c *call) (answer, error) {
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	at, err := s.ownSubscription(c)
	if err != nil {
		return answer{}, err
	}
	return answer{http.StatusOK, s.store.subscriptions[at].body()}, nil
}

func (s *Server) deleteSubscription(c *call) (answer, error) {
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	at, err := s.ownSubscription(c)
	if err != nil {
		return answer{}, err
	}
	s.store.subscriptions = slices.Delete(s.store.subscriptions, at, at+1)
	s.store.version++
	return answer{status: http.StatusOK}, nil
}

// Subscriptions returns all subscriptions, sorted by id.
func (s *Server) Subscriptions() []Subscription {
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	return slices.Clone(s.store.subscriptions)
}

// UpdateSubscription calls change on a subscription, whose id stays, as
// Aurinko does when an endpoint fails. It reports whether the subscription is
// there. The function must not call the server.
func (s *Server) UpdateSubscription(id int64, change func(*Subscription)) bool {
	defer s.persistOrLog()
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	at := slices.IndexFunc(s.store.subscriptions, func(subscription Subscription) bool { return subscription.ID == id })
	if at < 0 {
		return false
	}
	changed := s.store.subscriptions[at]
	change(&changed)
	changed.ID = id
	s.store.subscriptions = slices.Clone(s.store.subscriptions) // readers may have the former
	s.store.subscriptions[at] = changed
	s.store.version++
	return true
}
