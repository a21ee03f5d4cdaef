package simulator

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strconv"
)

// IssueCode returns the code that a consent to an account ends in. Exchanging
// it writes the account: anew, or over the one with its ID.
func (s *Server) IssueCode(a Account) string {
	code := rand.Text()
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	s.store.codes[code] = *a.clone()
	return code
}

func (s *Server) exchangeCode(c *call) (answer, error) {
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	issued, ok := s.store.codes[c.path["code"]]
	if !ok {
		return answer{}, refuse(http.StatusNotFound, "Unknown or used code")
	}
	delete(s.store.codes, c.path["code"])
	a := &issued
	existing, exists := s.store.get(a.ID)
	if exists {
		a.CreatedAt, a.UserID = existing.CreatedAt, existing.UserID
	}
	a.complete(s.now())
	s.store.add(a)
	return c.created(!exists, saveResult(a)), nil
}

// ownAccount is the account that a call is made on behalf of. The lock is held.
func (s *Server) ownAccount(c *call) (*Account, error) {
	id, err := strconv.ParseInt(c.request.Header.Get("X-Aurinko-Account-Id"), 10, 64)
	if err != nil {
		return nil, badRequest("The header X-Aurinko-Account-Id must be an account id")
	}
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
	return answer{http.StatusOK, a.body(c.manners)}, nil
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
	revoked.UpdatedAt = s.now()
	s.store.put(revoked)
	return answer{status: http.StatusOK}, nil
}
