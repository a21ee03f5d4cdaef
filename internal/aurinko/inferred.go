package aurinko

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// This file holds everything about the remote API that is inferred [I]: none of
// Aurinko's publications says it, it follows from the conventions of the rest.
// Correct it here.

// RecycleKey names a field by which an upsert finds the account to update. The
// names are documented, the fields that they match on are inferred.
type RecycleKey string

// The recycle keys, without those that no write of this provider sends.
const (
	KeyEmail       RecycleKey = "email"
	KeyOrgID       RecycleKey = "orgId"
	KeyUserID      RecycleKey = "userId"
	KeyServerURL   RecycleKey = "serverUrl"
	KeyUsername    RecycleKey = "username"
	KeyClientOrgID RecycleKey = "clientOrgId"
)

// Input returns the field of an AccountInput that the key matches on.
func (k RecycleKey) Input(in *AccountInput) *string {
	switch k {
	case KeyEmail:
		return &in.Email
	case KeyOrgID:
		return &in.AuthOrgID
	case KeyUserID:
		return &in.AuthUserID
	case KeyServerURL:
		return &in.ServerURL
	case KeyUsername:
		return &in.LoginString
	case KeyClientOrgID:
		return &in.ClientOrgID
	}
	panic("no such recycle key: " + k)
}

// Account returns the value of a stored account that the key matches on.
func (k RecycleKey) Account(a Account) string {
	return *k.Input(&AccountInput{
		Email: a.Email, AuthOrgID: a.AuthOrgID, AuthUserID: a.AuthUserID,
		ServerURL: a.ServerURL, LoginString: a.LoginString, ClientOrgID: a.ClientOrgID,
	})
}

// IdentifyingKeys returns the recycle keys that identify an account of a kind
// and service type among its siblings. For a personal account, Aurinko's own client
// adds clientOrgId [S]. Nothing says that the mail service counts as well, so that
// personal accounts are siblings whatever theirs is.
func IdentifyingKeys(kind AccountType, serviceType string) []RecycleKey {
	switch {
	case kind != TypeService:
		return []RecycleKey{KeyEmail, KeyUsername}
	case strings.EqualFold(serviceType, ServiceGoogle):
		return []RecycleKey{KeyUserID, KeyOrgID, KeyClientOrgID}
	case strings.EqualFold(serviceType, ServiceExchange):
		return []RecycleKey{KeyUsername, KeyServerURL, KeyClientOrgID}
	}
	return []RecycleKey{KeyOrgID, KeyClientOrgID}
}

// Age returns how long after its creation an account was last written, or false
// when the API does not return both times. Both are the server's own; that an
// upsert moves updatedAt is inferred.
func (a Account) Age() (time.Duration, bool) {
	created, ok := parseTime(a.CreatedAt)
	updated, also := parseTime(a.UpdatedAt)
	return updated.Sub(created), ok && also
}

// Office365Login returns the loginString of an Office 365 service account: the
// reference requires loginString or email, and Office 365 has neither.
func Office365Login(tenantID string) string { return tenantID }

// RegistrationKey identifies a registration within the
// application.
type RegistrationKey struct {
	ServiceType string
	Daemon      bool
}

// String returns the ID of the resource in Terraform.
func (k RegistrationKey) String() string {
	if k.Daemon {
		return k.ServiceType + "/daemon"
	}
	return k.ServiceType
}

func (k RegistrationKey) query() url.Values {
	return url.Values{"serviceType": {k.ServiceType}, "daemon": {strconv.FormatBool(k.Daemon)}}
}

// SetDaemonSecrets puts the private key and the certificate of the Office 365
// daemon registration, both PEM, into the registration's fields.
func (r *OAuthRegistration) SetDaemonSecrets(privateKey, certificate string) {
	r.ClientSecret, r.ClientSecret2 = privateKey, certificate
}

// DaemonSecrets returns the private key and the certificate.
func (r *OAuthRegistration) DaemonSecrets() (privateKey, certificate string) {
	return r.ClientSecret, r.ClientSecret2
}

// IsUnservedGet reports whether a failed GET of a service account by its ID may
// only mean that the call does not serve service accounts: the reference names
// no other way to read one, but does not name this one either. Their listing
// decides then.
func IsUnservedGet(err error) bool {
	switch StatusOf(err) {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusGone, http.StatusUnprocessableEntity, http.StatusNotImplemented:
		return true
	}
	return false
}

// IsNoSuchCall reports whether a server answered that it does not have the call
// at all.
func IsNoSuchCall(err error) bool {
	status := StatusOf(err)
	return status == http.StatusMethodNotAllowed || status == http.StatusNotImplemented
}

// SaveOAuthRegistration creates or replaces a registration. The call is
// inferred, and with it that a registration is identified by its service type
// and daemon.
func (c *Client) SaveOAuthRegistration(ctx context.Context, r OAuthRegistration) error {
	return c.do(ctx, request{
		method: http.MethodPost, route: "/am/oauth_regs", path: []string{"am", "oauth_regs"},
		body: r, secrets: []string{r.ClientSecret, r.ClientSecret2}, repeatable: true,
	}, nil)
}

