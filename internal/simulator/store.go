package simulator

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// store holds what the application has. An *Account in it is never changed,
// only replaced, so that a reader may keep one without the lock.
type store struct {
	lock     sync.RWMutex
	version  uint64     // goes up with every change
	nextID   int64      // the id to try for the next account
	accounts []*Account // sorted by id
	index    map[indexKey]map[int64]*Account
	regs     map[regKey]OAuthReg

	subscriptions []Subscription   // sorted by id
	profiles      []BookingProfile // sorted by id

	codes     map[string]issuedCode // what each unused code stands for
	tokens    map[string]int64      // the account of each token
	noMailbox map[string]bool       // email addresses in lower case
}

func newStore(firstID int64) *store {
	return &store{
		nextID:    firstID,
		index:     map[indexKey]map[int64]*Account{},
		regs:      map[regKey]OAuthReg{},
		codes:     map[string]issuedCode{},
		tokens:    map[string]int64{},
		noMailbox: map[string]bool{},
	}
}

// A kin is a group of accounts among which an upsert looks for the one to
// update [inferred: the reference does not limit the search].
type kin struct {
	accountType string
	of          string // managed accounts: the parent's id; others: the service type
}

func (a *Account) kin() kin {
	if a.Type == Managed {
		return kin{a.Type, strconv.FormatInt(a.ParentID, 10)}
	}
	return kin{a.Type, a.ServiceType}
}

// recycleKeys are the fields that an upsert can match on.
var recycleKeys = map[string]func(*Account) string{
	"email":       func(a *Account) string { return strings.ToLower(a.Email) },
	"orgId":       func(a *Account) string { return a.AuthOrgID },
	"userId":      func(a *Account) string { return a.AuthUserID },
	"serverUrl":   func(a *Account) string { return a.ServerURL },
	"username":    func(a *Account) string { return a.LoginString },
	"clientOrgId": func(a *Account) string { return a.ClientOrgID },
}

// An indexKey leads to the accounts of a kin that have a value under a recycle
// key, or with key "" to all of the kin. Without it, ten thousand upserts would
// compare each account with each other one.
type indexKey struct {
	kin   kin
	key   string
	value string
}

func (a *Account) indexKeys() []indexKey {
	keys := []indexKey{{kin: a.kin()}}
	for key, value := range recycleKeys {
		keys = append(keys, indexKey{a.kin(), key, value(a)})
	}
	return keys
}

// find returns the position of an account, or where it would have to be.
func (st *store) find(id int64) (int, bool) {
	return slices.BinarySearchFunc(st.accounts, id, func(a *Account, id int64) int {
		return cmp.Compare(a.ID, id)
	})
}

func (st *store) get(id int64) (*Account, bool) {
	at, ok := st.find(id)
	if !ok {
		return nil, false
	}
	return st.accounts[at], true
}

// put adds an account, or replaces the one with its id.
func (st *store) put(a *Account) {
	st.version++
	at, ok := st.find(a.ID)
	if ok {
		st.unindex(st.accounts[at])
		st.accounts[at] = a
	} else {
		st.accounts = slices.Insert(st.accounts, at, a)
	}
	for _, key := range a.indexKeys() {
		if st.index[key] == nil {
			st.index[key] = map[int64]*Account{}
		}
		st.index[key][a.ID] = a
	}
}

// takeID returns the next id that no account has.
func (st *store) takeID() int64 {
	for {
		id := st.nextID
		st.nextID++
		if _, taken := st.find(id); !taken {
			return id
		}
	}
}

// add gives an account without an id the next free one, and puts it.
func (st *store) add(a *Account) {
	if a.ID == 0 {
		a.ID = st.takeID()
	}
	st.put(a)
}

// remove removes an account and the managed accounts under it.
func (st *store) remove(id int64) bool {
	at, ok := st.find(id)
	if !ok {
		return false
	}
	st.version++
	gone := map[int64]*Account{id: st.accounts[at]}
	maps.Copy(gone, st.children(id))
	for _, a := range gone {
		st.unindex(a)
	}
	st.removeOf(func(id int64) bool { return gone[id] != nil })
	if len(gone) == 1 {
		st.accounts = slices.Delete(st.accounts, at, at+1)
	} else { // in one go, however many there are
		st.accounts = slices.DeleteFunc(st.accounts, func(a *Account) bool { return gone[a.ID] != nil })
	}
	return true
}

