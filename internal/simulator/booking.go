package simulator

import (
	"cmp"
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A BookingProfile is a page on which people book an appointment: with a group
// of accounts, or with the one account that it belongs to.
type BookingProfile struct {
	ID        int64 `json:"id,omitempty"`
	AccountID int64 `json:"accountId,omitempty"` // 0: a group profile; never answered

	Name           string `json:"name,omitempty"` // part of the public link
	Subject        string `json:"subject,omitempty"`
	Description    string `json:"description,omitempty"`
	Location       string `json:"location,omitempty"`
	Context        string `json:"context,omitempty"`
	OpenMeetingURL string `json:"openMeetingUrl,omitempty"`
	ClientOrgID    string `json:"clientOrgId,omitempty"` // of a group profile

	DurationMinutes      *int   `json:"durationMinutes,omitempty"`
	BufferBetweenMinutes *int   `json:"bufferBetweenMinutes,omitempty"`
	AvailabilityStep     *int   `json:"availabilityStep,omitempty"`
	StartAfterMinutes    *int   `json:"startAfterMinutes,omitempty"`
	TimeAvailableFor     string `json:"timeAvailableFor,omitempty"` // an ISO 8601 period, such as P4W
	StartTime            string `json:"startTime,omitempty"`
	EndTime              string `json:"endTime,omitempty"`
	StartConference      *bool  `json:"startConference,omitempty"`

	WorkHours             *WorkHours             `json:"workHours,omitempty"`
	AvailabilityIntervals *AvailabilityIntervals `json:"availabilityIntervals,omitempty"`

	// The members of a group profile, which have endpoints of their own.
	AccountIDs []int64        `json:"accountIds,omitempty"`
	Groups     []BookingGroup `json:"groups,omitempty"`
}

// WorkHours are when appointments can be booked.
type WorkHours struct {
	Timezone     string        `json:"timezone,omitempty"`
	DaySchedules []DaySchedule `json:"daySchedules,omitempty"`
}

// A DaySchedule is a day of the week with its hours.
type DaySchedule struct {
	DayOfWeek        string         `json:"dayOfWeek"`
	WorkingIntervals []HourInterval `json:"workingIntervals"`
}

// An HourInterval is a part of a day, in times as HH:MM:SS.
type HourInterval struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

// AvailabilityIntervals are the dates on which appointments can be booked.
type AvailabilityIntervals struct {
	Intervals []struct {
		DateStartInclusive string         `json:"dateStartInclusive"`
		DateEndInclusive   string         `json:"dateEndInclusive"`
		Hours              []HourInterval `json:"hours,omitempty"`
	} `json:"intervals,omitempty"`
}

// A BookingGroup is a group of accounts of which one or all must be free.
type BookingGroup struct {
	ExtID      string  `json:"extId"`
	AccountIDs []int64 `json:"accountIds"`
	Required   string  `json:"required,omitempty"` // "one" or "all"
}

func (g BookingGroup) body() object {
	return object{"extId": g.ExtID, "accountIds": g.AccountIDs, "required": optional(g.Required)}
}

// notWritten are the fields that no body of a booking profile has.
var notWritten = []string{"id", "accountId", "accountIds", "groups"}

// filled is a profile with defaults of what it does not have.
func (p BookingProfile) filled() BookingProfile {
	minutes := func(has *int, value int) *int {
		if has == nil {
			return &value
		}
		return has
	}
	p.Name = cmp.Or(p.Name, "profile-"+strconv.FormatInt(p.ID, 10))
	p.Subject = cmp.Or(p.Subject, "Appointment")
	p.DurationMinutes, p.BufferBetweenMinutes = minutes(p.DurationMinutes, 20), minutes(p.BufferBetweenMinutes, 10)
	p.AvailabilityStep, p.StartAfterMinutes = minutes(p.AvailabilityStep, 10), minutes(p.StartAfterMinutes, defaultStartAfter)
	p.TimeAvailableFor = cmp.Or(p.TimeAvailableFor, "P60D")
	p.StartConference = cmp.Or(p.StartConference, new(bool))
	p.AvailabilityIntervals = cmp.Or(p.AvailabilityIntervals, &AvailabilityIntervals{})
	if p.WorkHours == nil {
		p.WorkHours = &WorkHours{Timezone: "UTC", DaySchedules: make([]DaySchedule, 5)}
		for i := range p.WorkHours.DaySchedules {
			p.WorkHours.DaySchedules[i] = DaySchedule{DayOfWeek: daysOfWeek[i], WorkingIntervals: []HourInterval{{Start: "09:00:00", End: "17:00:00"}}}
		}
	}
	return p
}

// profile is a profile as it is answered.
func (q Quirks) profile(p BookingProfile) object {
	if q.FillBooking {
		p = p.filled()
	}
	body := object{}
	value := reflect.ValueOf(p)
	for i := range value.NumField() {
		name := fieldName(value.Type().Field(i))
		if slices.Contains(notWritten, name) || name == "clientOrgId" && p.AccountID != 0 {
			continue
		}
		body[name] = nil
		if !value.Field(i).IsZero() {
			body[name] = value.Field(i).Interface()
		}
	}
	body["id"] = p.ID
	return body
}

// defaultStartAfter is an hour.
const defaultStartAfter = 60

// merge writes a body into a profile. A null clears a field [inferred], unless
// it is to be ignored.
func (p *BookingProfile) merge(c *call) error {
	if _, err := decodeBody[BookingProfile](c); err != nil {
		return err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(c.body, &fields); err != nil {
		return badRequest("The body is not a JSON object")
	}
	for _, name := range notWritten {
		if _, ok := fields[name]; ok {
			return badRequest("Unknown field %q", name)
		}
	}
	if _, ok := fields["clientOrgId"]; ok && p.AccountID != 0 {
		return badRequest("Unknown field %q", "clientOrgId")
	}
	value := reflect.ValueOf(p).Elem()
	for i := range value.NumField() {
		raw, ok := fields[fieldName(value.Type().Field(i))]
		if !ok || string(raw) == "null" && c.quirks.IgnoreNulls {
			continue
		}
		value.Field(i).SetZero()                                   // not merged with what was there
		_ = json.Unmarshal(raw, value.Field(i).Addr().Interface()) // it was decoded before
	}
	if p.StartAfterMinutes == nil {
		minutes := defaultStartAfter
		p.StartAfterMinutes = &minutes
	}
	return p.check()
}

var (
	period     = regexp.MustCompile(`^P(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?$`)
	clock      = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$`)
	daysOfWeek = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
	steps      = []int{5, 10, 15, 20, 30, 60}
)

func (p *BookingProfile) check() error {
	for name, minutes := range map[string]*int{
		"durationMinutes": p.DurationMinutes, "bufferBetweenMinutes": p.BufferBetweenMinutes, "startAfterMinutes": p.StartAfterMinutes,
	} {
		if minutes != nil && *minutes < 0 {
			return badRequest("%s must not be negative", name)
		}
	}
	if p.AvailabilityStep != nil && !slices.Contains(steps, *p.AvailabilityStep) {
		return badRequest("availabilityStep must be one of 5, 10, 15, 20, 30, 60")
	}
	if text := p.TimeAvailableFor; text != "" && (!period.MatchString(text) || strings.HasSuffix(text, "P") || strings.HasSuffix(text, "T")) {
		return badRequest("timeAvailableFor is not a period as in ISO 8601, such as P4W")
	}
	for name, text := range map[string]string{"startTime": p.StartTime, "endTime": p.EndTime} {
		if _, err := parseTime(name, text); err != nil {
			return err
		}
	}
	if p.WorkHours != nil {
		for _, day := range p.WorkHours.DaySchedules {
			if !slices.Contains(daysOfWeek, day.DayOfWeek) {
				return badRequest("dayOfWeek must be one of %s", strings.Join(daysOfWeek, ", "))
			}
			if err := checkHours(day.WorkingIntervals); err != nil {
				return err
			}
		}
	}
	if p.AvailabilityIntervals != nil {
		for _, interval := range p.AvailabilityIntervals.Intervals {
			for _, date := range []string{interval.DateStartInclusive, interval.DateEndInclusive} {
				if _, err := time.Parse(time.DateOnly, date); err != nil {
					return badRequest("An interval needs dates such as 2026-01-31")
				}
			}
			if err := checkHours(interval.Hours); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkHours(intervals []HourInterval) error {
	for _, interval := range intervals {
		if !clock.MatchString(interval.Start) || !clock.MatchString(interval.End) || interval.Start >= interval.End {
			return badRequest("An interval needs a start and a later end, as HH:MM:SS")
		}
	}
	return nil
}

// profilesOf are the profiles that a call is about: the group profiles, or those
// of the account that the call is made on behalf of. The lock is held.
func (s *Server) profilesOf(c *call) (account int64, err error) {
	if strings.HasPrefix(c.route.path, "/v1/book/group/") {
		return 0, nil
	}
	a, err := s.ownAccount(c)
	if err != nil {
		return 0, err
	}
	return a.ID, nil
}

func (s *Server) listProfiles(c *call) (answer, error) {
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	account, err := s.profilesOf(c)
	if err != nil {
		return answer{}, err
	}
	var found []BookingProfile
	for _, p := range s.store.profiles {
		if p.AccountID == account {
			found = append(found, p)
		}
	}
	return pageOf(c, found, c.quirks.profile)
}

func (s *Server) addProfile(c *call) (answer, error) {
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	account, err := s.profilesOf(c)
	if err != nil {
		return answer{}, err
	}
	p := BookingProfile{AccountID: account}
	if err := p.merge(c); err != nil {
		return answer{}, err
	}
	p.ID = s.store.takeID()
	s.store.profiles = append(s.store.profiles, p)
	s.store.version++
	return c.created(true, c.quirks.profile(p)), nil
}

// profile returns the profile in the path for a change. The lock is held.
func (s *Server) profile(c *call) (*BookingProfile, error) {
	account, err := s.profilesOf(c)
	if err != nil {
		return nil, err
	}
	id, err := strconv.ParseInt(c.path["id"], 10, 64)
	if err != nil {
		return nil, badRequest("The profile id in the path is not a number")
	}
	for i := range s.store.profiles {
		if p := &s.store.profiles[i]; p.ID == id && p.AccountID == account {
			return p, nil
		}
	}
	return nil, refuse(http.StatusNotFound, "Booking profile %d not found", id)
}

func (s *Server) getProfile(c *call) (answer, error) {
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	p, err := s.profile(c)
	if err != nil {
		return answer{}, err
	}
	return answer{http.StatusOK, c.quirks.profile(*p)}, nil
}

// changeProfile calls change on a copy of the profile in the path, and stores
// the copy if change succeeds.
func (s *Server) changeProfile(c *call, change func(*BookingProfile) error) (answer, error) {
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	p, err := s.profile(c)
	if err != nil {
		return answer{}, err
	}
	changed := p.clone()
	if err := change(&changed); err != nil {
		return answer{}, err
	}
	*p = changed
	s.store.version++
	return answer{http.StatusOK, object{"status": "Ok"}}, nil
}

func (p BookingProfile) clone() BookingProfile {
	p.AccountIDs = slices.Clone(p.AccountIDs)
	p.Groups = slices.Clone(p.Groups)
	for i := range p.Groups {
		p.Groups[i].AccountIDs = slices.Clone(p.Groups[i].AccountIDs)
	}
	return p
}

func (s *Server) updateProfile(c *call) (answer, error) {
	return s.changeProfile(c, func(p *BookingProfile) error { return p.merge(c) })
}

func (s *Server) deleteProfile(c *call) (answer, error) {
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	p, err := s.profile(c)
	if err != nil {
		return answer{}, err
	}
	id := p.ID
	s.store.profiles = slices.DeleteFunc(s.store.profiles, func(p BookingProfile) bool { return p.ID == id })
	s.store.version++
	return answer{http.StatusOK, object{"status": "Ok"}}, nil
}

type membersIn struct {
	AccountIDs []int64 `json:"accountIds"`
}

// members reads the accounts of a body. Those to attach must be there. The lock
// is held.
func (s *Server) members(c *call, attach bool) ([]int64, error) {
	in, err := decodeBody[membersIn](c)
	if err != nil {
		return nil, err
	}
	if len(in.AccountIDs) == 0 {
		return nil, badRequest("accountIds is missing")
	}
	return in.AccountIDs, s.areAccounts(attach, in.AccountIDs)
}

func (s *Server) areAccounts(wanted bool, ids []int64) error {
	for _, id := range ids {
		if _, ok := s.store.get(id); !ok && wanted {
			return badRequest("Account %d not found", id)
		}
	}
	return nil
}

// listMembers answers the attached accounts: by default one in each record.
func (s *Server) listMembers(c *call) (answer, error) {
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	p, err := s.profile(c)
	if err != nil {
		return answer{}, err
	}
	size := 1
	if c.quirks.MembersTogether {
		size = max(len(p.AccountIDs), 1)
	}
	return pageOf(c, slices.Collect(slices.Chunk(p.AccountIDs, size)), func(ids []int64) object { return object{"accountIds": ids} })
}

func (s *Server) attachMembers(c *call) (answer, error) {
	return s.changeProfile(c, func(p *BookingProfile) error {
		ids, err := s.members(c, true)
		p.AccountIDs = united(p.AccountIDs, ids)
		return err
	})
}

func (s *Server) detachMembers(c *call) (answer, error) {
	return s.changeProfile(c, func(p *BookingProfile) error {
		ids, err := s.members(c, false)
		p.AccountIDs = without(p.AccountIDs, ids)
		return err
	})
}

func united(ids, more []int64) []int64 {
	return append(ids, without(more, ids)...)
}

func without(ids, gone []int64) []int64 {
	return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return slices.Contains(gone, id) })
}

func (s *Server) listGroups(c *call) (answer, error) {
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	p, err := s.profile(c)
	if err != nil {
		return answer{}, err
	}
	return pageOf(c, p.Groups, BookingGroup.body)
}

type groupsIn struct {
	Groups []BookingGroup `json:"groups"`
}

// attachGroups adds groups, and accounts to those that are there [inferred].
func (s *Server) attachGroups(c *call) (answer, error) {
	return s.changeProfile(c, func(p *BookingProfile) error {
		in, err := decodeBody[groupsIn](c)
		if err != nil {
			return err
		}
		for _, group := range in.Groups {
			if group.ExtID == "" {
				return badRequest("extId is missing")
			}
			if group.Required != "" && group.Required != "one" && group.Required != "all" {
				return badRequest("required must be one or all")
			}
			if err := s.areAccounts(true, group.AccountIDs); err != nil {
				return err
			}
			at := slices.IndexFunc(p.Groups, func(g BookingGroup) bool { return g.ExtID == group.ExtID })
			if at < 0 {
				p.Groups = append(p.Groups, group)
				continue
			}
			p.Groups[at].AccountIDs = united(p.Groups[at].AccountIDs, group.AccountIDs)
			if group.Required != "" {
				p.Groups[at].Required = group.Required
			}
		}
		return nil
	})
}

// detachGroups removes accounts from groups. A group without accounts is gone,
// and so is one of which no account is named [inferred].
func (s *Server) detachGroups(c *call) (answer, error) {
	return s.changeProfile(c, func(p *BookingProfile) error {
		in, err := decodeBody[groupsIn](c)
		if err != nil {
			return err
		}
		for _, group := range in.Groups {
			at := slices.IndexFunc(p.Groups, func(g BookingGroup) bool { return g.ExtID == group.ExtID })
			if at < 0 {
				return badRequest("Group %q is not attached", group.ExtID)
			}
			left := without(p.Groups[at].AccountIDs, group.AccountIDs)
			if len(group.AccountIDs) == 0 {
				left = nil
			}
			if p.Groups[at].AccountIDs = left; len(left) == 0 {
				p.Groups = slices.Delete(p.Groups, at, at+1)
			}
		}
		return nil
	})
}

// BookingProfiles returns all booking profiles, sorted by id.
func (s *Server) BookingProfiles() []BookingProfile {
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	profiles := make([]BookingProfile, len(s.store.profiles))
	for i, p := range s.store.profiles {
		profiles[i] = p.clone()
	}
	return profiles
}

// UpdateBookingProfile calls change on a profile, whose id stays, as if
// somebody had done so elsewhere. It reports whether the profile is there. The
// function must not call the server.
func (s *Server) UpdateBookingProfile(id int64, change func(*BookingProfile)) bool {
	defer s.persistOrLog()
	s.store.lock.Lock()
	defer s.store.lock.Unlock()
	for i := range s.store.profiles {
		if s.store.profiles[i].ID == id {
			changed := s.store.profiles[i].clone()
			change(&changed)
			changed.ID = id
			s.store.profiles[i] = changed
			s.store.version++
			return true
		}
	}
	return false
}
