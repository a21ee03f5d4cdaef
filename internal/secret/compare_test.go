package secret_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

// costly are two hashes of a secret at the cost that users pay. All other hashes of
// these tests are cheap.
var costly [2]secret.Kept

func TestMain(m *testing.M) {
	for i := range costly {
		p := private{}
		secret.Exact.Sent(context.Background(), p, writeOnly("hunter2"), "")
		costly[i], _ = secret.Load(context.Background(), p)
	}
	secret.UseCheapHashes()
	os.Exit(m.Run())
}

// private is private state as a map.
type private map[string][]byte

func (p private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) { return p[key], nil }

func (p private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	p[key] = value
	return nil
}

var (
	// hashed and public are rules for secrets whose case does not count. The API
	// returns them; those of Exact it does not.
	hashed = secret.Rule{Fingerprint: strings.ToLower, Returned: true}
	public = secret.Rule{Fingerprint: strings.ToLower, Returned: true, Public: true}
)

// prior is the revision before the plan.
var prior = types.Int64Value(4)

// An outcome is what a plan and an apply do with a secret.
type outcome struct {
	sends, drifted, another bool
	planned                 string // the revision if nothing else changes
	along                   string // the revision if something else changes
}

func TestCompare(t *testing.T) {
	t.Parallel()

	var (
		stays   = outcome{planned: "4", along: "4"}
		settled = outcome{planned: "4", along: "unknown"} // it may be another one at apply
		raises  = outcome{sends: true, another: true, planned: "5", along: "5"}
		changes = outcome{sends: true, another: true, planned: "unknown", along: "unknown"}
		drifts  = outcome{sends: true, drifted: true, planned: "unknown", along: "unknown"}
		open    = outcome{sends: true, planned: "unknown", along: "unknown"}

		unknownPlain     = secret.Values{Plain: unknown}
		unknownWriteOnly = secret.Values{WriteOnly: unknown}
		unknownVersion   = secret.Values{WriteOnly: types.StringValue("a"), Version: types.Int64Unknown()}
	)
	tests := map[string]struct {
		rule              secret.Rule   // hashed, if omitted
		sent              secret.Values // last, by this resource
		shown             string        // by the API, right after that
		read              []string      // from the API, since then
		configured, state secret.Values
		want              outcome
	}{
		"no secret at all": {want: stays},

		"plain, same":                    {configured: plain("a"), state: plain("a"), want: stays},
		"plain, the same in other words": {configured: plain("A"), state: plain("a"), want: stays},
		"plain, another":                 {configured: plain("b"), state: plain("a"), want: raises},
		"plain, unknown":                 {configured: unknownPlain, state: plain("a"), want: open},

		"write-only, same":                     {sent: writeOnly("a"), configured: writeOnly("a"), want: settled},
		"write-only, the same in other words":  {sent: writeOnly("a"), configured: writeOnly("A"), want: settled},
		"write-only, another":                  {sent: writeOnly("a"), configured: writeOnly("b"), want: changes},
		"write-only, unknown":                  {sent: writeOnly("a"), configured: unknownWriteOnly, want: open},
		"write-only, returned in other words":  {sent: writeOnly("a"), shown: "x", read: []string{"x"}, configured: writeOnly("a"), want: settled},
		"write-only, other words, changed":     {sent: writeOnly("a"), shown: "x", read: []string{"x", "c"}, configured: writeOnly("a"), want: drifts},
		"write-only, other words, and back":    {sent: writeOnly("a"), shown: "x", read: []string{"c", "x"}, configured: writeOnly("a"), want: settled},
		"write-only, masked":                   {sent: writeOnly("a"), read: []string{"****", "••••", ""}, configured: writeOnly("a"), want: settled},
		"write-only, changed in the portal":    {sent: writeOnly("a"), read: []string{"c"}, configured: writeOnly("a"), want: drifts},
		"write-only, and masked since":         {sent: writeOnly("a"), read: []string{"c", "****"}, configured: writeOnly("a"), want: drifts},
		"write-only, and changed back":         {sent: writeOnly("a"), read: []string{"c", "a"}, configured: writeOnly("a"), want: settled},
		"write-only, configured as in portal":  {sent: writeOnly("a"), read: []string{"c"}, configured: writeOnly("c"), want: settled},
		"write-only, changed in both":          {sent: writeOnly("a"), read: []string{"c"}, configured: writeOnly("b"), want: changes},
		"write-only, not returned":             {rule: secret.Exact, sent: writeOnly("a"), configured: writeOnly("a"), want: settled},
		"write-only, not returned, other case": {rule: secret.Exact, sent: writeOnly("a"), configured: writeOnly("A"), want: changes},

		"same version":                        {sent: versioned("a", 1), configured: versioned("a", 1), state: stored(1), want: stays},
		"same version, another secret":        {sent: versioned("a", 1), configured: versioned("b", 1), state: stored(1), want: stays},
		"same version, secret unknown":        {sent: versioned("a", 1), configured: secret.Values{WriteOnly: unknown, Version: types.Int64Value(1)}, state: stored(1), want: stays},
		"same version, changed in the portal": {sent: versioned("a", 1), read: []string{"c"}, configured: versioned("a", 1), state: stored(1), want: drifts},
		"raised version":                      {sent: versioned("a", 1), configured: versioned("b", 2), state: stored(1), want: raises},
		"raised version, same secret":         {sent: versioned("a", 1), configured: versioned("a", 2), state: stored(1), want: raises},
		"raised version, secret unknown":      {sent: versioned("a", 1), configured: secret.Values{WriteOnly: unknown, Version: types.Int64Value(2)}, state: stored(1), want: raises},
		"lowered version":                     {sent: versioned("a", 2), configured: versioned("a", 1), state: stored(2), want: raises},
		"first version":                       {sent: writeOnly("a"), configured: versioned("a", 1), want: raises},
		"unknown version":                     {sent: versioned("a", 1), configured: unknownVersion, state: stored(1), want: open},
		"version taken away, same secret":     {sent: versioned("a", 1), configured: writeOnly("a"), state: stored(1), want: settled},
		"version taken away, another":         {sent: versioned("a", 1), configured: writeOnly("b"), state: stored(1), want: changes},
		"version taken away, not returned":    {rule: secret.Exact, sent: versioned("a", 1), configured: writeOnly("a"), state: stored(1), want: changes},

		"imported, plain":                       {configured: plain("a"), want: raises},
		"imported, plain, unknown":              {configured: unknownPlain, want: open},
		"imported, plain, returned":             {read: []string{"a"}, configured: plain("a"), want: stays},
		"imported, write-only":                  {configured: writeOnly("a"), want: changes},
		"imported, write-only, returned":        {read: []string{"a"}, configured: writeOnly("a"), want: settled},
		"imported, write-only, another":         {read: []string{"a"}, configured: writeOnly("b"), want: changes},
		"imported, write-only, changed since":   {read: []string{"a", "c"}, configured: writeOnly("a"), want: drifts},
		"imported, versioned":                   {configured: versioned("a", 1), want: raises},
		"imported, versioned, returned":         {read: []string{"a"}, configured: versioned("a", 1), want: raises},
		"imported, public, returned":            {rule: public, read: []string{"a"}, configured: writeOnly("A"), want: settled},
		"imported, public, plain, not returned": {rule: public, configured: plain("a"), want: raises},

		"plain to write-only, same":    {sent: plain("a"), configured: writeOnly("a"), state: plain("a"), want: settled},
		"plain to write-only, another": {sent: plain("a"), configured: writeOnly("b"), state: plain("a"), want: changes},
		"plain to write-only, unknown": {sent: plain("a"), configured: unknownWriteOnly, state: plain("a"), want: open},
		"plain to versioned":           {sent: plain("a"), configured: versioned("a", 1), state: plain("a"), want: raises},
		"write-only to plain, same":    {sent: writeOnly("a"), configured: plain("a"), want: stays},
		"write-only to plain, another": {sent: writeOnly("a"), configured: plain("b"), want: raises},
		"versioned to plain, same":     {sent: versioned("a", 1), configured: plain("a"), state: stored(1), want: stays},

		// A public fingerprint is kept for every form, so that drift shows for each.
		"public, plain, same":                  {rule: public, sent: plain("a"), configured: plain("a"), state: plain("a"), want: stays},
		"public, plain, another":               {rule: public, sent: plain("a"), configured: plain("b"), state: plain("a"), want: raises},
		"public, plain, changed in the portal": {rule: public, sent: plain("a"), read: []string{"c"}, configured: plain("a"), state: plain("a"), want: drifts},
		"public, plain, configured as there":   {rule: public, sent: plain("a"), read: []string{"c"}, configured: plain("c"), state: plain("a"), want: stays},
		"public, write-only, same":             {rule: public, sent: writeOnly("a"), configured: writeOnly("A"), want: settled},
		"public, versioned, drifted":           {rule: public, sent: versioned("a", 1), read: []string{"c"}, configured: versioned("z", 1), state: stored(1), want: drifts},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rule, p := test.rule, private{}
			if rule.Fingerprint == nil {
				rule = hashed
			}
			if test.sent != none {
				rule.Sent(t.Context(), p, test.sent, test.shown)
			}
			for _, returned := range test.read {
				rule.Read(t.Context(), p, returned)
			}
			change := rule.Compare(test.configured, test.state, kept(t, p))
			got := outcome{
				sends: change.Sends, drifted: change.Drifted, another: change.Another(),
				planned: spell(change.Planned(prior, false)), along: spell(change.Planned(prior, true)),
			}
			if got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func spell(revision types.Int64) string {
	return strings.Trim(revision.String(), "<>")
}

func kept(t *testing.T, p private) secret.Kept {
	t.Helper()
	k, diagnostics := secret.Load(t.Context(), p)
	if diagnostics.HasError() {
		t.Fatal(diagnostics)
	}
	return k
}

// At apply, the secret is compared again. A revision that the plan has known stays.
func TestApplied(t *testing.T) {
	t.Parallel()

	p := private{}
	hashed.Sent(t.Context(), p, writeOnly("a"), "")
	tests := map[string]struct {
		configured     string
		planned, prior types.Int64
		want           types.Int64
	}{
		"the same":                 {configured: "a", planned: types.Int64Unknown(), prior: prior, want: prior},
		"another":                  {configured: "b", planned: types.Int64Unknown(), prior: prior, want: types.Int64Value(5)},
		"the first":                {configured: "b", planned: types.Int64Unknown(), prior: types.Int64Null(), want: types.Int64Value(1)},
		"the same after an import": {configured: "a", planned: types.Int64Unknown(), prior: types.Int64Null(), want: types.Int64Null()},
		"another than planned":     {configured: "b", planned: prior, prior: prior, want: prior},
	}
	for name, test := range tests {
		change := hashed.Compare(writeOnly(test.configured), none, kept(t, p))
		if got := change.Applied(test.planned, test.prior); !got.Equal(test.want) {
			t.Errorf("%s: revision %s, want %s", name, got, test.want)
		}
	}

	// A secret that is sent again because it was changed outside is no other one.
	hashed.Read(t.Context(), p, "c")
	if got := hashed.Compare(writeOnly("a"), none, kept(t, p)).Applied(types.Int64Unknown(), prior); !got.Equal(prior) {
		t.Errorf("drift: revision %s, want %s", got, prior)
	}
}

// Private state keeps hashes and public prints, of each secret one for as long as it
// is the same, and none of a secret that the state has.
func TestPrivateState(t *testing.T) {
	t.Parallel()

	p := private{}
	hashed.Sent(t.Context(), p, writeOnly("hunter2"), "hunter3")
	hashed.Read(t.Context(), p, "hunter4")
	before := kept(t, p)
	hashed.Read(t.Context(), p, "hunter4")
	if kept(t, p) != before {
		t.Error("a secret is hashed again")
	}
	for _, value := range p {
		if !json.Valid(value) || strings.Contains(string(value), "hunter") {
			t.Errorf("private state has %s", value)
		}
	}
	hashed.Sent(t.Context(), p, plain("hunter2"), "")
	if kept(t, p) != (secret.Kept{}) {
		t.Error("private state keeps a secret that the state has")
	}
	public.Sent(t.Context(), p, plain("KEY-1"), "")
	if kept(t, p) != (secret.Kept{Sent: "key-1"}) {
		t.Errorf("private state keeps %+v of a public fingerprint", kept(t, p))
	}
	p["secret"] = []byte("{")
	if kept(t, p) != (secret.Kept{}) {
		t.Error("private state that cannot be read counts")
	}
}

func TestHash(t *testing.T) {
	t.Parallel()

	const form = "$argon2id$v=19$m=19456,t=2,p=1$"
	if costly[0] == costly[1] || !strings.HasPrefix(costly[0].Sent, form) {
		t.Errorf("the hashes are %s and %s, want two salts, and %s", costly[0].Sent, costly[1].Sent, form)
	}
	for name, test := range map[string]struct {
		hash  string
		sends bool
	}{
		"of another cost": {hash: costly[0].Sent},
		"none":            {hash: "", sends: true},
		"not a hash":      {hash: "hunter2", sends: true},
		"cut off":         {hash: form + "MTIzNDU2Nzg", sends: true},
	} {
		if got := secret.Exact.Compare(writeOnly("hunter2"), none, secret.Kept{Sent: test.hash}).Sends; got != test.sends {
			t.Errorf("%s: sends %t, want %t", name, got, test.sends)
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	for b.Loop() {
		secret.Exact.Compare(writeOnly("hunter2"), none, costly[0])
	}
}
