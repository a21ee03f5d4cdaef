// Package query has what the list resources share. Terraform 1.14 lists with
// them what is there, and generates its configuration.
package query

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

// Filters are the arguments of every list of accounts; noun is what they are
// called there, in the plural. Accounts of one mail service have no serviceType.
func Filters(noun string, serviceType validator.String) map[string]schema.Attribute {
	filters := map[string]schema.Attribute{
		"client_org_id": Filter("Only the "+noun+" with this `client_org_id`, your own ID of the organization.", stringvalidator.LengthAtLeast(1)),
		"email":         Filter("Only the "+noun+" with this email address. Case-insensitive. Aurinko cannot filter by it, so the provider reads the whole listing.", validate.Email()),
	}
	if serviceType != nil {
		filters["auth_org_id"] = Filter("Only the "+noun+" of the organization with this ID at the mail service, such as a domain or a tenant ID.", stringvalidator.LengthAtLeast(1))
		filters["service_type"] = Filter("Only the "+noun+" of this mail service, by Aurinko's name such as `Google`, `Office365` or `EWS`.", serviceType)
	}
	return filters
}

// Filter is one such argument.
func Filter(description string, rule validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: []validator.String{rule}}
}

// Listing is what a list resource lists.
type Listing struct {
	Goal    string // completes "Unable to …"
	Service bool   // the service accounts, or the other accounts
	Only    string // the one service type; empty: service_type and auth_org_id are arguments
	Run     *lifecycle.Run
	// Wants reports whether an account is one of those that are listed.
	Wants func(aurinko.Account) bool
	// Name is what a person recognizes the account by.
	Name func(aurinko.Account) string
	// Resource fills in the resource as a read after an import does.
	Resource func(context.Context, *tfsdk.Resource, aurinko.Account) diag.Diagnostics
}

// Results are the accounts that the request asks for, read a page at a time as
// Terraform takes them. What fails is the last result.
func (l Listing) Results(ctx context.Context, req list.ListRequest) iter.Seq[list.ListResult] {
	var filter aurinko.AccountFilter
	if diagnostics := l.read(ctx, req.Config, &filter); diagnostics.HasError() {
		return list.ListResultsStreamDiagnostics(diagnostics)
	}
	advice := ""
	if filter.ServiceType != l.Only {
		advice = "Check `service_type`: Aurinko may know no mail service of this name, or none whose accounts are listed here."
	}
	return func(push func(list.ListResult) bool) {
		accounts := l.Run.Client.ListAccounts
		if l.Service {
			accounts = l.Run.Client.ListServiceAccounts
		}
		listed := int64(0)
		for account, err := range accounts(ctx, filter) {
			if err != nil {
				push(list.ListResult{Diagnostics: diag.Diagnostics{diags.Failure(l.Goal, err, advice)}})
				return
			}
			if !l.Wants(account) {
				continue
			}
			listed++
			if !push(l.result(ctx, req, account)) || listed == req.Limit {
				return
			}
		}
	}
}

func (l Listing) result(ctx context.Context, req list.ListRequest, account aurinko.Account) (result list.ListResult) {
	result = req.NewListResult(ctx)
	defer diags.Recover(l.Goal, &result.Diagnostics)
	result.DisplayName = l.Name(account)
	attribute.SetIdentity(l.Run, result.Identity, types.StringValue(account.ID.String()))
	if req.IncludeResource {
		result.Diagnostics.Append(l.Resource(ctx, result.Resource, account)...)
	}
	return result
}

// read takes the filters out of a configuration.
func (l Listing) read(ctx context.Context, config tfsdk.Config, filter *aurinko.AccountFilter) (diagnostics diag.Diagnostics) {
	defer diags.Recover(l.Goal, &diagnostics)
	arguments := map[string]*string{"client_org_id": &filter.ClientOrgID, "email": &filter.Email}
	if filter.ServiceType = l.Only; l.Only == "" {
		arguments["auth_org_id"], arguments["service_type"] = &filter.AuthOrgID, &filter.ServiceType
	}
	for name, value := range arguments {
		text, more := Text(ctx, config, name)
		diagnostics.Append(more...)
		*value = text
	}
	return diagnostics
}

// AccountID is an argument that is an account ID; 0 when it is left out.
func AccountID(ctx context.Context, config tfsdk.Config, name, goal string) (_ aurinko.AccountID, diagnostics diag.Diagnostics) {
	defer diags.Recover(goal, &diagnostics)
	var account customtype.AccountID
	at := path.Root(name)
	diagnostics = config.GetAttribute(ctx, at, &account)
	if account.IsNull() || diagnostics.HasError() {
		return 0, diagnostics
	}
	id := account.ID(at, &diagnostics)
	return id, diagnostics
}

// OfAccounts yields what list finds on behalf of one account, or of each account of the
// application where it is 0. It ends after an error.
func OfAccounts[T any](ctx context.Context, run *lifecycle.Run, only aurinko.AccountID, list func(aurinko.AccountID) iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		accounts := run.Client.ListAccounts(ctx, aurinko.AccountFilter{})
		if only != 0 {
			accounts = func(yield func(aurinko.Account, error) bool) { yield(aurinko.Account{ID: only}, nil) }
		}
		for account, err := range accounts {
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for found, err := range list(account.ID) {
				if !yield(found, err) || err != nil {
					return
				}
			}
		}
	}
}

// Text is an argument, empty when it is left out.
func Text(ctx context.Context, config tfsdk.Config, name string) (string, diag.Diagnostics) {
	var text types.String
	diagnostics := config.GetAttribute(ctx, path.Root(name), &text)
	return text.ValueString(), diagnostics
}
