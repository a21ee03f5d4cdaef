package booking_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A world is a simulated Aurinko with mailboxes 501 to 504, and a workspace with one
// profile, in a bubble in which waiting takes no time.
type world struct {
	*core.Workspace
	simulator *simulator.Server
	only      *core.Resource
}

const (
	groupType   = "aurinko_group_booking_profile"
	accountType = "aurinko_booking_profile"
)

func in(t *testing.T, typeName string, test func(world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server, err := simulator.New(simulator.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for id := int64(501); id <= 504; id++ {
			server.AddAccount(simulator.Account{ID: id, ServiceType: "Google", Email: fmt.Sprint(id, "@acme.example")})
		}
		only := &core.Resource{Name: "only", TypeName: typeName, Config: minimal(typeName)}
		test(world{&core.Workspace{T: t, Transport: simulator.Transport{Handler: server}, Levels: [][]*core.Resource{{only}}}, server, only})
	})
}

// each tests both types.
func each(t *testing.T, test func(world)) {
	t.Helper()
	for _, typeName := range []string{groupType, accountType} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			in(t, typeName, test)
		})
	}
}

func minimal(typeName string) core.Values {
	if typeName == groupType {
		return core.Values{"name": "sales"}
	}
	return core.Values{"name": "sales", "account_id": "501"}
}

func (w world) configure(values core.Values) { w.only.Config = minimal(w.only.TypeName).With(values) }

// update applies a configuration, and returns the requests of the apply.
func (w world) update(values core.Values) []string {
	w.T.Helper()
	return w.updateSaying("", values)
}

func (w world) updateSaying(says string, values core.Values) []string {
	w.T.Helper()
	w.configure(values)
	plans := w.MustPlan("update", says)
	w.simulator.ResetJournal()
	w.Must(w.CarryOut(w.Start(), plans))
	return w.requests()
}

// requests are those since the last reset, without what precedes the profile's ID.
func (w world) requests() (all []string) {
	for _, request := range w.simulator.Journal() {
		line := request.Method + " " + strings.TrimPrefix(request.Route[strings.LastIndex(request.Route, "profiles"):], "profiles")
		if request.Writes() && request.Method != http.MethodDelete {
			body, _ := json.Marshal(request.Body) // it was JSON
			line += " " + string(body)
		}
		all = append(all, strings.TrimSpace(line))
	}
	return all
}

func (w world) profile() simulator.BookingProfile {
	w.T.Helper()
	all := w.simulator.BookingProfiles()
	if len(all) != 1 {
		w.T.Fatalf("there are %v", all)
	}
	return all[0]
}

func (w world) change(change func(*simulator.BookingProfile)) {
	w.T.Helper()
	w.simulator.UpdateBookingProfile(w.profile().ID, change)
}

func (w world) wrote(want ...string) {
	w.T.Helper()
	if diff := cmp.Diff(want, w.requests()); diff != "" {
		w.T.Errorf("requests (-want +got):\n%s", diff)
	}
}

func group(extID, required string, ids ...string) core.Values {
	return core.Values{"ext_id": extID, "required": required, "account_ids": ids}
}

var everything = core.Values{
	"subject": "Talk to sales", "description": "d", "location": "Vienna", "context": "c", "open_meeting_url": "https://meet.acme.example/",
	"duration_minutes": 30, "buffer_between_minutes": 0, "availability_step": 15, "start_after_minutes": 120, "time_available_for": "P4W",
	"start_time": "2026-01-01T09:00:00Z", "end_time": "2026-12-31T17:00:00+01:00", "start_conference": true,
	"work_hours": core.Values{"timezone": "Europe/Vienna", "day_schedules": []core.Values{
		{"weekday": "monday", "intervals": []core.Values{{"start": "09:00:00", "end": "12:00:00"}, {"start": "13:00:00", "end": "17:00:00"}}},
		{"weekday": "friday", "intervals": []core.Values{{"start": "09:00:00", "end": "12:00:00"}}},
	}},
	"availability_intervals": []core.Values{
		{"start_date": "2026-01-01", "end_date": "2026-01-31", "hours": []core.Values{{"start": "09:00:00", "end": "12:00:00"}}},
		{"start_date": "2026-03-01", "end_date": "2026-03-01"},
	},
}

