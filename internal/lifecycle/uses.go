package lifecycle

import "github.com/aurinko/terraform-provider-aurinko/internal/aurinko"

// An Object names what a resource manages, in the words of a message: "account
// 1034".
type Object string

// AccountObject names an account.
func AccountObject(id aurinko.AccountID) Object { return Object("account " + id.String()) }

// uses are what the resources of a run have done with one object: how many have
// read it, and whether the plan keeps or destroys it. An apply is a run of its own
// in which resources neither read nor plan a destroy, so that uses say nothing
// there.
type uses struct {
	reads           int
	kept, destroyed bool
}

func (r *Run) use(object Object) *uses {
	u := r.uses[object]
	if u == nil {
		u = &uses{}
		r.uses[object] = u
	}
	return u
}

// NoteRead notes that a resource, or a deposed object of one, reads an object.
// It reports whether another one of this run did before: both have one ID.
func (r *Run) NoteRead(object Object) (again bool) {
	r.do(func() {
		u := r.use(object)
		u.reads++
		again = u.reads > 1
	})
	return again
}

// NotePlan notes that the plan keeps or destroys an object. It reports whether
// the plan does both, through two resources that have one ID.
func (r *Run) NotePlan(object Object, destroys bool) (both bool) {
	r.do(func() {
		u := r.use(object)
		u.kept, u.destroyed = u.kept || !destroys, u.destroyed || destroys
		both = u.kept && u.destroyed
	})
	return both
}

// isShared reports whether several resources of the run have an object in their
// state.
func (r *Run) isShared(object Object) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.uses[object] != nil && r.uses[object].reads > 1
}

// IsUsed reports whether a resource of the run has an object in its state.
func (r *Run) IsUsed(object Object) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.uses[object] != nil
}
