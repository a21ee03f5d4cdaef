package aurinko

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestIdentifier(t *testing.T) {
	for text, want := range map[string]Identifier{
		`12`: "12", `9007199254740993`: "9007199254740993", `"a-b"`: "a-b", `"12"`: "12", `null`: "", `""`: "",
	} {
		var got Identifier
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s is read as %q, %v", text, got, err)
		}
	}
	for _, text := range []string{`{}`, `[]`, `true`} {
		var got Identifier
		if json.Unmarshal([]byte(text), &got) == nil {
			t.Errorf("%s is read as %q", text, got)
		}
	}
}

func TestApplication(t *testing.T) {
	yes, no := true, false
	tests := []struct {
		name string
		body string
		want Application
	}{
		{name: "empty", body: `{}`},
		{
			name: "everything",
			body: `{"id":1,"name":"n","applicationType":"web","syncAvailable":true,"internalServicesEnabled":false,"trial":true,
				"outlookManifestId":"m","capabilities":["Mail"],"createdAt":"c","signingSecret":"hunter22","more":[{}]}`,
			want: Application{
				ID: "1", Name: "n", ApplicationType: "web", SyncAvailable: &yes, InternalServicesEnabled: &no, Trial: &yes,
				OutlookManifestID: "m", Capabilities: []string{"Mail"}, CreatedAt: "c",
			},
		},
		{name: "nulls", body: `{"id":"a","name":null,"trial":null,"capabilities":[]}`, want: Application{ID: "a", Capabilities: []string{}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := answering(reply{body: test.body})
			got, err := newClient(t, server).Application(t.Context())
			if err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"GET /v1/am/application"}, server.asked()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
	if got, err := newClient(t, answering(reply{status: 403, body: `{}`})).Application(t.Context()); StatusOf(err) != 403 || got.Name != "" {
		t.Errorf("%v, %v", got, err)
	}
}
