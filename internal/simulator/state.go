package simulator

import (
	"cmp"
	"reflect"
	"slices"
	"time"
)

// StateVersion is the version of State that this simulator writes.
const StateVersion = 1

// A State is what the application has at Aurinko: the content of a file or of a
// seed.
type State struct {
	Version   int        `json:"version,omitempty"`
	NextID    int64      `json:"nextId,omitempty"` // the ID to try for the next account
	OAuthRegs []OAuthReg `json:"oauthRegs,omitempty"`
	Accounts  []*Account `json:"accounts,omitempty"`

	Subscriptions   []Subscription   `json:"subscriptions,omitempty"`
	BookingProfiles []BookingProfile `json:"bookingProfiles,omitempty"`
}

// WithoutSecrets returns the state without what the API never answers because
// it is secret.
func (st State) WithoutSecrets() State {
	st.OAuthRegs = slices.Clone(st.OAuthRegs)
	for i := range st.OAuthRegs {
		clearSecrets(&st.OAuthRegs[i])
	}
	st.Accounts = slices.Clone(st.Accounts)
	for i, a := range st.Accounts {
		st.Accounts[i] = a.clone()
		clearSecrets(st.Accounts[i])
	}
	return st
}

// clearSecrets empties the fields of a struct that are tagged as secrets.
func clearSecrets(pointer any) {
	value := reflect.ValueOf(pointer).Elem()
	for i := range value.NumField() {
		if value.Type().Field(i).Tag.Get("secret") != "" {
			value.Field(i).SetZero()
		}
	}
}

// State returns what the application has. Its accounts must not be changed.
func (s *Server) State() State {
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	return s.store.state()
}

// SetState replaces what the application has, without any check. Accounts get
// values for what they always have, as with AddAccount.
func (s *Server) SetState(state State) {
	defer s.persistOrLog()
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	fresh := newStore(s.options.FirstID)
	fresh.fill(state, s.Now())
	s.store.nextID, s.store.accounts, s.store.index = fresh.nextID, fresh.accounts, fresh.index
	s.store.regs, s.store.codes, s.store.tokens = fresh.regs, fresh.codes, fresh.tokens
	s.store.subscriptions, s.store.profiles = fresh.subscriptions, fresh.profiles
	s.store.version++
}

func (st *store) state() State {
	return State{
		Version: StateVersion, NextID: st.nextID, OAuthRegs: st.sortedRegs(), Accounts: slices.Clone(st.accounts),
		Subscriptions: slices.Clone(st.subscriptions), BookingProfiles: slices.Clone(st.profiles),
	}
}

// fill adds a state. Where there is a time, accounts are completed with it;
// those with an ID come first, for the others to get one that is free.
func (st *store) fill(state State, now time.Time) {
	st.nextID = max(st.nextID, state.NextID)
	for _, reg := range state.OAuthRegs {
		st.putReg(reg)
	}
	for _, withID := range []bool{true, false} {
		for _, a := range state.Accounts {
			if (a.ID != 0) == withID {
				added := a.clone()
				if !now.IsZero() {
					added.complete(now)
				}
				st.add(added)
			}
		}
	}
	for _, subscription := range state.Subscriptions {
		if subscription.ID == 0 {
			subscription.ID = st.takeID()
		}
		st.subscriptions = append(st.subscriptions, subscription)
	}
	for _, p := range state.BookingProfiles {
		if p.ID == 0 {
			p.ID = st.takeID()
		}
		st.profiles = append(st.profiles, p.clone())
	}
	slices.SortStableFunc(st.subscriptions, func(a, b Subscription) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortStableFunc(st.profiles, func(a, b BookingProfile) int { return cmp.Compare(a.ID, b.ID) })
}
