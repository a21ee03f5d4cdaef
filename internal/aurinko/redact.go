package aurinko

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// A redactor masks secrets in texts of a server, which may repeat what it was
// sent, whole or in part. It knows every secret that the client has sent; what
// an earlier run has sent it cannot know. The zero value is ready for use.
type redactor struct {
	mu       sync.Mutex
	known    map[string]bool
	forms    []string            // the ways in which a server may repeat a secret
	pieces   map[string]struct{} // all parts of the forms that are pieceLength bytes long
	replacer *strings.Replacer   // of whole forms; nil after a secret was added
}

const (
	redaction = "[redacted]"

	// shortestSecret: masking shorter ones would only garble the text.
	shortestSecret = 4

	// pieceLength is how many bytes of a secret that was cut are recognized.
	pieceLength = 12
)

// add takes in secrets. Adding one again costs nothing.
func (r *redactor) add(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range secrets {
		if len(secret) < shortestSecret || r.known[secret] {
			continue
		}
		if r.known == nil {
			r.known, r.pieces = map[string]bool{}, map[string]struct{}{}
		}
		r.known[secret], r.replacer = true, nil
		// A JSON key has public parts that are worth reading, in clear text.
		isDocument := strings.HasPrefix(secret, "{")
		plain := []string{secret, inJSON(secret), url.QueryEscape(secret)}
		r.addForms(!isDocument, plain...)
		r.addForms(true, base64.StdEncoding.EncodeToString([]byte(secret)), keyBody(secret))
	}
}

// addForms takes in forms of a secret, and their pieces on request.
func (r *redactor) addForms(pieces bool, forms ...string) {
	for _, form := range forms {
		if len(form) < shortestSecret {
			continue
		}
		r.forms = append(r.forms, form)
		for i := range len(form) - pieceLength + 1 {
			if pieces {
				r.pieces[form[i:i+pieceLength]] = struct{}{}
			}
		}
	}
}

// inJSON returns a text as JSON has it between its quotes.
func inJSON(text string) string {
	quoted := plainJSON(text)
	return quoted[1 : len(quoted)-1]
}

// plainJSON returns a value as JSON that does not escape HTML, which is the form
// of secrets that a redactor knows.
func plainJSON(value any) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // texts and decoded JSON can always be encoded
	return strings.TrimSuffix(b.String(), "\n")
}

// keyBody returns the base64 body of a PEM block on one line, as some servers
// store it; empty for any other secret.
func keyBody(secret string) string {
	_, rest, ok := strings.Cut(secret, "-----BEGIN ")
	_, rest, found := strings.Cut(rest, "-----")
	body, _, _ := strings.Cut(rest, "-----END ")
	if !ok || !found || strings.HasPrefix(secret, "{") {
		return ""
	}
	return strings.Join(strings.Fields(body), "")
}

// line returns a text of a server as it may be shown: without secrets, on one
// line, and cut to so many runes. It is cut last, since a secret that was cut is
// harder to recognize.
func (r *redactor) line(text string, runes int) string {
	return bounded(r.redact(text), runes)
}

// redact masks the secrets in a text.
func (r *redactor) redact(text string) string {
	if text == "" {
		return ""
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.replacer == nil {
		// The longest come first, for one may be a part of another.
		slices.SortFunc(r.forms, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
		pairs := make([]string, 0, 2*len(r.forms))
		for _, form := range r.forms {
			pairs = append(pairs, form, redaction)
		}
		r.replacer = strings.NewReplacer(pairs...)
	}
	return r.redactPieces(r.replacer.Replace(text))
}

// redactPieces masks what a text has in common with a part of a secret.
func (r *redactor) redactPieces(text string) string {
	var b strings.Builder
	done, masked := 0, false
	for i := range len(text) - pieceLength + 1 {
		if _, found := r.pieces[text[i:i+pieceLength]]; !found {
			continue
		}
		if i > done || !masked {
			b.WriteString(text[done:i])
			b.WriteString(redaction)
			masked = true
		}
		done = i + pieceLength
	}
	b.WriteString(text[done:])
	return b.String()
}

// Body is the body of a request or of an answer as a log may show it: without
// secrets, and without whatever is not known to be harmless. It is rendered only
// when the log writes it.
type Body struct {
	content  any // bytes, or what becomes JSON; nil for none
	redactor *redactor
}

// longestBody is how much of a body a log shows, in runes.
const longestBody = 10_000

// IsEmpty reports whether there is no body.
func (b Body) IsEmpty() bool {
	text, isText := b.content.([]byte)
	return b.content == nil || isText && len(text) == 0
}

// MarshalText returns what a log writes.
func (b Body) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

func (b Body) String() string {
	text, isText := b.content.([]byte)
	if !isText {
		text, _ = json.Marshal(b.content) // what the client sends can always be encoded
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var document any
	if decoder.Decode(&document) != nil || decoder.More() {
		return fmt.Sprintf("%d bytes that are not JSON", len(text))
	}
	return b.redactor.line(plainJSON(onlyHarmless(document, false)), longestBody)
}

// onlyHarmless replaces the values of all fields but the harmless ones.
func onlyHarmless(value any, isHarmless bool) any {
	switch value := value.(type) {
	case map[string]any:
		for name, field := range value {
			value[name] = onlyHarmless(field, harmlessFields[name])
		}
		return value
	case []any:
		for i, element := range value {
			value[i] = onlyHarmless(element, isHarmless)
		}
		return value
	case nil, bool:
		return value
	}
	if isHarmless {
		return value
	}
	return redaction
}

// harmlessFields are the documented fields of all bodies that hold no secret:
// the only ones whose values a log may show.
var harmlessFields = func() map[string]bool {
	harmless := map[string]bool{}
	for _, name := range strings.Fields(`
		accountId accountIds active authExpiresAt authNativeScopes authObtainedAt authOrgId authScopes authUserId
		availabilityStep bufferBetweenMinutes clientId clientOrgId code copyToSent createdAt daemon dateEndInclusive
		dateStartInclusive dayOfWeek done durationMinutes email email2 end endTime extId id intermediateCallbackUrl limit
		loginString mailboxAddress message name name2 oauthClientId offset parentId requestId required scopes serverInfo
		serverUrl serverUrl2 serviceProvider serviceType start startAfterMinutes startConference startTime status
		timeAvailableFor timezone tokenIssuedAt tokenStatus topicName totalSize trustServer type updatedAt userId`) {
		harmless[name] = true
	}
	return harmless
}()
