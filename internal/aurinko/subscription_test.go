package aurinko

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSubscriptionKey(t *testing.T) {
	for text, want := range map[string]SubscriptionKey{
		"12346/678": {12346, 678}, "9007199254740993/9007199254740995": {9007199254740993, 9007199254740995},
	} {
		if got, err := ParseSubscriptionKey(text); err != nil || got != want || got.String() != text {
			t.Errorf("%s is read as %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "/", "12346", "12346/", "/678", "12346/678/9", "a/678", "12346/b", "012346/678", " 12346/678", "-1/2", "0/1"} {
		if got, err := ParseSubscriptionKey(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

func TestSubscriptionInputEquals(t *testing.T) {
	in := SubscriptionInput{Resource: "/contacts", NotificationURL: "https://a.example/", Filters: []string{"a", "b"}}
	for name, test := range map[string]struct {
		subscription Subscription
		want         bool
	}{
		"equal":          {Subscription{ID: 1, Resource: "/contacts", NotificationURL: "https://a.example/", Filters: []string{"b", "a"}}, true},
		"other resource": {Subscription{Resource: "/email/messages", NotificationURL: "https://a.example/", Filters: []string{"a", "b"}}, false},
		"other URL":      {Subscription{Resource: "/contacts", NotificationURL: "https://b.example/", Filters: []string{"a", "b"}}, false},
		"other filters":  {Subscription{Resource: "/contacts", NotificationURL: "https://a.example/", Filters: []string{"a"}}, false},
		"no filters":     {Subscription{Resource: "/contacts", NotificationURL: "https://a.example/"}, false},
	} {
		if got := in.Equals(test.subscription); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	in.Filters = nil
	if !in.Equals(Subscription{Resource: "/contacts", NotificationURL: "https://a.example/", Filters: []string{}}) {
		t.Error("no filters are not no filters")
	}
}

func TestIsDead(t *testing.T) {
	yes, no := true, false
	for name, test := range map[string]struct {
		subscription Subscription
		dead         bool
	}{
		"active":                         {Subscription{Active: &yes, DisabledByBilling: &no}, false},
		"not returned":                   {Subscription{}, false},
		"inactive":                       {Subscription{Active: &no, DisabledByBilling: &no}, true},
		"inactive, and no more returned": {Subscription{Active: &no}, true},
		"unpaid":                         {Subscription{Active: &no, DisabledByBilling: &yes}, false},
	} {
		if test.subscription.IsDead() != test.dead {
			t.Errorf("%s: %t", name, !test.dead)
		}
	}
}

// Every call is made on behalf of the account.
func TestSubscriptionCalls(t *testing.T) {
	yes := true
	const body = `{"id":"9007199254740993","resource":"/contacts","notificationUrl":"https://a.example/","filters":["withoutDrafts"],"active":true,"failSince":null,"more":1}`
	want := Subscription{
		Account: 7, ID: 9007199254740993, Resource: "/contacts", NotificationURL: "https://a.example/", Filters: []string{"withoutDrafts"}, Active: &yes,
	}
	key := SubscriptionKey{7, 9007199254740993}
	in := SubscriptionInput{Resource: "/contacts", NotificationURL: "https://a.example/", Filters: []string{"withoutDrafts"}}
	for name, test := range map[string]struct {
		call  func(*testing.T, *Client) (Subscription, error)
		reply string
		asked string
		sent  string
	}{
		"create": {
			func(t *testing.T, c *Client) (Subscription, error) { return c.CreateSubscription(t.Context(), 7, in) }, body,
			"POST /v1/subscriptions", `{"filters":["withoutDrafts"],"notificationUrl":"https://a.example/","resource":"/contacts"}`,
		},
		"get": {
			func(t *testing.T, c *Client) (Subscription, error) { return c.GetSubscription(t.Context(), key) }, body,
			"GET /v1/subscriptions/9007199254740993", "",
		},
		"list": {
			func(t *testing.T, c *Client) (Subscription, error) {
				found, err := c.SubscriptionPages(7).Next(t.Context())
				return append(found, Subscription{})[0], err
			}, pageOf(1, true, body),
			"GET /v1/subscriptions?includeInactive=true&limit=1000", "",
		},
		"delete": {
			func(t *testing.T, c *Client) (Subscription, error) {
				return want, c.DeleteSubscription(t.Context(), key)
			}, "",
			"DELETE /v1/subscriptions/9007199254740993", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := answering(reply{body: test.reply})
			got, err := test.call(t, newClient(t, server))
			if err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{test.asked}, server.asked()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			request := server.requests()[0]
			if got := request.header.Get("X-Aurinko-Account-Id"); got != "7" {
				t.Errorf("on behalf of %q", got)
			}
			if test.sent == "" {
				return
			}
			var sent map[string]any
			if err := json.Unmarshal([]byte(request.body), &sent); err != nil {
				t.Fatal(err)
			}
			if text, _ := json.Marshal(sent); string(text) != test.sent {
				t.Errorf("sent %s", text)
			}
		})
	}
}

// A create is sent once, since each one creates; a 429 is refused before any effect.
func TestCreateSubscriptionIsNotRepeated(t *testing.T) {
	for name, test := range map[string]struct {
		reply     reply
		ambiguous bool
	}{
		"a problem of the server": {reply{status: 500, body: `{}`}, true},
		"no answer":               {reply{drop: true}, true},
		"half an answer":          {reply{body: `{"id":1,"active":true}`, cut: true}, true},
		"no ID":                   {reply{body: `{"active":true}`}, true},
		"refused":                 {reply{status: 400, body: `{"code":"badRequest"}`}, false},
	} {
		t.Run(name, func(t *testing.T) {
			server := answering(test.reply)
			_, err := newClient(t, server).CreateSubscription(t.Context(), 7, SubscriptionInput{Resource: "/contacts"})
			if err == nil || IsAmbiguous(err) != test.ambiguous || len(server.asked()) != 1 {
				t.Errorf("%v, ambiguous: %t, %d requests", err, IsAmbiguous(err), len(server.asked()))
			}
		})
	}
}

// An endpoint may repeat what it was sent, and what it was sent may be secret.
func TestFailDescriptionIsRedacted(t *testing.T) {
	said, err := json.Marshal(map[string]any{"id": 1, "active": false, "failDescription": "cannot use " + testClientSecret})
	if err != nil {
		t.Fatal(err)
	}
	got, err := newClient(t, answering(reply{body: string(said)})).GetSubscription(t.Context(), SubscriptionKey{7, 1})
	if err != nil || got.FailDescription != "cannot use "+redaction {
		t.Errorf("%q, %v", got.FailDescription, err)
	}
}

func TestSigningSecret(t *testing.T) {
	for body, want := range map[string]string{
		`{"id":1,"signingSecret":"hunter22"}`: "hunter22", `{"id":1,"signingSecret":null}`: "", `{"id":1}`: "",
	} {
		client := newClient(t, answering(reply{body: body}, reply{status: 400, body: `{"code":"badRequest","message":"not hunter22"}`}))
		if got, err := client.SigningSecret(t.Context()); err != nil || got != want {
			t.Errorf("%s: %q, %v", body, got, err)
		}
		_, err := client.SigningSecret(t.Context())
		if message := asError(t, err).Message; want != "" && message != "not "+redaction {
			t.Errorf("the next message is %q", message)
		}
	}
}