// What Aurinko fills in by itself is in the state and never planned, be it filled in by
// the create, later, or before an import. What is configured wins.
func TestFilledIn(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		w.Must(w.Apply())
		w.simulator.SetQuirks(simulator.Quirks{FillBooking: true})
		w.MustBeEmpty()
		w.update(core.Values{"location": "Vienna"})
		w.wrote(`PATCH /{id} {"location":"Vienna"}`, "GET /{id}")
		w.MustBeEmpty()
		imported := &core.Resource{Name: "only", TypeName: w.only.TypeName, Config: w.only.Config}
		w.Must(w.Import(imported, w.only.ID()))
		w.Levels = [][]*core.Resource{{imported}}
		w.MustBeEmpty()

		w.Levels = [][]*core.Resource{{w.only}}
		w.Must(w.Destroy())
		w.configure(nil)
		w.Must(w.Apply())
		if zone := core.Text(w.only.State, "work_hours", "timezone"); zone != "UTC" {
			t.Errorf("the state has the time zone %q", zone)
		}
		w.MustBeEmpty()
		w.configure(everything)
		w.Must(w.Apply())
		w.MustBeEmpty()
		w.configure(nil)
		w.Must(w.Apply())
		w.MustBeEmpty()
		if p := w.profile(); p.Subject == "" || p.WorkHours.Timezone != "Europe/Vienna" || p.AvailabilityIntervals == nil || p.Location != "" {
			t.Errorf("%+v", p)
		}
	})
}

// What is removed from the configuration is cleared, and what Aurinko chooses stays, but
// for what is configured as empty.
func TestClear(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		w.configure(everything)
		w.Must(w.Apply())
		w.MustBeEmpty()
		full := w.profile()
		w.update(core.Values{"subject": "", "availability_intervals": []core.Values{}})
		w.wrote(
			`PATCH /{id} {"availabilityIntervals":null,"context":null,"description":null,"endTime":null,"location":null,"openMeetingUrl":null,"startConference":false,"startTime":null,"subject":null}`,
			"GET /{id}")
		w.MustBeEmpty()
		imported := &core.Resource{Name: "only", TypeName: w.only.TypeName, Config: w.only.Config}
		w.Must(w.Import(imported, w.only.ID()))
		w.Levels = [][]*core.Resource{{imported}}
		w.Must(w.Apply())
		w.MustBeEmpty()
		off := false
		want := simulator.BookingProfile{
			ID: full.ID, AccountID: full.AccountID, Name: "sales", StartConference: &off, DurationMinutes: full.DurationMinutes, BufferBetweenMinutes: full.BufferBetweenMinutes,
			AvailabilityStep: full.AvailabilityStep, StartAfterMinutes: full.StartAfterMinutes, TimeAvailableFor: "P4W", WorkHours: full.WorkHours,
		}
		if diff := cmp.Diff(want, w.profile()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// What cannot be cleared is an error that names it, again and again, and never a plan
// that changes nothing.
func TestClearIsIgnored(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		w.configure(everything)
		w.Must(w.Apply())
		w.simulator.SetQuirks(simulator.Quirks{IgnoreNulls: true})
		w.configure(everything.With(core.Values{"subject": "", "context": nil, "location": "Graz"}))
		for range 2 {
			found := fmt.Sprint(w.Apply())
			if !strings.Contains(found, "still has another value for: subject, context.") && !strings.Contains(found, "still has another value for: context, subject.") {
				t.Error(found)
			}
		}
		if w.profile().Location != "Graz" {
			t.Errorf("%+v", w.profile())
		}
		w.configure(everything.With(core.Values{"location": "Graz"}))
		w.MustBeEmpty()
	})
}

// What Aurinko chooses may come with an update, and is no error.
func TestDefaultsComeLater(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		w.Must(w.Apply())
		w.change(func(p *simulator.BookingProfile) { p.StartAfterMinutes = nil })
		w.update(core.Values{"subject": "Talk to sales"})
		if w.profile().StartAfterMinutes == nil {
			t.Error("the simulator does not choose")
		}
		w.MustBeEmpty()
	})
}

