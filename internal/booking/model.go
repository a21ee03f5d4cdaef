package booking

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

// A model is a booking profile of either type. What the other type has is null.
type model struct {
	shared
	ofGroup
	ofAccount
}

// shared is what both types have.
type shared struct {
	ID                    types.String `tfsdk:"id"` // an aurinko.BookingKey
	Name                  types.String `tfsdk:"name"`
	Subject               types.String `tfsdk:"subject"`
	Description           types.String `tfsdk:"description"`
	Location              types.String `tfsdk:"location"`
	Context               types.String `tfsdk:"context"`
	OpenMeetingURL        types.String `tfsdk:"open_meeting_url"`
	DurationMinutes       types.Int64  `tfsdk:"duration_minutes"`
	BufferBetweenMinutes  types.Int64  `tfsdk:"buffer_between_minutes"`
	AvailabilityStep      types.Int64  `tfsdk:"availability_step"`
	StartAfterMinutes     types.Int64  `tfsdk:"start_after_minutes"`
	TimeAvailableFor      types.String `tfsdk:"time_available_for"`
	StartTime             types.String `tfsdk:"start_time"`
	EndTime               types.String `tfsdk:"end_time"`
	StartConference       types.Bool   `tfsdk:"start_conference"`
	WorkHours             types.Object `tfsdk:"work_hours"`
	AvailabilityIntervals types.List   `tfsdk:"availability_intervals"`
	OnExisting            types.String `tfsdk:"on_existing"`
}

type ofGroup struct {
	ClientOrgID types.String `tfsdk:"client_org_id"`
	Accounts    types.Set    `tfsdk:"accounts"`
	Groups      types.Set    `tfsdk:"groups"`
}

type ofAccount struct {
	AccountID customtype.AccountID `tfsdk:"account_id"`
	ProfileID types.String         `tfsdk:"profile_id"`
}

// What is nested, as it is configured.
type (
	workHours struct {
		Timezone string `tfsdk:"timezone"`
		Days     []day  `tfsdk:"day_schedules"`
	}
	day struct {
		Weekday   string  `tfsdk:"weekday"`
		Intervals []hours `tfsdk:"intervals"`
	}
	hours struct {
		Start string `tfsdk:"start"`
		End   string `tfsdk:"end"`
	}
	dates struct {
		Start string  `tfsdk:"start_date"`
		End   string  `tfsdk:"end_date"`
		Hours []hours `tfsdk:"hours"`
	}
	group struct {
		ExtID      string   `tfsdk:"ext_id"`
		AccountIDs []string `tfsdk:"account_ids"`
		Required   *string  `tfsdk:"required"`
	}
)

var (
	workHoursType = sharedAttributes()["work_hours"].GetType().(types.ObjectType)
	intervalsType = sharedAttributes()["availability_intervals"].GetType().(types.ListType)
	accountsType  = groupAttributes()["accounts"].GetType().(types.SetType)
	groupsType    = groupAttributes()["groups"].GetType().(types.SetType)
)

// profile returns what Aurinko is to have. What is unknown, Aurinko chooses. All else
// is of the schema's types and known, so that no conversion fails.
func (m model) profile(ctx context.Context) aurinko.BookingProfile {
	p := aurinko.BookingProfile{
		Name: m.Name.ValueString(), Subject: m.Subject.ValueString(), Description: m.Description.ValueString(),
		Location: m.Location.ValueString(), Context: m.Context.ValueString(), OpenMeetingURL: m.OpenMeetingURL.ValueString(),
		ClientOrgID:     m.ClientOrgID.ValueString(),
		DurationMinutes: number(m.DurationMinutes), BufferBetweenMinutes: number(m.BufferBetweenMinutes),
		AvailabilityStep: number(m.AvailabilityStep), StartAfterMinutes: number(m.StartAfterMinutes),
		TimeAvailableFor: m.TimeAvailableFor.ValueString(), StartTime: m.StartTime.ValueString(), EndTime: m.EndTime.ValueString(),
		StartConference: m.StartConference.ValueBoolPointer(),
	}
	if !m.WorkHours.IsNull() && !m.WorkHours.IsUnknown() {
		var work workHours
		m.WorkHours.As(ctx, &work, basetypes.ObjectAsOptions{})
		p.WorkHours = &aurinko.WorkHours{Timezone: work.Timezone}
		for _, day := range work.Days {
			p.WorkHours.DaySchedules = append(p.WorkHours.DaySchedules, aurinko.DaySchedule{DayOfWeek: day.Weekday, WorkingIntervals: toAPI(day.Intervals)})
		}
	}
	if len(m.AvailabilityIntervals.Elements()) > 0 {
		var intervals []dates
		m.AvailabilityIntervals.ElementsAs(ctx, &intervals, false)
		p.AvailabilityIntervals = &aurinko.AvailabilityIntervals{}
		for _, i := range intervals {
			p.AvailabilityIntervals.Intervals = append(p.AvailabilityIntervals.Intervals, aurinko.AvailabilityInterval{Start: i.Start, End: i.End, Hours: toAPI(i.Hours)})
		}
	}
	return p
}

