package aurinko

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBookingKey(t *testing.T) {
	for text, want := range map[string]BookingKey{
		"678": {0, 678}, "12346/678": {12346, 678}, "9007199254740993/9007199254740995": {9007199254740993, 9007199254740995},
	} {
		if got, err := ParseBookingKey(text); err != nil || got != want || got.String() != text {
			t.Errorf("%s is read as %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "/", "12346/", "/678", "12346/678/9", "a/678", "12346/b", "012", " 678", "-1", "0", "0/1"} {
		if got, err := ParseBookingKey(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

const bookingJSON = `{"id":"9007199254740993","name":"sales","durationMinutes":30,"startConference":false,"subject":null,"more":1,
	"workHours":{"timezone":"Europe/Vienna","daySchedules":[{"dayOfWeek":"monday","workingIntervals":[{"start":"09:00:00","end":"17:00:00"}]}]},
	"availabilityIntervals":{"intervals":[{"dateStartInclusive":"2026-01-01","dateEndInclusive":"2026-01-31"}]}}`

func bookingProfile(account AccountID) BookingProfile {
	return BookingProfile{
		Account: account, ID: 9007199254740993, Name: "sales", DurationMinutes: new(int64(30)), StartConference: new(false),
		WorkHours:             &WorkHours{"Europe/Vienna", []DaySchedule{{"monday", []Hours{{"09:00:00", "17:00:00"}}}}},
		AvailabilityIntervals: &AvailabilityIntervals{[]AvailabilityInterval{{Start: "2026-01-01", End: "2026-01-31"}}},
	}
}

func TestBookingCalls(t *testing.T) {
	group, own := bookingProfile(0), bookingProfile(7)
	changed := own
	changed.Name, changed.DurationMinutes, changed.Subject, changed.WorkHours = "", new(int64(45)), "s", nil
	for name, test := range map[string]struct {
		call  func(*testing.T, *Client) (any, error)
		reply string
		asked string
		sent  string
		want  any
	}{
		"get a group's": {
			func(t *testing.T, c *Client) (any, error) { return c.GetBookingProfile(t.Context(), group.Key()) }, bookingJSON,
			"GET /v1/book/group/profiles/9007199254740993", "", group,
		},
		"get an account's": {
			func(t *testing.T, c *Client) (any, error) { return c.GetBookingProfile(t.Context(), own.Key()) }, bookingJSON,
			"GET /v1/book/account/profiles/9007199254740993", "", own,
		},
		"list a group's": {
			func(t *testing.T, c *Client) (any, error) { return c.BookingPages(0).Next(t.Context()) }, pageOf(1, true, bookingJSON),
			"GET /v1/book/group/profiles?limit=1000", "", []BookingProfile{group},
		},
		"list an account's": {
			func(t *testing.T, c *Client) (any, error) { return c.BookingPages(7).Next(t.Context()) }, pageOf(1, true, bookingJSON),
			"GET /v1/book/account/profiles?limit=1000", "", []BookingProfile{own},
		},
		"create a group's": {
			func(t *testing.T, c *Client) (any, error) {
				return c.CreateBookingProfile(t.Context(), 0, BookingProfile{Name: "sales", ClientOrgID: "acme", BufferBetweenMinutes: new(int64(0))})
			}, bookingJSON,
			"POST /v1/book/group/profiles", `{"bufferBetweenMinutes":0,"clientOrgId":"acme","name":"sales"}`, group,
		},
		"create an account's": {
			func(t *testing.T, c *Client) (any, error) {
				return c.CreateBookingProfile(t.Context(), 7, BookingProfile{})
			}, bookingJSON,
			"POST /v1/book/account/profiles", `{}`, own,
		},
		"update": {
			func(t *testing.T, c *Client) (any, error) {
				return nil, c.UpdateBookingProfile(t.Context(), own.Key(), own, changed)
			}, `{"status":"Ok"}`,
			"PATCH /v1/book/account/profiles/9007199254740993", `{"durationMinutes":45,"name":null,"subject":"s","workHours":null}`, nil,
		},
		"delete": {
			func(t *testing.T, c *Client) (any, error) { return nil, c.DeleteBookingProfile(t.Context(), own.Key()) }, `{"status":"Ok"}`,
			"DELETE /v1/book/account/profiles/9007199254740993", "", nil,
		},
		"accounts, one in each record or many": {
			func(t *testing.T, c *Client) (any, error) { return c.BookingAccounts(t.Context(), group.Key()) },
			pageOf(4, true, `{"accountIds":[9]}`, `{"accountIds":[8,7]}`, `{"accountIds":[]}`, `{"accountIds":[9]}`),
			"GET /v1/book/group/profiles/9007199254740993/attachAccounts?limit=1000", "", []AccountID{7, 8, 9},
		},
		"groups": {
			func(t *testing.T, c *Client) (any, error) { return c.BookingGroups(t.Context(), group.Key()) },
			pageOf(2, true, `{"extId":"vienna","accountIds":[7,8],"required":"one"}`, `{"extId":"tokyo","accountIds":null}`),
			"GET /v1/book/group/profiles/9007199254740993/attachGroups?limit=1000", "",
			[]BookingGroup{{"vienna", []AccountID{7, 8}, "one"}, {ExtID: "tokyo"}},
		},
		"attach accounts": {
			func(t *testing.T, c *Client) (any, error) {
				return nil, c.AttachBookingAccounts(t.Context(), group.Key(), []AccountID{7})
			}, `{"status":"Ok"}`,
			"POST /v1/book/group/profiles/9007199254740993/attachAccounts", `{"accountIds":[7]}`, nil,
		},
		"detach accounts": {
			func(t *testing.T, c *Client) (any, error) {
				return nil, c.DetachBookingAccounts(t.Context(), group.Key(), []AccountID{7})
			}, `{"status":"Ok"}`,
			"POST /v1/book/group/profiles/9007199254740993/detachAccounts", `{"accountIds":[7]}`, nil,
		},
		"attach groups": {
			func(t *testing.T, c *Client) (any, error) {
				return nil, c.AttachBookingGroups(t.Context(), group.Key(), []BookingGroup{{"vienna", []AccountID{7}, "all"}})
			}, `{"status":"Ok"}`,
			"POST /v1/book/group/profiles/9007199254740993/attachGroups", `{"groups":[{"accountIds":[7],"extId":"vienna","required":"all"}]}`, nil,
		},
		"detach groups": {
			func(t *testing.T, c *Client) (any, error) {
				return nil, c.DetachBookingGroups(t.Context(), group.Key(), []BookingGroup{{ExtID: "vienna", AccountIDs: []AccountID{7}}})
			}, `{"status":"Ok"}`,
			"POST /v1/book/group/profiles/9007199254740993/detachGroups", `{"groups":[{"accountIds":[7],"extId":"vienna"}]}`, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := answering(reply{body: test.reply})
			got, err := test.call(t, newClient(t, server))
			if err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{test.asked}, server.asked()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			request, account := server.requests()[0], ""
			if cmp.Equal(test.want, any(own)) || cmp.Equal(test.want, any([]BookingProfile{own})) || name == "update" || name == "delete" {
				account = "7"
			}
			if got := request.header.Get("X-Aurinko-Account-Id"); got != account {
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

// What does not change is not written.
func TestUpdateBookingProfileWithoutChanges(t *testing.T) {
	server := answering()
	if err := newClient(t, server).UpdateBookingProfile(t.Context(), BookingKey{ID: 1}, bookingProfile(0), bookingProfile(7)); err != nil || len(server.asked()) > 0 {
		t.Errorf("%v, %q", err, server.asked())
	}
}

// A create is sent once, since each one creates, and so is the detachment of groups,
// which may be gone. Everything else is repeated.
func TestRepeatedBookingCalls(t *testing.T) {
	key := BookingKey{ID: 1}
	for name, test := range map[string]struct {
		call  func(*testing.T, *Client) error
		first reply
		asked int
	}{
		"create": {func(t *testing.T, c *Client) error {
			_, err := c.CreateBookingProfile(t.Context(), 0, BookingProfile{})
			return err
		}, reply{drop: true}, 1},
		"create, no ID": {func(t *testing.T, c *Client) error {
			_, err := c.CreateBookingProfile(t.Context(), 0, BookingProfile{})
			return err
		}, reply{body: `{"name":"sales"}`}, 1},
		"detach groups":   {func(t *testing.T, c *Client) error { return c.DetachBookingGroups(t.Context(), key, nil) }, reply{drop: true}, 1},
		"detach accounts": {func(t *testing.T, c *Client) error { return c.DetachBookingAccounts(t.Context(), key, nil) }, reply{drop: true}, 2},
		"attach accounts": {func(t *testing.T, c *Client) error { return c.AttachBookingAccounts(t.Context(), key, nil) }, reply{drop: true}, 2},
		"attach groups":   {func(t *testing.T, c *Client) error { return c.AttachBookingGroups(t.Context(), key, nil) }, reply{drop: true}, 2},
		"delete":          {func(t *testing.T, c *Client) error { return c.DeleteBookingProfile(t.Context(), key) }, reply{drop: true}, 2},
		"update": {func(t *testing.T, c *Client) error {
			return c.UpdateBookingProfile(t.Context(), key, BookingProfile{}, BookingProfile{Name: "sales"})
		}, reply{drop: true}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			server := answering(test.first, reply{status: http.StatusOK, body: `{"status":"Ok"}`})
			client := newClient(t, server, maxRetries(1))
			if err := test.call(t, client); (err != nil) != (test.asked == 1) || err != nil && !IsAmbiguous(err) {
				t.Error(err)
			}
			if asked := server.asked(); len(asked) != test.asked {
				t.Error(fmt.Sprint(asked))
			}
		})
	}
}
