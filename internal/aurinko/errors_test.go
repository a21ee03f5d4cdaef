package aurinko

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
)

// The error bodies that are documented or were seen, and what is shown of each.
func TestErrorBodies(t *testing.T) {
	tests := []struct {
		name    string
		status  int
		body    string
		want    Error // code, message, request ID, excerpt and NotJSON
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
			want:    Error{NotJSON: true, Excerpt: "403 Access denied"},
			message: "Aurinko answered 403 to GET /am/things/{id}: 403 Access denied",
		},
		{name: "text", status: 404, body: "no such route\n", want: Error{NotJSON: true, Excerpt: "no such route"}},
		{name: "not UTF-8", status: 404, body: "caf\xe9", want: Error{NotJSON: true, Excerpt: "caf�"}},
		{name: "a JSON text", status: 400, body: `"no \u003csuch\u003e  account"`, want: Error{Message: "no <such> account"}},
		{name: "null", status: 400, body: `null`, message: "Aurinko answered 400 to GET /am/things/{id}: Bad Request"},
		{name: "JSON, but no object", status: 400, body: `["a"]`, want: Error{NotJSON: true, Excerpt: `["a"]`}},
		{name: "cut JSON", status: 400, body: `{"message": "a`, want: Error{NotJSON: true}, message: "Aurinko answered 400 to GET /am/things/{id}: Bad Request"},
		{name: "long text", status: 400, body: strings.Repeat("é ", 3000), want: Error{NotJSON: true, Excerpt: strings.Repeat("é ", 100) + "…"}},
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
				{name: "code", got: e.Code, want: test.want.Code}, {name: "message", got: e.Message, want: test.want.Message},
				{name: "request ID", got: e.RequestID, want: test.want.RequestID}, {name: "excerpt", got: e.Excerpt, want: test.want.Excerpt},
			} {
				if field.got != field.want {
					t.Errorf("the %s is %q, want %q", field.name, field.got, field.want)
				}
			}
			if e.NotJSON != test.want.NotJSON {
				t.Errorf("it is not JSON: %t", e.NotJSON)
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
			err:  Error{Method: "POST", Route: "/r", Status: 503, Attempts: 7},
			want: "Aurinko answered 503 to POST /r (7 attempts): Service Unavailable",
		},
		{
			err:  Error{Method: "POST", Route: "/r", Attempts: 2, Err: errors.New("unexpected EOF"), Address: "https://a"},
			want: "No answer from Aurinko to POST /r (2 attempts): unexpected EOF",
		},
		{
			err:  Error{Method: "GET", Route: "/r", Unsent: true, Address: "https://a", Err: errors.New("no such host")},
			want: "Aurinko at https://a could not be reached for GET /r: no such host",
		},
		{
			err:  Error{Method: "POST", Route: "/r", Status: 200, Err: errNoAccountID},
			want: "Aurinko answered 200 to POST /r: the answer holds no account ID",
		},
		{
			err:  Error{Method: "POST", Route: "/r", Status: 200},
			want: "Aurinko answered 200 to POST /r with something other than the JSON expected",
		},
	}
	for _, test := range tests {
		if got := test.err.Error(); got != test.want {
			t.Errorf("it says\n%s\nwant\n%s", got, test.want)
		}
	}
}

func TestErrorKinds(t *testing.T) {
	gone := &Error{Status: 404, Gone: true, Err: context.Canceled}
	wrapped := errors.Join(errors.New("outer"), gone)
	if StatusOf(wrapped) != 404 || !IsGone(wrapped) || !errors.Is(wrapped, context.Canceled) {
		t.Error("a wrapped error is not found")
	}
	if StatusOf(errors.New("other")) != 0 || StatusOf(nil) != 0 || IsGone(nil) || IsGone(&Error{Status: 404}) ||
		IsAmbiguous(nil) || IsAmbiguous(wrapped) || RefusesCredentials(nil) || RefusesCredentials(&Error{Status: 401}) {
		t.Error("an error is taken for more than it is")
	}
	if !IsAmbiguous(&Error{Ambiguous: true}) || !RefusesCredentials(errors.Join(&Error{BadCredential: true})) {
		t.Error("an error is not recognized")
	}
}

