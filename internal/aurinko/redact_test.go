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
	"net/url"
	"strings"
	"testing"
)

// leaks reports whether a text holds a piece of a secret in one of the encodings
// that a redactor knows, with or without white space.
func leaks(text, secret string) bool {
	squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
	held := map[string]bool{}
	for _, text := range []string{text, squeeze(text)} {
		for i := range max(0, len(text)-pieceLength+1) {
			held[text[i:i+pieceLength]] = true
		}
	}
	for _, encode := range encodings {
		for _, form := range []string{encode(secret), squeeze(encode(secret))} {
			if len(form) < pieceLength && strings.Contains(text, form) {
				return true
			}
			for i := range max(0, len(form)-pieceLength+1) {
				if held[form[i:i+pieceLength]] {
					return true
				}
			}
		}
	}
	return false
}

var encodings = map[string]func(string) string{
	"plain":  func(s string) string { return s },
	"JSON":   inQuotes,
	"URL":    url.QueryEscape,
	"base64": func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"one line": func(s string) string { // the body of a PEM block
		if block, _ := pem.Decode([]byte(s)); block != nil {
			return base64.StdEncoding.EncodeToString(block.Bytes)
		}
		return s
	},
}

// inQuotes returns a text as JSON has it between its quotes.
func inQuotes(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		panic(err) // a string always has a JSON form
	}
	return strings.TrimSpace(b.String())[1 : len(strings.TrimSpace(b.String()))-1]
}

// privateKey returns a new key as PEM, and its body on one line.
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

// googleKey returns a JSON key, with its private key.
func googleKey(t *testing.T, name string) (jsonKey, block string) {
	t.Helper()
	block, _ = privateKey(t)
	return `{"type":"service_account","project_id":"acme-mail","private_key_id":"0123456789abcdef0123456789abcdef01234567",` +
		`"private_key":"` + inQuotes(block) + `","client_email":"` + name + `@acme-mail.iam.gserviceaccount.com",` +
		`"client_id":"114000000000000000001","token_uri":"https://oauth2.googleapis.com/token"}`, block
}

func errorReply(body map[string]any) reply {
	text, _ := json.Marshal(body)
	return reply{status: 400, body: string(text)}
}

