package oauth

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
)

var _ list.ListResourceWithConfigure = (*listResource)(nil)

// listResource lists the one registration of a kind, if the application has it. It has
// the resource's name and client, and nothing else of it.
type listResource struct{ *registration }

// NewLists returns what makes the list resources of all kinds.
func NewLists() []func() list.ListResource {
	var lists []func() list.ListResource
	for _, newResource := range []func() resource.Resource{NewOffice365, NewOffice365Daemon, NewGoogle, NewZoho} {
		lists = append(lists, func() list.ListResource { return &listResource{newResource().(*registration)} })
	}
	return lists
}

func (r *listResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: fmt.Sprintf(
		"Lists the application's %s, if it has them: they exist once. The secret is never listed. Add it to the generated configuration: the next apply sends it once, unless Aurinko returns the same one in clear text.", r.title)}
}

func (r *listResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	stream.Results = func(push func(list.ListResult) bool) {
		if result := r.result(ctx, req); result.DisplayName != "" || result.Diagnostics.HasError() {
			push(result)
		}
	}
}

// result is the only result, empty for none.
func (r *listResource) result(ctx context.Context, req list.ListRequest) (result list.ListResult) {
	goal := "list the " + r.title
	defer diags.Recover(goal, &result.Diagnostics)
	stored, err := r.run.Client.OAuthRegistration(ctx, r.key)
	switch {
	case errors.Is(err, aurinko.ErrNoRegistration):
		return result
	case err != nil:
		result.Diagnostics.Append(diags.Failure(goal, err, ""))
		return result
	}
	result = req.NewListResult(ctx)
	result.DisplayName = fmt.Sprintf("%s, client ID %s", r.title, stored.ClientID)
	attribute.SetIdentity(r.run, result.Identity, types.StringValue(r.id()))
	if req.IncludeResource {
		result.Diagnostics.Append(r.fill(ctx, result.Resource, stored)...)
	}
	return result
}

// fill does what an import and a read do: the ID first, and then what Aurinko returned.
func (r *listResource) fill(ctx context.Context, resource *tfsdk.Resource, stored aurinko.OAuthRegistration) diag.Diagnostics {
	diagnostics := resource.SetAttribute(ctx, path.Root("id"), r.id())
	m := r.get(ctx, resource, &diagnostics)
	r.copy(readback.Refresh, m, stored)
	diagnostics.Append(resource.Set(ctx, m)...)
	return diagnostics
}
