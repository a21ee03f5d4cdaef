package lifecycle

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// A Spec is an account as a resource wants it.
type Spec struct {
	Parent   aurinko.AccountID    // the service account of a managed account; 0 for another one
	Personal bool                 // an account with a password of its own
	Input    aurinko.AccountInput // a managed account's service type may be empty until it is written
	Options  aurinko.SaveOptions  // not for service accounts
}

// Kind returns the kind of the account.
func (s Spec) Kind() aurinko.AccountType {
	switch {
	case s.Personal:
		return aurinko.TypePersonal
	case s.Parent == 0:
		return aurinko.TypeService
	}
	return aurinko.TypeManaged
}

func (s Spec) keys() []aurinko.RecycleKey {
	return aurinko.IdentifyingKeys(s.Kind(), s.Input.ServiceType)
}

// overlaps reports whether a write of the spec could hit an account, or a write
// of the account the spec.
func (s Spec) overlaps(a aurinko.Account) bool {
	overlap, _ := s.compare(a)
	return overlap
}

// contradicts reports whether something that identifies an account differs from
// the spec.
func (s Spec) contradicts(a aurinko.Account) bool {
	_, differs := s.compare(a)
	return differs
}

// isOfOther reports whether an account is of another mail service.
func (s Spec) isOfOther(a aurinko.Account) bool {
	return a.ServiceType != "" && s.Input.ServiceType != "" && !strings.EqualFold(a.ServiceType, s.Input.ServiceType)
}

// signedIn refuses an account that a personal one overlaps with, of another mail
// service: its owner has signed in, and a write would take that away.
func (s Spec) signedIn(a aurinko.Account) error {
	if s.Personal && s.isOfOther(a) {
		return &Refusal{Reason: SignedIn, AccountID: a.ID, Detail: a.ServiceType}
	}
	return nil
}

func (s Spec) compare(a aurinko.Account) (overlap, differs bool) {
	other := s.isOfOther(a)
	switch {
	case !a.May(s.Kind()), a.ParentID != 0 && a.ParentID != s.Parent, other && !s.Personal,
		s.Personal && s.Input.ClientOrgID != "" && a.ClientOrgID != "" && !same(aurinko.KeyClientOrgID, s.Input.ClientOrgID, a.ClientOrgID):
		return false, true
	case s.Kind() == aurinko.TypeService && a.AuthUserID == "" && strings.EqualFold(s.Input.ServiceType, aurinko.ServiceGoogle) &&
		a.Email != "" && !strings.EqualFold(a.Email, s.Input.Email):
		return false, true // at Google, the address stands for the user as well
	}
	for _, key := range s.keys() {
		mine, theirs := *key.Input(&s.Input), key.Account(a)
		switch {
		case mine == "" || theirs == "":
		case !same(key, mine, theirs):
			return false, true
		case key == aurinko.KeyEmail: // it alone identifies a mailbox that has one
			return true, other
		default:
			overlap = true
		}
	}
	return overlap, other
}

// same compares two values of a recycle key. A server may return less of the URL
// of a mail server than it was sent.
func same(key aurinko.RecycleKey, a, b string) bool {
	a, b = normal(a), normal(b)
	if key == aurinko.KeyServerURL && (host(a) == a || host(b) == b) {
		return host(a) == host(b)
	}
	return a == b
}

func normal(value string) string { return strings.TrimRight(strings.ToLower(value), "/") }

func host(address string) string {
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	name, _, _ := strings.Cut(address, "/")
	return name
}

// recycling returns what a write sends: the recycle keys, and the input with
// their values. The write of an account that exists goes by the keys that the
// account has, in its own spelling, since a server may compare to the letter.
func (s Spec) recycling(existing aurinko.Account) ([]aurinko.RecycleKey, aurinko.AccountInput) {
	in, keys := s.Input, s.keys()
	if s.Personal {
		keys = append(keys, aurinko.KeyClientOrgID)
	}
	for _, key := range keys {
		mine, theirs := key.Input(&in), key.Account(existing)
		if theirs != "" && (*mine == "" || normal(*mine) == normal(theirs)) {
			*mine = theirs
		}
	}
	byLogin := existing.Email == "" && (existing.LoginString != "" || in.Email == "")
	return slices.DeleteFunc(keys, func(key aurinko.RecycleKey) bool {
		switch {
		case key == aurinko.KeyClientOrgID:
			return in.ClientOrgID == "" || existing.ID != 0 && existing.ClientOrgID == ""
		case s.Kind() == aurinko.TypeService:
			return false
		case byLogin:
			return key == aurinko.KeyEmail
		}
		return key == aurinko.KeyUsername
	}), in
}

// complete returns an account with what the API did not return of a spec that was
// just written.
func (s Spec) complete(a aurinko.Account) aurinko.Account {
	a.ServiceType = cmp.Or(a.ServiceType, s.Input.ServiceType)
	a.AuthOrgID = cmp.Or(a.AuthOrgID, s.Input.AuthOrgID)
	a.AuthUserID = cmp.Or(a.AuthUserID, s.Input.AuthUserID)
	a.Email = cmp.Or(a.Email, s.Input.Email)
	a.LoginString = cmp.Or(a.LoginString, s.Input.LoginString)
	a.Name = cmp.Or(a.Name, s.Input.Name)
	return a
}

// handles returns what an account that overlaps with another one has in common
// with it: at least one of these.
func handles(keys []aurinko.RecycleKey, in aurinko.AccountInput) []string {
	found := make([]string, 0, len(keys))
	for _, key := range keys {
		value := normal(*key.Input(&in))
		if key == aurinko.KeyServerURL {
			value = host(value)
		}
		if value != "" {
			found = append(found, string(key)+"="+value)
		}
	}
	return found
}
