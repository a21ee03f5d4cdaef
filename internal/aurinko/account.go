package aurinko

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// AccountID is the number of an account [D]. Numbers above 2^53 occur, so it
// never goes through a float; a number in quotes is read as well.
type AccountID int64

// ParseAccountID reads an account ID: digits alone, without a leading zero. The
// error does not repeat the text, which may be a secret in the wrong place.
func ParseAccountID(s string) (AccountID, error) {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id <= 0 || strconv.FormatInt(id, 10) != s {
		return 0, errors.New("it is not an account ID, which is a positive whole number such as 12345")
	}
	return AccountID(id), nil
}

func (id AccountID) String() string { return strconv.FormatInt(int64(id), 10) }

// UnmarshalJSON reads a number, a number in quotes, or null.
func (id *AccountID) UnmarshalJSON(data []byte) error {
	s := strings.Trim(string(data), `"`)
	if s == "null" || s == "" {
		*id = 0
		return nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	*id = AccountID(n)
	return err
}

// AccountType is the kind of an account [D].
type AccountType string

// The types of accounts.
const (
	TypePersonal AccountType = "personal" // one person signed in, or a mailbox with a password of its own
	TypeService  AccountType = "daemon"   // a service account: an admin- or organization-level connection
	TypeManaged  AccountType = "managed"  // a mailbox reached through a service account, its parent
)

// Service types of the accounts that the provider makes [D].
const (
	ServiceGoogle    = "Google"
	ServiceExchange  = "EWS"
	ServiceOffice365 = "Office365"
	ServiceZoho      = "Zoho"
	ServiceIMAP      = "IMAP"
)

// Account is an account as the API returns it (AccountOut [D]). Any field can be
// absent or null, and is zero then.
type Account struct {
	ID               AccountID   `json:"id"`
	ParentID         AccountID   `json:"parentId"`
	ServiceType      string      `json:"serviceType"`
	ServiceProvider  string      `json:"serviceProvider"`
	TokenStatus      string      `json:"tokenStatus"` // active, invalid or dead
	TokenError       string      `json:"tokenError"`
	Type             AccountType `json:"type"`
	Daemon           bool        `json:"daemon"`
	LoginString      string      `json:"loginString"`
	Email            string      `json:"email"`
	Email2           string      `json:"email2"`
	MailboxAddress   string      `json:"mailboxAddress"`
	Name             string      `json:"name"`
	Name2            string      `json:"name2"`
	ServerURL        string      `json:"serverUrl"`
	ServerURL2       string      `json:"serverUrl2"`
	ClientOrgID      string      `json:"clientOrgId"`
	AuthUserID       string      `json:"authUserId"`
	AuthOrgID        string      `json:"authOrgId"`
	Timezone         string      `json:"timezone"`
	UserID           string      `json:"userId"`
	AuthScopes       ScopeNames  `json:"authScopes"`       // nil when absent
	AuthNativeScopes ScopeNames  `json:"authNativeScopes"` // the mail service's names; nil when absent
	CopyToSent       *bool       `json:"copyToSent"`
	TrustServer      *bool       `json:"trustServer"`
	TokenIssuedAt    string      `json:"tokenIssuedAt"` // RFC 3339, as the following
	AuthObtainedAt   string      `json:"authObtainedAt"`
	AuthExpiresAt    string      `json:"authExpiresAt"`
	CreatedAt        string      `json:"createdAt"`
	UpdatedAt        string      `json:"updatedAt"`
}

// Kind returns the type of an account, also where it only shows in other
// fields; empty when it is unclear.
func (a Account) Kind() AccountType {
	switch {
	case a.Type != "":
		return a.Type
	case a.Daemon:
		return TypeService
	case a.ParentID != 0:
		return TypeManaged
	}
	return ""
}

// May reports whether the account can be of a kind, as far as the API returns
// it.
func (a Account) May(be AccountType) bool { return a.Kind() == be || a.Kind() == "" }

// parseTime reads a date-time of the API, or reports false.
func parseTime(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// Created returns when the account was created, or false when the API does not
// return it in a readable form.
func (a Account) Created() (time.Time, bool) { return parseTime(a.CreatedAt) }

// ScopeNames is a list of scopes as a server writes it: a list of names, or
// one text with the names separated by spaces or commas.
type ScopeNames []string

// UnmarshalJSON keeps null as nil and an empty list as empty.
func (s *ScopeNames) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	if len(data) > 0 && data[0] == '"' {
		var joined string
		if err := json.Unmarshal(data, &joined); err != nil {
			return err
		}
		*s = strings.FieldsFunc(joined, func(r rune) bool { return r == ' ' || r == ',' })
		return nil
	}
	return json.Unmarshal(data, (*[]string)(s))
}

// AccountInput is what an upsert sends (AccountIn [D]). Empty fields are
// omitted.
type AccountInput struct {
	Active        bool     `json:"active"` // always true [D]
	ServiceType   string   `json:"serviceType"`
	AuthScopes    []string `json:"authScopes,omitempty"` // the API's names
	AuthOrgID     string   `json:"authOrgId,omitempty"`
	AuthUserID    string   `json:"authUserId,omitempty"`
	ClientOrgID   string   `json:"clientOrgId,omitempty"`
	ServerURL     string   `json:"serverUrl,omitempty"`
	LoginString   string   `json:"loginString,omitempty"`
	OAuthClientID string   `json:"oauthClientId,omitempty"`
	AuthString1   string   `json:"authString1,omitempty"` // secret
	AuthString2   string   `json:"authString2,omitempty"` // secret
	Password      string   `json:"password,omitempty"`    // secret; IMAP only
	Email         string   `json:"email,omitempty"`
	Name          string   `json:"name,omitempty"`
	ServerInfo    string   `json:"serverInfo,omitempty"`
	Timezone      string   `json:"timezone,omitempty"`
	CopyToSent    *bool    `json:"copyToSent,omitempty"`
	TrustServer   *bool    `json:"trustServer,omitempty"`

	// Fields that are only written back as they were read.
	ServiceProvider string `json:"serviceProvider,omitempty"`
	Email2          string `json:"email2,omitempty"`
	AuthObtainedAt  string `json:"authObtainedAt,omitempty"`
	AuthExpiresAt   string `json:"authExpiresAt,omitempty"`
}

func (in AccountInput) secrets() []string {
	return []string{in.AuthString1, in.AuthString2, in.Password}
}

// GetAccount reads one account by its ID [D]; for a service account the call is
// inferred, see IsUnservedGet. IsGone holds for the error of one that is not
// there.
func (c *Client) GetAccount(ctx context.Context, id AccountID) (Account, error) {
	var account Account
	r := request{
		method: http.MethodGet, route: "/am/accounts/{id}",
		path: []string{"am", "accounts", id.String()}, repeatable: true, names: true,
	}
	if err := c.do(ctx, r, &account); err != nil {
		return Account{}, err
	}
	account.ID = id
	c.redactTokenError(&account)
	return account, nil
}

// redactTokenError masks what the client has sent as a secret in an account's
// last error: a mail service may repeat it there.
func (c *Client) redactTokenError(a *Account) {
	if a.TokenError != "" {
		a.TokenError = c.redactor.line(a.TokenError, 1000)
	}
}

// DeleteAccount deletes an account [D]; for a service account the call is
// inferred. IsGone holds for the error of one that is not there.
func (c *Client) DeleteAccount(ctx context.Context, id AccountID) error {
	return c.do(ctx, request{
		method: http.MethodDelete, route: "/am/accounts/{id}",
		path: []string{"am", "accounts", id.String()}, repeatable: true, names: true,
	}, nil)
}

// AccountPages walks GET /am/accounts [D]. Whether it lists managed accounts and
// service accounts too is not documented.
func (c *Client) AccountPages() *Pager[Account] { return c.accountPages("accounts") }

// ServiceAccountPages walks GET /am/svc_accounts [D].
func (c *Client) ServiceAccountPages() *Pager[Account] { return c.accountPages("svc_accounts") }

func (c *Client) accountPages(collection string) *Pager[Account] {
	p := newPager(c, func(a Account) string { return a.ID.String() }, pageLimit, "am", collection)
	p.each = c.redactTokenError
	return p
}

// AccountFilter selects accounts. An empty field selects all.
type AccountFilter struct {
	ClientOrgID string
	AuthOrgID   string // case-insensitive, as the following
	ServiceType string
	Email       string // the API has no parameter for it
}

// query returns the part of the filter that the API supports [D].
func (f AccountFilter) query() url.Values {
	query := url.Values{}
	for name, value := range map[string]string{
		"clientOrgId": f.ClientOrgID, "authOrgId": f.AuthOrgID, "serviceType": f.ServiceType,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return query
}

func (f AccountFilter) matches(account Account) bool {
	return (f.ClientOrgID == "" || account.ClientOrgID == f.ClientOrgID) &&
		(f.AuthOrgID == "" || strings.EqualFold(account.AuthOrgID, f.AuthOrgID)) &&
		(f.ServiceType == "" || strings.EqualFold(account.ServiceType, f.ServiceType)) &&
		(f.Email == "" || strings.EqualFold(account.Email, f.Email))
}

// ListAccounts lists the accounts of GET /am/accounts that match a filter, each
// once. The sequence can be ranged over once.
func (c *Client) ListAccounts(ctx context.Context, filter AccountFilter) iter.Seq2[Account, error] {
	return list(ctx, c.AccountPages(), filter)
}

// ListServiceAccounts lists the service accounts that match a filter, each once.
// The sequence can be ranged over once.
func (c *Client) ListServiceAccounts(ctx context.Context, filter AccountFilter) iter.Seq2[Account, error] {
	return list(ctx, c.ServiceAccountPages(), filter)
}

// list filters again what the server has filtered, since it may ignore a filter.
func list(ctx context.Context, pages *Pager[Account], filter AccountFilter) iter.Seq2[Account, error] {
	pages.filter = filter.query()
	return func(yield func(Account, error) bool) {
		seen := map[AccountID]bool{} // records that move can come twice
		for account, err := range pages.All(ctx) {
			if err == nil && (seen[account.ID] || !filter.matches(account)) {
				continue
			}
			seen[account.ID] = true
			if !yield(account, err) {
				return
			}
		}
	}
}

// CheckConnection asks Aurinko whether the mail service can be reached with
// what in holds; nothing is written [D]. It works for Office 365, Google and
// IMAP. Some servers answer "Ok", some "OK".
func (c *Client) CheckConnection(ctx context.Context, in AccountInput) error {
	in.Active = true
	var answer struct {
		Status string `json:"status"`
	}
	r := request{
		method: http.MethodPost, route: "/am/accounts/connect",
		path: []string{"am", "accounts", "connect"},
		body: in, secrets: in.secrets(), repeatable: true,
	}
	if err := c.do(ctx, r, &answer); err != nil {
		return err
	}
	if !strings.EqualFold(answer.Status, "ok") {
		return &Error{
			Method: r.method, Route: r.route, Status: http.StatusOK,
			Err: &ConnectionError{Status: c.redactor.line(answer.Status, 100)},
		}
	}
	return nil
}

// ConnectionError reports that Aurinko could not connect to the mail service.
type ConnectionError struct{ Status string } // without secrets

func (e *ConnectionError) Error() string {
	return fmt.Sprintf("the connection's status is %q", e.Status)
}

// SavedAccount is the answer to an upsert (AccountSaveResult [D]). Callers drop
// the access token unless it is what they asked for.
type SavedAccount struct {
	AccountID   AccountID `json:"accountId"`
	AccessToken string    `json:"accessToken"` // secret; may be absent
}

// SaveServiceAccount creates a service account, or updates the one that matches
// on all keys [D].
func (c *Client) SaveServiceAccount(ctx context.Context, in AccountInput, keys []RecycleKey) (SavedAccount, error) {
	return c.save(ctx, request{
		route: "/am/svc_accounts", path: []string{"am", "svc_accounts"},
	}, in, keys, SaveOptions{})
}

// SaveOptions are the parameters of an upsert beside its keys [D].
type SaveOptions struct {
	EnsureAccess        bool   // Aurinko checks its access to the mailbox
	UserID, UserAccount string // together, or both empty
}

// EnsurableServiceTypes are the mail services for whose managed accounts Aurinko
// checks its access [D]. IMAP is a third, for personal accounts.
var EnsurableServiceTypes = []string{ServiceGoogle, ServiceOffice365}

// IsEnsurable reports whether Aurinko checks its access to the mailboxes of a mail
// service.
func IsEnsurable(serviceType string) bool {
	return slices.ContainsFunc(EnsurableServiceTypes, func(name string) bool { return strings.EqualFold(name, serviceType) })
}

// SaveManagedAccount creates a managed account under a service account, or
// updates the one that matches on all keys [D].
func (c *Client) SaveManagedAccount(ctx context.Context, parent AccountID, in AccountInput, keys []RecycleKey, options SaveOptions) (SavedAccount, error) {
	return c.save(ctx, request{
		route: "/am/svc_accounts/{id}/accounts", path: []string{"am", "svc_accounts", parent.String(), "accounts"},
	}, in, keys, options)
}

// SavePersonalAccount creates an account with a password of its own, or updates the
// personal account that matches on all keys [D].
func (c *Client) SavePersonalAccount(ctx context.Context, in AccountInput, keys []RecycleKey, options SaveOptions) (SavedAccount, error) {
	return c.save(ctx, request{route: "/am/accounts", path: []string{"am", "accounts"}}, in, keys, options)
}

func (c *Client) save(ctx context.Context, r request, in AccountInput, keys []RecycleKey, options SaveOptions) (SavedAccount, error) {
	in.Active = true
	names := make([]string, len(keys))
	for i, key := range keys {
		names[i] = string(key)
	}
	r.query = url.Values{"recycleKeys": {strings.Join(names, ",")}} // one parameter, comma-separated [S]
	if options.EnsureAccess {
		r.query.Set("ensureAccess", "true")
	}
	if options.UserID != "" {
		r.query.Set("userId", options.UserID)
		r.query.Set("userAccount", options.UserAccount)
	}
	r.method, r.body, r.secrets = http.MethodPost, in, in.secrets()
	r.repeatable = true // it recycles
	return c.saved(ctx, r)
}

// saved sends a request whose answer names an account.
func (c *Client) saved(ctx context.Context, r request) (SavedAccount, error) {
	var saved SavedAccount
	err := c.do(ctx, r, &saved)
	if err == nil && saved.AccountID == 0 {
		err = &Error{Method: r.method, Route: r.route, Status: http.StatusOK, Ambiguous: true, Err: errNoAccountID}
	}
	return saved, err
}

var errNoAccountID = errors.New("the answer holds no account ID")

// PingableServiceTypes are the mail services that Aurinko can ask whether its
// access still works [D].
var PingableServiceTypes = []string{ServiceGoogle, ServiceIMAP, "NetSuite", ServiceOffice365, "Salesforce"}

// IsPingable reports whether Aurinko can ask a mail service whether its access
// still works.
func IsPingable(serviceType string) bool {
	return slices.ContainsFunc(PingableServiceTypes, func(name string) bool { return strings.EqualFold(name, serviceType) })
}

// PingAccount has Aurinko ask the mail service whether its access to an account
// still works, and returns the account with the token's present state [D].
func (c *Client) PingAccount(ctx context.Context, account Account) (Account, error) {
	var pinged Account
	err := c.do(ctx, request{
		method: http.MethodGet, route: "/account", path: []string{"account"},
		query: url.Values{"pingProvider": {"true"}}, account: account.ID, repeatable: true,
	}, &pinged)
	if status, message, ok := tokenStatusOf(err); ok {
		account.TokenStatus, account.TokenError = status, message
		return account, nil
	}
	if err != nil {
		return Account{}, err
	}
	if pinged.ID != 0 && pinged.ID != account.ID {
		return Account{}, &Error{Method: http.MethodGet, Route: "/account", Status: http.StatusOK, Err: errOtherAccount}
	}
	c.redactTokenError(&pinged)
	account.TokenStatus, account.TokenError = pinged.TokenStatus, pinged.TokenError
	return account, nil
}

var errOtherAccount = errors.New("it is another account than the one asked for")

// RevokeToken revokes an account's token, and the authorization at the mail
// service behind it [D].
func (c *Client) RevokeToken(ctx context.Context, id AccountID) error {
	err := c.do(ctx, request{
		method: http.MethodDelete, route: "/account/token", path: []string{"account", "token"},
		account: id, repeatable: true, names: true,
	}, nil)
	if status, _, ok := tokenStatusOf(err); ok && status == "dead" {
		return nil // as it is to be
	}
	return err
}
