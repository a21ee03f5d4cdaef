package aurinko

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
)

// Error is a call that failed: refused by Aurinko (Status is the answer's), or
// without a usable answer (Status is 0, or a success with an unreadable body).
// It holds no query string and no secret.
type Error struct {
	Method string
	Route  string // as documented, with placeholders: /am/accounts/{id}
	Status int    // 0 when no answer came

	Code      string // such as badRequest; may be empty
	Message   string // the deepest message of the answer; may be empty
	RequestID string // may be empty
	Own       bool   // the answer is in Aurinko's own form, with a code [D]
	NotJSON   bool   // the answer has a body that is no JSON object: hardly Aurinko's own
	Excerpt   string // its readable beginning; may be empty

	Gone          bool // Aurinko itself answered that the object of the path is gone
	BadCredential bool // a 401 that is about the application's own credentials

	Attempts   int
	RetryAfter time.Duration // how long the server asked to wait

	// Ambiguous: one of the attempts may have taken effect.
	Ambiguous bool
	// Unsent: no connection to the server at Address could be made.
	Unsent bool
	// Unreachable: no connection could be made, or a server that has answered
	// nothing yet let the attempt time out.
	Unreachable bool
	Address     string

	// Repeated: the call was not made, because an earlier one failed like this.
	Repeated bool
	reported *atomic.Bool // shared by a failure and its repetitions; nil for any other

	Err error // the cause when there is no answer
}

// Report reports whether this failure still has to be explained: it has not been
// asked before for the same failure of many calls.
func (e *Error) Report() bool { return e.reported == nil || !e.reported.Swap(true) }

// Error is one line: what was asked, and what came.
func (e *Error) Error() string {
	var b strings.Builder
	switch {
	case e.Status == 0 && e.Unsent:
		fmt.Fprintf(&b, "Aurinko at %s could not be reached for %s %s", e.Address, e.Method, e.Route)
	case e.Status == 0:
		fmt.Fprintf(&b, "No answer from Aurinko to %s %s", e.Method, e.Route)
	case e.Status <= 299 && e.Err == nil:
		fmt.Fprintf(&b, "Aurinko answered %d to %s %s with something other than the JSON expected", e.Status, e.Method, e.Route)
	default:
		fmt.Fprintf(&b, "Aurinko answered %d%s to %s %s", e.Status, spaced(e.Code), e.Method, e.Route)
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " (%d attempts)", e.Attempts)
	}
	switch {
	case e.Message != "":
		b.WriteString(": " + e.Message)
	case e.Excerpt != "":
		b.WriteString(": " + e.Excerpt)
	case e.Err != nil:
		b.WriteString(": " + e.Err.Error())
	case e.Status > 299 && http.StatusText(e.Status) != "":
		b.WriteString(": " + http.StatusText(e.Status))
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

func spaced(code string) string {
	if code == "" {
		return ""
	}
	return " " + code
}

// UnknownConfigError says that the client cannot be used yet: settings of the
// provider have values that are known after apply only.
type UnknownConfigError struct{ Names []string }

func (e *UnknownConfigError) Error() string {
	return "not known yet: " + strings.Join(e.Names, ", ")
}

// StatusOf returns the status of the answer that err reports, or 0.
func StatusOf(err error) int {
	var e *Error
	if errors.As(err, &e) {
		return e.Status
	}
	return 0
}

// IsGone reports whether Aurinko itself answered that the object a call names is
// gone. A 404 without Aurinko's own error body comes from something in between,
// and that of a listing says nothing about an object [D].
func IsGone(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Gone
}

// IsOwn reports whether err is an answer in Aurinko's own form.
func IsOwn(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Own
}

// RefusesCredentials reports whether err is Aurinko's refusal of the
// application's own credentials.
func RefusesCredentials(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.BadCredential
}

// IsRefused reports whether Aurinko found fault with a request itself, rather
// than with the credentials or with the number of requests.
func IsRefused(err error) bool {
	switch status := StatusOf(err); status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	default:
		return status >= 400 && status <= 499 && !RefusesCredentials(err)
	}
}

// IsAmbiguous reports whether the failed call may have taken effect.
func IsAmbiguous(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Ambiguous
}

func (c *call) newError() *Error {
	return &Error{
		Method: c.method, Route: c.route,
		Attempts: c.attempts, Ambiguous: c.ambiguous,
		Address: c.client.base.Scheme + "://" + c.client.base.Host,
	}
}

func (c *call) transportError(ctx context.Context, err error) error {
	e := c.newError()
	e.Err = c.client.cause(err)
	if cause := ctx.Err(); cause != nil {
		e.Err = cause
		return e
	}
	e.Unsent = isUnsent(err) && !c.ambiguous
	e.Unreachable = e.Unsent || c.isSilent(err)
	return e
}

