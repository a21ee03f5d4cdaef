package booking

import (
	"cmp"
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/query"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
)

var _ list.ListResourceWithConfigure = (*listResource)(nil)

// listResource has the resource's name and client, and nothing else of it.
type listResource struct{ profile }

// NewList makes the list resource aurinko_booking_profile.
func NewList() list.ListResource { return &listResource{} }

// NewGroupList makes the list resource aurinko_group_booking_profile.
func NewGroupList() list.ListResource { return &listResource{profile{isGroup: true}} }

func (r *listResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	if r.isGroup {
		resp.Schema = schema.Schema{
			MarkdownDescription: "Lists the application's group booking profiles, for imports of many with `terraform query`. With `include_resource`, the provider reads the members of each.",
			Attributes: map[string]schema.Attribute{
				"client_org_id": query.Filter("Only the profiles with this `client_org_id`, your own ID of the organization. Aurinko cannot filter by it, so the provider reads the whole listing.",
					stringvalidator.LengthAtLeast(1)),
			},
		}
		return
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the booking profiles of one account or of all accounts, for imports of many with `terraform query`.",
		Attributes: map[string]schema.Attribute{
			"account_id": schema.StringAttribute{
				MarkdownDescription: "ID of the account. If omitted, the provider lists the application's accounts, and then the booking profiles of each: one request for each account.",
				CustomType:          customtype.AccountIDType{},
				Optional:            true,
			},
		},
	}
}

const (
	listGoal   = "list the booking profiles"
	listAdvice = "Check `account_id`: the application of the provider block must have this account."
)

func (r *listResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	only, clientOrgID, diagnostics := r.filters(ctx, req.Config)
	if diagnostics.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diagnostics)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		listed := int64(0)
		for found, err := range r.all(ctx, only) {
			if err != nil {
				push(list.ListResult{Diagnostics: diag.Diagnostics{diags.Failure(listGoal, err, listAdvice)}})
				return
			}
			if clientOrgID != "" && found.ClientOrgID != clientOrgID {
				continue
			}
			listed++
			if !push(r.result(ctx, req, found)) || listed == req.Limit {
				return
			}
		}
	}
}

// filters returns the account and the organization whose profiles are wanted; 0 and ""
// for any.
func (r *listResource) filters(ctx context.Context, config tfsdk.Config) (only aurinko.AccountID, clientOrgID string, diagnostics diag.Diagnostics) {
	defer diags.Recover(listGoal, &diagnostics)
	if r.isGroup {
		clientOrgID, diagnostics = query.Text(ctx, config, "client_org_id")
		return 0, clientOrgID, diagnostics
	}
	only, diagnostics = query.AccountID(ctx, config, "account_id", listGoal)
	return only, "", diagnostics
}

// all yields the group profiles, or those of one account, or of all accounts where it
// is 0.
func (r *profile) all(ctx context.Context, only aurinko.AccountID) iter.Seq2[aurinko.BookingProfile, error] {
	of := func(account aurinko.AccountID) iter.Seq2[aurinko.BookingProfile, error] {
		return r.run.Client.BookingPages(account).All(ctx)
	}
	if r.isGroup {
		return of(0)
	}
	return query.OfAccounts(ctx, r.run, only, of)
}

// displayName names what people see of a profile.
func displayName(p aurinko.BookingProfile) string {
	title := cmp.Or(p.Name, p.Subject, p.Description, "Without a name")
	if p.Account == 0 {
		return title + ", group booking profile " + p.ID.String()
	}
	return title + " of account " + p.Account.String() + ", booking profile " + p.ID.String()
}

func (r *listResource) result(ctx context.Context, req list.ListRequest, found aurinko.BookingProfile) (result list.ListResult) {
	result = req.NewListResult(ctx)
	defer diags.Recover(listGoal, &result.Diagnostics)
	var m model
	m.fromAPI(ctx, readback.Refresh, found)
	result.DisplayName = displayName(found)
	attribute.SetIdentity(r.run, result.Identity, m.ID)
	if !req.IncludeResource {
		return result
	}
	if err := r.readMembers(ctx, found.Key(), &m, true); err != nil {
		result.Diagnostics.Append(diags.Failure(listGoal, err, ""))
		return result
	}
	result.Diagnostics.Append(r.set(ctx, result.Resource, m)...)
	return result
}
