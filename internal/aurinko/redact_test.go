package aurinko

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
)

// leaks reports whether a text holds a piece of a secret, as it is or encoded,
// with or without its white space.
func leaks(text, secret string) bool {
	const piece = 12
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	held := map[string]bool{}
	for _, text := range []string{text, squeeze(text)} {
		for i := range max(0, len(text)-piece+1) {
			held[text[i:i+piece]] = true
		}
	}
	for _, encode := range encodings {
		for _, form := range []string{encode(secret), squeeze(encode(secret))} {
			if len(form) < piece && strings.Contains(text, form) {
				return true
			}
			for i := range max(0, len(form)-piece+1) {
				if held[form[i:i+piece]] {
					return true
				}
			}
		}
	}
	return false
}

var encodings = map[string]func(string) string{
	"plain":        func(s string) string { return s },
	"JSON":         func(s string) string { return inQuotes(s, true) },
	"JSON, plain":  func(s string) string { return inQuotes(s, false) },
	"URL":          url.QueryEscape,
	"URL path":     url.PathEscape,
	"HTML":         html.EscapeString,
	"base64":       func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 URL":   func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"in base64, 1": func(s string) string { return base64.StdEncoding.EncodeToString([]byte("1" + s + "after")) },
	"in base64, 2": func(s string) string { return base64.StdEncoding.EncodeToString([]byte("12" + s + "after")) },
	"body, base64": func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte(`{"a":"` + inQuotes(s, false) + `"}`))
	},
	"JSON in JSON": func(s string) string { return inQuotes(inQuotes(s, false), false) },
}

// inQuotes is a text as JSON writes it between its quotes.
func inQuotes(s string, escapeHTML bool) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(escapeHTML)
	if err := encoder.Encode(s); err != nil {
		panic(err) // a string always has a JSON form
	}
	return strings.TrimSpace(b.String())[1 : len(strings.TrimSpace(b.String()))-1]
}

// privateKey returns a fresh key as PEM, and its body on one line.
func privateKey(t *testing.T) (block, body string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), base64.StdEncoding.EncodeToString(der)
}

