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

// privateKey is the key of private state under which Kept is stored.
const privateKey = "secret"

// Kept is what private state keeps of a secret, so that a change is noticed
// without the secret being stored: hashes, each empty when there is none.
type Kept struct {
	Sent string `json:"sent,omitempty"` // of the secret that was sent last, or told first
	Told string `json:"told,omitempty"` // of what the API told since, where that is another
}

// Load reads what is kept. A state from before there were hashes has nothing.
func Load(ctx context.Context, private Private) (Kept, diag.Diagnostics) {
	var kept Kept
	stored, diagnostics := private.GetKey(ctx, privateKey)
	if len(stored) > 0 && json.Unmarshal(stored, &kept) != nil {
		kept = Kept{} // as good as nothing
	}
	return kept, diagnostics
}

// Save stores what is kept.
func (k Kept) Save(ctx context.Context, private Private) diag.Diagnostics {
	stored, err := json.Marshal(k)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to keep the secret's hash", err.Error())}
	}
	return private.SetKey(ctx, privateKey, stored)
}

// Remember keeps what tells a later plan whether the secret changed: the hash
// of a write-only secret that Aurinko holds now. A plain one is in the state.
func Remember(ctx context.Context, private Private, configured Values, canonical Canonical) diag.Diagnostics {
	if configured.WriteOnly.IsNull() {
		return Kept{}.Save(ctx, private)
	}
	return Kept{Sent: Hash(canonical(configured.WriteOnly.ValueString()))}.Save(ctx, private)
}

// Tell notes what the API told the secret to be. A masked or empty answer tells
// nothing.
func Tell(ctx context.Context, private Private, told string, canonical Canonical) diag.Diagnostics {
	if aurinko.IsMasked(told) {
		return nil
	}
	kept, diagnostics := Load(ctx, private)
	if kept, changed := kept.tell(canonical(told)); changed {
		diagnostics.Append(kept.Save(ctx, private)...)
	}
	return diagnostics
}

// tell also reports whether there is anything new to save.
func (k Kept) tell(told string) (Kept, bool) {
	if same, _ := Matches(k.Sent, told); same {
		return Kept{Sent: k.Sent}, k.Told != ""
	}
	if same, _ := Matches(k.Told, told); same {
		return k, false
	}
	if k.Sent == "" { // after an import: what Aurinko holds now is what it should
		return Kept{Sent: Hash(told)}, true
	}
	return Kept{Sent: k.Sent, Told: Hash(told)}, true
}

// holds reports whether Aurinko holds the secret, as far as the hashes tell.
func (k Kept) holds(secret string) (same, known bool) {
	if k.Told != "" {
		return Matches(k.Told, secret)
	}
	return Matches(k.Sent, secret)
}

// Canonical gives the form in which two secrets are compared, such as a JSON
// document without its white space.
type Canonical func(secret string) string

// AsIs compares secrets to the letter.
func AsIs(secret string) string { return secret }

// FirstRevision is the revision of a secret that is sent for the first time.
const FirstRevision = 1

// Change is what a plan has to know of a secret.
type Change struct {
	// Revision to plan; unknown when it depends on a value that is.
	Revision types.Int64
	// Sends: the secret has to be sent.
	Sends bool
	// Drifted: the API tells another secret than the one sent last, which is
	// still the one configured.
	Drifted bool
	// Open: a write-only secret without a version is not known yet. It plans
	// nothing by itself; when something else is written, it goes along.
	Open bool
}

// Plan compares the configured secret with the one that Aurinko holds.
//
// A plain secret is compared with the state. A write-only one with a version
// is sent when the version changes, and one without when its hash does. A
// secret that moves from one form to the other unchanged is not sent.
func Plan(configured, state Values, kept Kept, revision types.Int64, canonical Canonical) Change {
	unchanged := Change{Revision: revision}
	next := Change{Revision: types.Int64Value(revision.ValueInt64() + FirstRevision), Sends: true}
	unknown := Change{Revision: types.Int64Unknown(), Sends: true}

	given := configured.Value()
	versioned := !configured.Version.IsNull()
	switch {
	case configured.Version.IsUnknown():
		return unknown
	case given.IsUnknown() && versioned:
		if configured.Version.Equal(state.Version) {
			return unchanged
		}
		return next
	case given.IsUnknown() && (!configured.Plain.IsNull() || !state.Plain.IsNull()):
		return unknown
	case given.IsUnknown():
		unchanged.Open = true
		return unchanged
	case given.IsNull():
		return unchanged
	}

	wanted := canonical(given.ValueString())
	switch {
	case !state.Plain.IsNull():
		if canonical(state.Plain.ValueString()) == wanted {
			return unchanged
		}
		return next
	case versioned && configured.Version.Equal(state.Version) && kept.Told == "":
		return unchanged // without the cost of a hash
	}
	same, _ := kept.holds(wanted)
	sent := false
	if !same && kept.Told != "" {
		sent, _ = Matches(kept.Sent, wanted)
	}
	next.Drifted = sent
	if versioned {
		if configured.Version.Equal(state.Version) && !sent || state.Version.IsNull() && same {
			return unchanged
		}
		return next
	}
	if same {
		return unchanged
	}
	return next
}

// DriftWarning says that a secret was changed outside Terraform.
func DriftWarning(at path.Path, what string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(at, "The "+what+" was changed outside Terraform",
		"Aurinko holds another "+what+" than the one that Terraform sent last. Applying this plan sends the configured one again.")
}
