package booking

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

const chosen = " If omitted, Aurinko chooses the value, and the current one is kept."

func sharedAttributes() map[string]schema.Attribute {
	text := func(description string, rules ...validator.String) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: append(rules, stringvalidator.LengthAtLeast(1))}
	}
	number := func(description string, rules ...validator.Int64) schema.Int64Attribute {
		return schema.Int64Attribute{MarkdownDescription: description + chosen, Optional: true, Computed: true, Validators: rules}
	}
	same := func(text schema.StringAttribute, same func(a, b string) bool) schema.StringAttribute {
		text.PlanModifiers = []planmodifier.String{attribute.Keep(same)}
		return text
	}
	onExisting := attribute.OnExisting(kind)
	onExisting.MarkdownDescription += " The profile exists if the same account or client organization has one with the same `name`. A profile without a name is always created."
	name := text("Name of the profile, which is part of the public link." + chosen)
	name.Computed = true
	subject := schema.StringAttribute{MarkdownDescription: "Subject of the appointments. Empty means none." + chosen, Optional: true, Computed: true}
	available := same(text("How far ahead people can book: an ISO 8601 period such as `P3M`, `P4W` or `P5D`."+chosen, validate.Period()), validate.SamePeriod)
	available.Computed = true
	return map[string]schema.Attribute{
		"on_existing":            onExisting,
		"name":                   name,
		"subject":                subject,
		"description":            text("Description of the appointments."),
		"location":               text("Location of the appointments."),
		"context":                same(text("Data of your own, which Aurinko keeps with the profile. JSON that differs only in white space and the order of its keys is equal."), sameJSON),
		"open_meeting_url":       text("URL of a meeting that is always open, for all appointments."),
		"duration_minutes":       number("Duration of an appointment in minutes.", int64validator.AtLeast(1)),
		"buffer_between_minutes": number("Time between two appointments in minutes.", int64validator.AtLeast(0)),
		"availability_step":      number("Steps in minutes in which appointments can begin: 5, 10, 15, 20, 30 or 60.", int64validator.OneOf(aurinko.AvailabilitySteps...)),
		"start_after_minutes":    number("Time in minutes from now until the first appointment that can be booked. Aurinko's default is 60.", int64validator.AtLeast(0)),
		"time_available_for":     available,
		"start_time":             same(text("Time from which on appointments can be booked (RFC 3339).", validate.Time()), validate.SameTime),
		"end_time":               same(text("Time until which appointments can be booked (RFC 3339).", validate.Time()), validate.SameTime),
		"start_conference": schema.BoolAttribute{
			MarkdownDescription: "Whether each appointment gets an online conference. Defaults to `false`.",
			Optional:            true,
		},
		"work_hours": schema.SingleNestedAttribute{
			MarkdownDescription: "Hours of the week in which appointments can be booked." + chosen,
			Optional:            true,
			Computed:            true,
			Attributes: map[string]schema.Attribute{
				"timezone": schema.StringAttribute{
					MarkdownDescription: "Time zone of the hours, an IANA name such as `Europe/Vienna`.",
					Required:            true,
					Validators:          []validator.String{validate.TimeZone()},
				},
				"day_schedules": schema.ListNestedAttribute{
					MarkdownDescription: "Days with their hours, in the order of the week from Monday to Sunday. Leave out the days without hours.",
					Required:            true,
					Validators:          []validator.List{inWeekOrder},
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"weekday": schema.StringAttribute{
							MarkdownDescription: "Day of the week: `monday`, `tuesday`, `wednesday`, `thursday`, `friday`, `saturday` or `sunday`.",
							Required:            true,
							Validators:          []validator.String{stringvalidator.OneOf(aurinko.Weekdays...)},
						},
						"intervals": hoursAttribute(true, "Hours of the day, in their order."),
					}},
				},
			},
		},
		"availability_intervals": schema.ListNestedAttribute{
			MarkdownDescription: "Dates on which appointments can be booked. An empty list means no such dates." + chosen,
			Optional:            true,
			Computed:            true,
			Validators:          []validator.List{notReversed},
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"start_date": schema.StringAttribute{
					MarkdownDescription: "First date, such as `2026-01-01`.",
					Required:            true,
					Validators:          []validator.String{validate.Date()},
				},
				"end_date": schema.StringAttribute{
					MarkdownDescription: "Last date, such as `2026-01-31`.",
					Required:            true,
					Validators:          []validator.String{validate.Date()},
				},
				"hours": hoursAttribute(false, "Hours of these dates, in their order."),
			}},
		},
	}
}

// sameJSON lets configuration that Terraform generates be as it is: Terraform writes a
// text that is JSON with jsonencode.
func sameJSON(a, b string) bool {
	read := func(text string) (value any) {
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		_ = decoder.Decode(&value) // it is valid
		return value
	}
	return json.Valid([]byte(a)) && json.Valid([]byte(b)) && reflect.DeepEqual(read(a), read(b))
}

