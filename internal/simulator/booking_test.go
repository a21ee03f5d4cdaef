package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

var profileIn = object{
	"name": "sales", "subject": "Talk to sales", "description": "d", "location": "Vienna", "context": "c", "openMeetingUrl": "https://meet.acme.example/",
	"durationMinutes": 30, "bufferBetweenMinutes": 0, "availabilityStep": 15, "startAfterMinutes": 120, "timeAvailableFor": "P4W",
	"startTime": "2026-01-01T09:00:00Z", "endTime": "2026-12-31T17:00:00Z", "startConference": false,
	"workHours": object{"timezone": "Europe/Vienna", "daySchedules": []any{
		object{"dayOfWeek": "monday", "workingIntervals": []any{object{"start": "09:00:00", "end": "17:00:00"}}},
	}},
	"availabilityIntervals": object{"intervals": []any{
		object{"dateStartInclusive": "2026-01-01", "dateEndInclusive": "2026-01-31", "hours": []any{object{"start": "09:00:00", "end": "12:00:00"}}},
	}},
}

// sameFields compares what was sent with what is answered.
func (r result) sameFields(want object) {
	r.t.Helper()
	text, err := json.Marshal(want)
	if err != nil {
		r.t.Fatal(err)
	}
	var sent, got object
	if err := json.Unmarshal(text, &sent); err != nil {
		r.t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(r.raw), &got); err != nil {
		r.t.Fatal(err)
	}
	delete(got, "id")
	if !reflect.DeepEqual(sent, got) {
		r.t.Errorf("got  %v\nwant %v", got, sent)
	}
}

func TestBookingProfiles(t *testing.T) {
	t.Parallel()
	a := start(t, Options{Quirks: Quirks{Created201: true}})
	first, second := a.AddAccount(Account{ServiceType: "Google"}), a.AddAccount(Account{ServiceType: "Google"})
	for _, kind := range []string{"group", "account"} {
		path, in := "/v1/book/"+kind+"/profiles", profileIn
		if kind == "group" {
			in = with(profileIn, object{"clientOrgId": "acme"})
		}
		created := a.as(first, "POST", path, in)
		if created.status != http.StatusCreated {
			t.Fatalf("got %d %s", created.status, created.raw)
		}
		created.sameFields(in)
		one := fmt.Sprintf("%s/%d", path, created.id("id"))
		a.as(first, "GET", one, nil).sameFields(in)

		// A PATCH changes what it has, and a null clears.
		changed := a.as(first, "PATCH", one, `{"name":"support","subject":null,"durationMinutes":45,"startAfterMinutes":null,"workHours":{"timezone":"UTC"},"availabilityIntervals":null}`)
		if changed.status != 200 || changed.raw != `{"status":"Ok"}` {
			t.Errorf("got %d %s", changed.status, changed.raw)
		}
		a.as(first, "GET", one, nil).sameFields(with(in, object{
			"name": "support", "subject": nil, "durationMinutes": 45, "startAfterMinutes": 60, "workHours": object{"timezone": "UTC"}, "availabilityIntervals": nil,
		}))
		a.SetQuirks(Quirks{IgnoreNulls: true})
		a.as(first, "PATCH", one, `{"name":null,"description":"e"}`)
		if got := a.as(first, "GET", one, nil); got.body["name"] != "support" || got.body["description"] != "e" {
			t.Errorf("got %s", got.raw)
		}
		a.SetQuirks(Quirks{Nulls: true})
		if got := a.as(first, "POST", path, object{}); got.id("startAfterMinutes") != 60 || !strings.Contains(got.raw, `"workHours":null`) || strings.Contains(got.raw, "clientOrgId") != (kind == "group") {
			t.Errorf("an empty profile: %s", got.raw)
		}
		a.SetQuirks(Quirks{Created201: true})
		if got := a.as(first, "GET", path+"?limit=1", nil); got.id("totalSize") != 2 || got.body["done"] != false {
			t.Errorf("got %s", got.raw)
		}
		other := int64(1)
		if kind == "group" {
			other = 2 // they are the application's
		}
		if got := a.as(second, "GET", path, nil); got.id("totalSize") != 2*(other-1) {
			t.Errorf("another account has %s", got.raw)
		}
		if got := a.as(first, "DELETE", one, nil); got.raw != `{"status":"Ok"}` {
			t.Errorf("got %s", got.raw)
		}
		a.as(first, "GET", one, nil).refused(404, "not_found", "not found")
		a.as(first, "DELETE", one, nil).refused(404, "not_found", "not found")
		a.as(first, "PATCH", path+"/x", object{}).refused(400, "badRequest", "not a number")
	}
	a.do("GET", "/v1/book/account/profiles", nil).refused(400, "badRequest", "X-Aurinko-Account-Id")
	if n := len(a.BookingProfiles()); n != 2 {
		t.Fatalf("%d profiles", n)
	}
	a.UpdateBookingProfile(a.BookingProfiles()[0].ID, func(p *BookingProfile) { p.Name = "elsewhere" })
	if a.BookingProfiles()[0].Name != "elsewhere" || a.UpdateBookingProfile(1, func(*BookingProfile) {}) {
		t.Error("a change elsewhere")
	}
	a.RemoveAccount(first)
	if left := a.BookingProfiles(); len(left) != 1 || left[0].AccountID != 0 {
		t.Errorf("left are %+v", left)
	}
}

