package aurinko

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	type more struct {
		Account
		Note  string `json:"note"`
		Trial *bool  `json:"trial"`
	}
	on := true
	tests := []struct {
		name string
		json string
		want more
	}{
		{
			name: "as documented",
			json: `{"id": 7, "authUserId": "114", "copyToSent": true, "note": "x"}`,
			want: more{Account: Account{ID: 7, AuthUserID: "114", CopyToSent: &on}, Note: "x"},
		},
		{
			name: "numbers for texts",
			json: `{"id": 9007199254740993, "authUserId": 114000000000000000001, "userId": -5, "note": 12.50, "email": "a@acme.example"}`,
			want: more{Account: Account{ID: 9007199254740993, AuthUserID: "114000000000000000001", UserID: "-5", Email: "a@acme.example"}, Note: "12.50"},
		},
		{name: "a boolean for a text", json: `{"id": 7, "tokenError": false}`, want: more{Account: Account{ID: 7, TokenError: "false"}}},
		{
			name: "booleans in quotes",
			json: `{"id": "7", "copyToSent": "true", "daemon": "true", "trial": "true"}`,
			want: more{Account: Account{ID: 7, CopyToSent: &on, Daemon: true}, Trial: &on},
		},
		{name: "neither true nor false", json: `{"id": 7, "copyToSent": 3, "trial": "x", "name": "A \"B\""}`, want: more{Account: Account{ID: 7, Name: `A "B"`}}},
		{
			name: "other things for a text",
			json: `{"id": 7, "tokenError": {"a": 1}, "name": ["x"], "authScopes": "Mail.Read Mail.Send", "email": null}`,
			want: more{Account: Account{ID: 7, AuthScopes: ScopeNames{"Mail.Read", "Mail.Send"}}},
		},
	}
	for _, test := range tests {
		var got more
		if err := decode([]byte(test.json), &got); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
	for _, bad := range []string{`7`, `"x"`, `[]`, `{"id": "x"}`, `{"id": 1.5}`, `{"id": {}}`, `{`} {
		if err := decode([]byte(bad), &more{}); err == nil {
			t.Errorf("%s is read as an account", bad)
		}
	}
	for text, want := range map[string]bool{
		`{"totalSize": "2", "done": "true", "records": []}`: true,
		`{"totalSize": 2, "records": {}}`:                   false,
		`{"totalSize": 2, "records": "none"}`:               false,
	} {
		if err := decode([]byte(text), &page{}); (err == nil) != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}