func hoursAttribute(required bool, description string) schema.ListNestedAttribute {
	clock := func(description string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Required: true, Validators: []validator.String{validate.TimeOfDay()}}
	}
	return schema.ListNestedAttribute{
		MarkdownDescription: description,
		Required:            required,
		Optional:            !required,
		Validators:          []validator.List{listvalidator.SizeAtLeast(1), inOrder},
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"start": clock("Beginning, such as `09:00:00`."),
			"end":   clock("End, such as `17:00:00`."),
		}},
	}
}

func groupAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": attribute.Computed("ID of the profile at Aurinko, and import ID."),
		"client_org_id": schema.StringAttribute{
			MarkdownDescription: "Your own ID of the organization that the profile is for.",
			Optional:            true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"accounts": schema.SetAttribute{
			MarkdownDescription: "IDs of the accounts with which appointments are booked. If set, the profile has these accounts and no others; an empty set means none. If omitted, this resource neither reads nor changes the profile's accounts.",
			ElementType:         customtype.AccountIDType{},
			Optional:            true,
		},
		"groups": schema.SetNestedAttribute{
			MarkdownDescription: "Groups of accounts. If set, the profile has these groups and no others; an empty set means none. If omitted, this resource neither reads nor changes the profile's groups.",
			Optional:            true,
			Validators:          []validator.Set{distinct},
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"ext_id": schema.StringAttribute{
					MarkdownDescription: "Your own ID of the group, which no other group of the profile has.",
					Required:            true,
					Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				},
				"account_ids": schema.SetAttribute{
					MarkdownDescription: "IDs of the group's accounts.",
					ElementType:         customtype.AccountIDType{},
					Required:            true,
					Validators:          []validator.Set{setvalidator.SizeAtLeast(1)},
				},
				"required": schema.StringAttribute{
					MarkdownDescription: "How many accounts of the group an appointment requires: `one` or `all`.",
					Required:            true,
					Validators:          []validator.String{stringvalidator.OneOf("one", "all")},
				},
			}},
		},
	}
}

func accountAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": attribute.Computed("ID of the account and ID of the profile, with a slash between them. Import ID."),
		"account_id": schema.StringAttribute{
			MarkdownDescription: "ID of the account with which appointments are booked, such as that of an `aurinko_managed_account`. Forces replacement.",
			Required:            true,
			CustomType:          customtype.AccountIDType{},
		},
		"profile_id": attribute.Computed("ID of the profile at Aurinko."),
	}
}

// A rule checks each object of a list or set against those before it. Objects that are
// not known yet pass.
type rule struct {
	summary, problem string
	breaks           func(before []types.Object, this types.Object) bool
}

var (
	inWeekOrder = rule{
		summary: "Weekdays out of order",
		problem: "Each weekday must be there once at most, in the order of the week from Monday to Sunday.",
		breaks: func(before []types.Object, this types.Object) bool {
			day := weekday(textOf(this, "weekday"))
			return day >= 0 && len(before) > 0 && weekday(textOf(before[len(before)-1], "weekday")) >= day
		},
	}
	inOrder = rule{
		summary: "Hours out of order",
		problem: "Each interval must begin before it ends, and not before the one in front of it ends.",
		breaks: func(before []types.Object, this types.Object) bool {
			start, end := textOf(this, "start"), textOf(this, "end")
			return len(start) == len(end) && start >= end || len(before) > 0 && textOf(before[len(before)-1], "end") > start
		},
	}
	notReversed = rule{
		summary: "Dates out of order",
		problem: "The first date of an interval must not be after the last one.",
		breaks: func(_ []types.Object, this types.Object) bool {
			return textOf(this, "start_date") > textOf(this, "end_date")
		},
	}
	distinct = rule{
		summary: "Two groups with one ext_id",
		problem: "Each group must have an `ext_id` of its own. Put the accounts of both into one group.",
		breaks: func(before []types.Object, this types.Object) bool {
			return slices.ContainsFunc(before, func(o types.Object) bool { return textOf(o, "ext_id") == textOf(this, "ext_id") })
		},
	}
)

func textOf(object types.Object, name string) string {
	text, _ := object.Attributes()[name].(types.String)
	return text.ValueString()
}

func (r rule) Description(context.Context) string             { return r.problem }
func (r rule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

func (r rule) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	r.check(req.Path, req.ConfigValue.Elements(), &resp.Diagnostics)
}

func (r rule) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	r.check(req.Path, req.ConfigValue.Elements(), &resp.Diagnostics)
}

func (r rule) check(at path.Path, elements []attr.Value, diagnostics *diag.Diagnostics) {
	var before []types.Object
	for i, element := range elements {
		object, ok := element.(types.Object)
		if !ok || object.IsNull() || object.IsUnknown() || hasUnknown(object) {
			continue
		}
		if r.breaks(before, object) {
			diagnostics.AddAttributeError(at, r.summary, fmt.Sprintf("Element %d is wrong.\n\n%s", i+1, r.problem))
			return
		}
		before = append(before, object)
	}
}

func hasUnknown(object types.Object) bool {
	for _, value := range object.Attributes() {
		if value.IsUnknown() {
			return true
		}
	}
	return false
}
