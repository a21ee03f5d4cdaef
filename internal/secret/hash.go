package secret

import "github.com/alexedwards/argon2id"

// The parameters that OWASP's Password Storage Cheat Sheet gives first for
// Argon2id: 19 MiB of memory, two passes, one lane.
var cost = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// UseCheapHashes makes hashes cost next to nothing, for tests that plan thousands
// of resources. Call it before any plan. Hashes of either cost are understood.
func UseCheapHashes() { cost.Memory, cost.Iterations = 8, 1 }

// hash returns an Argon2id hash of a secret with a random salt, as a PHC string.
func hash(secret string) string {
	hash, err := argon2id.CreateHash(secret, &cost)
	if err != nil {
		panic(err) // the machine has no random numbers
	}
	return hash
}

// matches reports whether a hash was made of a secret. A text that is no hash
// matches nothing.
func matches(hash, secret string) bool {
	same, err := argon2id.ComparePasswordAndHash(secret, hash)
	return err == nil && same
}
