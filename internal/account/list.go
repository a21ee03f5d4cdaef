package account

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/query"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
)

var _ list.ListResourceWithConfigure = (*listResource)(nil)

// listResource has the resource's name and client, and nothing else of it.
type listResource struct{ passwordAccount }

// NewList makes the list resource aurinko_account.
func NewList() list.ListResource { return &listResource{} }

func (r *listResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the application's accounts with a password of their own (IMAP), for imports of many with `terraform query`. An account is listed if all filters match. " +
			"Aurinko does not return passwords: add them to the generated configuration, and the next apply sends them once.",
		Attributes: query.Filters("accounts", nil),
	}
}

func (r *listResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	stream.Results = query.Listing{
		Goal: "list the accounts",
		Only: aurinko.ServiceIMAP,
		Run:  r.run,
		// One whose address is not returned could not be declared.
		Wants: func(a aurinko.Account) bool { return a.May(aurinko.TypePersonal) && a.Email != "" },
		Name:  func(a aurinko.Account) string { return fmt.Sprintf("%s, account %s", a.Email, a.ID) },
		Resource: func(ctx context.Context, resource *tfsdk.Resource, account aurinko.Account) diag.Diagnostics {
			var m passwordModel
			m.fromAPI(readback.Refresh, account)
			return resource.Set(ctx, m)
		},
	}.Results(ctx, req)
}