// What does not change the profile leaves nothing open that others depend on.
func TestNothingElseIsPlanned(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		w.Must(w.Apply())
		values := core.Values{"on_existing": "adopt"}
		if w.only.TypeName == groupType {
			values["accounts"], values["groups"] = []string{"501"}, []core.Values{group("vienna", "one", "502")}
		}
		w.configure(values)
		if planned := w.MustPlan("update", "")[0].Update; !planned.IsFullyKnown() {
			t.Errorf("planned is %s", planned)
		}
		w.Must(w.Apply())
		w.MustBeEmpty()
	})
}

// Aurinko's own spelling, order and defaults are no drift, and every change is.
func TestDrift(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		w.configure(everything)
		w.Must(w.Apply())
		w.change(func(p *simulator.BookingProfile) {
			p.TimeAvailableFor, p.StartTime, p.EndTime = "P28D", "2026-01-01T10:00:00+01:00", "2026-12-31T16:00:00Z"
			days := p.WorkHours.DaySchedules
			days[0].WorkingIntervals = []simulator.HourInterval{{Start: "13:00", End: "17:00"}, {Start: "09:00", End: "12:00"}}
			days = append(days, days[0])
			days[2].DayOfWeek, days[2].WorkingIntervals = "sunday", nil
			slices.Reverse(days)
			p.WorkHours.DaySchedules = days
		})
		w.MustBeEmpty()
		w.change(func(p *simulator.BookingProfile) { // the simulator itself accepts no other
			p.WorkHours.DaySchedules[2].WorkingIntervals = []simulator.HourInterval{{Start: "09:00:00", End: "17:00:00"}}
		})
		for name, change := range map[string]func(*simulator.BookingProfile){
			"a period":  func(p *simulator.BookingProfile) { p.TimeAvailableFor = "P5W" },
			"a time":    func(p *simulator.BookingProfile) { p.StartTime = "2026-01-01T09:00:00+01:00" },
			"cleared":   func(p *simulator.BookingProfile) { p.Subject, p.WorkHours = "", nil },
			"a number":  func(p *simulator.BookingProfile) { *p.StartAfterMinutes++ },
			"a switch":  func(p *simulator.BookingProfile) { p.StartConference = nil },
			"a weekday": func(p *simulator.BookingProfile) { p.WorkHours.DaySchedules = p.WorkHours.DaySchedules[1:] },
			"a date": func(p *simulator.BookingProfile) {
				p.AvailabilityIntervals.Intervals[1].DateEndInclusive = "2026-03-02"
			},
			"no dates": func(p *simulator.BookingProfile) { p.AvailabilityIntervals = nil },
		} {
			w.change(change)
			w.Must(w.CarryOut(w.Start(), w.MustPlan("update", "")))
			if plans, found := w.Plan(); found.Failed() || len(plans) > 0 {
				t.Errorf("%s: %v, %v", name, plans, found)
			}
		}
		w.configure(nil) // what is omitted is not drift
		w.Must(w.Apply())
		w.change(func(p *simulator.BookingProfile) { *p.DurationMinutes = 15 })
		w.MustBeEmpty()
	})
}

// Members are attached and detached by difference.
func TestMembers(t *testing.T) {
	t.Parallel()
	in(t, groupType, func(w world) {
		w.configure(core.Values{"accounts": []string{"501", "502"}, "groups": []core.Values{group("vienna", "one", "501", "502"), group("tokyo", "all", "503")}})
		w.Must(w.Apply())
		w.MustBeEmpty()

		w.update(core.Values{"accounts": []string{"502", "503"}, "groups": []core.Values{group("vienna", "one", "502", "504"), group("lima", "all", "501")}})
		w.wrote("GET /{id}/attachAccounts", `POST /{id}/attachAccounts {"accountIds":[503]}`, `POST /{id}/detachAccounts {"accountIds":[501]}`,
			"GET /{id}/attachGroups",
			`POST /{id}/attachGroups {"groups":"[redacted]"}`, `POST /{id}/detachGroups {"groups":"[redacted]"}`, // TestChangeGroups has them
			"GET /{id}", "GET /{id}/attachAccounts", "GET /{id}/attachGroups")
		w.MustBeEmpty()

		// A requirement alone, and nothing of the accounts.
		w.update(core.Values{"accounts": []string{"502", "503"}, "groups": []core.Values{group("vienna", "all", "502", "504"), group("lima", "all", "501")}})
		w.wrote("GET /{id}/attachGroups", `POST /{id}/attachGroups {"groups":"[redacted]"}`,
			"GET /{id}", "GET /{id}/attachAccounts", "GET /{id}/attachGroups")

		// Drift shows per member, and is undone.
		w.change(func(p *simulator.BookingProfile) { p.AccountIDs, p.Groups = []int64{502, 504}, p.Groups[:1] })
		w.Must(w.CarryOut(w.Start(), w.MustPlan("update", "")))
		w.MustBeEmpty()

		// A group without accounts counts as none.
		w.change(func(p *simulator.BookingProfile) { p.Groups = append(p.Groups, simulator.BookingGroup{ExtID: "empty"}) })
		w.MustBeEmpty()
		w.change(func(p *simulator.BookingProfile) { p.Groups = p.Groups[:2] })

		// Not configured, they are left alone; empty, there are none.
		w.updateSaying("To detach them, set `groups = []`", nil)
		w.wrote("GET /{id}")
		w.change(func(p *simulator.BookingProfile) { p.AccountIDs = []int64{501} })
		w.simulator.ResetJournal()
		w.MustBeEmpty()
		w.wrote("GET /{id}")
		w.update(core.Values{"accounts": []string{}, "groups": []core.Values{}})
		if p := w.profile(); len(p.AccountIDs) > 0 || len(p.Groups) > 0 {
			t.Errorf("left are %+v", p)
		}
		w.MustBeEmpty()
	})
}

