package aurinko

import (
	"fmt"
	"strings"
)

// Target is the account that a write means, and what it is to hold.
type Target struct {
	Parent AccountID // the service account of a managed account; 0 for a service account
	Input  AccountInput

	// For managed accounts only.
	ByLogin             bool // the login identifies the account, not the e-mail address
	EnsureAccess        bool
	UserID, UserAccount string // together, or both empty
}

// recycleKeys are the fields that identify the target among the accounts of
// its service account (a managed account) or of its service (a service
// account). They are sent with every write, so that repeating it is safe.
func (t Target) recycleKeys() []recycleKey {
	if t.Parent != 0 {
		if t.ByLogin {
			return []recycleKey{keyUsername}
		}
		return []recycleKey{keyEmail}
	}
	var keys []recycleKey
	switch t.Input.ServiceType {
	case ServiceGoogle:
		keys = []recycleKey{keyUserID, keyOrgID}
	case ServiceExchange:
		keys = []recycleKey{keyUsername, keyServerURL}
	default:
		keys = []recycleKey{keyOrgID}
	}
	if t.Input.ClientOrgID != "" {
		keys = append(keys, keyClientOrgID)
	}
	return keys
}

// Identity is a text that two targets share when they mean the same account.
func (t Target) Identity() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\x00%s", t.Parent, t.Input.ServiceType)
	for _, key := range t.recycleKeys() {
		fmt.Fprintf(&b, "\x00%s=%s", key, strings.ToLower(key.input(t.Input)))
	}
	return b.String()
}

// matches reports whether a listed account is the one that t means. A field
// that the listing leaves out decides nothing; the e-mail address then does.
func (t Target) matches(a Account) bool {
	if a.ServiceType != "" && !strings.EqualFold(a.ServiceType, t.Input.ServiceType) {
		return false
	}
	if t.Parent == 0 {
		if a.ParentID != 0 {
			return false
		}
	} else if a.ParentID != t.Parent && (a.ParentID != 0 || (a.Type != "" && a.Type != TypeManaged)) {
		return false
	}
	for _, key := range t.recycleKeys() {
		listed := key.account(a)
		if listed == "" && key != keyClientOrgID {
			return t.Input.Email != "" && strings.EqualFold(a.Email, t.Input.Email)
		}
		if !key.same(listed, key.input(t.Input)) {
			return false
		}
	}
	return true
}

// same compares two values of a recycle key. A server may tell the address of a
// mail server in less words than it was sent.
func (k recycleKey) same(a, b string) bool {
	if k == keyServerURL && (hostOf(a) == a || hostOf(b) == b) {
		return hostOf(a) == hostOf(b)
	}
	return strings.EqualFold(strings.TrimSuffix(a, "/"), strings.TrimSuffix(b, "/"))
}

// hostOf is the host of a URL, in lower case.
func hostOf(address string) string {
	address = strings.ToLower(address)
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	host, _, _ := strings.Cut(address, "/")
	return host
}

// contradicts reports whether account a tells something else of itself than
// identifies the target: a write would find another account, or make one.
func (t Target) contradicts(a Account) bool {
	if t.Parent != 0 && a.ParentID != 0 && a.ParentID != t.Parent {
		return true
	}
	for _, key := range t.recycleKeys() {
		if told := key.account(a); told != "" && !key.same(told, key.input(t.Input)) {
			return true
		}
	}
	return false
}

// identifiedLike is t identified by what account a has: by the login where the
// account has no e-mail address yet, and the other way round.
func (t Target) identifiedLike(a Account) Target {
	key, other := keyEmail, keyUsername
	if t.ByLogin {
		key, other = keyUsername, keyEmail
	}
	if t.Parent != 0 && key.account(a) == "" && other.account(a) != "" && other.same(other.account(a), other.input(t.Input)) {
		t.ByLogin = !t.ByLogin
	}
	return t
}

// spelledLike is t with what identifies it spelled as account a has it, where
// the two differ in case alone: an upsert may compare to the letter, and make
// another account.
func (t Target) spelledLike(a Account) Target {
	for _, key := range t.recycleKeys() {
		if value, kept := key.field(&t.Input), key.account(a); strings.EqualFold(*value, kept) {
			*value = kept
		}
	}
	return t
}
