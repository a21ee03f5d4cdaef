package aurinko

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUnmarshalLoosely(t *testing.T) {
	t.Parallel()
	type more struct {
		Account
		Note  string `json:"note"`
		Trial *bool  `json:"trial"`
	}
	on := true
	tests := map[string]struct {
		json string
		want more
	}{
		"as documented": {
			`{"id": 7, "authUserId": "114", "copyToSent": true, "note": "x"}`,
			more{Account: Account{ID: 7, AuthUserID: "114", CopyToSent: &on}, Note: "x"},
		},
		"numbers for texts": {
			`{"id": 9007199254740993, "authUserId": 114000000000000000001, "userId": -5, "note": 12.50, "email": "a@acme.example"}`,
			more{Account: Account{ID: 9007199254740993, AuthUserID: "114000000000000000001", UserID: "-5", Email: "a@acme.example"}, Note: "12.50"},
		},
		"a boolean for a text": {`{"id": 7, "tokenError": false}`, more{Account: Account{ID: 7, TokenError: "false"}}},
		"booleans in quotes": {
			`{"id": "7", "copyToSent": "true", "daemon": "true", "trial": "true"}`,
			more{Account: Account{ID: 7, CopyToSent: &on, Daemon: true}, Trial: &on},
		},
		"a boolean that is none": {`{"id": 7, "copyToSent": 3, "trial": "x", "name": "A \"B\""}`, more{Account: Account{ID: 7, Name: `A "B"`}}},
		"other things for a text": {
			`{"id": 7, "tokenError": {"a": 1}, "name": ["x"], "authScopes": "Mail.Read Mail.Send", "email": null}`,
			more{Account: Account{ID: 7, AuthScopes: ScopeNames{"Mail.Read", "Mail.Send"}}},
		},
	}
	for name, test := range tests {
		var got more
		if err := unmarshal([]byte(test.json), &got); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, bad := range []string{`7`, `"x"`, `[]`, `{"id": "x"}`, `{"id": 1.5}`, `{"id": {}}`, `{`} {
		if err := unmarshal([]byte(bad), &more{}); err == nil {
			t.Errorf("%s is taken for an account", bad)
		}
	}
	for text, want := range map[string]bool{
		`{"totalSize": "2", "done": "true", "records": []}`: true,
		`{"totalSize": 2, "records": {}}`:                   false,
		`{"totalSize": 2, "records": "none"}`:               false,
	} {
		if err := unmarshal([]byte(text), &page{}); (err == nil) != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}
