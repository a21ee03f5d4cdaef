package subscription

import (
	"context"
	"fmt"
	"iter"
	"net/url"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/query"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
)

var _ list.ListResourceWithConfigure = (*listResource)(nil)

// listResource has the resource's name and client, and nothing else of it.
type listResource struct{ subscription }

// NewList makes the list resource aurinko_subscription.
func NewList() list.ListResource { return &listResource{} }

func (r *listResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the subscriptions of one account or of all accounts, inactive ones too, for imports of many with `terraform query`.",
		Attributes: map[string]schema.Attribute{
			"account_id": schema.StringAttribute{
				MarkdownDescription: "ID of the account. If omitted, the provider lists the application's accounts, and then the subscriptions of each: one request for each account.",
				CustomType:          customtype.AccountIDType{},
				Optional:            true,
			},
		},
	}
}

const (
	listGoal   = "list the subscriptions"
	listAdvice = "Check `account_id`: the application of the provider block must have this account."
)

func (r *listResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	only, diagnostics := query.AccountID(ctx, req.Config, "account_id", listGoal)
	if diagnostics.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diagnostics)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		listed := int64(0)
		for found, err := range all(ctx, r.run, only) {
			if err != nil {
				push(list.ListResult{Diagnostics: diag.Diagnostics{diags.Failure(listGoal, err, listAdvice)}})
				return
			}
			listed++
			if !push(r.result(ctx, req, found)) || listed == req.Limit {
				return
			}
		}
	}
}

// all yields the subscriptions of one account, or of all where it is 0.
func all(ctx context.Context, run *lifecycle.Run, only aurinko.AccountID) iter.Seq2[aurinko.Subscription, error] {
	return query.OfAccounts(ctx, run, only, func(account aurinko.AccountID) iter.Seq2[aurinko.Subscription, error] {
		return func(yield func(aurinko.Subscription, error) bool) {
			found, err := run.ListSubscriptions(ctx, account)
			if err != nil {
				yield(aurinko.Subscription{}, err)
			}
			for _, subscription := range found {
				if !yield(subscription, nil) {
					return
				}
			}
		}
	})
}

// displayName names what is notified of and the endpoint, without what follows its host:
// that may hold a secret.
func displayName(s aurinko.Subscription) string {
	host := s.NotificationURL
	if u, err := url.Parse(host); err == nil {
		host = u.Host
	}
	return fmt.Sprintf("%s of account %s to %s, subscription %s", s.Resource, s.Account, host, s.ID)
}

func (r *listResource) result(ctx context.Context, req list.ListRequest, found aurinko.Subscription) (result list.ListResult) {
	result = req.NewListResult(ctx)
	defer diags.Recover(listGoal, &result.Diagnostics)
	var m model
	m.fromAPI(readback.Refresh, found)
	result.DisplayName = displayName(found)
	attribute.SetIdentity(r.run, result.Identity, m.ID)
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, m)...)
	}
	return result
}