// A server may repeat what it was sent. Wherever and however it does, no
// secret gets into the error.
func TestEchoedSecrets(t *testing.T) {
	block, body := privateKey(t)
	jsonKey := `{"type":"service_account","private_key":"` + inQuotes(block, false) + `","client_email":"robot@example.com"}`
	secrets := map[string]string{
		"client secret": testClientSecret,
		"password":      `p"ss <b>w&rd</b>\` + "\t" + `é+/=%`,
		"private key":   body,
		"JSON key":      jsonKey,
		"PEM":           block,
	}
	places := map[string]func(echo string) reply{
		"message":   func(echo string) reply { return errorReply(map[string]any{"message": "Bad value: " + echo}) },
		"long":      func(echo string) reply { return errorReply(map[string]any{"message": strings.Repeat("x", 480) + echo}) },
		"code":      func(echo string) reply { return errorReply(map[string]any{"code": echo}) },
		"requestId": func(echo string) reply { return errorReply(map[string]any{"requestId": echo}) },
		"nested": func(echo string) reply {
			return errorReply(map[string]any{"originalError": map[string]any{"error": map[string]any{"message": echo}}})
		},
		"truncated": func(echo string) reply {
			return errorReply(map[string]any{"message": "Bad value: " + echo[:len(echo)/2]})
		},
		"page":          func(echo string) reply { return reply{status: 502, body: "<html><p>" + echo + "</p></html>"} },
		"end of a page": func(echo string) reply { return reply{status: 502, body: strings.Repeat("x", 190) + echo} },
		"late in a page": func(echo string) reply {
			return reply{status: 502, body: strings.Repeat("<br/>", 815) + echo}
		},
		"success":     func(echo string) reply { return reply{body: "Saved " + echo} },
		"JSON string": func(echo string) reply { return reply{status: 400, body: `"` + inQuotes(echo, false) + `"`} },
	}
	for name, secret := range secrets {
		for encoding, encode := range encodings {
			for place, at := range places {
				t.Run(name+"/"+encoding+"/"+place, func(t *testing.T) {
					t.Parallel()
					target := Target{Input: AccountInput{ServiceType: ServiceGoogle, AuthOrgID: "example.com", AuthString1: body, AuthString2: secret}}
					c := newClient(t, answering(at(encode(secret))), maxRetries(0))
					_, _, err := c.upsert(t.Context(), target, &saveResult{})
					e := asError(t, err)
					told := fmt.Sprintf("%s %+v", e, *e)
					hidden := secret
					if place == "truncated" && name != "client secret" && name != "password" { // the marks and names around a key are no secret
						hidden = body
					}
					if leaks(told, hidden) {
						t.Errorf("the error repeats the secret: %s", told)
					}
				})
			}
		}
	}
}

// The answer of a write or a listing that was cut holds what is no part of the
// request: a token, the secrets of a registration.
func TestCutAnswerIsNotShown(t *testing.T) {
	const token = "new-access-token-of-the-account"
	for _, cut := range []string{`{"accountId":1,"accessToken":"` + token, ` [{"clientSecret":"` + token, `"` + token} {
		for _, status := range []int{200, 500} {
			c := newClient(t, answering(reply{status: status, body: cut}), maxRetries(0))
			_, _, err := c.upsert(t.Context(), Target{Input: AccountInput{ServiceType: ServiceGoogle, AuthOrgID: "example.com"}}, &saveResult{})
			if e := asError(t, err); leaks(fmt.Sprintf("%s %+v", e, *e), token) {
				t.Errorf("%d: the error shows the answer: %s", status, e)
			}
		}
	}
}

// The client id is worth reading where a server says that it is wrong.
func TestClientIDIsShown(t *testing.T) {
	const clientID = "app-1-of-acme-production"
	c := newClient(t, answering(errorReply(map[string]any{"message": "Unknown application " + clientID})), maxRetries(0), func(c *Config) { c.ClientID = clientID })
	_, _, err := c.upsert(t.Context(), Target{Input: AccountInput{ServiceType: ServiceGoogle, AuthOrgID: "example.com"}}, &saveResult{})
	if e := asError(t, err); !strings.HasSuffix(e.Message, clientID) {
		t.Errorf("got %q", e.Message)
	}
}

func errorReply(body map[string]any) reply {
	text, _ := json.Marshal(body)
	return reply{status: 400, body: string(text)}
}

func TestRedactKeepsTheRest(t *testing.T) {
	block, body := privateKey(t)
	tests := []struct {
		name, text string
		secrets    []string
		want       string
	}{
		{"nothing secret", "Mailbox not found", []string{"hunter22"}, "Mailbox not found"},
		{"in the middle", "key hunter22 is bad", []string{"hunter22"}, "key [redacted] is bad"},
		{"twice", "hunter22 hunter22", []string{"hunter22"}, "[redacted] [redacted]"},
		{"one inside another", "is hunter22extra", []string{"hunter22", "hunter22extra"}, "is [redacted]"},
		{"one inside another, longer first", "is hunter22extra", []string{"hunter22extra", "hunter22"}, "is [redacted]"},
		{"empty and very short", "a bad day", []string{"", "bad"}, "a bad day"},
		{"in quotes", `is \"q\"q\" bad`, []string{`"q"q"`}, "is [redacted] bad"},
		{"a piece", "key hunter22hunte", []string{"hunter22hunter33"}, "key [redacted]"},
		{"two pieces", "hunter22hunte and ter22hunter33", []string{"hunter22hunter33"}, "[redacted] and [redacted]"},
		{"a piece too short", "the hunter22hun", []string{"hunter22hunter33"}, "the hunter22hun"},
		{"lines of a key", "got " + strings.Split(block, "\n")[1] + " here", []string{body}, "got [redacted] here"},
		{"public parts of a JSON key", "robot@example.com is disabled at https://oauth2.googleapis.com/token",
			[]string{`{"client_email":"robot@example.com","token_uri":"https://oauth2.googleapis.com/token"}`},
			"robot@example.com is disabled at https://oauth2.googleapis.com/token"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := redact(test.text, test.secrets); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// A log shows of a body what is documented and no secret.
func TestBody(t *testing.T) {
	secrets := []string{"hunter22"}
	tests := []struct {
		name    string
		content any
		want    string
	}{
		{"none", nil, "null"},
		{"request", AccountInput{ServiceType: "EWS", AuthString1: "hunter22", AuthString2: "s3cret", Email: "a@acme.example"},
			`{"active":false,"authString1":"[redacted]","authString2":"[redacted]","email":"a@acme.example","serviceType":"EWS"}`},
		{"large id", []byte(`{"accountId":9007199254740993,"accessToken":"t0ken","userSession":"s"}`),
			`{"accessToken":"[redacted]","accountId":9007199254740993,"userSession":"[redacted]"}`},
		{"page", []byte(`{"records":[{"id":1,"new":"x","scopes":["Mail.Read"],"more":["x",1]},null],"done":true}`),
			`{"done":true,"records":[{"id":1,"more":["[redacted]","[redacted]"],"new":"[redacted]","scopes":["Mail.Read"]},null]}`},
		{"harmless only by name", []byte(`{"name":{"clientSecret":"s3cret","name":"Acme"}}`), `{"name":{"clientSecret":"[redacted]","name":"Acme"}}`},
		{"echo", []byte(`{"message":"no hunter22 here","hunter22":1}`), `{"[redacted]":"[redacted]","message":"no [redacted] here"}`},
		{"text", []byte(`"s3cret"`), `"[redacted]"`},
		{"list", []byte(`["s3cret"]`), `["[redacted]"]`},
		{"page of HTML", []byte("<p>s3cret</p>"), "13 bytes that are not JSON"},
		{"cut", []byte(`{"id":1,"accessToken":"t0k`), "26 bytes that are not JSON"},
		{"more than one", []byte(`{} "s3cret"`), "11 bytes that are not JSON"},
	}
	for _, test := range tests {
		if got := (Body{test.content, secrets}).String(); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
	if long := (Body{[]byte(`{"name":"` + strings.Repeat("x", 1<<20) + `"}`), nil}).String(); len([]rune(long)) != longestBody+1 {
		t.Errorf("%d runes are shown", len([]rune(long)))
	}
}
