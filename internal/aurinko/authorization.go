package aurinko

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A Flow is one of the two ways of giving consent in a browser [D].
type Flow string

// The flows, by what comes of them.
const (
	FlowDaemon  Flow = "daemon"  // a service account, by an administrator
	FlowAccount Flow = "account" // a personal account, by its owner
)

// ServiceTypes are the service types that a flow takes.
func (f Flow) ServiceTypes() []string {
	if f == FlowAccount {
		return slices.Clone(accountServiceTypes)
	}
	return slices.Clone(daemonServiceTypes)
}

// Authorization is what a browser is sent to Aurinko with, to ask for consent
// [D]. Empty fields are left out.
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

// URL is where to send the browser. The base URL is as ParseBaseURL takes it.
func (a Authorization) URL(baseURL string) (string, error) {
	base, err := ParseBaseURL(baseURL)
	if err != nil {
		return "", err
	}
	return a.url(base), nil
}

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

// AuthorizationURL is where to send the browser for an account of the client's
// own application. Nothing is sent, so that only the settings that are part of
// the URL have to be known (*UnknownConfigError).
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

const codeRoute = "/auth/token/{code}"

// exchange exchanges the code of a consent for the account that it stands for
// [D]. The access token in the answer is dropped here.
//
// A code works once, so the request is repeated only where it had certainly no
// effect: no connection was made, or Aurinko refused it with 429. After
// anything else without an answer, 503 included, the code has to be taken for
// used, since a gateway may have answered in Aurinko's place.
func (c *Client) exchange(ctx context.Context, code string) (AccountID, error) {
	if code == "" || code == "." || code == ".." { // would be another path
		return 0, &CodeError{Err: errors.New("it is not a code that Aurinko could have given")}
	}
	r := request{
		method: http.MethodPost, route: codeRoute, path: []string{"auth", "token", code},
		secrets: []string{code},
	}
	var saved saveResult
	_, err := c.do(ctx, r, &saved)
	if err == nil && saved.AccountID == 0 {
		err = &Error{Method: r.method, Route: r.route, Status: http.StatusOK, Ambiguous: true, Err: errNoAccountID}
	}
	if err != nil && (isAmbiguous(err) || isCodeRefusal(err)) {
		return 0, &CodeError{Err: err}
	}
	return saved.AccountID, err
}

// CodeError says that the code of a consent cannot be used: it is unknown, used
// or expired, or it may just have been used without an answer.
type CodeError struct {
	Err error
	// Found are the accounts that the code may have made, the newest first.
	Found []Account
}

func (e *CodeError) Error() string { return e.Err.Error() }

func (e *CodeError) Unwrap() error { return e.Err }

// MayHaveWorked reports whether nobody knows what became of the exchange.
func (e *CodeError) MayHaveWorked() bool { return isAmbiguous(e.Err) }

// ConsentedError says that a consent was given to another account than the one
// it was meant for. That account is there, and nothing else was written to it.
type ConsentedError struct {
	Meant   AccountID // 0 when the consent was to make an account
	Account Account
	// Claimed: another resource of this run has the account.
	Claimed bool
	// Differs names the field that tells the account from the one that was
	// meant, such as serviceType; empty when it was there before.
	Differs string
}

func (e *ConsentedError) Error() string {
	return fmt.Sprintf("the consent was given to account %s", e.Account.ID)
}

// A Consent is the code that an administrator's consent ended in, and what the
// account must be.
type Consent struct {
	Code        string // secret
	ServiceType string
	ClientOrgID string // empty for any
}

// CreateByConsent exchanges a code for the service account that comes of it.
// Unless adopt is set, an account that was there before is an error
// (*ConsentedError); that shows only after the exchange, since nothing tells
// beforehand what a code stands for. Where the code does not work, the error
// (*CodeError) has the accounts that it may have made before.
//
// The caller records the id before it calls ConfirmConsent.
func (c *Client) CreateByConsent(ctx context.Context, consent Consent, adopt bool) (AccountID, error) {
	var before *listing
	if !adopt {
		var err error
		if before, err = c.registry.before(ctx, c, true); err != nil {
			return 0, err
		}
	}
	started := time.Now()
	id, err := c.exchange(ctx, consent.Code)
	if err != nil {
		return 0, c.lookForConsented(ctx, consent, before, started, err)
	}
	claimed := !c.registry.take(id)
	// Should the consent itself make the account, this is it, and the import is
	// offered: to tell the two apart is not worth taking anything over.
	if claimed || before.has(id) {
		return 0, &ConsentedError{Account: c.describe(ctx, id), Claimed: claimed}
	}
	return id, nil
}

