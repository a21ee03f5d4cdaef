package credential_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/credential"
)

// googleKey is a key file with some fields changed; a nil takes a field away.
func googleKey(changes map[string]any) string {
	fields := map[string]any{
		"type":           "service_account",
		"project_id":     "acme-mail",
		"private_key_id": "0123456789abcdef0123456789abcdef01234567",
		"private_key":    pkcs8(rsaKey()),
		"client_email":   "aurinko@acme-mail.iam.gserviceaccount.com",
		"client_id":      "112233445566778899001",
		"token_uri":      "https://oauth2.example/token",
	}
	maps.Copy(fields, changes)
	maps.DeleteFunc(fields, func(_ string, value any) bool { return value == nil })
	return string(must(json.MarshalIndent(fields, "", "  ")))
}

func TestParseGoogleKey(t *testing.T) {
	t.Parallel()

	body := func(text string) string {
		lines := strings.Split(strings.TrimSpace(text), "\n")
		return strings.Join(lines[1:len(lines)-1], "")
	}
	tests := map[string]struct {
		text string
		body string
	}{
		"as issued":          {googleKey(nil), body(pkcs8(rsaKey()))},
		"PKCS#1":             {googleKey(map[string]any{"private_key": pkcs1(rsaKey())}), body(pkcs1(rsaKey()))},
		"CRLF in the key":    {googleKey(map[string]any{"private_key": crlf(pkcs8(rsaKey()))}), body(pkcs8(rsaKey()))},
		"a short key":        {googleKey(map[string]any{"private_key": pkcs8(shortRSAKey())}), body(pkcs8(shortRSAKey()))},
		"unknown fields":     {googleKey(map[string]any{"universe_domain": "googleapis.com", "x": []int{1}}), body(pkcs8(rsaKey()))},
		"a field twice":      {strings.Replace(googleKey(nil), "{", `{"type":"service_account",`, 1), body(pkcs8(rsaKey()))},
		"line breaks around": {"\n" + googleKey(nil) + "\n", body(pkcs8(rsaKey()))},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := credential.ParseGoogleKey(test.text)
			if err != nil {
				t.Fatal(err)
			}
			want := credential.GoogleKey{
				ClientEmail:    "aurinko@acme-mail.iam.gserviceaccount.com",
				ClientID:       "112233445566778899001",
				ProjectID:      "acme-mail",
				PrivateKeyID:   "0123456789abcdef0123456789abcdef01234567",
				PrivateKeyBody: test.body,
				JSON:           test.text,
			}
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestParseGoogleKeyRefuses(t *testing.T) {
	t.Parallel()

	const unreadable = "its private_key is not a private key in PEM form that can be read"
	tests := map[string]struct {
		text string
		want string
	}{
		"empty":                  {"", "it is empty"},
		"blank":                  {" \n", "it is empty"},
		"null":                   {"null", "it is null"},
		"a list":                 {"[" + googleKey(nil) + "]", "it is JSON but not an object"},
		"a JSON string":          {string(must(json.Marshal(googleKey(nil)))), "it is JSON but not an object"},
		"cut off":                {googleKey(nil)[:200], "it is not valid JSON"},
		"two documents":          {googleKey(nil) + googleKey(nil), "it is not valid JSON"},
		"a file's name":          {"keys/acme-mail.json", "it looks like the name of a file"},
		"base64":                 {base64.StdEncoding.EncodeToString([]byte(googleKey(nil))), "decode it with base64decode()"},
		"a private key":          {pkcs8(rsaKey()), "it is not JSON"},
		"words":                  {"service-account-key", "it is not JSON"},
		"too large":              {googleKey(map[string]any{"x": strings.Repeat("x", 64<<10)}), "it is larger than 64 KiB"},
		"an installed app":       {`{"installed":{"client_id":"client-id","client_secret":"client-secret"}}`, "it is the file of an OAuth client"},
		"a web app":              {`{"web":{"client_id":"client-id","client_secret":"client-secret"}}`, "it is the file of an OAuth client"},
		"gcloud credentials":     {`{"type":"authorized_user","refresh_token":"refresh-token"}`, "it is a person's own gcloud credentials"},
		"workload federation":    {`{"type":"external_account"}`, "federated or impersonated identity"},
		"impersonation":          {`{"type":"impersonated_service_account"}`, "federated or impersonated identity"},
		"another type":           {googleKey(map[string]any{"type": "gdch_service"}), `its type is not "service_account"`},
		"no type":                {googleKey(map[string]any{"type": nil}), "it lacks type"},
		"type is null":           {`{"type":null}`, "it lacks type"},
		"type is a number":       {googleKey(map[string]any{"type": 1}), "it lacks type"},
		"empty object":           {"{}", "it lacks type"},
		"nothing but the type":   {`{"type":"service_account"}`, "it lacks client_email, client_id, project_id, private_key_id, private_key;"},
		"no client_email":        {googleKey(map[string]any{"client_email": nil}), "it lacks client_email;"},
		"no client_id":           {googleKey(map[string]any{"client_id": nil}), "it lacks client_id;"},
		"empty project_id":       {googleKey(map[string]any{"project_id": ""}), "it lacks project_id;"},
		"private_key_id a list":  {googleKey(map[string]any{"private_key_id": []string{"a"}}), "it lacks private_key_id;"},
		"two are missing":        {googleKey(map[string]any{"client_id": nil, "private_key": nil}), "it lacks client_id, private_key;"},
		"private_key not PEM":    {googleKey(map[string]any{"private_key": "private-key-text"}), unreadable},
		"private_key cut off":    {googleKey(map[string]any{"private_key": pkcs8(rsaKey())[:300]}), unreadable},
		`private_key with \\n`:   {googleKey(map[string]any{"private_key": strings.ReplaceAll(pkcs8(rsaKey()), "\n", `\n`)}), unreadable},
		"private_key a public":   {googleKey(map[string]any{"private_key": certificate(rsaKey())}), unreadable},
		"private_key of a curve": {googleKey(map[string]any{"private_key": pkcs8(ecKey())}), "its private_key is not an RSA key"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := credential.ParseGoogleKey(test.text)
			checkRefused(t, err, test.want, test.text)
			if got != (credential.GoogleKey{}) {
				t.Error("got a key beside the error")
			}
		})
	}
}

// No error may carry a value of the file, whichever field is wrong.
func TestGoogleKeyErrorsHoldNoValue(t *testing.T) {
	t.Parallel()

	secret := "hunter2-" + strings.Repeat("s", 20)
	texts := []string{secret, `"` + secret + `"`, "{" + secret, `{"` + secret + `":` + secret + `}`}
	for _, field := range []string{"type", "client_email", "client_id", "project_id", "private_key_id", "private_key"} {
		texts = append(texts,
			googleKey(map[string]any{field: secret, "private_key": secret}),
			googleKey(map[string]any{field: map[string]any{"x": secret}}))
	}
	for _, text := range texts {
		_, err := credential.ParseGoogleKey(text)
		if err == nil {
			t.Errorf("no error for %s", text)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the error repeats the secret: %v", err)
		}
	}
}
