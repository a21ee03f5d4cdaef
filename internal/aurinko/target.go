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
		if !strings.EqualFold(strings.TrimSuffix(listed, "/"), strings.TrimSuffix(key.input(t.Input), "/")) {
			return false
		}
	}
	return true
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
