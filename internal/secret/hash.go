package secret

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The parameters of Argon2id that OWASP's Password Storage Cheat Sheet gives
// first: 19 MiB of memory, two passes, one lane.
const (
	hashMemory  = 19 * 1024 // KiB
	hashPasses  = 2
	hashLanes   = 1
	hashSaltLen = 16
	hashKeyLen  = 32
)

// Hash returns an Argon2id hash of a secret with a random salt, as a PHC
// string. It is kept in private state, to tell later whether the secret
// changed.
func Hash(secret string) string {
	salt := make([]byte, hashSaltLen)
	rand.Read(salt) // never fails
	return format(salt, argon2.IDKey([]byte(secret), salt, hashPasses, hashMemory, hashLanes, hashKeyLen))
}

func format(salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashPasses, hashLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

// Matches reports whether hash, a PHC string, was made of secret. The second
// result is false when the text is no such hash: it then tells nothing.
func Matches(hash, secret string) (same, known bool) {
	fields := strings.Split(hash, "$")
	if len(fields) != 6 || fields[0] != "" || fields[1] != "argon2id" {
		return false, false
	}
	var version int
	var memory, passes uint32
	var lanes uint8
	if _, err := fmt.Sscanf(fields[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, false
	}
	if _, err := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil ||
		memory > 1<<20 || passes == 0 || passes > 100 || lanes == 0 {
		return false, false
	}
	salt, err := base64.RawStdEncoding.DecodeString(fields[4])
	if err != nil {
		return false, false
	}
	key, err := base64.RawStdEncoding.DecodeString(fields[5])
	if err != nil || len(key) == 0 || len(key) > 1024 {
		return false, false
	}
	computed := argon2.IDKey([]byte(secret), salt, passes, memory, lanes, uint32(len(key))) //nolint:gosec // at most 1024, see above
	return subtle.ConstantTimeCompare(computed, key) == 1, true
}
