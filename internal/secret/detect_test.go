package secret_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

// hashed hashes each text once: a hash is made to be slow.
var hashed = func() func(text string) string {
	var known sync.Map
	return func(text string) string {
		hash, _ := known.LoadOrStore(text, sync.OnceValue(func() string { return secret.Hash(text) }))
		return hash.(func() string)()
	}
}()

func sent(text string) secret.Kept { return secret.Kept{Sent: hashed(text)} }

func told(sent, told string) secret.Kept {
	kept := secret.Kept{Told: hashed(told)}
	if sent != "" {
		kept.Sent = hashed(sent)
	}
	return kept
}

func TestPlan(t *testing.T) {
	t.Parallel()

	const prior = 4
	var (
		nothing = secret.Kept{}
		stays   = secret.Change{Revision: types.Int64Value(prior)}
		sends   = secret.Change{Revision: types.Int64Value(prior + 1), Sends: true}
		drifts  = secret.Change{Revision: types.Int64Value(prior + 1), Sends: true, Drifted: true}
		unclear = secret.Change{Revision: types.Int64Unknown(), Sends: true}
		open    = secret.Change{Revision: types.Int64Value(prior), Open: true}
	)
	tests := map[string]struct {
		config, state secret.Values
		kept          secret.Kept
		want          secret.Change
	}{
		"no secret at all": {none, none, nothing, stays},

		"plain, same":                    {plain("a"), plain("a"), nothing, stays},
		"plain, the same in other words": {plain("A"), plain("a"), nothing, stays},
		"plain, another":                 {plain("b"), plain("a"), nothing, sends},
		"plain, unknown":                 {secret.Values{Plain: unknown}, plain("a"), nothing, unclear},
		"plain, after an import, read":   {plain("a"), none, told("", "a"), stays},
		"plain, after an import, unread": {plain("a"), none, nothing, sends},
		"plain unknown, after an import": {secret.Values{Plain: unknown}, none, nothing, unclear},

		"write-only, same":                    {writeOnly("a"), none, sent("a"), stays},
		"write-only, the same in other words": {writeOnly("A"), none, sent("a"), stays},
		"write-only, another":                 {writeOnly("b"), none, sent("a"), sends},
		"write-only, unknown":                 {secret.Values{WriteOnly: unknown}, none, sent("a"), open},
		"write-only, after an import, read":   {writeOnly("a"), none, told("", "a"), stays},
		"write-only, after an import, other":  {writeOnly("b"), none, told("", "a"), sends},
		"write-only, after an import, unread": {writeOnly("a"), none, nothing, sends},
		"write-only, state without a hash":    {writeOnly("a"), none, nothing, sends},
		"write-only, spoilt hash":             {writeOnly("a"), none, secret.Kept{Sent: "$argon2id$nonsense"}, sends},
		"write-only, changed in the portal":   {writeOnly("a"), none, told("a", "c"), drifts},
		"write-only, configured as in portal": {writeOnly("c"), none, told("a", "c"), stays},
		"write-only, changed in both":         {writeOnly("b"), none, told("a", "c"), sends},

		"same version":                         {versioned("a", 1), stored(1), sent("a"), stays},
		"same version, another secret":         {versioned("b", 1), stored(1), sent("a"), stays},
		"same version, no hash":                {versioned("a", 1), stored(1), nothing, stays},
		"same version, changed in the portal":  {versioned("a", 1), stored(1), told("a", "c"), drifts},
		"same version, differs on every run":   {versioned("z", 1), stored(1), told("a", "c"), stays},
		"raised version":                       {versioned("b", 2), stored(1), sent("a"), sends},
		"raised version, same secret":          {versioned("a", 2), stored(1), sent("a"), sends},
		"lowered version":                      {versioned("b", 1), stored(2), sent("a"), sends},
		"first version, same secret":           {versioned("a", 1), none, sent("a"), stays},
		"first version, another secret":        {versioned("b", 1), none, sent("a"), sends},
		"first version, after an import":       {versioned("a", 1), none, nothing, sends},
		"first version, after an import, read": {versioned("a", 1), none, told("", "a"), stays},
		"version taken away, same secret":      {writeOnly("a"), stored(1), sent("a"), stays},
		"version taken away, another":          {writeOnly("b"), stored(1), sent("a"), sends},
		"version unknown":                      {secret.Values{WriteOnly: types.StringValue("a"), Version: types.Int64Unknown()}, stored(1), sent("a"), unclear},
		"same version, secret unknown":         {secret.Values{WriteOnly: unknown, Version: types.Int64Value(1)}, stored(1), sent("a"), stays},
		"raised version, secret unknown":       {secret.Values{WriteOnly: unknown, Version: types.Int64Value(2)}, stored(1), sent("a"), sends},

		"plain to write-only, same":    {writeOnly("a"), plain("a"), nothing, stays},
		"plain to write-only, another": {writeOnly("b"), plain("a"), nothing, sends},
		"plain to write-only, unknown": {secret.Values{WriteOnly: unknown}, plain("a"), nothing, unclear},
		"plain to versioned, same":     {versioned("a", 1), plain("a"), nothing, stays},
		"write-only to plain, same":    {plain("a"), none, sent("a"), stays},
		"write-only to plain, another": {plain("b"), none, sent("a"), sends},
		"versioned to plain, same":     {plain("a"), stored(1), sent("a"), stays},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := secret.Plan(test.config, test.state, test.kept, types.Int64Value(prior), strings.ToLower)
			if got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestPlanCountsFromOneAfterAnImport(t *testing.T) {
	t.Parallel()
	got := secret.Plan(writeOnly("a"), none, secret.Kept{}, types.Int64Null(), secret.AsIs)
	if !got.Revision.Equal(types.Int64Value(1)) {
		t.Errorf("the first secret sent after an import is revision %s, want 1", got.Revision)
	}
}

// private is private state as a map.
type private map[string][]byte

func (p private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) { return p[key], nil }

func (p private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	p[key] = value
	return nil
}

func TestRememberAndTell(t *testing.T) {
	t.Parallel()

	kept := func(p private) secret.Kept {
		t.Helper()
		k, diagnostics := secret.Load(t.Context(), p)
		if diagnostics.HasError() {
			t.Fatal(diagnostics)
		}
		return k
	}
	p := private{}
	if kept(p) != (secret.Kept{}) {
		t.Error("an empty private state holds a secret")
	}
	// What is told first, after an import, is what later answers are compared
	// with: another one is a change made outside.
	secret.Tell(t.Context(), p, "Hunter1", strings.ToLower)
	imported := kept(p)
	if same, _ := secret.Matches(imported.Sent, "hunter1"); !same || imported.Told != "" {
		t.Errorf("after an import, %+v is kept", imported)
	}
	secret.Tell(t.Context(), p, "another", strings.ToLower)
	got := secret.Plan(writeOnly("hunter1"), none, kept(p), types.Int64Null(), strings.ToLower)
	if want := (secret.Change{Revision: types.Int64Value(1), Sends: true, Drifted: true}); got != want {
		t.Errorf("drift after an import is planned as %+v, want %+v", got, want)
	}

	secret.Remember(t.Context(), p, writeOnly("Hunter2"), strings.ToLower)
	after := kept(p)
	if same, known := secret.Matches(after.Sent, "hunter2"); !same || !known || after.Told != "" {
		t.Errorf("after a write, %+v is kept", after)
	}
	for _, value := range p {
		if !json.Valid(value) || strings.Contains(strings.ToLower(string(value)), "hunter2") {
			t.Errorf("private state holds %s", value)
		}
	}

	for _, tellsNothing := range []string{"", "****", "••••", "HUNTER2"} {
		secret.Tell(t.Context(), p, tellsNothing, strings.ToLower)
		if kept(p) != after {
			t.Errorf("%q, when told, changes what is kept", tellsNothing)
		}
	}
	secret.Tell(t.Context(), p, "another", strings.ToLower)
	drifted := kept(p)
	if same, _ := secret.Matches(drifted.Told, "another"); !same || drifted.Sent != after.Sent {
		t.Errorf("after another secret was told, %+v is kept", drifted)
	}
	secret.Tell(t.Context(), p, "another", strings.ToLower)
	if kept(p) != drifted {
		t.Error("the same secret told again is hashed again")
	}
	secret.Tell(t.Context(), p, "hunter2", strings.ToLower)
	if kept(p) != after {
		t.Error("a drift that was mended outside is kept")
	}

	secret.Remember(t.Context(), p, plain("in the state"), strings.ToLower)
	if kept(p) != (secret.Kept{}) {
		t.Error("a plain secret, which the state holds, is kept as well")
	}
}

func TestHash(t *testing.T) {
	t.Parallel()

	one, two := secret.Hash("hunter2"), secret.Hash("hunter2")
	if one == two {
		t.Error("two hashes of one secret share their salt")
	}
	const form = "$argon2id$v=19$m=19456,t=2,p=1$"
	if !strings.HasPrefix(one, form) {
		t.Errorf("%s does not begin with %s", one, form)
	}
	tests := map[string]struct {
		hash, secret string
		same, known  bool
	}{
		"same":               {one, "hunter2", true, true},
		"another":            {one, "hunter3", false, true},
		"empty":              {one, "", false, true},
		"no hash":            {"", "hunter2", false, false},
		"other parameters":   {"$argon2id$v=19$m=16,t=2,p=1$MTIzNDU2Nzg$j6ix94xpiKJWDPOz+2VHsA", "", false, true},
		"another algorithm":  {"$argon2i$v=19$m=16,t=2,p=1$MTIzNDU2Nzg$j6ix94xpiKJWDPOz+2VHsA", "", false, false},
		"absurd memory":      {"$argon2id$v=19$m=999999999,t=2,p=1$MTIzNDU2Nzg$j6ix94xpiKJWDPOz+2VHsA", "", false, false},
		"no passes":          {"$argon2id$v=19$m=16,t=0,p=1$MTIzNDU2Nzg$j6ix94xpiKJWDPOz+2VHsA", "", false, false},
		"a field short":      {form + "MTIzNDU2Nzg", "", false, false},
		"salt is not base64": {form + "!$j6ix94xpiKJWDPOz+2VHsA", "", false, false},
		"key is empty":       {form + "MTIzNDU2Nzg$", "", false, false},
	}
	for name, test := range tests {
		if same, known := secret.Matches(test.hash, test.secret); same != test.same || known != test.known {
			t.Errorf("%s: same %t, known %t, want %t and %t", name, same, known, test.same, test.known)
		}
	}
}

func BenchmarkHash(b *testing.B) {
	for b.Loop() {
		secret.Hash("hunter2")
	}
}
