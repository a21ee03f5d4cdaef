package aurinko

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLooseAccount(t *testing.T) {
	t.Parallel()
	on := true
	tests := map[string]struct {
		json string
		want Account
	}{
		"as documented": {`{"id": 7, "authUserId": "114", "copyToSent": true}`, Account{ID: 7, AuthUserID: "114", CopyToSent: &on}},
		"numbers for texts": {
			`{"id": 9007199254740993, "authUserId": 114000000000000000001, "userId": -5, "clientOrgId": 12.50, "email": "a@acme.example"}`,
			Account{ID: 9007199254740993, AuthUserID: "114000000000000000001", UserID: "-5", ClientOrgID: "12.50", Email: "a@acme.example"},
		},
		"a boolean for a text":   {`{"id": 7, "tokenError": false}`, Account{ID: 7, TokenError: "false"}},
		"booleans in quotes":     {`{"id": "7", "copyToSent": "true", "daemon": "true"}`, Account{ID: 7, CopyToSent: &on, Daemon: true}},
		"a boolean that is none": {`{"id": 7, "copyToSent": 3, "name": "A \"B\""}`, Account{ID: 7, Name: `A "B"`}},
		"an object for a text":   {`{"id": 7, "tokenError": {"a": 1}, "name": ["x"], "authScopes": "Mail.Read Mail.Send", "email": null}`, Account{ID: 7, AuthScopes: ScopeNames{"Mail.Read", "Mail.Send"}}},
	}
	for name, test := range tests {
		var got Account
		if err := json.Unmarshal([]byte(test.json), &got); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for _, bad := range []string{`7`, `"x"`, `[]`, `{"id": "x"}`, `{"id": 1.5}`, `{"id": {}}`} {
		if err := json.Unmarshal([]byte(bad), &Account{}); err == nil {
			t.Errorf("%s is taken for an account", bad)
		}
	}
}
