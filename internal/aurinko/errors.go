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
	"time"
)

// Error is a call that failed: refused by Aurinko (Status is the answer's), or
// without a usable answer (Status is 0, or a success with an unreadable body).
// It holds no query string and no secret.
type Error struct {
	Method string
	Route  string // as documented, with placeholders: /am/accounts/{id}
	Status int    // 0 when no answer came

	Code       string // such as badRequest; may be empty
	Message    string // the deepest message of the answer; may be empty
	RequestID  string // may be empty
	NestedCode bool   // Code is the mail service's own, of an error in Aurinko's
	NotJSON    bool   // the answer has a body that is not JSON: hardly Aurinko's own
	Excerpt    string // its readable beginning; may be empty

	Attempts   int
	RetryAfter time.Duration // how long the server asked to wait

	// Ambiguous: nobody knows whether one of the attempts took effect.
	Ambiguous bool
	// Unsent: no connection to the server at Address could be made.
	Unsent  bool
	Address string

	// Repeated: the call was not made, because an earlier one failed like this.
	Repeated bool

	Err error // the cause when there is no answer
}

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

// UnknownConfigError says that the client cannot be used yet, because settings
// of the provider have values that are known after apply only.
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

// IsNotFound reports whether what was asked for by id is gone: Aurinko answered
// 404 itself, or its listing does not have it. The page of a gateway, and a 404
// of a listing as such, tell nothing about an object.
func IsNotFound(err error) bool {
	var e *Error
	if !errors.As(err, &e) || e.Status != http.StatusNotFound || e.NotJSON {
		return false
	}
	return errors.Is(e.Err, errNotListed) || e.Route != serviceAccountsRoute && e.Route != accountsListRoute
}

// IsRefused reports whether Aurinko found fault with a request itself, rather
// than with the credentials or with how many requests there are.
func IsRefused(err error) bool {
	switch status := StatusOf(err); status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	default:
		return status >= 400 && status <= 499 && !RefusesCredentials(err)
	}
}

// isAmbiguous reports whether the failed request may have taken effect.
func isAmbiguous(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Ambiguous
}

func (c *Client) newError(call *call) *Error {
	return &Error{
		Method: call.method, Route: call.route,
		Attempts: call.attempts, Ambiguous: call.ambiguous,
		Address: c.base.Scheme + "://" + c.base.Host,
	}
}

func (c *Client) transportError(ctx context.Context, call *call, err error) error {
	e := c.newError(call)
	e.Unsent = isUnsent(err) && !call.ambiguous
	e.Err = call.cause(err)
	if cause := ctx.Err(); cause != nil {
		e.Unsent, e.Err = false, cause
	}
	return e
}

func (c *Client) statusError(call *call, resp *http.Response, body []byte) error {
	e := c.newError(call)
	e.Status = resp.StatusCode
	e.RetryAfter = parseRetryAfter(resp.Header.Get("Retry-After"), time.Now())
	parsed := parseErrorBody(body)
	e.Code = shown(parsed.code, call.secrets, 100)
	e.NestedCode = parsed.nested
	e.Message = shown(parsed.message, call.secrets, 500)
	e.RequestID = shown(parsed.requestID, call.secrets, 100)
	if !parsed.isJSON {
		e.NotJSON, e.Excerpt = len(body) > 0, excerpt(body, call.secrets)
	}
	return e
}

func (c *Client) unreadableError(call *call, resp *http.Response, body []byte) error {
	e := c.newError(call)
	e.Status = resp.StatusCode
	e.Ambiguous = true
	if !json.Valid(body) {
		e.NotJSON, e.Excerpt = len(body) > 0, excerpt(body, call.secrets)
	}
	return e
}

// errorBody is what a server says of an error, in its own words: show nothing
// of it but through shown.
type errorBody struct {
	isJSON                   bool
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

// excerpt gives the readable beginning of a body that is not JSON. JSON that
// was cut is not for reading: it may hold tokens, which no request has sent.
func excerpt(body []byte, secrets []string) string {
	const looked, redacted = 4096, 1 << 16
	text := strings.TrimSpace(string(body[:min(redacted, len(body))]))
	if strings.IndexAny(text, `{["`) == 0 && !json.Valid(body) {
		return ""
	}
	text = redact(text, secrets)
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
