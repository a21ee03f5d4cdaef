package aurinko

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
)

// A Flow is one of the two ways of giving consent in a browser [D].
type Flow string

// The flows, by what comes of them.
const (
	FlowDaemon  Flow = "daemon"  // a service account, by an administrator
	FlowAccount Flow = "account" // a personal account, by its owner
)

// ServiceTypes returns the service types of a flow.
func (f Flow) ServiceTypes() []string {
	if f == FlowAccount {
		return slices.Clone(accountServiceTypes)
	}
	return slices.Clone(daemonServiceTypes)
}

// Authorization holds the parameters of an authorization URL [D]. Empty fields
// are omitted.
type Authorization struct {
	Flow         Flow
	ClientID     string // of the Aurinko application
	ServiceType  string
	Scopes       []string // by either of their names
	NativeScopes []string // the mail service's own
	ResponseType string   // code, which is Aurinko's default, or token
	AccountID    AccountID
	ReturnURL    string // registered in the application's settings
	State        string
	ClientOrgID  string
	EnsureScopes *bool

	// For the account flow only.
	LoginHint    string
	ServerURL    string
	EnsureAccess *bool
	Recycle      *bool
	AuthEmail    string
}

// url returns where to send the browser.
func (a Authorization) url(base *url.URL) string {
	query := url.Values{}
	for name, value := range map[string]string{
		"clientId": a.ClientID, "serviceType": a.ServiceType,
		"scopes": strings.Join(CanonicalScopes(a.Scopes), " "), "nativeScopes": strings.Join(sorted(a.NativeScopes), " "),
		"responseType": a.ResponseType, "returnUrl": a.ReturnURL, "state": a.State, "clientOrgId": a.ClientOrgID,
		"loginHint": a.LoginHint, "serverUrl": a.ServerURL, "authEmail": a.AuthEmail,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if a.AccountID != 0 {
		query.Set("accountId", a.AccountID.String())
	}
	a.setFlags(query)

	page := "authorizeDaemon"
	if a.Flow == FlowAccount {
		page = "authorize"
	}
	target := base.JoinPath("v1", "auth", page)
	// Both forms of a space are right in a query, but not everything between
	// here and Aurinko may know the plus sign. A real one is %2B by now.
	target.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20")
	return target.String()
}

func sorted(names []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(names)))
}

// AuthorizationURL returns where to send the browser for an account of the
// client's own application. It sends nothing, so only the settings that are part
// of the URL must be known (*UnknownConfigError).
func (c *Client) AuthorizationURL(a Authorization) (string, error) {
	var unknown []string
	for _, name := range []string{"client_id", "base_url"} {
		if slices.Contains(c.config.Unknown, name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		return "", &UnknownConfigError{Names: unknown}
	}
	a.ClientID = c.config.ClientID
	return a.url(c.base), nil
}

// ExchangeCode exchanges the code of a consent for the account that it stands
// for [D].
//
// A code works once, so the request is repeated only where it certainly had no
// effect: no connection was made, or Aurinko refused it with 429. After anything
// else without an answer, 503 included, the code may have been used, since a
// gateway may have answered in Aurinko's place. See IsCodeRefusal.
func (c *Client) ExchangeCode(ctx context.Context, code string) (SavedAccount, error) {
	if code == "" || code == "." || code == ".." { // would be another path
		return SavedAccount{}, errNoCode
	}
	return c.saved(ctx, request{
		method: "POST", route: "/auth/token/{code}", path: []string{"auth", "token", code},
		secrets: []string{code, url.PathEscape(code)}, // the second is how it is sent
	})
}

var errNoCode = errors.New("it is not a code that Aurinko could have given")
