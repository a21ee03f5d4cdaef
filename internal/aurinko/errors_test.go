package aurinko

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The bodies that the section "Limits, errors, retries" of the API's
// description names, and what becomes of each.
func TestErrorBodies(t *testing.T) {
	tests := []struct {
		name    string
		status  int
		body    string
		want    Error // code, message, request id and excerpt
		message string
	}{
		{
			name: "Aurinko's own", status: 400,
			body:    `{"code":"badRequest","message":"Mailbox not found","requestId":"3cd3","originalError":null,"more":[1]}`,
			want:    Error{Code: "badRequest", Message: "Mailbox not found", RequestID: "3cd3"},
			message: "Aurinko answered 400 badRequest to GET /am/things/{id}: Mailbox not found",
		},
		{
			name: "provider's error nested", status: 403,
			body: `{"code":"forbidden","message":"Provider error","requestId":"3cd3","originalError":{
				"error":{"code":"ErrorAccessDenied","message":"Access is denied","innerError":{"code":"x","message":"Missing role"}}}}`,
			want:    Error{Code: "forbidden", Message: "Missing role", RequestID: "3cd3"},
			message: "Aurinko answered 403 forbidden to GET /am/things/{id}: Missing role",
		},
		{
			name: "inner error without a message", status: 403,
			body: `{"code":"forbidden","message":"Provider error","originalError":{"error":{"message":"Access is denied","innerError":{"date":"now"}}}}`,
			want: Error{Code: "forbidden", Message: "Access is denied"},
		},
		{
			name: "provider's error at the top", status: 404,
			body: `{"error":{"code":"ErrorItemNotFound","message":"Not there","innerError":{"message":"Gone for good","request-id":"x"}}}`,
			want: Error{Code: "ErrorItemNotFound", Message: "Gone for good"},
		},
		{
			name: "lower-case innererror", status: 400,
			body: `{"error":{"code":"a","message":"b","innererror":{"message":"c"}}}`,
			want: Error{Code: "a", Message: "c"},
		},
		{
			name: "code as a number", status: 403,
			body: `{"error":{"code":403,"message":"Delegation denied"}}`,
			want: Error{Code: "403", Message: "Delegation denied"},
		},
		{
			name: "error as a text", status: 401,
			body: `{"error":"invalid_client"}`,
			want: Error{Message: "invalid_client"},
		},
		{
			name: "error as a text beside a message", status: 404,
			body: `{"status":404,"error":"Not Found","message":"No such account","path":"/v1"}`,
			want: Error{Message: "No such account"},
		},
		{
			name: "original error as a text", status: 400,
			body: `{"code":"badRequest","originalError":"the server said no"}`,
			want: Error{Code: "badRequest", Message: "the server said no"},
		},
		{name: "nulls", status: 400, body: `{"code":null,"message":null,"requestId":null,"originalError":null}`},
		{name: "other types", status: 400, body: `{"code":{},"message":[],"requestId":7,"originalError":[],"error":7}`},
		{name: "empty object", status: 400, body: `{}`, message: "Aurinko answered 400 to GET /am/things/{id}: Bad Request"},
		{name: "missing", status: 401, message: "Aurinko answered 401 to GET /am/things/{id}: Unauthorized"},
		{name: "missing, unknown status", status: 499, message: "Aurinko answered 499 to GET /am/things/{id}"},
		{
			name: "HTML", status: 403,
			body: "<!doctype html><html><head><style>p {\n}</style><title>403</title></head>\n" +
				"<body><script>track()</script><p>Access   <b>denied</b></body></html>",
			want:    Error{Excerpt: "403 Access denied"},
			message: "Aurinko answered 403 to GET /am/things/{id}: 403 Access denied",
		},
		{name: "text", status: 404, body: "no such route\n", want: Error{Excerpt: "no such route"}},
		{name: "not UTF-8", status: 404, body: "caf\xe9", want: Error{Excerpt: "caf�"}},
		{name: "text in JSON", status: 400, body: `"no \u003csuch\u003e  account"`, want: Error{Message: "no <such> account"}},
		{name: "null", status: 400, body: `null`, message: "Aurinko answered 400 to GET /am/things/{id}: Bad Request"},
		{name: "JSON, but no object", status: 400, body: `["a"]`, want: Error{Excerpt: `["a"]`}},
		{name: "cut JSON", status: 400, body: `{"message": "a`, message: "Aurinko answered 400 to GET /am/things/{id}: Bad Request"},
		{name: "long text", status: 400, body: strings.Repeat("é ", 3000), want: Error{Excerpt: strings.Repeat("é ", 100) + "…"}},
		{
			name: "long fields", status: 400,
			body: `{"code":"` + strings.Repeat("c", 1000) + `","message":"` + strings.Repeat("m\\n", 1000) + `","requestId":"` + strings.Repeat("r", 1000) + `"}`,
			want: Error{
				Code: strings.Repeat("c", 100) + "…", Message: strings.Repeat("m ", 250) + "…", RequestID: strings.Repeat("r", 100) + "…",
			},
		},
		{
			name: "nested beyond reason", status: 400,
			body: strings.Repeat(`{"message":"m","error":`, 5000) + `{}` + strings.Repeat(`}`, 5000),
			want: Error{Message: "m"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := dialClient(t, answering(reply{status: test.status, body: test.body}))
			e := asError(t, get(c, t.Context()))
			if e.Status != test.status || e.Method != http.MethodGet || e.Route != "/am/things/{id}" || e.Attempts != 1 {
				t.Errorf("error is %+v", e)
			}
			for _, field := range []struct{ name, got, want string }{
				{"code", e.Code, test.want.Code}, {"message", e.Message, test.want.Message},
				{"request id", e.RequestID, test.want.RequestID}, {"excerpt", e.Excerpt, test.want.Excerpt},
			} {
				if field.got != field.want {
					t.Errorf("the %s is %q, want %q", field.name, field.got, field.want)
				}
			}
			if test.message != "" && e.Error() != test.message {
				t.Errorf("it says\n%s\nwant\n%s", e, test.message)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	tests := []struct {
		err  Error
		want string
	}{
		{
			Error{Method: "POST", Route: "/r", Status: 503, Attempts: 7},
			"Aurinko answered 503 to POST /r (7 attempts): Service Unavailable",
		},
		{
			Error{Method: "POST", Route: "/r", Attempts: 2, Err: errors.New("unexpected EOF"), Address: "https://a"},
			"No answer from Aurinko to POST /r (2 attempts): unexpected EOF",
		},
		{
			Error{Method: "GET", Route: "/r", Unsent: true, Address: "https://a", Err: errors.New("no such host")},
			"Aurinko at https://a could not be reached for GET /r: no such host",
		},
		{
			Error{Method: "POST", Route: "/r", Status: 200, Err: errNoAccountID},
			"Aurinko answered 200 to POST /r: the answer holds no account id",
		},
		{
			Error{Method: "POST", Route: "/r", Status: 200},
			"Aurinko answered 200 to POST /r with something other than the JSON expected",
		},
	}
	for _, test := range tests {
		if got := test.err.Error(); got != test.want {
			t.Errorf("it says\n%s\nwant\n%s", got, test.want)
		}
	}
}

func TestErrorKinds(t *testing.T) {
	notFound := &Error{Status: 404, Err: context.Canceled}
	wrapped := errors.Join(errors.New("outer"), notFound)
	if StatusOf(wrapped) != 404 || !IsNotFound(wrapped) || !errors.Is(wrapped, context.Canceled) {
		t.Error("a wrapped error is not seen through")
	}
	if StatusOf(errors.New("other")) != 0 || IsNotFound(nil) || isAmbiguous(nil) || isAmbiguous(wrapped) {
		t.Error("an error is taken for more than it is")
	}
	if !isAmbiguous(&Error{Ambiguous: true}) {
		t.Error("an ambiguous error is not seen")
	}
}

// The query of a request can hold what its user would not show.
func TestErrorsHoldNoQuery(t *testing.T) {
	drop := reply{drop: true}
	for _, r := range []reply{drop, {status: 400}, {body: "<html>"}, {status: 302, header: map[string]string{"Location": "/v1/x?recycleKeys=a"}}} {
		err := post(dialClient(t, answering(r)), t.Context(), true)
		if text := asError(t, err).Error(); strings.ContainsAny(text, "?=") || strings.Contains(text, "recycleKeys") {
			t.Errorf("the error holds the query: %s", text)
		}
	}
}

func FuzzParseErrorBody(f *testing.F) {
	for _, body := range []string{
		``, `null`, `{}`, `[]`, `<html>`, `{"code":"badRequest","message":"m","requestId":"r"}`,
		`{"originalError":{"error":{"message":"a","innerError":{"message":"b"}}}}`, `{"error":"x","code":7}`,
	} {
		f.Add([]byte(body))
	}
	c := &Client{base: mustParse("https://example.com")}
	f.Fuzz(func(t *testing.T, body []byte) {
		resp := &http.Response{StatusCode: 400, Header: http.Header{}}
		e := asError(t, c.statusError(&call{started: time.Now()}, resp, body))
		for _, field := range []string{e.Code, e.Message, e.RequestID, e.Excerpt} {
			if len([]rune(field)) > 501 || strings.ContainsAny(field, "\n\r\t") {
				t.Errorf("%q is not one bounded line", field)
			}
		}
	})
}
