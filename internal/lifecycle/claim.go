package lifecycle

import (
	"slices"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// A claim is an identity that a resource of the run has taken.
type claim struct {
	account aurinko.Account // as a listing would have it; its ID is 0 while it is being created
	handles []string
}

// claim takes the spec's identity for an account, 0 for one that is to be
// created. It fails when another resource has one that overlaps, whichever came
// first: neither may write over the other.
func (r *Run) claim(s Spec, id aurinko.AccountID) (*claim, error) {
	c := &claim{
		account: s.complete(aurinko.Account{
			ID: id, ParentID: s.Parent, Type: s.Kind(), ServerURL: s.Input.ServerURL, ClientOrgID: s.Input.ClientOrgID,
		}),
		handles: handles(s.keys(), s.Input),
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, handle := range c.handles {
		for _, other := range r.claims[handle] {
			if (other.account.ID == 0 || other.account.ID != id) && s.overlaps(other.account) {
				return nil, &Refusal{Reason: Claimed, AccountID: other.account.ID}
			}
		}
	}
	for _, handle := range c.handles {
		r.claims[handle] = append(r.claims[handle], c)
	}
	return c, nil
}

// hold gives the claim to an account that was created.
func (r *Run) hold(c *claim, id aurinko.AccountID) { r.do(func() { c.account.ID = id }) }

// release gives the claim up, after a write that failed.
func (r *Run) release(c *claim) { r.do(func() { r.drop(c) }) }

func (r *Run) drop(c *claim) {
	for _, handle := range c.handles {
		r.claims[handle] = slices.DeleteFunc(r.claims[handle], func(other *claim) bool { return other == c })
	}
}
