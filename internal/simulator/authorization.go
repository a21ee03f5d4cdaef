package simulator

import (
	"cmp"
	"crypto/rand"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Grant is what somebody has consented to: what the code of a consent flow
// stands for.
type Grant struct {
	ServiceType string
	Scopes      []string // the API's names
	ClientOrgID string
	AuthOrgID   string // the organization at the mail service
	Email       string // who has consented
	AccountID   int64  // the account that is authorized again; 0 for a new one
	Daemon      bool   // a service account; by default a personal one
	Expired     bool   // the code comes too late to be exchanged
}

// An issuedCode is a code that was not exchanged yet.
type issuedCode struct {
	grant Grant
	at    time.Time
}

// codeLifetime is for how long a code can be exchanged [inferred: the reference
// names no time].
const codeLifetime = 10 * time.Minute

// IssueCode returns the code that a consent ends in. Exchanging it, once and
// soon, writes the account.
func (s *Server) IssueCode(grant Grant) string {
	grant.Scopes = slices.Clone(grant.Scopes)
	code := rand.Text()
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	s.store.codes[code] = issuedCode{grant: grant, at: s.Now()}
	return code
}

// ExchangeCode exchanges a code as POST /v1/auth/token/{code} does, and returns
// the account and an access token of it.
func (s *Server) ExchangeCode(code string) (accountID int64, accessToken string, err error) {
	c := &call{path: map[string]string{"code": code}}
	written, err := s.exchangeCode(c)
	if err == nil {
		err = s.persist()
	}
	if err != nil {
		return 0, "", err
	}
	return c.account, written.body.(object)["accessToken"].(string), nil
}

func (s *Server) exchangeCode(c *call) (answer, error) {
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	issued, ok := s.store.codes[c.path["code"]]
	if !ok {
		return answer{}, refuse(http.StatusNotFound, "Unknown or used code")
	}
	delete(s.store.codes, c.path["code"])
	now := s.Now()
	if now.Sub(issued.at) > codeLifetime || issued.grant.Expired {
		return answer{}, badRequest("The code has expired")
	}
	grant := issued.grant
	if grant.AccountID == 0 {
		a := grant.account()
		a.complete(now)
		s.store.add(a)
		c.account = a.ID
		return c.created(true, s.store.saveResult(a)), nil
	}
	existing, ok := s.store.get(grant.AccountID)
	if !ok {
		return answer{}, noAccount(grant.AccountID)
	}
	a := existing.clone()
	a.AuthScopes = grant.Scopes
	a.Email = cmp.Or(grant.Email, a.Email)
	a.TokenStatus, a.TokenError = "active", ""
	a.AuthObtainedAt, a.TokenIssuedAt, a.UpdatedAt = now, now, now
	s.store.put(a)
	c.account = a.ID
	return c.created(false, s.store.saveResult(a)), nil
}

// account is the new account that a grant makes.
func (g Grant) account() *Account {
	a := &Account{
		Type:        Personal,
		ServiceType: g.ServiceType,
		AuthScopes:  g.Scopes,
		ClientOrgID: g.ClientOrgID,
		AuthOrgID:   g.AuthOrgID,
		Email:       g.Email,
		LoginString: g.Email,
		Name:        cmp.Or(g.AuthOrgID, g.Email),
	}
	if g.Daemon {
		a.Type = Daemon
	}
	return a
}

// accountLevel are the paths of the endpoints that work on behalf of an account.
var accountLevel = regexp.MustCompile(`^/v1/(account|subscriptions|book/account)(/|$)`)

// ownToken reports whether a call has a token of an account, in place of the
// application's credentials.
func (s *Server) ownToken(c *call) bool {
	token, ok := strings.CutPrefix(c.request.Header.Get("Authorization"), "Bearer ")
	if !ok || !accountLevel.MatchString(c.route.path) {
		return false
	}
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	c.tokenOf, ok = s.store.tokens[token]
	return ok
}

// ownAccount is the account that a call is made on behalf of. The lock is held.
func (s *Server) ownAccount(c *call) (*Account, error) {
	if c.tokenOf != 0 {
		c.account = c.tokenOf
		a, ok := s.store.get(c.tokenOf)
		if !ok || a.TokenStatus == "dead" {
			return nil, &refusal{status: http.StatusUnauthorized, code: "token.dead", message: "The token of the account is dead"}
		}
		return a, nil
	}
	id, err := strconv.ParseInt(c.request.Header.Get("X-Aurinko-Account-Id"), 10, 64)
	if err != nil {
		return nil, badRequest("The header X-Aurinko-Account-Id must be an account id")
	}
	c.account = id
	a, ok := s.store.get(id)
	if !ok {
		return nil, noAccount(id)
	}
	return a, nil
}

// pingable are the service types whose mail providers can be asked.
var pingable = []string{"Google", "Office365", "Salesforce", "NetSuite", "IMAP"}

// getOwnAccount answers the account, after asking its mail provider if that is
// wanted. What the provider says is Account.PingFinds.
func (s *Server) getOwnAccount(c *call) (answer, error) {
	for _, name := range c.route.query {
		if _, err := c.flag(name); err != nil {
			return answer{}, err
		}
	}
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	a, err := s.ownAccount(c)
	if err != nil {
		return answer{}, err
	}
	if c.query.Get("pingProvider") == "true" {
		if !slices.Contains(pingable, a.ServiceType) {
			return answer{}, badRequest("pingProvider is not for accounts of type %s", a.ServiceType)
		}
		if a.PingFinds != "" && a.PingFinds != a.TokenStatus {
			pinged := a.clone()
			pinged.TokenStatus, pinged.TokenError = a.PingFinds, ""
			if a.PingFinds != "active" {
				pinged.TokenError = "The mail provider refuses the token"
			}
			s.store.put(pinged)
			a = pinged
		}
	}
	return answer{http.StatusOK, a.body(c.quirks)}, nil
}

func (s *Server) revokeOwnToken(c *call) (answer, error) {
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	a, err := s.ownAccount(c)
	if err != nil {
		return answer{}, err
	}
	revoked := a.clone()
	revoked.TokenStatus, revoked.TokenError = "dead", "The token was revoked"
	revoked.UpdatedAt = s.Now()
	s.store.put(revoked)
	return answer{status: http.StatusOK}, nil
}