// wasThere reports whether an account was certainly there before the consent
// whose code is exchanged. One that is listed may be young enough to come of it.
func (c *Client) wasThere(before *listing, id AccountID, started time.Time) bool {
	if before == nil {
		return false
	}
	account, listed := before.get(id)
	exchanged := c.serverTime(started)
	if exchanged.IsZero() {
		exchanged = started
	}
	created, told := account.Created()
	return listed && (!told || created.Before(exchanged.Add(-consentAge)))
}

// UpdateByConsent exchanges the code of a new consent to account id.
func (c *Client) UpdateByConsent(ctx context.Context, id AccountID, consent Consent) error {
	started := time.Now()
	got, err := c.exchange(ctx, consent.Code)
	if err != nil {
		return c.lookForConsented(ctx, consent, nil, started, err)
	}
	if got != id {
		return &ConsentedError{Meant: id, Account: c.describe(ctx, got)}
	}
	c.registry.take(id)
	return nil
}

// ConfirmConsent reads the account that a consent was given to, and checks that
// it is of the service and of the organisation that were meant
// (*ConsentedError). What is not told decides nothing.
func (c *Client) ConfirmConsent(ctx context.Context, id AccountID, consent Consent) (Account, error) {
	account, err := c.ReadAccount(ctx, id, true)
	if err != nil {
		return Account{}, err
	}
	switch {
	case account.ServiceType != "" && !strings.EqualFold(account.ServiceType, consent.ServiceType):
		return Account{}, &ConsentedError{Account: account, Differs: "serviceType"}
	case account.ClientOrgID != "" && consent.ClientOrgID != "" && account.ClientOrgID != consent.ClientOrgID:
		return Account{}, &ConsentedError{Account: account, Differs: "clientOrgId"}
	case !account.IsService():
		return Account{}, &ConsentedError{Account: account, Differs: "type"}
	}
	c.registry.setServiceType(id, cmp.Or(account.ServiceType, consent.ServiceType))
	return account, nil
}

// describe is an account with as much as can be found out about it.
func (c *Client) describe(ctx context.Context, id AccountID) Account {
	account, err := c.ReadAccount(ctx, id, true)
	if err != nil {
		return Account{ID: id}
	}
	return account
}

// lookForConsented finds the accounts that a code which does not work may have
// made, so that a user can get them under control: after an exchange without
// an answer those that were not there before, and otherwise the newest.
func (c *Client) lookForConsented(ctx context.Context, consent Consent, before *listing, started time.Time, err error) error {
	var failed *CodeError
	if !errors.As(err, &failed) || ctx.Err() != nil {
		return err
	}
	now, listErr := c.listAll(ctx, true)
	if listErr != nil {
		return err
	}
	since := answer{serverStart: c.serverTime(started)}
	for _, account := range now.accounts {
		switch {
		case !strings.EqualFold(account.ServiceType, consent.ServiceType),
			consent.ClientOrgID != "" && account.ClientOrgID != "" && account.ClientOrgID != consent.ClientOrgID,
			c.registry.isWritten(account.ID):
		case failed.MayHaveWorked() && (c.wasThere(before, account.ID, started) || before == nil && c.isOlder(account, since)):
		default:
			failed.Found = append(failed.Found, account)
		}
	}
	slices.SortStableFunc(failed.Found, func(a, b Account) int {
		aCreated, _ := a.Created()
		bCreated, _ := b.Created()
		return bCreated.Compare(aCreated)
	})
	failed.Found = failed.Found[:min(len(failed.Found), mostFound)]
	return err
}

// mostFound is how many accounts are worth naming to somebody who looks for
// one.
const mostFound = 3
