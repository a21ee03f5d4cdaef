package simulator

import (
	"cmp"
	"encoding/pem"
	"net/http"
	"slices"
	"strings"
)

// An OAuthReg is the application's own registration with a mail provider.
// There is one at most for each service type and daemon.
type OAuthReg struct {
	Daemon                  bool     `json:"daemon,omitempty"`
	ServiceType             string   `json:"serviceType"`
	Scopes                  []string `json:"scopes,omitempty"`
	ClientID                string   `json:"clientId,omitempty"`
	ClientSecret            string   `json:"clientSecret,omitempty" secret:"true"`  // Office 365 daemon: the private key, PEM
	ClientSecret2           string   `json:"clientSecret2,omitempty" secret:"true"` // Office 365 daemon: the certificate, PEM
	ClientSecret3           string   `json:"clientSecret3,omitempty" secret:"true"`
	TopicName               string   `json:"topicName,omitempty"`
	IntermediateCallbackURL string   `json:"intermediateCallbackUrl,omitempty"`
	Name                    string   `json:"name,omitempty"`
}

// OAuthServiceTypes are those of the services that there are registrations with.
var OAuthServiceTypes = []string{"Office365", "Google", "Zoho"}

type regKey struct {
	serviceType string
	daemon      bool
}

func (k regKey) String() string {
	if k.daemon {
		return k.serviceType + "/daemon"
	}
	return k.serviceType
}

func (r OAuthReg) key() regKey { return regKey{r.ServiceType, r.Daemon} }

func (r OAuthReg) body(q Quirks) object {
	return object{
		"daemon":                  r.Daemon,
		"serviceType":             r.ServiceType,
		"scopes":                  q.scopes(r.Scopes),
		"clientId":                r.ClientID,
		"clientSecret":            q.secret(r.ClientSecret),
		"clientSecret2":           q.secret(r.ClientSecret2),
		"clientSecret3":           q.secret(r.ClientSecret3),
		"topicName":               optional(r.TopicName),
		"intermediateCallbackUrl": optional(r.IntermediateCallbackURL),
		"name":                    optional(r.Name),
	}
}

// Check returns what is wrong with a registration, in the words of the API.
func (r OAuthReg) Check() error {
	switch {
	case r.ServiceType == "":
		return badRequest("serviceType is missing")
	case !slices.Contains(OAuthServiceTypes, r.ServiceType):
		return badRequest("Unknown serviceType %q, must be one of %s", r.ServiceType, strings.Join(OAuthServiceTypes, ", "))
	case r.ClientID == "":
		return badRequest("clientId is missing")
	case r.ClientSecret == "":
		return badRequest("clientSecret is missing")
	}
	if r.ServiceType == "Office365" && r.Daemon {
		if !isPEM(r.ClientSecret, "PRIVATE KEY") {
			return badRequest("clientSecret is not a private key in PEM")
		}
		if !isPEM(r.ClientSecret2, "CERTIFICATE") {
			return badRequest("clientSecret2 is not a certificate in PEM")
		}
	}
	return checkScopes("scopes", r.Scopes)
}

// isPEM looks at the kind of a PEM block: "RSA PRIVATE KEY" is a kind of
// "PRIVATE KEY".
func isPEM(text, kind string) bool {
	block, _ := pem.Decode([]byte(text))
	return block != nil && strings.HasSuffix(block.Type, kind)
}

func (s *Server) listOAuthRegs(c *call) (answer, error) {
	return pageOf(c, s.OAuthRegs(), func(r OAuthReg) object { return r.body(c.quirks) })
}

// saveOAuthReg is an upsert keyed by service type and daemon [inferred].
func (s *Server) saveOAuthReg(c *call) (answer, error) {
	if status := c.quirks.RefuseOAuthWrites; status != 0 {
		return answer{}, refuse(status, "OAuth registrations are written in the portal")
	}
	r, err := decodeBody[OAuthReg](c)
	if err != nil {
		return answer{}, err
	}
	if err := r.Check(); err != nil {
		return answer{}, err
	}
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	_, exists := s.store.regs[r.key()]
	s.store.putReg(r)
	return c.created(!exists, r.body(c.quirks)), nil
}

func (s *Server) deleteOAuthReg(c *call) (answer, error) {
	if status := c.quirks.RefuseOAuthWrites; status != 0 {
		return answer{}, refuse(status, "OAuth registrations are written in the portal")
	}
	if !c.query.Has("daemon") {
		return answer{}, badRequest("Query parameter %q is missing", "daemon")
	}
	daemon, err := c.flag("daemon")
	if err != nil {
		return answer{}, err
	}
	serviceType := c.query.Get("serviceType")
	if !slices.Contains(OAuthServiceTypes, serviceType) {
		return answer{}, badRequest("serviceType must be one of %s", strings.Join(OAuthServiceTypes, ", "))
	}
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	if !s.store.removeReg(regKey{serviceType, daemon}) {
		return answer{}, refuse(http.StatusNotFound, "No such OAuth registration")
	}
	return answer{status: http.StatusOK}, nil
}

func (st *store) putReg(r OAuthReg) {
	st.version++
	st.regs[r.key()] = r
}

func (st *store) removeReg(key regKey) bool {
	if _, ok := st.regs[key]; !ok {
		return false
	}
	st.version++
	delete(st.regs, key)
	return true
}

func (st *store) sortedRegs() []OAuthReg {
	regs := make([]OAuthReg, 0, len(st.regs))
	for _, r := range st.regs {
		r.Scopes = slices.Clone(r.Scopes)
		regs = append(regs, r)
	}
	slices.SortFunc(regs, func(a, b OAuthReg) int {
		return cmp.Compare(a.key().String(), b.key().String())
	})
	return regs
}

func (s *Server) hasOAuthReg(serviceType string, daemon bool) bool {
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	_, ok := s.store.regs[regKey{serviceType, daemon}]
	return ok
}

// OAuthRegs returns all registrations with their secrets, sorted by service
// type, the daemon's last.
func (s *Server) OAuthRegs() []OAuthReg {
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	return s.store.sortedRegs()
}

// SetOAuthReg writes a registration without any check.
func (s *Server) SetOAuthReg(r OAuthReg) {
	defer s.persistOrLog()
	r.Scopes = slices.Clone(r.Scopes)
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	s.store.putReg(r)
}

// RemoveOAuthReg removes a registration. It reports whether it was there.
func (s *Server) RemoveOAuthReg(serviceType string, daemon bool) bool {
	defer s.persistOrLog()
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	return s.store.removeReg(regKey{serviceType, daemon})
}