// A server may repeat what it was sent. Wherever and however it does, no secret
// gets into the error or the log.
func TestEchoedSecrets(t *testing.T) {
	block, body := privateKey(t)
	jsonKey, keyInside := googleKey(t, "robot")
	secrets := map[string]struct {
		secret, other string // sent as authString2 and authString1
		hidden        string // of a cut or escaped echo
	}{
		"client secret": {secret: testClientSecret, hidden: testClientSecret},
		"password":      {secret: `p"ss <b>w&rd</b>\` + "\t" + `é+/=%`, hidden: `p"ss <b>w&rd</b>\` + "\t" + `é+/=%`},
		"key body":      {secret: body, hidden: body},
		"PEM":           {secret: block, hidden: body},
		"JSON key":      {secret: jsonKey, other: keyInside, hidden: keyInside}, // its names are not secret
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
		"page":           func(echo string) reply { return reply{status: 502, body: "<html><p>" + echo + "</p></html>"} },
		"end of a page":  func(echo string) reply { return reply{status: 502, body: strings.Repeat("x", 190) + echo} },
		"late in a page": func(echo string) reply { return reply{status: 502, body: strings.Repeat("<br/>", 815) + echo} },
		"success":        func(echo string) reply { return reply{body: "Saved " + echo} },
		"JSON text":      func(echo string) reply { return reply{status: 400, body: `"` + inQuotes(echo) + `"`} },
	}
	for name, secret := range secrets {
		for encoding, encode := range encodings {
			for place, at := range places {
				t.Run(name+"/"+encoding+"/"+place, func(t *testing.T) {
					t.Parallel()
					var logged strings.Builder
					c := newClient(t, answering(at(encode(secret.secret))), maxRetries(0), func(config *Config) {
						config.Log = logTo(&logged)
					})
					in := AccountInput{ServiceType: ServiceGoogle, AuthOrgID: "example.com", AuthString1: secret.other, AuthString2: secret.secret}
					e := asError(t, c.CheckConnection(t.Context(), in))
					hidden := secret.secret
					if place == "truncated" {
						hidden = secret.hidden
					}
					if shown := fmt.Sprintf("%s %+v", e, *e); leaks(shown, hidden) {
						t.Errorf("the error repeats the secret: %s", shown)
					}
					if leaks(logged.String(), secret.hidden) { // in JSON once more
						t.Errorf("the log repeats the secret: %s", logged.String())
					}
				})
			}
		}
	}
}

// Every call carries the application's credentials in a header.
func TestAuthorizationHeaderIsRedacted(t *testing.T) {
	const clientID = "app-1-of-acme-production"
	header := base64.StdEncoding.EncodeToString([]byte(clientID + ":" + testClientSecret))
	for _, echo := range []string{"Basic " + header, header[:len(header)-8], header[8:]} {
		c := newClient(t, answering(errorReply(map[string]any{"message": "Bad header " + echo})), func(c *Config) { c.ClientID = clientID })
		err := get(c, t.Context())
		if text := asError(t, err).Error(); strings.Contains(text, header[8:len(header)-8]) || !strings.Contains(text, redaction) {
			t.Errorf("the header is repeated: %s", text)
		}
	}
}

// The answer to a write or a listing that was cut holds what no request has
// sent: a token, the secrets of a registration.
func TestCutAnswerIsNotShown(t *testing.T) {
	const token = "new-access-token-of-the-account"
	for _, cut := range []string{`{"accountId":1,"accessToken":"` + token, ` [{"clientSecret":"` + token, `"` + token} {
		for _, status := range []int{200, 500} {
			var logged strings.Builder
			c := newClient(t, answering(reply{status: status, body: cut}), maxRetries(0), func(config *Config) { config.Log = logTo(&logged) })
			_, err := c.SaveServiceAccount(t.Context(), AccountInput{ServiceType: ServiceGoogle, AuthOrgID: "example.com"}, nil)
			if e := asError(t, err); leaks(fmt.Sprintf("%s %+v %s", e, *e, logged.String()), token) {
				t.Errorf("%d: the error shows the answer: %s", status, e)
			}
		}
	}
}

// An access token is in an answer alone: no redactor knows it.
func TestAccessTokenIsNotShown(t *testing.T) {
	const secret = "t0ken-of-the-account"
	tests := []struct {
		name   string
		answer string
		ok     bool
	}{
		{name: "as documented", answer: `{"accountId":1,"accessToken":"` + secret + `","userSession":"` + secret + `"}`, ok: true},
		{name: "no ID", answer: `{"accessToken":"` + secret + `"}`},
		{name: "odd", answer: `{"accountId":"x","accessToken":["` + secret + `"]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var logged strings.Builder
			c := newClient(t, answering(reply{body: test.answer}), func(config *Config) { config.Log = logTo(&logged) })
			saved, err := c.SaveManagedAccount(t.Context(), 500, AccountInput{Email: "a@acme.example"}, []RecycleKey{KeyEmail}, SaveOptions{})
			if (err == nil) != test.ok || test.ok && saved.AccessToken != secret {
				t.Errorf("%+v, %v", saved, err)
			}
			if err != nil && strings.Contains(fmt.Sprintf("%v %+v", err, *asError(t, err)), secret) {
				t.Errorf("the error shows it: %v", err)
			}
			if text := logged.String(); strings.Contains(text, secret) || !strings.Contains(text, "/am/svc_accounts/{id}/accounts") {
				t.Errorf("logged is %s", text)
			}
		})
	}
}

// The client ID is worth reading where a server says that it is wrong.
func TestClientIDIsShown(t *testing.T) {
	const clientID = "app-1-of-acme-production"
	c := newClient(t, answering(errorReply(map[string]any{"message": "Unknown application " + clientID})), func(c *Config) { c.ClientID = clientID })
	if e := asError(t, get(c, t.Context())); !strings.HasSuffix(e.Message, clientID) {
		t.Errorf("got %q", e.Message)
	}
}

func TestRedact(t *testing.T) {
	block, body := privateKey(t)
	jsonKey, _ := googleKey(t, "robot")
	encoded := base64.StdEncoding.EncodeToString([]byte("hunter22hunter33"))
	tests := []struct {
		name, text string
		secrets    []string
		want       string
	}{
		{name: "nothing secret", text: "Mailbox not found", secrets: []string{"hunter22"}, want: "Mailbox not found"},
		{name: "no secrets", text: "Mailbox not found", want: "Mailbox not found"},
		{name: "empty", secrets: []string{"hunter22"}},
		{name: "in the middle", text: "key hunter22 is bad", secrets: []string{"hunter22"}, want: "key [redacted] is bad"},
		{name: "twice", text: "hunter22 hunter22", secrets: []string{"hunter22"}, want: "[redacted] [redacted]"},
		{name: "one inside another", text: "is hunter22extra", secrets: []string{"hunter22", "hunter22extra"}, want: "is [redacted]"},
		{name: "one inside another, longer first", text: "is hunter22extra", secrets: []string{"hunter22extra", "hunter22"}, want: "is [redacted]"},
		{name: "empty and very short", text: "a bad day", secrets: []string{"", "bad"}, want: "a bad day"},
		{name: "escaped in JSON", text: `is \"q\"q\" bad`, secrets: []string{`"q"q"`}, want: "is [redacted] bad"},
		{name: "escaped in a URL", text: `is p%26ss+word%2F bad`, secrets: []string{`p&ss word/`}, want: "is [redacted] bad"},
		{name: "base64", text: "is " + encoded + " bad", secrets: []string{"hunter22hunter33"}, want: "is [redacted] bad"},
		{name: "cut base64", text: "is " + encoded[:14], secrets: []string{"hunter22hunter33"}, want: "is [redacted]"},
		{name: "a piece", text: "key hunter22hunte", secrets: []string{"hunter22hunter33"}, want: "key [redacted]"},
		{name: "two pieces", text: "hunter22hunte and ter22hunter33", secrets: []string{"hunter22hunter33"}, want: "[redacted] and [redacted]"},
		{name: "a piece of the least length", text: "a unter22hunte", secrets: []string{"hunter22hunter33"}, want: "a [redacted]"},
		{name: "a piece too short", text: "the hunter22hun", secrets: []string{"hunter22hunter33"}, want: "the hunter22hun"},
		{name: "a line of a PEM block", text: "got " + strings.Split(block, "\n")[1] + " here", secrets: []string{block}, want: "got [redacted] here"},
		{name: "a PEM block on one line", text: "got " + body + " here", secrets: []string{block}, want: "got [redacted] here"},
		{name: "a part of a PEM block on one line", text: "got " + body[50:90] + " here", secrets: []string{block}, want: "got [redacted] here"},
		{name: "a line of a key", text: "got " + strings.Split(block, "\n")[1] + " here", secrets: []string{body}, want: "got [redacted] here"},
		{name: "a JSON key", text: "got " + jsonKey + " here", secrets: []string{jsonKey}, want: "got [redacted] here"},
		{name: "a JSON key in JSON", text: "got " + inQuotes(jsonKey) + " here", secrets: []string{jsonKey}, want: "got [redacted] here"},
		{
			name: "public parts of a JSON key", secrets: []string{jsonKey},
			text: "robot@acme-mail.iam.gserviceaccount.com is disabled at https://oauth2.googleapis.com/token",
			want: "robot@acme-mail.iam.gserviceaccount.com is disabled at https://oauth2.googleapis.com/token",
		},
		{
			name: "base64 of a part of a JSON key", secrets: []string{jsonKey},
			text: "got " + base64.StdEncoding.EncodeToString([]byte(jsonKey))[:60], want: "got [redacted]",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var r redactor
			r.add(test.secrets...)
			if got := r.redact(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			r.add(test.secrets...)
			if got := r.redact(test.text); got != test.want {
				t.Errorf("after adding again: got %q, want %q", got, test.want)
			}
		})
	}
}

// What one call has sent is known to all later ones.
func TestSecretsAddUp(t *testing.T) {
	var r redactor
	r.add("hunter22")
	const text = "hunter22 and hunter33"
	if got := r.redact(text); got != "[redacted] and hunter33" {
		t.Errorf("got %q", got)
	}
	r.add("hunter33")
	if got := r.redact(text); got != "[redacted] and [redacted]" {
		t.Errorf("got %q", got)
	}
}

// A run with 10 Google keys redacts thousands of texts, and sends the same keys
// with every write. The forms of the keys are built once.
func TestFormsAreBuiltOnce(t *testing.T) {
	const texts = 1500
	var keys []string
	for i := range 10 {
		jsonKey, block := googleKey(t, fmt.Sprintf("robot-%d", i))
		keys = append(keys, jsonKey, block)
	}
	var r redactor
	r.add(keys...)
	text := "Mailbox not found: " + strings.Repeat("a word and another ", 20)
	if got := r.redact(text); got != text {
		t.Fatalf("got %q", got)
	}
	if allocations := testing.AllocsPerRun(10, func() { r.add(keys...) }); allocations > 0 {
		t.Errorf("adding the keys again allocates %v times", allocations)
	}
	perText := testing.AllocsPerRun(texts, func() {
		r.add(keys...)
		r.redact(text)
	})
	if perText > 5 {
		t.Errorf("a text allocates %v times", perText)
	}
	if got := r.redact("got " + keys[0] + " and " + keys[19][40:80]); got != "got [redacted] and [redacted]" {
		t.Errorf("got %q", got)
	}
}

// A log shows the documented fields of a body that are not secret.
func TestBody(t *testing.T) {
	tests := []struct {
		name    string
		content any
		want    string
	}{
		{name: "none", want: "null"},
		{
			name: "request", content: AccountInput{ServiceType: "EWS", AuthString1: "hunter22", AuthString2: "s3cret", Email: "a@acme.example"},
			want: `{"active":false,"authString1":"[redacted]","authString2":"[redacted]","email":"a@acme.example","serviceType":"EWS"}`,
		},
		{
			name: "large ID", content: []byte(`{"accountId":9007199254740993,"accessToken":"t0ken","userSession":"s"}`),
			want: `{"accessToken":"[redacted]","accountId":9007199254740993,"userSession":"[redacted]"}`,
		},
		{
			name: "page", content: []byte(`{"records":[{"id":1,"new":"x","scopes":["Mail.Read"],"more":["x",1]},null],"done":true}`),
			want: `{"done":true,"records":[{"id":1,"more":["[redacted]","[redacted]"],"new":"[redacted]","scopes":["Mail.Read"]},null]}`,
		},
		{
			name: "harmless only by name", content: []byte(`{"name":{"clientSecret":"s3cret","name":"Acme"}}`),
			want: `{"name":{"clientSecret":"[redacted]","name":"Acme"}}`,
		},
		{
			name: "echo", content: []byte(`{"message":"no hunter22 here","hunter22":1}`),
			want: `{"[redacted]":"[redacted]","message":"no [redacted] here"}`,
		},
		{
			name: "echo with markup", content: []byte(`{"message":"no a<b>&\"c\" here"}`),
			want: `{"message":"no [redacted] here"}`,
		},
		{name: "text", content: []byte(`"s3cret"`), want: `"[redacted]"`},
		{name: "list", content: []byte(`["s3cret"]`), want: `["[redacted]"]`},
		{name: "page of HTML", content: []byte("<p>s3cret</p>"), want: "13 bytes that are not JSON"},
		{name: "cut", content: []byte(`{"id":1,"accessToken":"t0k`), want: "26 bytes that are not JSON"},
		{name: "more than one", content: []byte(`{} "s3cret"`), want: "11 bytes that are not JSON"},
	}
	var r redactor
	r.add("hunter22", `a<b>&"c"`)
	for _, test := range tests {
		if got, err := (Body{test.content, &r}).MarshalText(); string(got) != test.want || err != nil {
			t.Errorf("%s: got %s, %v, want %s", test.name, got, err, test.want)
		}
	}
	if long := (Body{[]byte(`{"name":"` + strings.Repeat("x", 1<<20) + `"}`), &r}).String(); len([]rune(long)) != longestBody+1 {
		t.Errorf("%d runes are shown", len([]rune(long)))
	}
	if !(Body{}).IsEmpty() || !(Body{[]byte{}, &r}).IsEmpty() || (Body{[]byte("{}"), &r}).IsEmpty() || (Body{AccountInput{}, &r}).IsEmpty() {
		t.Error("an empty body is not recognized")
	}
}