// A profile whose members are refused is in the state, and not tainted. The next plan
// attaches them.
func TestMembersAreRefused(t *testing.T) {
	t.Parallel()
	in(t, groupType, func(w world) {
		w.configure(core.Values{"accounts": []string{"501"}, "groups": []core.Values{group("vienna", "one", "502")}})
		w.simulator.Inject(simulator.Fault{Route: "/v1/book/group/profiles/{id}/attachAccounts", Status: http.StatusBadRequest})
		found := w.Apply()
		if w.Must(found); !strings.Contains(fmt.Sprint(found), "Booking profile "+w.only.ID()+" is created and in the state. Unable to attach the members.") {
			t.Error(found)
		}
		w.simulator.ClearFaults()
		w.Must(w.CarryOut(w.Start(), w.MustPlan("update", "")))
		if p := w.profile(); len(p.AccountIDs) != 1 || len(p.Groups) != 1 || w.only.Tainted {
			t.Errorf("%+v", p)
		}
		w.MustBeEmpty()
		w.configure(core.Values{"accounts": []string{"501", "999"}})
		if found := fmt.Sprint(w.Apply()); !strings.Contains(found, "Account 999 not found") || !strings.Contains(found, "Unable to update") {
			t.Error(found)
		}
	})
}

// One of the same name is refused, or adopted with what is configured.
func TestExisting(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		w.configure(everything)
		w.Must(w.Apply())
		id := w.only.ID()
		*w.only = core.Resource{Name: "only", TypeName: w.only.TypeName}
		w.configure(nil)
		_, found := w.Plan()
		if text := fmt.Sprint(found); !found.Failed() || !strings.Contains(text, "Booking profile "+id+" has the same name") || !strings.Contains(text, "import ID "+id) {
			t.Error(text)
		}
		adopting := core.Values{"on_existing": "adopt", "duration_minutes": 45}
		if w.only.TypeName == groupType {
			w.change(func(p *simulator.BookingProfile) { p.AccountIDs = []int64{501, 502} })
			adopting["accounts"] = []string{"502", "503"}
		}
		w.configure(adopting)
		w.Must(w.CarryOut(w.Start(), w.MustPlan("create", "the apply adopts it")))
		if p := w.profile(); w.only.ID() != id || p.Subject == "" || p.Location != "" || *p.DurationMinutes != 45 || *p.StartAfterMinutes != 120 || *p.StartConference || len(p.AccountIDs) == 1 {
			t.Errorf("%s, %+v", w.only.ID(), p)
		}
		w.MustBeEmpty()
	})
}

// Two resources with one name: one is created.
func TestTwoOfOneName(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		w.configure(core.Values{"on_existing": "adopt"})
		other := &core.Resource{Name: "other", TypeName: w.only.TypeName, Config: w.only.Config}
		w.Levels = [][]*core.Resource{{w.only}, {other}}
		if found := w.Apply(); !strings.Contains(fmt.Sprint(found), "Another resource of this configuration has a booking profile with the same name") {
			t.Error(found)
		}
		w.profile()
	})
}

