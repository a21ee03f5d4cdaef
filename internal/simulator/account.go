package simulator

import (
	"cmp"
	"crypto/rand"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The types of accounts.
const (
	Personal = "personal" // one person signed in
	Daemon   = "daemon"   // a service account
	Managed  = "managed"  // a mailbox that is reached through a service account
)

// An Account is a connected mailbox or an admin connection. Its JSON form is
// that of the API, with the fields besides that the API never answers.
type Account struct {
	ID              int64  `json:"id,omitempty"`
	ParentID        int64  `json:"parentId,omitempty"` // of a managed account: its service account
	Type            string `json:"type,omitempty"`     // Personal, Daemon or Managed
	ServiceType     string `json:"serviceType,omitempty"`
	ServiceProvider string `json:"serviceProvider,omitempty"`
	Active          bool   `json:"active,omitempty"`
	TokenStatus     string `json:"tokenStatus,omitempty"` // "active", "invalid" or "dead"
	TokenError      string `json:"tokenError,omitempty"`

	LoginString    string `json:"loginString,omitempty"`
	Email          string `json:"email,omitempty"` // as it was sent; it is compared without case
	Email2         string `json:"email2,omitempty"`
	MailboxAddress string `json:"mailboxAddress,omitempty"`
	Name           string `json:"name,omitempty"`
	Name2          string `json:"name2,omitempty"`
	Timezone       string `json:"timezone,omitempty"`

	ServerURL     string `json:"serverUrl,omitempty"`
	ServerURL2    string `json:"serverUrl2,omitempty"`
	ServerInfo    string `json:"serverInfo,omitempty"` // never answered
	ClientOrgID   string `json:"clientOrgId,omitempty"`
	AuthUserID    string `json:"authUserId,omitempty"`
	AuthOrgID     string `json:"authOrgId,omitempty"`
	OAuthClientID string `json:"oauthClientId,omitempty"` // never answered

	AuthScopes       []string `json:"authScopes,omitempty"` // the API's names
	AuthNativeScopes []string `json:"authNativeScopes,omitempty"`
	UserID           string   `json:"userId,omitempty"`
	UserAccount      string   `json:"userAccount,omitempty"` // "primary" or "secondary"; never answered
	CopyToSent       *bool    `json:"copyToSent,omitempty"`
	TrustServer      *bool    `json:"trustServer,omitempty"`

	TokenIssuedAt  time.Time `json:"tokenIssuedAt,omitzero"`
	AuthObtainedAt time.Time `json:"authObtainedAt,omitzero"`
	AuthExpiresAt  time.Time `json:"authExpiresAt,omitzero"`
	CreatedAt      time.Time `json:"createdAt,omitzero"`
	UpdatedAt      time.Time `json:"updatedAt,omitzero"`

	// PingFinds is the token status that asking the mail provider finds, such as
	// "invalid"; "" finds nothing new. Never answered.
	PingFinds string `json:"pingFinds,omitempty"`

	// What was received and is never answered.
	AuthString1 string `json:"authString1,omitempty" secret:"true"`
	AuthString2 string `json:"authString2,omitempty" secret:"true"`
	Password    string `json:"password,omitempty" secret:"true"`
}

func (a Account) clone() *Account {
	a.AuthScopes = slices.Clone(a.AuthScopes)
	a.AuthNativeScopes = slices.Clone(a.AuthNativeScopes)
	a.CopyToSent = cloneFlag(a.CopyToSent)
	a.TrustServer = cloneFlag(a.TrustServer)
	return &a
}

func cloneFlag(flag *bool) *bool {
	if flag == nil {
		return nil
	}
	value := *flag
	return &value
}

// complete sets what an account always has.
func (a *Account) complete(now time.Time) {
	if a.Type == "" && a.ParentID != 0 {
		a.Type = Managed
	}
	a.Type = cmp.Or(a.Type, Personal)
	a.Active = true
	a.TokenStatus = cmp.Or(a.TokenStatus, "active")
	a.MailboxAddress = cmp.Or(a.MailboxAddress, strings.ToLower(cmp.Or(a.Email, a.LoginString)))
	a.UserID = cmp.Or(a.UserID, newUUID())
	for _, at := range []*time.Time{&a.CreatedAt, &a.UpdatedAt, &a.TokenIssuedAt, &a.AuthObtainedAt} {
		if at.IsZero() {
			*at = now
		}
	}
}

// body is the account as it is answered.
func (a *Account) body(q Quirks) object {
	return object{
		"id":               a.ID,
		"parentId":         optional(a.ParentID),
		"serviceType":      a.ServiceType,
		"serviceProvider":  optional(a.ServiceProvider),
		"active":           a.Active,
		"tokenStatus":      a.TokenStatus,
		"tokenError":       optional(a.TokenError),
		"type":             a.Type,
		"daemon":           a.Type == Daemon,
		"loginString":      optional(a.LoginString),
		"email":            q.email(a.Email),
		"email2":           q.email(a.Email2),
		"mailboxAddress":   optional(a.MailboxAddress),
		"name":             optional(a.Name),
		"name2":            optional(a.Name2),
		"serverUrl":        optional(a.ServerURL),
		"serverUrl2":       optional(a.ServerURL2),
		"clientOrgId":      optional(a.ClientOrgID),
		"authUserId":       optional(a.AuthUserID),
		"authOrgId":        optional(a.AuthOrgID),
		"timezone":         optional(a.Timezone),
		"tokenIssuedAt":    timestamp(a.TokenIssuedAt),
		"authScopes":       q.scopes(a.AuthScopes),
		"authNativeScopes": optionalList(a.AuthNativeScopes),
		"authObtainedAt":   timestamp(a.AuthObtainedAt),
		"authExpiresAt":    timestamp(a.AuthExpiresAt),
		"userId":           optional(a.UserID),
		"copyToSent":       optional(a.CopyToSent),
		"trustServer":      optional(a.TrustServer),
		"createdAt":        q.stamp(a.CreatedAt),
		"updatedAt":        q.stamp(a.UpdatedAt),
	}
}

func timestamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// accountIn is an account as it is written. The fields tagged as secrets are
// neither answered nor in the journal.
type accountIn struct {
	Active          *bool    `json:"active"`
	ServiceType     string   `json:"serviceType"`
	ServiceProvider string   `json:"serviceProvider"`
	AuthScopes      []string `json:"authScopes"`
	AuthOrgID       string   `json:"authOrgId"`
	AuthUserID      string   `json:"authUserId"`
	ClientOrgID     string   `json:"clientOrgId"`
	ServerURL       string   `json:"serverUrl"`
	LoginString     string   `json:"loginString"`
	OAuthClientID   string   `json:"oauthClientId"`
	AuthString1     string   `json:"authString1" secret:"true"`
	AuthString2     string   `json:"authString2" secret:"true"`
	Password        string   `json:"password" secret:"true"`
	AuthObtainedAt  string   `json:"authObtainedAt"`
	AuthExpiresAt   string   `json:"authExpiresAt"`
	Email           string   `json:"email"`
	Email2          string   `json:"email2"`
	Name            string   `json:"name"`
	ServerInfo      string   `json:"serverInfo"`
	Timezone        string   `json:"timezone"`
	CopyToSent      *bool    `json:"copyToSent"`
	TrustServer     *bool    `json:"trustServer"`

	// Not in the reference, but sent by Aurinko's own client; ignored [inferred].
	ID       *int64 `json:"id"`
	ParentID *int64 `json:"parentId"`
	Daemon   *bool  `json:"daemon"`
}

// account returns the written account, without what depends on where it is
// written to, or what is wrong with it.
func (in accountIn) account(serviceTypes []string, now time.Time) (*Account, error) {
	switch {
	case in.Active == nil || !*in.Active:
		return nil, badRequest("active must be true")
	case in.ServiceType == "":
		return nil, badRequest("serviceType is missing")
	case !slices.Contains(serviceTypes, in.ServiceType):
		return nil, badRequest("Unknown serviceType %q, must be one of %s", in.ServiceType, strings.Join(serviceTypes, ", "))
	case in.Email == "" && in.LoginString == "":
		return nil, badRequest("email or loginString is missing")
	case in.Password != "" && in.ServiceType != "IMAP":
		return nil, badRequest("password is for IMAP only")
	}
	if err := checkScopes("authScopes", in.AuthScopes); err != nil {
		return nil, err
	}
	obtained, err := parseTime("authObtainedAt", in.AuthObtainedAt)
	if err != nil {
		return nil, err
	}
	if obtained.IsZero() {
		obtained = now
	}
	expires, err := parseTime("authExpiresAt", in.AuthExpiresAt)
	if err != nil {
		return nil, err
	}
	return &Account{
		ServiceType:     in.ServiceType,
		ServiceProvider: in.ServiceProvider,
		Active:          true,
		TokenStatus:     "active",
		LoginString:     in.LoginString,
		Email:           in.Email,
		Email2:          in.Email2,
		MailboxAddress:  strings.ToLower(cmp.Or(in.Email, in.LoginString)),
		Name:            in.Name,
		Timezone:        in.Timezone,
		ServerURL:       in.ServerURL,
		ServerInfo:      in.ServerInfo,
		ClientOrgID:     in.ClientOrgID,
		AuthUserID:      in.AuthUserID,
		AuthOrgID:       in.AuthOrgID,
		OAuthClientID:   in.OAuthClientID,
		AuthScopes:      in.AuthScopes,
		CopyToSent:      in.CopyToSent,
		TrustServer:     in.TrustServer,
		TokenIssuedAt:   now,
		AuthObtainedAt:  obtained,
		AuthExpiresAt:   expires,
		UpdatedAt:       now,
		AuthString1:     in.AuthString1,
		AuthString2:     in.AuthString2,
		Password:        in.Password,
	}, nil
}

func parseTime(field, value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return time.Time{}, badRequest("%s is not a date and time as in RFC 3339", field)
	}
	return t.UTC(), nil
}

