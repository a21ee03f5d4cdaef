package managedaccount

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
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/query"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

var _ list.ListResourceWithConfigure = (*listResource)(nil)

// listResource has the resource's name and client, and nothing else of it.
type listResource struct{ managedAccount }

// NewList makes the list resource aurinko_managed_account.
func NewList() list.ListResource { return &listResource{} }

func (r *listResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	attributes := query.Filters("managed accounts", validate.AccountServiceType())
	attributes["service_account_id"] = schema.StringAttribute{
		MarkdownDescription: "ID of the service account whose managed accounts are listed. Aurinko cannot filter by it, so the provider reads the whole listing.",
		CustomType:          customtype.AccountIDType{},
		Optional:            true,
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the application's managed accounts, for imports of many with `terraform query`. An account is listed if all filters match. " +
			"Aurinko's documents do not say if this call returns managed accounts. If it does not, the list is empty, and you can import only by IDs that you know.",
		Attributes: attributes,
	}
}

func (r *listResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	const goal = "list the managed accounts"
	parent, diagnostics := parentFilter(ctx, req.Config, goal)
	if diagnostics.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diagnostics)
		return
	}
	stream.Results = query.Listing{
		Goal: goal,
		Run:  r.run,
		// One whose service account is not returned could not be declared.
		Wants: func(a aurinko.Account) bool {
			return a.May(aurinko.TypeManaged) && a.ParentID != 0 && (parent == 0 || a.ParentID == parent)
		},
		Name: displayName,
		Resource: func(ctx context.Context, resource *tfsdk.Resource, account aurinko.Account) diag.Diagnostics {
			var m model
			m.fromAPI(readback.Refresh, account)
			return resource.Set(ctx, m)
		},
	}.Results(ctx, req)
}

// parentFilter is the service account whose accounts are wanted; 0 for any.
func parentFilter(ctx context.Context, config tfsdk.Config, goal string) (_ aurinko.AccountID, diagnostics diag.Diagnostics) {
	defer diags.Recover(goal, &diagnostics)
	var parent customtype.AccountID
	at := path.Root("service_account_id")
	diagnostics = config.GetAttribute(ctx, at, &parent)
	if parent.IsNull() || diagnostics.HasError() {
		return 0, diagnostics
	}
	id := parent.ID(at, &diagnostics)
	return id, diagnostics
}

func displayName(a aurinko.Account) string {
	return fmt.Sprintf("%s under service account %s", cmp.Or(a.Email, a.LoginString, a.MailboxAddress, a.Name, a.ID.String()), a.ParentID)
}