func TestBookingProfileRefusals(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	account := a.AddAccount(Account{ServiceType: "Google"})
	day := func(name, start, end string) object {
		return object{"daySchedules": []any{object{"dayOfWeek": name, "workingIntervals": []any{object{"start": start, "end": end}}}}}
	}
	for _, c := range []struct {
		changes object
		message string
	}{
		{object{"id": 5}, `Unknown field "id"`},
		{object{"accountIds": []int64{account}}, `Unknown field "accountIds"`},
		{object{"color": "red"}, `Unknown field "color"`},
		{object{"name": 5}, `"name" has the wrong type`},
		{object{"durationMinutes": -1}, "durationMinutes must not be negative"},
		{object{"availabilityStep": 7}, "availabilityStep must be one of"},
		{object{"timeAvailableFor": "4 weeks"}, "not a period"},
		{object{"timeAvailableFor": "P"}, "not a period"},
		{object{"timeAvailableFor": "P1DT"}, "not a period"},
		{object{"startTime": "tomorrow"}, "startTime"},
		{object{"workHours": day("Monday", "09:00:00", "10:00:00")}, "dayOfWeek must be one of monday"},
		{object{"workHours": day("monday", "9:00", "10:00:00")}, "HH:MM:SS"},
		{object{"workHours": day("monday", "10:00:00", "09:00:00")}, "later end"},
		{object{"availabilityIntervals": object{"intervals": []any{object{"dateStartInclusive": "1.1.2026"}}}}, "dates such as"},
	} {
		a.do("POST", "/v1/book/group/profiles", with(profileIn, c.changes)).refused(400, "badRequest", c.message)
	}
	a.as(account, "POST", "/v1/book/account/profiles", object{"clientOrgId": "acme"}).refused(400, "badRequest", `Unknown field "clientOrgId"`)
	a.as(account, "POST", "/v1/book/account/profiles", nil).refused(400, "badRequest", "body is missing")
	if n := len(a.BookingProfiles()); n != 0 {
		t.Errorf("%d profiles", n)
	}
	for _, text := range []string{"P3M", "P4W", "P5D", "P1Y2M", "P1DT2H"} {
		a.ok("POST", "/v1/book/group/profiles", object{"timeAvailableFor": text})
	}
}

