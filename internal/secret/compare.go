package secret

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// Private is a resource's private state.
type Private interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

const privateKey = "secret" // of private state

// A Rule says how two secrets of a kind are compared.
type Rule struct {
	// Fingerprint returns what two secrets have in common exactly when they are the
	// same one, such as a JSON document without white space.
	Fingerprint func(secret string) string
	// Public: the fingerprint is no secret itself, such as the ID of a key. It is kept
	// as it is; other prints are hashed.
	Public bool
	// Returned: the API returns the secret, or its fingerprint.
	Returned bool
}

// Exact is the rule for secrets that are compared letter by letter.
var Exact = Rule{Fingerprint: func(secret string) string { return secret }}

// Kept is what private state keeps of a secret, each a hash or a public fingerprint,
// and empty for none.
type Kept struct {
	Sent  string `json:"sent,omitempty"`  // was sent last, or was at Aurinko when it was imported
	Shown string `json:"shown,omitempty"` // what the API returned right after that, where it differs
	Other string `json:"other,omitempty"` // what the API has returned since, where it differs from both
}

// Load reads what private state keeps. What cannot be read counts as nothing.
func Load(ctx context.Context, private Private) (Kept, diag.Diagnostics) {
	var kept Kept
	stored, diagnostics := private.GetKey(ctx, privateKey)
	if len(stored) > 0 && json.Unmarshal(stored, &kept) != nil {
		kept = Kept{}
	}
	return kept, diagnostics
}

func (k Kept) save(ctx context.Context, private Private) diag.Diagnostics {
	stored, err := json.Marshal(k)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to keep the secret's hash", err.Error())}
	}
	return private.SetKey(ctx, privateKey, stored)
}

// Sent keeps what a later plan compares the configuration with, after the
// configured secret was sent. Returned is the fingerprint that the API has returned
// since, or empty.
func (r Rule) Sent(ctx context.Context, private Private, configured Values, returned string) diag.Diagnostics {
	var kept Kept
	if r.keeps(configured) {
		fingerprint := r.Fingerprint(configured.Value().ValueString())
		kept.Sent = r.seal(fingerprint)
		before, diagnostics := Load(ctx, private)
		if diagnostics.HasError() {
			return diagnostics
		}
		switch {
		case aurinko.IsMasked(returned) && r.matches(before.Sent, fingerprint): // nothing new was said
			kept.Shown = before.Shown
		case returned != fingerprint && !aurinko.IsMasked(returned):
			kept.Shown = r.seal(returned)
		}
	}
	return kept.save(ctx, private)
}

// keeps reports whether private state keeps a secret's fingerprint. It does not need it
// where the state has the secret, or where the version alone decides.
func (r Rule) keeps(configured Values) bool {
	return r.Public || !configured.WriteOnly.IsNull() && (configured.Version.IsNull() || r.Returned)
}

// Read keeps the fingerprint that the API returned in a refresh. A masked or empty one
// says nothing.
func (r Rule) Read(ctx context.Context, private Private, returned string) diag.Diagnostics {
	if aurinko.IsMasked(returned) {
		return nil
	}
	before, diagnostics := Load(ctx, private)
	after := before
	switch {
	case before.Sent == "":
		after.Sent = r.seal(returned)
	case r.matches(before.Sent, returned) || r.matches(before.Shown, returned):
		after.Other = ""
	case !r.matches(before.Other, returned):
		after.Other = r.seal(returned)
	}
	if after != before {
		diagnostics.Append(after.save(ctx, private)...)
	}
	return diagnostics
}

func (r Rule) seal(fingerprint string) string {
	if r.Public {
		return fingerprint
	}
	return hash(fingerprint)
}

func (r Rule) matches(sealed, fingerprint string) bool {
	if r.Public {
		return sealed != "" && sealed == fingerprint
	}
	return matches(sealed, fingerprint)
}

// isKept reports whether a fingerprint is that of the secret that was sent last, or of the
// one that Aurinko holds.
func (r Rule) isKept(kept Kept, fingerprint string) bool {
	return r.matches(kept.Sent, fingerprint) || r.matches(kept.Other, fingerprint)
}

// A Change is what a plan needs to know of a secret.
type Change struct {
	// Sends: Aurinko holds, or may hold, another secret than the configured one.
	Sends bool
	// Drifted: the API returned another secret than was sent last.
	Drifted bool
	// another: the configured secret, or its version, is neither what was sent last
	// nor what Aurinko holds.
	another bool
	// secret: the same of the secret itself, whatever its version says.
	secret bool
	// open: a later call for the same plan may see another secret.
	open bool
}

// Another reports whether the configured secret, or its version, is known, and is
// neither what was sent last nor what Aurinko holds.
func (c Change) Another() bool { return c.another }

// AnotherSecret reports the same of the secret itself, whatever its version says.
func (c Change) AnotherSecret() bool { return c.secret }

// Compare compares the configured secret with what Aurinko holds.
//
// A plain secret is compared with the state, and a write-only one with what
// private state keeps, unless it has a version: then the version alone decides.
// A value that is not known yet may be another one.
func (r Rule) Compare(configured, state Values, kept Kept) Change {
	switch given := configured.Value(); {
	case !configured.Version.IsNull():
		change := Change{Drifted: kept.Other != "", open: configured.Version.IsUnknown()}
		change.another = !change.open && !configured.Version.Equal(state.Version)
		change.Sends = change.open || change.another || change.Drifted
		change.secret = change.another && !given.IsNull() && !given.IsUnknown() && !r.isKept(kept, r.Fingerprint(given.ValueString()))
		return change
	case given.IsUnknown():
		return Change{Sends: true, open: true}
	case given.IsNull():
		return Change{}
	default:
		fingerprint := r.Fingerprint(given.ValueString())
		change := Change{open: configured.Plain.IsNull()}
		if !state.Plain.IsNull() && !r.Public {
			change.another = r.Fingerprint(state.Plain.ValueString()) != fingerprint
			change.Sends, change.secret = change.another, change.another
			return change
		}
		change.another = !r.isKept(kept, fingerprint)
		change.secret = change.another
		change.Drifted = kept.Other != "" && r.matches(kept.Sent, fingerprint)
		change.Sends = change.another || change.Drifted
		return change
	}
}

// Planned returns the revision to plan. It is unknown when the secret may turn
// out to be another one, which a write-only secret may whenever the plan changes
// anything at all.
func (c Change) Planned(state types.Int64, changes bool) types.Int64 {
	if c.Drifted || c.open && (c.Sends || changes) {
		return types.Int64Unknown()
	}
	return c.revision(state)
}

// Applied returns the revision of a planned one once the secret was compared
// again, at apply.
func (c Change) Applied(planned, state types.Int64) types.Int64 {
	if planned.IsUnknown() {
		return c.revision(state)
	}
	return planned
}

// revision goes up by one for another secret than was sent last.
func (c Change) revision(state types.Int64) types.Int64 {
	if c.another {
		return types.Int64Value(state.ValueInt64() + 1)
	}
	return state
}

// DriftWarning says that a secret was changed outside Terraform.
func DriftWarning(at path.Path, what string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(at, "The "+what+" was changed outside Terraform",
		"Aurinko holds another "+what+" than Terraform sent last.\n\nApply this plan to send the configured one again. To keep the other one, configure it here.")
}