// PersonalServiceTypes are those of accounts that are not service accounts. The
// reference has a list of its own for them; these are inferred from the guides.
var PersonalServiceTypes = []string{
	"Google", "Office365", "EWS", "IMAP", "iCloud", "Zoho", "Salesforce", "HubSpot", "SugarCRM", "NetSuite",
}

func (s *Server) listAccounts(c *call) (answer, error) {
	return s.list(c, PersonalServiceTypes, func(a *Account) bool {
		switch a.Type {
		case Managed:
			return !c.quirks.HideManaged
		case Daemon:
			return c.quirks.ListServiceAccounts
		}
		return true
	})
}

// list answers the accounts that a call's filters and a further one let pass.
func (s *Server) list(c *call, serviceTypes []string, belongs func(*Account) bool) (answer, error) {
	serviceType := c.query.Get("serviceType")
	if c.query.Has("serviceType") && !slices.Contains(serviceTypes, serviceType) {
		return answer{}, badRequest("Unknown serviceType %q, must be one of %s", serviceType, strings.Join(serviceTypes, ", "))
	}
	subscriptionID, bySubscription := c.query.Get("subscriptionId"), c.query.Has("subscriptionId")
	clientOrgID, byClientOrg := c.query.Get("clientOrgId"), c.query.Has("clientOrgId")
	authOrgID, byAuthOrg := c.query.Get("authOrgId"), c.query.Has("authOrgId")

	var found []*Account
	s.store.lock.RLock()
	subscribed := int64(0)
	for _, subscription := range s.store.subscriptions {
		if strconv.FormatInt(subscription.ID, 10) == subscriptionID {
			subscribed = subscription.AccountID
		}
	}
	for _, a := range s.store.accounts {
		if !belongs(a) || bySubscription && a.ID != subscribed ||
			serviceType != "" && a.ServiceType != serviceType ||
			byClientOrg && a.ClientOrgID != clientOrgID ||
			byAuthOrg && a.AuthOrgID != authOrgID {
			continue
		}
		found = append(found, a)
	}
	s.store.lock.RUnlock()
	return pageOf(c, found, func(a *Account) object { return a.body(c.quirks) })
}