// One profile in two resources is a warning where the second is read, and an error where
// one of the two is to be destroyed.
func TestOneInTwoResources(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		w.Must(w.Apply())
		other := &core.Resource{Name: "other", TypeName: w.only.TypeName, Config: w.only.Config}
		w.Levels = [][]*core.Resource{{w.only}, {other}}
		w.Must(w.Import(other, w.only.ID()))
		w.MustPlan("", "Two resources manage one object")
		w.only.Config = nil
		if _, found := w.Plan(); !strings.Contains(fmt.Sprint(found), "The plan destroys what it keeps") {
			t.Error(found)
		}
	})
}

// One that is gone, with its account or by itself, is created again.
func TestGone(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		w.Must(w.Apply())
		state := w.simulator.State()
		state.BookingProfiles = nil
		w.simulator.SetState(state)
		w.MustPlan("create", "")
		w.Must(w.Apply())
		w.MustBeEmpty()
		w.Must(w.Destroy())
		if there := w.simulator.BookingProfiles(); len(there) > 0 {
			t.Error(there)
		}
	})
}

// An import reads everything, the members too, and takes the ID of its own type alone.
func TestImport(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		more := core.Values{}
		if w.only.TypeName == groupType {
			more = core.Values{"client_org_id": "acme", "accounts": []string{"501"}, "groups": []core.Values{group("vienna", "all", "501", "502")}}
		}
		w.configure(everything.With(more))
		w.Must(w.Apply())
		created := w.only.State
		wrong := []string{"", "0", "501/", "sales", "501/1/2", "501/1"}
		if w.only.TypeName == accountType {
			wrong[5] = "1"
		}
		for _, id := range wrong {
			other := &core.Resource{Name: "other", TypeName: w.only.TypeName}
			if found := w.Import(other, id); !strings.Contains(fmt.Sprint(found), "Invalid import ID") {
				t.Errorf("%q: %v", id, found)
			}
		}
		imported := &core.Resource{Name: "imported", TypeName: w.only.TypeName, Config: w.only.Config}
		w.Must(w.Import(imported, w.only.ID()))
		if diff, _ := imported.State.Diff(created); len(diff) > 1 { // the end has another offset
			t.Error(diff)
		}
		w.Must(w.ImportIdentity(imported, w.only.Identity))
		w.Levels = [][]*core.Resource{{imported}}
		w.MustBeEmpty()
	})
}

// Members that there are not are not imported.
func TestImportWithoutMembers(t *testing.T) {
	t.Parallel()
	in(t, groupType, func(w world) {
		w.Must(w.Apply())
		imported := &core.Resource{Name: "imported", TypeName: groupType, Config: w.only.Config}
		w.Must(w.Import(imported, w.only.ID()))
		if !imported.State.Equal(w.only.State) {
			t.Error(imported.State)
		}
	})
}