// removeOf removes what belongs to accounts that are gone.
func (st *store) removeOf(isGone func(id int64) bool) {
	st.subscriptions = slices.DeleteFunc(slices.Clone(st.subscriptions), func(s Subscription) bool { return isGone(s.AccountID) })
	st.profiles = slices.DeleteFunc(slices.Clone(st.profiles), func(p BookingProfile) bool { return isGone(p.AccountID) })
	for i := range st.profiles {
		p := &st.profiles[i]
		*p = p.clone()
		p.AccountIDs = slices.DeleteFunc(p.AccountIDs, isGone)
		for j := range p.Groups {
			p.Groups[j].AccountIDs = slices.DeleteFunc(p.Groups[j].AccountIDs, isGone)
		}
		p.Groups = slices.DeleteFunc(p.Groups, func(g BookingGroup) bool { return len(g.AccountIDs) == 0 })
	}
}

// children are the managed accounts under a service account.
func (st *store) children(id int64) map[int64]*Account {
	return st.index[indexKey{kin: kin{Managed, strconv.FormatInt(id, 10)}}]
}

func (st *store) unindex(a *Account) {
	for _, key := range a.indexKeys() {
		delete(st.index[key], a.ID)
		if len(st.index[key]) == 0 {
			delete(st.index, key)
		}
	}
}

// match returns the oldest account of the same kin that is equal under all
// keys, or nil. Empty values are equal to one another. The index knows emails
// in lower case only.
func (st *store) match(wanted *Account, keys []string, caseSensitive bool) *Account {
	if len(keys) == 0 {
		return nil
	}
	candidates := st.index[indexKey{kin: wanted.kin()}]
	for _, key := range keys {
		narrower := st.index[indexKey{wanted.kin(), key, recycleKeys[key](wanted)}]
		if len(narrower) < len(candidates) {
			candidates = narrower
		}
	}
	var oldest *Account
	for _, a := range candidates {
		differs := slices.ContainsFunc(keys, func(key string) bool {
			return recycleKeys[key](a) != recycleKeys[key](wanted) || caseSensitive && key == "email" && a.Email != wanted.Email
		})
		if !differs && (oldest == nil || a.ID < oldest.ID) {
			oldest = a
		}
	}
	return oldest
}

// upsert updates the account that matches, or else creates one.
func (st *store) upsert(a *Account, keys []string, caseSensitive bool, now time.Time) (isNew bool) {
	if existing := st.match(a, keys, caseSensitive); existing != nil {
		a.ID, a.CreatedAt = existing.ID, existing.CreatedAt
		// What no write can set stays.
		a.Name2, a.ServerURL2, a.AuthNativeScopes = existing.Name2, existing.ServerURL2, existing.AuthNativeScopes
		if a.UserID == "" {
			a.UserID, a.UserAccount = existing.UserID, existing.UserAccount
		}
		st.put(a)
		return false
	}
	a.CreatedAt = now
	if a.UserID == "" {
		a.UserID = newUUID()
	}
	st.add(a)
	return true
}

// Accounts returns all accounts, sorted by id.
func (s *Server) Accounts() []Account {
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	accounts := make([]Account, len(s.store.accounts))
	for i, a := range s.store.accounts {
		accounts[i] = *a.clone()
	}
	return accounts
}

// Account returns one account.
func (s *Server) Account(id int64) (Account, bool) {
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	a, ok := s.store.get(id)
	if !ok {
		return Account{}, false
	}
	return *a.clone(), true
}

// AddAccount adds an account without any check, and returns its id. What is
// not set gets a value: the next id, the type managed with a ParentID and
// personal without, an active token, the present time. An account with the
// same id is replaced.
func (s *Server) AddAccount(a Account) int64 {
	defer s.persistOrLog()
	added := a.clone()
	added.complete(s.Now())
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	s.store.add(added)
	return added.ID
}

// UpdateAccount calls change on an account, whose id stays, as if somebody
// had done so elsewhere. It reports whether the account is there. The function
// must not call the server.
func (s *Server) UpdateAccount(id int64, change func(*Account)) bool {
	defer s.persistOrLog()
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	existing, ok := s.store.get(id)
	if !ok {
		return false
	}
	changed := existing.clone()
	changed.UpdatedAt = s.Now()
	change(changed)
	changed.ID = id
	s.store.put(changed)
	return true
}

// RemoveAccount removes an account and the managed accounts under it. It
// reports whether the account was there.
func (s *Server) RemoveAccount(id int64) bool {
	defer s.persistOrLog()
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	return s.store.remove(id)
}

// NoMailbox marks an email address or login as one without a mailbox: a write that
// asks for ensureAccess, and a connection check, fail for it.
func (s *Server) NoMailbox(email string) {
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	s.store.noMailbox[strings.ToLower(email)] = true
}

// Empty reports whether there is neither an account nor a registration, nor a
// booking profile.
func (s *Server) Empty() bool {
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	return len(s.store.accounts) == 0 && len(s.store.regs) == 0 && len(s.store.profiles) == 0
}