func (s *Server) savePersonalAccount(c *call) (answer, error) {
	in, err := decodeBody[accountIn](c)
	if err != nil {
		return answer{}, err
	}
	a, err := in.account(PersonalServiceTypes, s.Now())
	if err != nil {
		return answer{}, err
	}
	a.Type = Personal
	return s.save(c, a)
}

// ensurable are the service types of managed accounts for which there is
// ensureAccess. Of personal accounts nothing is refused: Aurinko's own client
// asks for it with each.
var ensurable = []string{"Google", "Office365"}

// save upserts an account as the query wants it.
func (s *Server) save(c *call, a *Account) (answer, error) {
	keys, err := c.recycleKeys()
	if err != nil {
		return answer{}, err
	}
	ensureAccess, err := c.flag("ensureAccess")
	if err != nil {
		return answer{}, err
	}
	if c.query.Has("userId") != c.query.Has("userAccount") {
		return answer{}, badRequest("userId and userAccount are needed together")
	}
	if c.query.Has("userId") {
		a.UserID, a.UserAccount = c.query.Get("userId"), c.query.Get("userAccount")
		if a.UserID == "" {
			return answer{}, badRequest("userId is empty")
		}
		if a.UserAccount != "primary" && a.UserAccount != "secondary" {
			return answer{}, badRequest("userAccount must be primary or secondary")
		}
	}

	if ensureAccess && a.Type == Managed && !slices.Contains(ensurable, a.ServiceType) {
		return answer{}, badRequest("ensureAccess is not for managed accounts of type %s, only for %s", a.ServiceType, strings.Join(ensurable, ", "))
	}

	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	if a.Type == Managed {
		// Looked at again, now that nobody can delete it in between.
		if _, ok := s.store.get(a.ParentID); !ok {
			return answer{}, noAccount(a.ParentID)
		}
	}
	if ensureAccess && s.store.hasNoMailbox(a) {
		return answer{}, mailboxNotFound()
	}
	isNew := s.store.upsert(a, keys, c.quirks.CaseSensitive, s.Now())
	c.account = a.ID
	return c.created(isNew, s.store.saveResult(a)), nil
}

