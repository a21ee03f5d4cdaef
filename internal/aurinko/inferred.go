package aurinko

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// This file holds everything about the remote API that is inferred [I]: it is
// in none of Aurinko's publications and follows from the conventions of the
// rest. Correct it here.

// recycleKey names a field by which an upsert finds the account to update.
type recycleKey string

const (
	keyEmail       recycleKey = "email"
	keyOrgID       recycleKey = "orgId"
	keyUserID      recycleKey = "userId"
	keyServerURL   recycleKey = "serverUrl"
	keyUsername    recycleKey = "username"
	keyClientOrgID recycleKey = "clientOrgId"
)

// field is the field of an AccountInput that a recycle key matches on.
func (k recycleKey) field(in *AccountInput) *string {
	switch k {
	case keyEmail:
		return &in.Email
	case keyOrgID:
		return &in.AuthOrgID
	case keyUserID:
		return &in.AuthUserID
	case keyServerURL:
		return &in.ServerURL
	case keyUsername:
		return &in.LoginString
	case keyClientOrgID:
		return &in.ClientOrgID
	}
	return new(string)
}

// input gives the value of that field.
func (k recycleKey) input(in AccountInput) string { return *k.field(&in) }

// account gives the field of a stored account that a recycle key matches on.
func (k recycleKey) account(a Account) string {
	switch k {
	case keyEmail:
		return a.Email
	case keyOrgID:
		return a.AuthOrgID
	case keyUserID:
		return a.AuthUserID
	case keyServerURL:
		return a.ServerURL
	case keyUsername:
		return a.LoginString
	case keyClientOrgID:
		return a.ClientOrgID
	}
	return ""
}

// Office365Login is what an Office 365 service account sends as loginString,
// where the reference requires loginString or email and Office 365 has
// neither: the tenant id.
func Office365Login(tenantID string) string { return tenantID }

// DaemonSecrets lays the private key and the certificate of the Office 365
// daemon registration, both PEM, into the registration's fields.
func (r *OAuthRegistration) SetDaemonSecrets(privateKey, certificate string) {
	r.ClientSecret, r.ClientSecret2 = privateKey, certificate
}

// DaemonSecrets takes them out again.
func (r *OAuthRegistration) DaemonSecrets() (privateKey, certificate string) {
	return r.ClientSecret, r.ClientSecret2
}

// isRefusal reports whether a failed GET /am/accounts/{id} of a service
// account may only mean that this call does not serve service accounts: the
// reference names no other way to read one, but does not name this one either.
func isRefusal(err error) bool {
	switch StatusOf(err) {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusGone, http.StatusUnprocessableEntity, http.StatusNotImplemented:
		return true
	}
	return false
}

// tokenStatusOf is the state of an account's token that a failed ping tells. The
// codes are documented, but not that a ping fails with them, nor how they and
// the states of a token belong together.
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

// rewritten is a write that leaves a managed account as it is: all that the API
// takes of an account and tells of it too, by the API's names. It is inferred
// that nothing is lost with the rest: oauthClientId, serverInfo and the secrets
// are those of the service account, and the user stays without userId, which
// could not be sent without userAccount, which is not told.
func rewritten(a AccountDetails) Target {
	return Target{
		Parent:  a.ParentID,
		ByLogin: a.Email == "",
		Input: AccountInput{
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
		},
	}
}

// DefaultCallbackURL is Aurinko's own redirect URL [D]. That a server may tell it
// for an intermediate callback URL which is not set is inferred.
const DefaultCallbackURL = DefaultBaseURL + "/v1/auth/callback"

// IsMasked reports whether a secret that the API returned tells nothing:
// empty, or only asterisks or bullets.
func IsMasked(secret string) bool {
	return strings.Trim(secret, "*•") == ""
}

// isUnsupportedWrite reports whether a failed write of an OAuth registration
// means that this server takes these settings in its portal only.
func isUnsupportedWrite(err error) bool {
	return slices.Contains([]int{http.StatusNotFound, http.StatusMethodNotAllowed}, StatusOf(err))
}

// accountServiceTypes are the service types of accounts that are no service
// accounts. The reference has a list of its own for them, which is not at hand:
// these are the services that its calls and guides name.
var accountServiceTypes = []string{
	"Google", "Office365", "EWS", "IMAP", "iCloud", "Zoho", "Salesforce", "HubSpot", "SugarCRM", "NetSuite",
}

// setFlags adds the switches of the consent flow, which are taken to be
// booleans: the reference gives their names only.
func (a Authorization) setFlags(query url.Values) {
	for name, value := range map[string]*bool{
		"ensureScopes": a.EnsureScopes, "ensureAccess": a.EnsureAccess, "recycle": a.Recycle,
	} {
		if value != nil {
			query.Set(name, strconv.FormatBool(*value))
		}
	}
}

// consentAge is how old an account may be that has come of a consent, when its
// code is exchanged. Whether the consent makes the account, or the exchange, is
// not documented; nor is how long a code can be used.
const consentAge = 30 * time.Minute

// isCodeRefusal reports whether a failed exchange means that the code itself
// cannot be used: it is unknown, used or expired. Which status says so is not
// documented.
func isCodeRefusal(err error) bool {
	status := StatusOf(err)
	return IsRefused(err) && status != http.StatusForbidden && status != http.StatusMethodNotAllowed
}

// IsConsented reports whether a service account was made by an administrator's
// consent rather than by a write with credentials, as far as that can be told:
// a Google service account has an address of its own, and a write for Office
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
