package aurinko

import (
	"bytes"
	"context"
	"encoding/json"
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

// ParseAccountID reads an id as users write it.
func ParseAccountID(s string) (AccountID, error) {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id <= 0 {
		return 0, fmt.Errorf("%q is not an account id: it is a positive whole number such as 12345", s)
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

// Kinds of account [D].
const (
	TypePersonal = "personal" // one person signed in
	TypeService  = "daemon"   // a service account: an admin- or organisation-level connection
	TypeManaged  = "managed"  // a mailbox reached through a service account, its parent
)

// Service types of the service accounts that the provider makes [D].
const (
	ServiceGoogle    = "Google"
	ServiceExchange  = "EWS"
	ServiceOffice365 = "Office365"
	ServiceZoho      = "Zoho"
)

// Account is an account as the API tells it (AccountOut [D]). Any field can be
// absent or null, and is zero then: an empty text means that nothing is known.
type Account struct {
	ID             AccountID  `json:"id"`
	ParentID       AccountID  `json:"parentId"`
	ServiceType    string     `json:"serviceType"`
	TokenStatus    string     `json:"tokenStatus"` // active, invalid or dead
	TokenError     string     `json:"tokenError"`
	Type           string     `json:"type"` // personal, daemon or managed
	Daemon         bool       `json:"daemon"`
	LoginString    string     `json:"loginString"`
	Email          string     `json:"email"`
	MailboxAddress string     `json:"mailboxAddress"`
	Name           string     `json:"name"`
	ServerURL      string     `json:"serverUrl"`
	ClientOrgID    string     `json:"clientOrgId"`
	AuthUserID     string     `json:"authUserId"`
	AuthOrgID      string     `json:"authOrgId"`
	Timezone       string     `json:"timezone"`
	UserID         string     `json:"userId"`
	AuthScopes     ScopeNames `json:"authScopes"` // nil when not told
	CopyToSent     *bool      `json:"copyToSent"`
	TrustServer    *bool      `json:"trustServer"`
	CreatedAt      string     `json:"createdAt"` // RFC 3339
}

// IsService reports whether this is a service account, as far as is told.
func (a Account) IsService() bool {
	return a.Daemon || a.Type == TypeService || a.Type == "" && a.ParentID == 0
}

// IsManaged reports whether this is a managed account, as far as is told.
func (a Account) IsManaged() bool {
	return a.Type == TypeManaged || a.Type == "" && !a.Daemon
}

// Created returns when the account was made, or false where that is not told
// in a form that can be read.
func (a Account) Created() (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700"} {
		if t, err := time.Parse(layout, a.CreatedAt); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

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

// AccountInput is what an upsert sends (AccountIn [D]). Empty fields are left
// out.
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
	Email         string   `json:"email,omitempty"`
	Name          string   `json:"name,omitempty"`
	ServerInfo    string   `json:"serverInfo,omitempty"`
	Timezone      string   `json:"timezone,omitempty"`
	CopyToSent    *bool    `json:"copyToSent,omitempty"`
	TrustServer   *bool    `json:"trustServer,omitempty"`

	// What is only written back as it was read.
	ServiceProvider string `json:"serviceProvider,omitempty"`
	Email2          string `json:"email2,omitempty"`
	AuthObtainedAt  string `json:"authObtainedAt,omitempty"`
	AuthExpiresAt   string `json:"authExpiresAt,omitempty"`
}

func (in AccountInput) secrets() []string { return []string{in.AuthString1, in.AuthString2} }

// account is the account itself, also of what has more than that.
func (a *Account) account() *Account { return a }

// getAccount reads one account by id [D]. For service accounts the call is
// inferred: use Client.ReadAccount.
func (c *Client) getAccount(ctx context.Context, id AccountID) (Account, error) {
	var account Account
	if _, err := c.do(ctx, accountRequest(id), &account); err != nil {
		return Account{}, err
	}
	account.ID = id
	c.clean(&account)
	return account, nil
}

func accountRequest(id AccountID) request {
	return request{
		method: http.MethodGet, route: "/am/accounts/{id}",
		path: []string{"am", "accounts", id.String()}, repeatable: true,
	}
}

// deleteAccount deletes an account [D].
func (c *Client) deleteAccount(ctx context.Context, id AccountID) error {
	_, err := c.do(ctx, request{
		method: http.MethodDelete, route: "/am/accounts/{id}",
		path: []string{"am", "accounts", id.String()}, repeatable: true,
	}, nil)
	return err
}

// accountsListing is the listing of the service accounts, or of the other
// accounts. Whether GET /am/accounts lists managed accounts and service
// accounts too is not documented.
func accountsListing(service bool) listed {
	if service {
		return listed{route: serviceAccountsRoute, path: []string{"am", "svc_accounts"}}
	}
	return listed{route: accountsListRoute, path: []string{"am", "accounts"}}
}

const (
	serviceAccountsRoute = "/am/svc_accounts"
	accountsListRoute    = "/am/accounts"
	connectRoute         = "/am/accounts/connect"
)

// Accounts lists the application's service accounts, or its other accounts
// [D].
func (c *Client) Accounts(ctx context.Context, service bool) iter.Seq2[Account, error] {
	return list[Account](ctx, c, accountsListing(service), pageLimit)
}

// CheckConnection asks Aurinko whether the mail service can be reached with
// what in holds; nothing is written [D]. It works for Office 365, Google and
// IMAP. Some servers answer "Ok", some "OK".
func (c *Client) CheckConnection(ctx context.Context, in AccountInput) error {
	in.Active = true
	var answered struct {
		Status string `json:"status"`
	}
	r := request{
		method: http.MethodPost, route: connectRoute,
		path: []string{"am", "accounts", "connect"},
		body: in, secrets: in.secrets(), repeatable: true,
	}
	if _, err := c.do(ctx, r, &answered); err != nil {
		return err
	}
	if !strings.EqualFold(answered.Status, "ok") {
		return &Error{
			Method: r.method, Route: r.route, Status: http.StatusOK,
			Err: &ConnectionError{Status: shown(answered.Status, slices.Concat(r.secrets, c.secrets), 100)},
		}
	}
	return nil
}

// ConnectionError says that Aurinko could not connect to the mail service.
type ConnectionError struct{ Status string } // without secrets

func (e *ConnectionError) Error() string {
	return fmt.Sprintf("the connection's status is %q", e.Status)
}

// saveResult is the answer to an upsert (AccountSaveResult [D]). The access
// token in it is dropped here; see tokenResult.
type saveResult struct {
	AccountID AccountID `json:"accountId"`
}

func (s *saveResult) account() AccountID { return s.AccountID }

// saved is what an upsert's answer is decoded into.
type saved interface{ account() AccountID }

// upsert creates the account that t means, or updates the one that matches on
// its recycle keys [D].
func (c *Client) upsert(ctx context.Context, t Target, out saved) (AccountID, answer, error) {
	in := t.Input
	in.Active = true
	keys := make([]string, 0, 3)
	for _, key := range t.recycleKeys() {
		keys = append(keys, string(key))
	}
	query := url.Values{"recycleKeys": {strings.Join(keys, ",")}} // one parameter, comma-separated [S]
	if t.EnsureAccess {
		query.Set("ensureAccess", "true")
	}
	if t.UserID != "" {
		query.Set("userId", t.UserID)
		query.Set("userAccount", t.UserAccount)
	}
	r := request{
		method: http.MethodPost, route: "/am/svc_accounts", path: []string{"am", "svc_accounts"},
		query: query, body: in, secrets: in.secrets(), repeatable: true,
	}
	if t.Parent != 0 {
		r.route = "/am/svc_accounts/{id}/accounts"
		r.path = []string{"am", "svc_accounts", t.Parent.String(), "accounts"}
	}
	a, err := c.do(ctx, r, out)
	if err == nil && out.account() == 0 {
		err = &Error{Method: r.method, Route: r.route, Status: http.StatusOK, Ambiguous: true, Err: errNoAccountID}
	}
	return out.account(), a, err
}
