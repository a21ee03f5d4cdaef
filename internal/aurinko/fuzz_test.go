package aurinko

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// FuzzPage reads a page of any form. The walk ends.
func FuzzPage(f *testing.F) {
	for _, text := range []string{
		`{}`, `null`, `[]`, `{"records":null}`, `{"offset":0,"totalSize":2,"done":false,"records":[{"id":1},{"id":"2"}]}`,
		`{"records":[null]}`, `{"records":[1]}`, `{"totalSize":-1,"records":[{}]}`, `{"done":"no"}`, `<html>`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first := true
		server := answering(reply{body: text}, reply{body: `{"records":[]}`})
		for account, err := range newClient(t, server, maxRetries(0)).AccountPages().All(t.Context()) {
			if err != nil && !reflect.DeepEqual(account, Account{}) {
				t.Errorf("an account with an error: %+v, %v", account, err)
			}
			first = false
		}
		if n := len(server.requests()); n > 2 || n == 2 && first {
			t.Errorf("%d requests for %s", n, text)
		}
	})
}

func FuzzOAuthRegistration(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"serviceType":"Office365","daemon":true,"scopes":"Mail.Read","clientSecret":"••••","intermediateCallbackUrl":null}`,
		`{"scopes":[]}`, `{"daemon":"yes"}`, `[]`, `{"scopes":[null]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var read, again OAuthRegistration
		if json.Unmarshal(data, &read) != nil {
			return
		}
		written, err := json.Marshal(read)
		if err != nil {
			t.Fatal(err)
		}
		if len(read.Scopes) == 0 { // is not written
			read.Scopes = nil
		}
		if err := json.Unmarshal(written, &again); err != nil || !reflect.DeepEqual(read, again) {
			t.Errorf("%s is read as %+v, and again as %+v, %v", data, read, again, err)
		}
	})
}

// FuzzSecretInError has a server repeat the secret of a request among anything
// else.
func FuzzSecretInError(f *testing.F) {
	f.Add("", "")
	f.Add(`{"message":"wrong: `, `"}`)
	f.Add(`<p>`, `</p>`)
	f.Add(`{"error":{"message":"`, `\u0022"}}`)
	const secret = "hunter2hunter2"
	f.Fuzz(func(t *testing.T, before, after string) {
		var logged strings.Builder
		c := newClient(t, answering(reply{status: 400, body: before + secret + after}), func(config *Config) {
			config.Log = func(_ context.Context, a Attempt) { fmt.Fprintf(&logged, "%+v", a) }
		})
		e := asError(t, c.CheckConnection(t.Context(), AccountInput{AuthString2: secret}))
		for _, text := range []string{e.Error(), fmt.Sprintf("%+v", *e), logged.String()} {
			if strings.Contains(text, secret) {
				t.Errorf("%q repeats the secret", text)
			}
		}
	})
}

// FuzzBaseURL cleans any text. Cleaning what was cleaned changes nothing.
func FuzzBaseURL(f *testing.F) {
	for _, text := range []string{
		"", "https://api.aurinko.io", "https://api.aurinko.io/v1/", "http://127.0.0.1:8080", "http://localhost", "http://aurinko.example", "https://user:hunter2@aurinko.example",
		"https://aurinko.example?x", "https://aurinko.example#", "//aurinko.example", "https:aurinko.example", "http://[::1]/x/../y", "https://aurinko.example/%2e%2e/v1",
		"https://aurinko.example/v1/v1//v1", "https://aurinko.example/%2Fv1", "https://aurinko.example/v1%2F", "https://aurinko.example/a%3Fb",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		base, err := ParseBaseURL(text)
		if err != nil {
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("%q: the error repeats the password: %v", text, err)
			}
			return
		}
		if base.User != nil || base.RawQuery != "" || base.Fragment != "" || base.Scheme != "https" && !IsLoopback(base.Hostname()) {
			t.Errorf("%q is accepted as %s", text, base)
		}
		if strings.HasSuffix(base.Path, "/") || strings.HasSuffix(base.Path, "/v1") {
			t.Errorf("%q is cleaned to %s", text, base)
		}
		if again, err := ParseBaseURL(base.String()); err != nil || again.String() != base.String() {
			t.Errorf("%q is cleaned to %s, and that to %v, %v", text, base, again, err)
		}
	})
}

func FuzzCanonicalScopes(f *testing.F) {
	f.Add("")
	f.Add("Mail.Read Mail.ReadOnly Mail.Draft")
	f.Add("mail.read  Mail.All")
	f.Fuzz(func(t *testing.T, text string) {
		once := CanonicalScopes(strings.Fields(text))
		if again := CanonicalScopes(once); !slices.Equal(once, again) {
			t.Errorf("%q is %q, and that is %q", text, once, again)
		}
	})
}