func (c *call) statusError(resp *http.Response, body []byte) error {
	e := c.newError()
	e.Status = resp.StatusCode
	e.RetryAfter = parseRetryAfter(resp.Header.Get("Retry-After"), time.Now())
	parsed := parseErrorBody(body)
	redactor := &c.client.redactor
	e.Code = redactor.line(parsed.code, 100)
	e.Own = parsed.own
	e.Message = redactor.line(parsed.message, 500)
	e.RequestID = redactor.line(parsed.requestID, 100)
	if !parsed.isJSON {
		e.NotJSON, e.Excerpt = len(body) > 0, redactor.excerpt(body)
	}
	e.Gone = c.names && e.Own && e.Status == http.StatusNotFound && isNotFound(e.Code)
	e.BadCredential = c.isCredentialRefusal(e, parsed)
	return e
}

// isNotFound reports whether a code is Aurinko's for what does not exist: not_found
// [D], however it is spelled.
func isNotFound(code string) bool {
	letters := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, code)
	return strings.Contains(letters, "notfound")
}

// isCredentialRefusal reports whether an answer refuses the application's
// credentials (code unauthorized [D]), rather than an account's own token (codes
// token.… [D]), or a secret in the request that Aurinko tried at a mail service.
func (c *call) isCredentialRefusal(e *Error, parsed errorBody) bool {
	switch {
	case e.Status != http.StatusUnauthorized, parsed.nested, e.NotJSON, strings.HasPrefix(e.Code, "token."):
		return false
	case len(c.secrets) > 0:
		return e.Code == "" || strings.EqualFold(e.Code, "unauthorized")
	}
	return true
}

func (c *call) unreadableError(resp *http.Response, body []byte) error {
	e := c.newError()
	e.Status = resp.StatusCode
	e.Ambiguous = true
	if !json.Valid(body) {
		e.NotJSON, e.Excerpt = len(body) > 0, c.client.redactor.excerpt(body)
	}
	return e
}

// errorBody is an error in a server's own words: nothing of it is shown but
// through a redactor.
type errorBody struct {
	isJSON                   bool
	own                      bool // in Aurinko's own form: an object with a code in words [D]
	nested                   bool // the code is of a nested error
	code, message, requestID string
}

// parseErrorBody reads an error's body in any of the shapes it is known to
// have [D]: Aurinko's own {code, message, requestId, originalError}, the mail
// provider's {error: {code, message, innerError}} at the top, or either of
// them nested in the other; and a mere text. The deepest message is the useful
// one; the code is the outermost.
func parseErrorBody(body []byte) errorBody {
	var said string
	if json.Unmarshal(body, &said) == nil {
		return errorBody{isJSON: true, message: said}
	}
	var top map[string]any
	if json.Unmarshal(body, &top) != nil {
		return errorBody{}
	}
	parsed := errorBody{isJSON: true}
	parsed.requestID, _ = top["requestId"].(string)
	own, _ := top["code"].(string)
	parsed.own = strings.ContainsFunc(own, unicode.IsLetter) // gateways write the status there
	level := top
	for depth := 0; level != nil && depth < 10; depth++ {
		if message, ok := level["message"].(string); ok && strings.TrimSpace(message) != "" {
			parsed.message = message
		}
		if parsed.code == "" {
			parsed.code = text(level["code"])
			parsed.nested = parsed.code != "" && depth > 0
		}
		var next map[string]any
		for _, key := range []string{"originalError", "error", "innerError", "innererror"} {
			switch nested := level[key].(type) {
			case map[string]any:
				next = nested
			case string:
				if strings.TrimSpace(nested) != "" && (depth > 0 || parsed.message == "") {
					parsed.message = nested
				}
			}
			if next != nil {
				break
			}
		}
		level = next
	}
	return parsed
}

func text(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	}
	return ""
}

var markup = regexp.MustCompile(`(?s)<(script|style)\b.*?</(script|style)>|<[^>]*>`)

// excerpt returns the readable beginning of a body that is not JSON. JSON that
// was cut is not for reading: it may hold tokens, which no request has sent.
func (r *redactor) excerpt(body []byte) string {
	const looked, redacted = 4096, 1 << 16
	text := strings.TrimSpace(string(body[:min(redacted, len(body))]))
	if strings.IndexAny(text, `{["`) == 0 && !json.Valid(body) {
		return ""
	}
	text = r.redact(text)
	return bounded(markup.ReplaceAllString(text[:min(looked, len(text))], " "), 200)
}

// bounded folds white space and cuts a text to so many runes.
func bounded(s string, runes int) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "�")), " ")
	if r := []rune(s); len(r) > runes {
		return string(r[:runes]) + "…"
	}
	return s
}