// over is profile for an update: a switch that is no longer configured is off.
func (m model) over(ctx context.Context, has aurinko.BookingProfile) aurinko.BookingProfile {
	p := m.profile(ctx)
	if p.StartConference == nil && has.StartConference != nil {
		p.StartConference = new(false)
	}
	return p
}

func number(value types.Int64) *int64 {
	if value.IsUnknown() {
		return nil
	}
	return value.ValueInt64Pointer()
}

func toAPI(intervals []hours) (all []aurinko.Hours) {
	for _, i := range intervals {
		all = append(all, aurinko.Hours(i))
	}
	return all
}

// fromAPI copies what the API returned. What it does not return is not set.
func (m *model) fromAPI(ctx context.Context, r readback.Reader, p aurinko.BookingProfile) {
	m.ID = types.StringValue(p.Key().String())
	if p.Account != 0 {
		m.ProfileID = types.StringValue(p.ID.String())
		r.String(&m.AccountID.StringValue, p.Account.String())
	}
	for _, text := range []struct {
		value    *types.String
		returned string
		same     func(a, b string) bool
	}{
		{&m.Name, p.Name, nil},
		{&m.Subject, p.Subject, equal},
		{&m.Description, p.Description, nil},
		{&m.Location, p.Location, nil},
		{&m.Context, p.Context, nil},
		{&m.OpenMeetingURL, p.OpenMeetingURL, nil},
		{&m.ClientOrgID, p.ClientOrgID, nil},
		{&m.TimeAvailableFor, p.TimeAvailableFor, validate.SamePeriod},
		{&m.StartTime, validate.RFC3339(p.StartTime), validate.SameTime},
		{&m.EndTime, validate.RFC3339(p.EndTime), validate.SameTime},
	} {
		if text.value.IsUnknown() || text.same == nil || !text.same(text.value.ValueString(), text.returned) {
			readback.Value(r, text.value, attribute.StringOrNull(text.returned))
		}
	}
	readback.Value(r, &m.DurationMinutes, types.Int64PointerValue(p.DurationMinutes))
	readback.Value(r, &m.BufferBetweenMinutes, types.Int64PointerValue(p.BufferBetweenMinutes))
	readback.Value(r, &m.AvailabilityStep, types.Int64PointerValue(p.AvailabilityStep))
	readback.Value(r, &m.StartAfterMinutes, types.Int64PointerValue(p.StartAfterMinutes))
	r.Bool(&m.StartConference, new(p.StartConference != nil && *p.StartConference))
	readback.Value(r, &m.WorkHours, workHoursFrom(ctx, p.WorkHours))
	dates := intervalsFrom(ctx, p.AvailabilityIntervals)
	if isNone := !m.AvailabilityIntervals.IsNull() && !m.AvailabilityIntervals.IsUnknown() && len(m.AvailabilityIntervals.Elements()) == 0; !isNone || !dates.IsNull() {
		readback.Value(r, &m.AvailabilityIntervals, dates)
	}
}

// equal lets an empty text stay, which the API returns as none.
func equal(a, b string) bool { return a == b }

// workHoursFrom puts the days in the order of the week, and the hours of each in
// theirs, as the configuration must have them. It leaves out the days without hours.
func workHoursFrom(ctx context.Context, returned *aurinko.WorkHours) types.Object {
	if returned == nil {
		return types.ObjectNull(workHoursType.AttrTypes)
	}
	work := workHours{Timezone: returned.Timezone, Days: []day{}}
	for _, d := range returned.DaySchedules {
		if intervals := hoursFrom(d.WorkingIntervals); len(intervals) > 0 {
			work.Days = append(work.Days, day{Weekday: d.DayOfWeek, Intervals: intervals})
		}
	}
	slices.SortStableFunc(work.Days, func(a, b day) int { return cmp.Compare(weekday(a.Weekday), weekday(b.Weekday)) })
	value, _ := types.ObjectValueFrom(ctx, workHoursType.AttrTypes, work)
	return value
}

func weekday(name string) int { return slices.Index(aurinko.Weekdays, name) }

