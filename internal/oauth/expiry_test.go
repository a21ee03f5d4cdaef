package oauth_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/oauth"
)

// Every plan warns of a certificate that ends soon, and one that has ended is
// not uploaded. The acceptance tests' harness cannot see warnings.
func TestCertificateExpiry(t *testing.T) {
	t.Parallel()

	const day = 24 * time.Hour
	now := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	const soon, expired = "The certificate expires soon", "The certificate has expired"
	tests := map[string]struct {
		left     time.Duration // until the certificate's end
		days     any           // expiry_warning_days; nil is unset
		deployed bool          // it is uploaded already, and nothing else changes
		severity diag.Severity
		summary  string // "" for no diagnostic
		detail   string
	}{
		"far":                     {left: 31 * day},
		"far, deployed":           {left: 31 * day, deployed: true},
		"just inside":             {left: 30 * day, severity: diag.SeverityWarning, summary: soon, detail: "at 2026-03-31T12:00:00Z, in 30 days"},
		"just outside":            {left: 30*day + time.Second},
		"soon, deployed":          {left: 10 * day, deployed: true, severity: diag.SeverityWarning, summary: soon, detail: "in 10 days"},
		"today":                   {left: time.Hour, severity: diag.SeverityWarning, summary: soon, detail: "in 0 days"},
		"own limit, inside":       {left: 89 * day, days: 90, severity: diag.SeverityWarning, summary: soon, detail: "in 89 days"},
		"own limit, outside":      {left: 8 * day, days: 7},
		"switched off":            {left: time.Hour, days: 0},
		"ended":                   {left: -time.Second, severity: diag.SeverityError, summary: expired, detail: "Microsoft would refuse it"},
		"ended this moment":       {left: 0, severity: diag.SeverityError, summary: expired, detail: "at 2026-03-01T12:00:00Z"},
		"ended, deployed":         {left: -day, deployed: true, severity: diag.SeverityWarning, summary: expired, detail: "can no longer sign in"},
		"ended, switched off":     {left: -day, days: 0, severity: diag.SeverityError, summary: expired, detail: "Microsoft would refuse it"},
		"ended, deployed and off": {left: -day, days: 0, deployed: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := map[string]any{
				"client_id":              clientID,
				"certificate":            acctest.Certificate(t, acctest.Key(), "acme", now.Add(test.left)),
				"private_key_wo":         acctest.PrivateKey(t, acctest.Key()),
				"private_key_wo_version": 1,
				"expiry_warning_days":    test.days,
			}
			got := planDaemon(t, oauth.NewOffice365DaemonAt(now), config, test.deployed)
			if test.summary == "" {
				if len(got) > 0 {
					t.Errorf("diagnostics: %v", got)
				}
				return
			}
			if len(got) != 1 {
				t.Fatalf("%d diagnostics, want one: %v", len(got), got)
			}
			if got[0].Severity() != test.severity || got[0].Summary() != test.summary || !strings.Contains(got[0].Detail(), test.detail) {
				t.Errorf("got %s: %s: %s\nwant %s: %s: … %s …", got[0].Severity(), got[0].Summary(), got[0].Detail(), test.severity, test.summary, test.detail)
			}
			if at, ok := got[0].(diag.DiagnosticWithPath); !ok || !at.Path().Equal(path.Root("certificate")) {
				t.Error("the diagnostic is not at the certificate")
			}
		})
	}
}

// planDaemon calls ModifyPlan for a create, or for what is deployed as it is
// configured.
func planDaemon(t *testing.T, r resource.Resource, config map[string]any, deployed bool) diag.Diagnostics {
	t.Helper()
	ctx := t.Context()
	var schema resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &schema)
	objectType := schema.Schema.Type().TerraformType(ctx).(tftypes.Object)
	object := func(values map[string]any) tftypes.Value {
		attributes := map[string]tftypes.Value{}
		for name, attributeType := range objectType.AttributeTypes {
			attributes[name] = tftypes.NewValue(attributeType, values[name])
		}
		return tftypes.NewValue(objectType, attributes)
	}
	planned := map[string]any{
		"client_id": config["client_id"], "certificate": config["certificate"],
		"private_key_wo_version": config["private_key_wo_version"], "expiry_warning_days": config["expiry_warning_days"],
	}
	none := tftypes.NewValue(objectType, nil)
	req := resource.ModifyPlanRequest{
		Config: tfsdk.Config{Schema: schema.Schema, Raw: object(config)},
		Plan:   tfsdk.Plan{Schema: schema.Schema, Raw: object(planned)},
		State:  tfsdk.State{Schema: schema.Schema, Raw: none},
	}
	if deployed { // the state is what a first plan says
		resp := resource.ModifyPlanResponse{Plan: req.Plan}
		atCreation := oauth.NewOffice365DaemonAt(time.Time{}).(resource.ResourceWithModifyPlan)
		atCreation.ModifyPlan(ctx, req, &resp)
		if len(resp.Diagnostics) > 0 {
			t.Fatalf("before: %v", resp.Diagnostics)
		}
		req.State.Raw, req.Plan.Raw = resp.Plan.Raw, resp.Plan.Raw
	}
	resp := resource.ModifyPlanResponse{Plan: req.Plan}
	r.(resource.ResourceWithModifyPlan).ModifyPlan(ctx, req, &resp)
	return resp.Diagnostics
}
