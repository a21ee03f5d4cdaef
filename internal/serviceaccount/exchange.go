package serviceaccount

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

var exchangeKind = kind{
	name:   "exchange",
	object: func(m *model) *types.Object { return &m.Exchange },
	empty:  func() connection { return &exchange{} },
	schema: schema.SingleNestedAttribute{
		MarkdownDescription: "Microsoft Exchange server, which Aurinko reaches through EWS with a login that may impersonate the mailboxes. " + otherService,
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"server_url": schema.StringAttribute{
				MarkdownDescription: "Address of the Exchange server: its host name, an https URL, or the full EWS URL (`https://mail.acme.example/EWS/Exchange.asmx`). The three forms are equivalent. A server of Exchange Online causes a warning, since Microsoft ends EWS there. Forces replacement.",
				Required:            true,
				Validators:          []validator.String{validate.ExchangeURL()},
				PlanModifiers:       []planmodifier.String{attribute.Keep(validate.SameExchangeURL)},
			},
			"username": schema.StringAttribute{
				MarkdownDescription: "Login that may impersonate the mailboxes, such as `ACME\\svc-aurinko` or `svc-aurinko@acme.example`. Case-insensitive. Forces replacement.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{attribute.IgnoreCase()},
			},
			"domain": schema.StringAttribute{
				MarkdownDescription: "Mail domain. Required if `username` is not an email address. If omitted, the provider uses the domain of `username`.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{validate.Domain()},
				PlanModifiers:       []planmodifier.String{attribute.IgnoreCase()},
			},
		},
	},
	secret: secret.Attribute{
		Parent: path.Root("exchange"), Name: "password", What: "Password of the login", Short: "password", OneLine: true,
	},
	rule: secret.Exact,
	imports: func(account aurinko.Account) bool {
		return !account.IsConsented() && strings.EqualFold(account.ServiceType, aurinko.ServiceExchange)
	},
}

type exchange struct {
	ServerURL         types.String `tfsdk:"server_url"`
	Username          types.String `tfsdk:"username"`
	Password          types.String `tfsdk:"password"`
	PasswordWO        types.String `tfsdk:"password_wo"`
	PasswordWOVersion types.Int64  `tfsdk:"password_wo_version"`
	Domain            types.String `tfsdk:"domain"`
}

func (*exchange) kind() *kind               { return &exchangeKind }
func (*exchange) serviceType() types.String { return types.StringValue(aurinko.ServiceExchange) }
func (e *exchange) orgID() types.String     { return e.Domain }

func (e *exchange) secret() secret.Values {
	return secret.Values{Plain: e.Password, WriteOnly: e.PasswordWO, Version: e.PasswordWOVersion}
}

func (e *exchange) check(config model) diag.Diagnostics {
	var found diag.Diagnostics
	if config.CheckConnection.ValueBool() {
		found.AddAttributeError(path.Root("check_connection"), "Aurinko cannot check an Exchange connection",
			"Aurinko's connection check supports only Google and Office 365.\n\nRemove `check_connection`, or set it to `false`.")
	}
	if e.Domain.IsNull() && !e.Username.IsNull() && !e.Username.IsUnknown() && domainOf(e.Username) == "" {
		found.AddAttributeError(path.Root("exchange").AtName("domain"), "Missing mail domain",
			"`username` is not an email address, so it does not contain the mail domain.\n\nSet `domain`.")
	}
	return found
}

// exchangeOnline are the domains of Exchange Online's servers. Those of national
// clouds are not among them: no date is known for these.
var exchangeOnline = []string{"office365.com", "office.com", "outlook.com"}

// endsAtMicrosoft warns that EWS ends in Exchange Online. The dates are those of
// Microsoft's announcement of February 2026.
func (e *exchange) endsAtMicrosoft() diag.Diagnostics {
	address, err := validate.EWSURL(e.ServerURL.ValueString())
	if err != nil {
		return nil
	}
	server, err := url.Parse(address)
	if err != nil || !slices.ContainsFunc(exchangeOnline, func(domain string) bool { return strings.HasSuffix(server.Hostname(), "."+domain) }) {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("exchange").AtName("server_url"), "Microsoft ends EWS in Exchange Online", fmt.Sprintf(
		"%s is a server of Exchange Online. There, Microsoft blocks Exchange Web Services (EWS) tenant by tenant from October 1, 2026. It ends EWS for all tenants on April 1, 2027. "+
			"Aurinko can then no longer reach these mailboxes.\n\nUse `office365` in place of `exchange`. This forces replacement, and replaces the mailboxes too.", server.Hostname()))}
}

// domainOf returns the domain of a user name that is an email address, or nothing.
func domainOf(username types.String) string {
	_, domain, _ := strings.Cut(username.ValueString(), "@")
	return domain
}

func (e *exchange) identity(connection) (aurinko.AccountInput, bool) {
	server, err := validate.EWSURL(e.ServerURL.ValueString())
	in := aurinko.AccountInput{AuthOrgID: e.Domain.ValueString(), ServerURL: server, LoginString: e.Username.ValueString()}
	return in, err == nil && in.LoginString != ""
}

func (e *exchange) replaces(_, from connection, _ model) path.Paths {
	var found path.Paths
	if from, ok := from.(*exchange); ok {
		if attribute.Differs(e.ServerURL, from.ServerURL) {
			found.Append(path.Root("exchange").AtName("server_url"))
		}
		if attribute.Differs(e.Username, from.Username) {
			found.Append(path.Root("exchange").AtName("username"))
		}
	}
	return found
}

// complete plans the domain if it is not configured.
func (e *exchange) complete(configured, from connection) {
	if !configured.(*exchange).Domain.IsNull() {
		return
	}
	before, _ := from.(*exchange)
	switch {
	case before != nil && !before.Domain.IsNull() && e.Username.Equal(before.Username):
		e.Domain = before.Domain
	case e.Username.IsUnknown():
		e.Domain = types.StringUnknown()
	default:
		e.Domain = types.StringValue(domainOf(e.Username))
	}
}

func (*exchange) derive(connection, bool) {}

func (e *exchange) toAPI(configured connection, in *aurinko.AccountInput) error {
	in.AuthString1 = in.LoginString
	in.AuthString2 = configured.secret().Value().ValueString()
	in.Name = cmp.Or(in.Name, in.AuthOrgID)
	return nil
}

func (e *exchange) fromAPI(r readback.Reader, account aurinko.Account) {
	r.Same(&e.ServerURL, account.ServerURL, validate.SameExchangeURL)
	r.Fold(&e.Username, account.LoginString)
	r.Fold(&e.Domain, account.AuthOrgID)
}