func intervalsFrom(ctx context.Context, returned *aurinko.AvailabilityIntervals) types.List {
	var intervals []dates // nil is null
	if returned != nil {
		for _, i := range returned.Intervals {
			intervals = append(intervals, dates{Start: i.Start, End: i.End, Hours: hoursFrom(i.Hours)})
		}
	}
	value, _ := types.ListValueFrom(ctx, intervalsType.ElemType, intervals)
	return value
}

// hoursFrom returns hours as they are configured: as HH:MM:SS, from whatever spelling,
// and in order.
func hoursFrom(returned []aurinko.Hours) (all []hours) {
	full := func(text string) string {
		if len(text) == len("09:00") {
			return text + ":00"
		}
		return text
	}
	for _, h := range returned {
		all = append(all, hours{Start: full(h.Start), End: full(h.End)})
	}
	slices.SortStableFunc(all, func(a, b hours) int { return cmp.Compare(a.Start, b.Start) })
	return all
}

// checkIDs reports what is no account ID among the members, as far as they are known.
func (m model) checkIDs(diagnostics *diag.Diagnostics) {
	check := func(at path.Path, ids types.Set) {
		for _, id := range ids.Elements() {
			if !id.IsUnknown() {
				id.(customtype.AccountID).ID(at, diagnostics)
			}
		}
	}
	check(path.Root("accounts"), m.Accounts)
	for _, group := range m.Groups.Elements() {
		if ids, ok := group.(types.Object).Attributes()["account_ids"].(types.Set); ok {
			check(path.Root("groups"), ids)
		}
	}
}

// members returns the accounts and groups that are configured. Their IDs were checked.
func (m model) members(ctx context.Context) ([]aurinko.AccountID, []aurinko.BookingGroup) {
	var ids []string
	var groups []group
	m.Accounts.ElementsAs(ctx, &ids, false)
	m.Groups.ElementsAs(ctx, &groups, false)
	wanted := make([]aurinko.BookingGroup, len(groups))
	for i, g := range groups {
		wanted[i] = aurinko.BookingGroup{ExtID: g.ExtID, AccountIDs: numbers(g.AccountIDs), Required: *g.Required}
	}
	return numbers(ids), wanted
}

func numbers(texts []string) (ids []aurinko.AccountID) {
	for _, text := range texts {
		id, _ := aurinko.ParseAccountID(text)
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func accountsFrom(ids []aurinko.AccountID) types.Set {
	elements := make([]attr.Value, len(ids))
	for i, id := range ids {
		elements[i] = customtype.NewAccountID(id)
	}
	return types.SetValueMust(accountsType.ElemType, elements)
}

// groupsFrom leaves a group without accounts out: it counts as detached.
func groupsFrom(ctx context.Context, returned []aurinko.BookingGroup) types.Set {
	groups := []group{}
	for _, g := range returned {
		if len(g.AccountIDs) == 0 {
			continue
		}
		read := group{ExtID: g.ExtID}
		if g.Required != "" {
			read.Required = &g.Required
		}
		for _, id := range g.AccountIDs {
			read.AccountIDs = append(read.AccountIDs, id.String())
		}
		groups = append(groups, read)
	}
	value, _ := types.SetValueFrom(ctx, groupsType.ElemType, groups)
	return value
}

// without returns the IDs of one list that another lacks.
func without(ids, others []aurinko.AccountID) (left []aurinko.AccountID) {
	for _, id := range ids {
		if !slices.Contains(others, id) {
			left = append(left, id)
		}
	}
	return left
}

// changeGroups returns what to attach and to detach, so that a profile has other groups.
// A group whose requirement changes is attached as a whole.
func changeGroups(from, to []aurinko.BookingGroup) (attach, detach []aurinko.BookingGroup) {
	find := func(groups []aurinko.BookingGroup, extID string) aurinko.BookingGroup {
		if i := slices.IndexFunc(groups, func(g aurinko.BookingGroup) bool { return g.ExtID == extID }); i >= 0 {
			return groups[i]
		}
		return aurinko.BookingGroup{}
	}
	for _, wanted := range to {
		has := find(from, wanted.ExtID)
		more := without(wanted.AccountIDs, has.AccountIDs)
		if has.Required != wanted.Required {
			more = wanted.AccountIDs
		}
		if len(more) > 0 {
			attach = append(attach, aurinko.BookingGroup{ExtID: wanted.ExtID, AccountIDs: more, Required: wanted.Required})
		}
	}
	for _, has := range from {
		if gone := without(has.AccountIDs, find(to, has.ExtID).AccountIDs); len(gone) > 0 {
			detach = append(detach, aurinko.BookingGroup{ExtID: has.ExtID, AccountIDs: gone})
		}
	}
	return attach, detach
}