// saveResult is the answer about an account that was written, with a new token
// of it.
func (st *store) saveResult(a *Account) object {
	token := rand.Text()
	st.tokens[token] = a.ID
	return object{
		"accountId":   a.ID,
		"accessToken": token,
		"userId":      a.UserID,
		"userSession": rand.Text(),
	}
}

// recycleKeys reads the parameter in both of its forms: repeated, and as one
// list with commas.
func (c *call) recycleKeys() ([]string, error) {
	if !c.query.Has("recycleKeys") {
		return nil, nil
	}
	keys := strings.Split(strings.Join(c.query["recycleKeys"], ","), ",")
	for _, key := range keys {
		if recycleKeys[key] == nil {
			return nil, badRequest("Unknown recycle key %q", key)
		}
	}
	return keys, nil
}

func (st *store) hasNoMailbox(a *Account) bool {
	return st.noMailbox[strings.ToLower(cmp.Or(a.Email, a.LoginString))]
}

// mailboxNotFound is an error with the mail provider's own inside.
func mailboxNotFound() error {
	return &refusal{
		status:  http.StatusBadRequest,
		message: "The mail provider refused the request",
		originalError: object{"error": object{
			"code":       "ErrorNonExistentMailbox",
			"message":    "The request failed",
			"innerError": object{"message": "Mailbox not found"},
		}},
	}
}

func noAccount(id int64) error {
	return refuse(http.StatusNotFound, "Account %d not found", id)
}

// accountID reads an id out of the path.
func (c *call) accountID(name string) (int64, error) {
	id, err := strconv.ParseInt(c.path[name], 10, 64)
	if err != nil {
		return 0, badRequest("The account id in the path is not a number")
	}
	c.account = id
	return id, nil
}

func (s *Server) getAccount(c *call) (answer, error) {
	id, err := c.accountID("id")
	if err != nil {
		return answer{}, err
	}
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	a, ok := s.store.get(id)
	if !ok {
		return answer{}, noAccount(id)
	}
	if status := c.quirks.RefuseServiceAccountGet; status != 0 && a.Type == Daemon {
		return answer{}, refuse(status, "Account %d is a service account", id)
	}
	return answer{http.StatusOK, a.body(c.quirks)}, nil
}

func (s *Server) deleteAccount(c *call) (answer, error) {
	id, err := c.accountID("id")
	if err != nil {
		return answer{}, err
	}
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	if children := len(s.store.children(id)); children > 0 && c.quirks.RefuseParentDelete {
		return answer{}, refuse(http.StatusConflict, "Account %d still has %d managed accounts", id, children)
	}
	if !s.store.remove(id) {
		return answer{}, noAccount(id)
	}
	return answer{status: http.StatusOK}, nil
}

// checkConnection tries a connection and writes nothing.
func (s *Server) checkConnection(c *call) (answer, error) {
	in, err := decodeBody[accountIn](c)
	if err != nil {
		return answer{}, err
	}
	a, err := in.account([]string{"Office365", "Google", "IMAP"}, s.Now())
	if err != nil {
		return answer{}, err
	}
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	if s.store.hasNoMailbox(a) {
		return answer{}, mailboxNotFound()
	}
	return answer{http.StatusOK, object{"status": c.quirks.connectStatus()}}, nil
}
