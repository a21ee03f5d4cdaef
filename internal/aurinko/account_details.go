package aurinko

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// AccountDetails is an account with all that the API tells of it (AccountOut
// [D]). Account alone is what a listing keeps of thousands.
type AccountDetails struct {
	Account
	ServiceProvider  string     `json:"serviceProvider"`
	Email2           string     `json:"email2"`
	Name2            string     `json:"name2"`
	ServerURL2       string     `json:"serverUrl2"`
	AuthNativeScopes ScopeNames `json:"authNativeScopes"` // the mail service's names; nil when not told
	TokenIssuedAt    string     `json:"tokenIssuedAt"`    // RFC 3339, as the following
	AuthObtainedAt   string     `json:"authObtainedAt"`
	AuthExpiresAt    string     `json:"authExpiresAt"`
	UpdatedAt        string     `json:"updatedAt"`
}

// FindAccount reads an account of any kind by its id. Where the call by id is
// refused, the account may be a service account, and is looked for in their
// listing. The error is a 404 (see IsNotFound) only when neither has it.
func (c *Client) FindAccount(ctx context.Context, id AccountID) (AccountDetails, error) {
	var account AccountDetails
	_, err := c.do(ctx, accountRequest(id), &account)
	if err == nil {
		account.ID = id
		c.clean(&account.Account)
		return account, nil
	}
	if !isRefusal(err) {
		return AccountDetails{}, err
	}
	for account, listErr := range list[AccountDetails](ctx, c, accountsListing(true), pageLimit) {
		if listErr != nil {
			return AccountDetails{}, listErr
		}
		if account.ID == id {
			return account, nil
		}
	}
	return AccountDetails{}, err
}

// PingableServiceTypes are the mail services that Aurinko can ask whether its
// access still works [D].
var PingableServiceTypes = []string{ServiceGoogle, "IMAP", "NetSuite", ServiceOffice365, "Salesforce"}

// UnpingableError says that Aurinko cannot ask a mail service whether its
// access still works; nothing was sent.
type UnpingableError struct{ ServiceType string }

func (e *UnpingableError) Error() string {
	return fmt.Sprintf("Aurinko cannot ping a mail service of type %s, only these: %s",
		e.ServiceType, strings.Join(PingableServiceTypes, ", "))
}

// PingAccount has Aurinko ask the mail service whether its access to an account
// that was found still works, and returns the account with the fresh state of
// its token [D]. A service type that cannot be pinged is found before anything
// is sent (*UnpingableError).
func (c *Client) PingAccount(ctx context.Context, account AccountDetails) (AccountDetails, error) {
	pingable := slices.ContainsFunc(PingableServiceTypes, func(name string) bool { return strings.EqualFold(name, account.ServiceType) })
	if account.ServiceType != "" && !pingable {
		return AccountDetails{}, &UnpingableError{ServiceType: account.ServiceType}
	}
	var pinged Account
	_, err := c.do(ctx, request{
		method: http.MethodGet, route: "/account", path: []string{"account"},
		query: url.Values{"pingProvider": {"true"}}, account: account.ID, repeatable: true,
	}, &pinged)
	if status, message, ok := tokenStatusOf(err); ok {
		account.TokenStatus, account.TokenError = status, message
		return account, nil
	}
	if err != nil {
		return AccountDetails{}, err
	}
	if pinged.ID != 0 && pinged.ID != account.ID {
		return AccountDetails{}, &Error{Method: http.MethodGet, Route: "/account", Status: http.StatusOK, Err: errOtherAccount}
	}
	c.clean(&pinged)
	account.TokenStatus, account.TokenError = pinged.TokenStatus, pinged.TokenError
	return account, nil
}

var errOtherAccount = errors.New("it is another account than the one asked for")

// AccountFilter says which accounts are wanted. An empty field lets all pass.
type AccountFilter struct {
	ClientOrgID string
	AuthOrgID   string // upper and lower case mean the same, here and below
	ServiceType string
	Email       string
}

// query is the part of the filter that the API takes [D].
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

// lets reports whether an account passes.
func (f AccountFilter) lets(account Account) bool {
	return (f.ClientOrgID == "" || account.ClientOrgID == f.ClientOrgID) &&
		(f.AuthOrgID == "" || strings.EqualFold(account.AuthOrgID, f.AuthOrgID)) &&
		(f.ServiceType == "" || strings.EqualFold(account.ServiceType, f.ServiceType)) &&
		(f.Email == "" || strings.EqualFold(account.Email, f.Email))
}

// FilteredAccounts lists those of the service accounts, or of the other
// accounts, that pass a filter, a page at a time. The server filters as far as
// it can, and everything is looked at here again, since a server may ignore a
// filter. Moving pages can bring an account twice.
func (c *Client) FilteredAccounts(ctx context.Context, service bool, filter AccountFilter) iter.Seq2[Account, error] {
	what := accountsListing(service)
	what.filter = filter.query()
	return func(yield func(Account, error) bool) {
		for account, err := range list[Account](ctx, c, what, pageLimit) {
			if (err != nil || filter.lets(account)) && !yield(account, err) {
				return
			}
		}
	}
}