func TestBookingMembers(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	var ids []int64
	for range 3 {
		ids = append(ids, a.AddAccount(Account{ServiceType: "Google"}))
	}
	path := fmt.Sprintf("/v1/book/group/profiles/%d", a.ok("POST", "/v1/book/group/profiles", object{"name": "sales"}).id("id"))
	a.ok("POST", path+"/attachAccounts", object{"accountIds": ids[:2]})
	a.ok("POST", path+"/attachAccounts", object{"accountIds": ids[1:]})
	a.do("POST", path+"/attachAccounts", object{"accountIds": []int64{ids[0], 5}}).refused(400, "badRequest", "Account 5 not found")
	a.do("POST", path+"/attachAccounts", object{}).refused(400, "badRequest", "accountIds is missing")
	if got := a.ok("GET", path+"/attachAccounts?limit=2", nil).raw; got != fmt.Sprintf(`{"done":false,"offset":0,"records":[{"accountIds":[%d]},{"accountIds":[%d]}],"totalSize":3}`, ids[0], ids[1]) {
		t.Errorf("got %s", got)
	}
	a.SetQuirks(Quirks{MembersTogether: true})
	if got := a.ok("GET", path+"/attachAccounts", nil).raw; !strings.Contains(got, fmt.Sprintf(`"records":[{"accountIds":[%d,%d,%d]}],"totalSize":1`, ids[0], ids[1], ids[2])) {
		t.Errorf("got %s", got)
	}
	if got := a.ok("POST", path+"/detachAccounts", object{"accountIds": []int64{ids[0], 5}}).raw; got != `{"status":"Ok"}` {
		t.Errorf("got %s", got)
	}

	group := func(extID, required string, ids ...int64) object {
		return object{"groups": []any{object{"extId": extID, "accountIds": ids, "required": required}}}
	}
	a.ok("POST", path+"/attachGroups", group("vienna", "one", ids[0]))
	a.ok("POST", path+"/attachGroups", group("vienna", "all", ids[1]))
	a.ok("POST", path+"/attachGroups", group("tokyo", "one", ids[2]))
	a.do("POST", path+"/attachGroups", group("", "one", ids[2])).refused(400, "badRequest", "extId is missing")
	a.do("POST", path+"/attachGroups", group("x", "some", ids[2])).refused(400, "badRequest", "one or all")
	a.do("POST", path+"/attachGroups", group("x", "one", 5)).refused(400, "badRequest", "Account 5")
	groups := func() string { return fmt.Sprint(a.BookingProfiles()[0].Groups) }
	if want := fmt.Sprintf("[{vienna [%d %d] all} {tokyo [%d] one}]", ids[0], ids[1], ids[2]); groups() != want {
		t.Errorf("got %s, want %s", groups(), want)
	}
	if got := a.ok("GET", path+"/attachGroups", nil); got.id("totalSize") != 2 || !strings.Contains(got.raw, `"required":"all"`) {
		t.Errorf("got %s", got.raw)
	}
	a.do("POST", path+"/detachGroups", object{"groups": []any{object{"extId": "x"}}}).refused(400, "badRequest", `Group "x" is not attached`)
	a.ok("POST", path+"/detachGroups", object{"groups": []any{object{"extId": "vienna", "accountIds": ids[:1]}, object{"extId": "tokyo", "accountIds": ids[2:]}}})
	if want := fmt.Sprintf("[{vienna [%d] all}]", ids[1]); groups() != want {
		t.Errorf("got %s, want %s", groups(), want)
	}

	// An account that is deleted is a member no more.
	a.RemoveAccount(ids[1])
	if p := a.BookingProfiles()[0]; fmt.Sprint(p.AccountIDs) != fmt.Sprint(ids[2:]) || len(p.Groups) != 0 {
		t.Errorf("left are %+v", p)
	}
	a.ok("POST", path+"/attachGroups", group("tokyo", "one", ids[2]))
	a.ok("POST", path+"/detachGroups", object{"groups": []any{object{"extId": "tokyo"}}})
	if len(a.BookingProfiles()[0].Groups) != 0 {
		t.Errorf("left are %s", groups())
	}

	// They outlast a restart.
	b := start(t, Options{})
	b.SetState(a.State())
	if !reflect.DeepEqual(b.BookingProfiles(), a.BookingProfiles()) {
		t.Errorf("got %+v", b.BookingProfiles())
	}
}