// An object is gone when Aurinko itself says so about the object that the path
// names. Anything else comes from something in between.
func TestIsGone(t *testing.T) {
	bodies := []struct {
		name string
		body string
		own  bool
	}{
		{name: "Aurinko's own", body: `{"code":"not_found","message":"Account not found","requestId":"3cd3"}`, own: true},
		{name: "with nothing but a code", body: `{"code":"not_found"}`, own: true},
		{name: "a gateway's", body: `{"message":"no Route matched with those values"}`},
		{name: "empty"},
		{name: "an empty object", body: `{}`},
		{name: "HTML", body: `<html><title>404</title></html>`},
		{name: "code as a number", body: `{"code":404,"message":"Not Found"}`},
		{name: "code of a nested error", body: `{"error":{"code":"ErrorItemNotFound","message":"Not there"}}`},
		{name: "an empty code", body: `{"code":"","message":"Not Found"}`},
		{name: "a JSON text", body: `"not_found"`},
		{name: "a list", body: `[{"code":"not_found"}]`},
	}
	calls := []struct {
		name  string
		names bool // the path names an object
		send  func(*Client) error
	}{
		{name: "GetAccount", names: true, send: func(c *Client) error { _, err := c.GetAccount(t.Context(), 7); return err }},
		{name: "DeleteAccount", names: true, send: func(c *Client) error { return c.DeleteAccount(t.Context(), 7) }},
		{name: "RevokeToken", names: true, send: func(c *Client) error { return c.RevokeToken(t.Context(), 7) }},
		{name: "a listing", send: func(c *Client) error { _, err := c.AccountPages().Next(t.Context()); return err }},
		{name: "the service accounts", send: func(c *Client) error { _, err := c.ServiceAccountPages().Next(t.Context()); return err }},
		{name: "Application", send: func(c *Client) error { _, err := c.Application(t.Context()); return err }},
		{name: "DeleteOAuthRegistration", send: func(c *Client) error { return c.DeleteOAuthRegistration(t.Context(), RegistrationKey{}) }},
		{name: "SaveManagedAccount", send: func(c *Client) error {
			_, err := c.SaveManagedAccount(t.Context(), 7, AccountInput{}, nil, SaveOptions{})
			return err
		}},
	}
	for _, call := range calls {
		for _, test := range bodies {
			t.Run(call.name+"/"+test.name, func(t *testing.T) {
				err := call.send(newClient(t, answering(reply{status: 404, body: test.body})))
				if e := asError(t, err); e.Status != 404 || e.Own != test.own || IsGone(err) != (test.own && call.names) {
					t.Errorf("%v: own %t, gone %t", err, e.Own, IsGone(err))
				}
			})
		}
	}
	for _, status := range []int{400, 403, 405, 410, 500} {
		err := newClient(t, answering(reply{status: status, body: `{"code":"not_found"}`}), maxRetries(0)).DeleteAccount(t.Context(), 7)
		if e := asError(t, err); !e.Own || IsGone(err) {
			t.Errorf("%d: own %t, gone %t", status, e.Own, IsGone(err))
		}
	}
}

// A 401 is about the application's credentials where nothing says that a mail
// service gave it.
func TestRefusesCredentials(t *testing.T) {
	read := func(c *Client) error { _, err := c.GetAccount(t.Context(), 7); return err }
	try := func(c *Client) error { return c.CheckConnection(t.Context(), googleInput("acme.example")) }
	exchange := func(c *Client) error { _, err := c.ExchangeCode(t.Context(), "a-code"); return err }
	tests := []struct {
		name  string
		send  func(*Client) error
		reply reply
		want  bool
	}{
		{name: "unauthorized", send: read, reply: reply{status: 401, body: `{"code":"unauthorized"}`}, want: true},
		{name: "no code", send: read, reply: reply{status: 401}, want: true},
		{name: "another code", send: read, reply: reply{status: 401, body: `{"code":"invalid_client"}`}, want: true},
		{name: "an account's token", send: read, reply: reply{status: 401, body: `{"code":"token.dead"}`}},
		{name: "a mail service's", send: read, reply: reply{status: 401, body: `{"error":{"code":"InvalidAuthenticationToken"}}`}},
		{name: "a mail service's, nested", send: read, reply: reply{status: 401, body: `{"originalError":{"code":"InvalidAuthenticationToken"}}`}},
		{name: "a key that is tried", send: try, reply: reply{status: 401, body: `{"code":"invalid_grant"}`}},
		{name: "our own, while trying", send: try, reply: reply{status: 401, body: `{"code":"Unauthorized"}`}, want: true},
		{name: "no code, while trying", send: try, reply: reply{status: 401}, want: true},
		{name: "a code that was used", send: exchange, reply: reply{status: 401, body: `{"code":"invalid_grant"}`}},
		{name: "our own, while exchanging", send: exchange, reply: reply{status: 401, body: `{"code":"unauthorized"}`}, want: true},
		{name: "another status", send: read, reply: reply{status: 403, body: `{"code":"unauthorized"}`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.send(newClient(t, answering(test.reply)))
			if got := RefusesCredentials(err); got != test.want {
				t.Errorf("%v: %t, want %t", err, got, test.want)
			}
			if test.want && IsRefused(err) {
				t.Errorf("%v: the request itself is refused", err)
			}
		})
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
	f.Fuzz(func(t *testing.T, body []byte) {
		e := asError(t, get(newClient(t, answering(reply{status: 400, body: string(body)})), t.Context()))
		if e.Status != 400 {
			t.Errorf("the status is %d", e.Status)
		}
		for _, field := range []string{e.Code, e.Message, e.RequestID, e.Excerpt} {
			if len([]rune(field)) > 501 || strings.ContainsAny(field, "\n\r\t") {
				t.Errorf("%q is not one bounded line", field)
			}
		}
	})
}