// What is refused before anything is sent.
func TestInvalid(t *testing.T) {
	t.Parallel()
	days := func(days ...string) core.Values {
		var all []core.Values
		for _, day := range days {
			all = append(all, core.Values{"weekday": day, "intervals": []core.Values{{"start": "09:00:00", "end": "12:00:00"}}})
		}
		return core.Values{"timezone": "Europe/Vienna", "day_schedules": all}
	}
	hours := func(times ...string) []core.Values {
		var all []core.Values
		for pair := range slices.Chunk(times, 2) {
			all = append(all, core.Values{"start": pair[0], "end": pair[1]})
		}
		return []core.Values{{"start_date": "2026-01-01", "end_date": "2026-01-31", "hours": all}}
	}
	each(t, func(w world) {
		tests := []struct {
			says   string
			values core.Values
		}{
			{"Invalid period", core.Values{"time_available_for": "4 weeks"}},
			{"Invalid time", core.Values{"start_time": "2026-01-01"}},
			{"Invalid time", core.Values{"end_time": "tomorrow"}},
			{"value must be one of", core.Values{"availability_step": 25}},
			{"value must be at least 1", core.Values{"duration_minutes": 0}},
			{"value must be at least 0", core.Values{"buffer_between_minutes": -1}},
			{"value must be at least 0", core.Values{"start_after_minutes": -1}},
			{"string length must be", core.Values{"location": ""}},
			{"Unknown time zone", core.Values{"work_hours": days("monday").With(core.Values{"timezone": "CET/Vienna"})}},
			{"at least 1 elements", core.Values{"availability_intervals": hours()}},
			{"value must be one of", core.Values{"work_hours": days("Monday")}},
			{"Weekdays out of order", core.Values{"work_hours": days("friday", "monday")}},
			{"Weekdays out of order", core.Values{"work_hours": days("monday", "monday")}},
			{"Invalid time of day", core.Values{"availability_intervals": hours("9:00", "12:00:00")}},
			{"Hours out of order", core.Values{"availability_intervals": hours("12:00:00", "09:00:00")}},
			{"Hours out of order", core.Values{"availability_intervals": hours("09:00:00", "12:00:00", "11:00:00", "13:00:00")}},
			{"Invalid date", core.Values{"availability_intervals": []core.Values{{"start_date": "1.1.2026", "end_date": "2026-01-31"}}}},
			{"Dates out of order", core.Values{"availability_intervals": []core.Values{{"start_date": "2026-02-01", "end_date": "2026-01-31"}}}},
			{"Invalid account ID", core.Values{"account_id": "mailbox"}},
		}
		if w.only.TypeName == groupType {
			tests[len(tests)-1] = struct {
				says   string
				values core.Values
			}{"Invalid account ID", core.Values{"accounts": []string{"mailbox"}}}
			tests = append(tests, []struct {
				says   string
				values core.Values
			}{
				{"Invalid account ID", core.Values{"groups": []core.Values{group("vienna", "one", "501", "mailbox")}}},
				{"Two groups with one ext_id", core.Values{"groups": []core.Values{group("vienna", "one", "501"), group("vienna", "all", "502")}}},
				{"value must be one of", core.Values{"groups": []core.Values{group("vienna", "some", "501")}}},
				{"at least 1 elements", core.Values{"groups": []core.Values{group("vienna", "one")}}},
			}...)
		}
		for _, test := range tests {
			w.configure(test.values)
			if found := w.Apply(); !strings.Contains(fmt.Sprint(found), test.says) || len(w.simulator.BookingProfiles()) > 0 {
				t.Errorf("%q is not in %v", test.says, found)
			}
		}
	})
}

// What is not known in the plan can be any part of a value.
func TestUnknownParts(t *testing.T) {
	t.Parallel()
	in(t, groupType, func(w world) {
		values := func(part any) core.Values {
			return core.Values{
				"accounts":   []any{"501", part},
				"groups":     []core.Values{{"ext_id": "vienna", "required": "one", "account_ids": []any{"501", part}}},
				"work_hours": core.Values{"timezone": "Europe/Vienna", "day_schedules": []core.Values{{"weekday": "monday", "intervals": []core.Values{{"start": "09:00:00", "end": "17:00:00"}}}}},
			}
		}
		zone := func(values core.Values, zone any) core.Values {
			values["work_hours"].(core.Values)["timezone"] = zone
			return values
		}
		w.configure(zone(values(core.Unknown), core.Unknown))
		w.only.Final = minimal(groupType).With(zone(values("502"), "Europe/Vienna"))
		w.Must(w.Apply())
		w.only.Config, w.only.Final = w.only.Final, nil
		w.MustBeEmpty()
		w.configure(values(core.Unknown))
		w.only.Final = minimal(groupType).With(values("503"))
		w.Must(w.CarryOut(w.Start(), w.MustPlan("update", "")))
		if p := w.profile(); !slices.Equal(p.AccountIDs, []int64{501, 503}) || !slices.Equal(p.Groups[0].AccountIDs, []int64{501, 503}) {
			t.Errorf("%+v", p)
		}
	})
}

// A state that somebody edited says so.
func TestEditedState(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		w.Must(w.Apply())
		var values map[string]tftypes.Value
		if err := w.only.State.As(&values); err != nil {
			t.Fatal(err)
		}
		values["id"] = tftypes.NewValue(tftypes.String, "edited")
		w.only.State, w.only.Identity = tftypes.NewValue(w.only.State.Type(), values), nil
		if found := fmt.Sprint(w.Apply()); !strings.Contains(found, "Invalid booking profile ID") {
			t.Error(found)
		}
	})
}