// DeleteOAuthRegistration deletes a registration. The call is inferred. A 404
// may mean that there is none, or that the server does not have the call.
func (c *Client) DeleteOAuthRegistration(ctx context.Context, key RegistrationKey) error {
	return c.do(ctx, request{
		method: http.MethodDelete, route: "/am/oauth_regs", path: []string{"am", "oauth_regs"},
		query: key.query(), repeatable: true,
	}, nil)
}

// IsUnsupportedWrite reports whether a failed write of an OAuth registration
// means that the server accepts these settings in its portal only.
func IsUnsupportedWrite(err error) bool {
	return slices.Contains([]int{http.StatusNotFound, http.StatusMethodNotAllowed}, StatusOf(err))
}

// tokenStatusOf returns the state of an account's token that a failed ping shows.
// The codes are documented, but not that a ping fails with them, nor which state
// belongs to which code.
func tokenStatusOf(err error) (status, message string, ok bool) {
	var e *Error
	if !errors.As(err, &e) || e.Status != http.StatusUnauthorized {
		return "", "", false
	}
	switch e.Code {
	case "token.dead":
		return "dead", e.Message, true
	case "token.refresh.failed":
		return "invalid", e.Message, true
	}
	return "", "", false
}

// Unchanged returns the input that writes a managed account as it is: everything
// that the API both accepts and returns, by the API's names. It is inferred that
// nothing is lost with the rest: oauthClientId, serverInfo and the secrets are
// those of the service account, and the user stays without userId, which could
// not be sent without userAccount, which the API does not return.
func (a Account) Unchanged() AccountInput {
	return AccountInput{
		ServiceType:     a.ServiceType,
		ServiceProvider: a.ServiceProvider,
		AuthScopes:      apiNames(a.AuthScopes),
		AuthOrgID:       a.AuthOrgID,
		AuthUserID:      a.AuthUserID,
		ClientOrgID:     a.ClientOrgID,
		ServerURL:       a.ServerURL,
		LoginString:     a.LoginString,
		AuthObtainedAt:  a.AuthObtainedAt,
		AuthExpiresAt:   a.AuthExpiresAt,
		Email:           a.Email,
		Email2:          a.Email2,
		Name:            a.Name,
		Timezone:        a.Timezone,
		CopyToSent:      a.CopyToSent,
		TrustServer:     a.TrustServer,
	}
}

// DefaultCallbackURL is Aurinko's own redirect URL [D]. That a server may return
// it for an intermediate callback URL which is not set is inferred.
const DefaultCallbackURL = DefaultBaseURL + "/v1/auth/callback"

// IsMasked reports whether a secret that the API returned is not the secret
// itself: empty, or only asterisks or bullets.
func IsMasked(secret string) bool {
	return strings.Trim(secret, "*•") == ""
}

// accountServiceTypes are the service types of accounts that are no service
// accounts. The reference has a list of its own for them, which is not at hand:
// these are the services that its calls and guides name.
var accountServiceTypes = []string{
	"Google", "Office365", "EWS", "IMAP", "iCloud", "Zoho", "Salesforce", "HubSpot", "SugarCRM", "NetSuite",
}

// setFlags adds the switches of the consent flow. The reference gives their names
// only: that they are booleans is inferred.
func (a Authorization) setFlags(query url.Values) {
	for name, value := range map[string]*bool{
		"ensureScopes": a.EnsureScopes, "ensureAccess": a.EnsureAccess, "recycle": a.Recycle,
	} {
		if value != nil {
			query.Set(name, strconv.FormatBool(*value))
		}
	}
}

// IsCodeRefusal reports whether a failed ExchangeCode means that the code itself
// cannot be used: it is unknown, used or expired. Which status says so is not
// documented.
func IsCodeRefusal(err error) bool {
	status := StatusOf(err)
	return errors.Is(err, errNoCode) || IsRefused(err) && status != http.StatusForbidden && status != http.StatusMethodNotAllowed
}

// IsConsented reports whether a service account was made by an administrator's
// consent rather than by a write with credentials, as far as it shows: a Google service account has an address of its own, and a write for Office
// 365 has the tenant id for the login, where a consent has the administrator's.
func (a Account) IsConsented() bool {
	switch {
	case strings.EqualFold(a.ServiceType, ServiceExchange):
		return false
	case strings.EqualFold(a.ServiceType, ServiceGoogle):
		return a.Email != "" && !strings.HasSuffix(strings.ToLower(a.Email), ".gserviceaccount.com")
	case strings.EqualFold(a.ServiceType, ServiceOffice365):
		return strings.Contains(a.LoginString, "@") || a.LoginString == "" && a.Email != ""
	}
	return a.ServiceType != ""
}

// IsSame reports whether another profile has the public link of this one, as far as it
// has a name. The name is a part of the link [D]: that the organization is the other one
// is inferred.
func (p BookingProfile) IsSame(other BookingProfile) bool {
	return p.Name != "" && p.Name == other.Name && p.ClientOrgID == other.ClientOrgID
}

// clearedField is what a PATCH of a booking profile clears a field with. A server may
// ignore it.
var clearedField = json.RawMessage("null")

// isRepeatable reports whether a call about members of a booking profile does the same
// when it is repeated: an account that is attached, or is not, stays so. To attach a
// group that there is adds accounts to it and writes what it requires. A group without
// accounts is gone, so that the repeated call may be refused.
func isRepeatable(call string) bool { return call != "detachGroups" }
