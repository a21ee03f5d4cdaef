package serviceaccount

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/query"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

var _ list.ListResourceWithConfigure = (*listResource)(nil)

// listResource has the resource's name and client, and nothing else of it.
type listResource struct{ serviceAccount }

// NewList makes the list resource aurinko_service_account.
func NewList() list.ListResource { return &listResource{} }

func (r *listResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the application's service accounts, for imports of many with `terraform query`. An account is listed if all filters match. " +
			"Aurinko does not return credentials: add them to the generated configuration, and the next apply uploads them once.",
		Attributes: query.Filters("service accounts", validate.ServiceType()),
	}
}

func (r *listResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	stream.Results = query.Listing{
		Goal:    "list the service accounts",
		Service: true,
		Run:     r.run,
		// One whose service is not returned could not be declared.
		Wants: func(a aurinko.Account) bool { return a.May(aurinko.TypeService) && imported(a) != nil },
		Name:  displayName,
		Resource: func(ctx context.Context, resource *tfsdk.Resource, account aurinko.Account) diag.Diagnostics {
			// As an import does: the id first, and the rest null.
			diagnostics := resource.SetAttribute(ctx, path.Root("id"), account.ID.String())
			var m model
			diagnostics.Append(resource.Get(ctx, &m)...)
			diagnostics.Append(m.fromAPI(ctx, readback.Refresh, account)...)
			diagnostics.Append(resource.Set(ctx, m)...)
			return diagnostics
		},
	}.Results(ctx, req)
}

func displayName(a aurinko.Account) string {
	return fmt.Sprintf("%s %s, service account %s", a.ServiceType, cmp.Or(a.AuthOrgID, a.Email, a.LoginString, a.Name), a.ID)
}
