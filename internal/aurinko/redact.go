package aurinko

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// shown is a text that came from the server, as it may be shown: without the
// secrets that the request held, on one line, and cut to so many runes. The
// order matters, since a secret that has been cut is not recognised any more.
func shown(text string, secrets []string, runes int) string {
	return bounded(redact(text, secrets), runes)
}

// redact masks secrets that a server repeats, whole or in pieces. Empty and
// very short ones are left alone, since masking them would only garble the
// text.
func redact(text string, secrets []string) string {
	if text == "" {
		return ""
	}
	var all, words []string // the words are all but the documents
	for _, secret := range secrets {
		if len(secret) < 4 {
			continue
		}
		forms := secretForms(secret)
		all = append(all, forms...)
		if !strings.HasPrefix(secret, "{") {
			words = append(words, forms...)
		}
	}
	// The longest come first, for one may be a part of another.
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	for _, form := range all {
		text = strings.ReplaceAll(text, form, redaction)
	}
	text = keyMaterial.ReplaceAllStringFunc(text, func(piece string) string {
		if slices.ContainsFunc(all, func(form string) bool { return strings.Contains(form, piece) }) {
			return redaction
		}
		return piece
	})
	return redactPieces(text, words)
}

const redaction = "[redacted]"

// keyMaterial is what a key looks like in whatever a server makes of it: its
// PEM lines, or its beginning only. Names, addresses and numeric ids, which are
// in a JSON key as well and worth reading, are shorter.
var keyMaterial = regexp.MustCompile(`[A-Za-z0-9+/%]{24,}`)

// shortestPiece is how much of a secret that has been cut is told from other
// text, in bytes.
const shortestPiece = 12

// redactPieces masks what a text has in common with one of these forms.
func redactPieces(text string, forms []string) string {
	pieces := map[string]bool{}
	for _, form := range forms {
		for i := range len(form) - shortestPiece + 1 {
			pieces[form[i:i+shortestPiece]] = true
		}
	}
	var b strings.Builder
	done, masked := 0, false
	for i := range len(text) - shortestPiece + 1 {
		if !pieces[text[i:i+shortestPiece]] {
			continue
		}
		if i > done || !masked {
			b.WriteString(text[done:i])
			b.WriteString(redaction)
			masked = true
		}
		done = i + shortestPiece
	}
	b.WriteString(text[done:])
	return b.String()
}

// secretForms returns the ways in which a server may repeat a secret: as it is
// or encoded.
func secretForms(secret string) []string {
	quoted := inJSON(secret, false)
	forms := []string{
		secret, quoted, inJSON(quoted, false), inJSON(secret, true), html.EscapeString(secret),
		url.QueryEscape(secret), url.PathEscape(secret),
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		forms = append(forms, encoding.EncodeToString([]byte(secret)))
		for _, text := range []string{secret, quoted} {
			forms = append(forms, insideBase64(encoding, text)...)
		}
	}
	return forms
}

// insideBase64 is what a text becomes inside of a longer one that is encoded:
// one of three, depending on how many bytes stand before it.
func insideBase64(encoding *base64.Encoding, text string) []string {
	var forms []string
	for before := range 3 {
		encoded := encoding.EncodeToString(append(make([]byte, before), text...))
		// At both ends are characters that the neighbours have a part in.
		form := encoded[(8*before+5)/6 : 8*(before+len(text))/6]
		if len(form) > 4 {
			forms = append(forms, form)
		}
	}
	return forms
}

// inJSON is a text as servers write it between the quotes of JSON; some escape
// <, > and & there too.
func inJSON(text string, escapeHTML bool) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(escapeHTML)
	_ = encoder.Encode(text) // a text can always be encoded
	quoted := strings.TrimSuffix(b.String(), "\n")
	return quoted[1 : len(quoted)-1]
}

// Body is the body of a request or of an answer as a log may show it: of
// secrets, and of whatever is not known to be harmless, nothing is left. It is
// made only when the log writes it.
type Body struct {
	content any // bytes, or what becomes JSON; nil for none
	secrets []string
}

// longestBody is how much of a body a log shows, in runes.
const longestBody = 10_000

// IsEmpty reports whether there is no body.
func (b Body) IsEmpty() bool {
	text, isText := b.content.([]byte)
	return b.content == nil || isText && len(text) == 0
}

// MarshalText is how a log writes it.
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
	harmless, _ := json.Marshal(onlyHarmless(document, false)) // it has just been decoded
	return shown(string(harmless), b.secrets, longestBody)
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
		accountId active authExpiresAt authNativeScopes authObtainedAt authOrgId authScopes authUserId clientId clientOrgId
		code copyToSent createdAt daemon done email email2 id intermediateCallbackUrl limit loginString mailboxAddress
		message name name2 oauthClientId offset parentId requestId scopes serverInfo serverUrl serverUrl2 serviceProvider
		serviceType status timezone tokenIssuedAt tokenStatus topicName totalSize trustServer type updatedAt
		userId`) {
		harmless[name] = true
	}
	return harmless
}()
