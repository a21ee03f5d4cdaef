package oauth

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

// model is the values of one resource. Its methods that return what is wrong look
// at what is known so far.
type model interface {
	shared() *common
	secret() secret.Values
	revision() *types.Int64
	// toAPI returns what a write sends, with the secret in plain text.
	toAPI(secret string) aurinko.OAuthRegistration
	fromAPI(r readback.Reader, stored aurinko.OAuthRegistration)
	// differences names what differs at Aurinko, for the portal mode.
	differences(stored aurinko.OAuthRegistration) []difference
	// check returns what is wrong with a configuration.
	check() diag.Diagnostics
	// describe fills in what is computed from the configuration.
	describe()
	// review returns what is wrong with a complete plan; uploads says whether it
	// writes anything.
	review(now time.Time, uploads bool) diag.Diagnostics
}

// common is what all models have.
type common struct {
	ID         types.String      `tfsdk:"id"`
	ClientID   types.String      `tfsdk:"client_id"`
	Scopes     customtype.Scopes `tfsdk:"scopes"`
	ManagedBy  types.String      `tfsdk:"managed_by"`
	OnExisting types.String      `tfsdk:"on_existing"`
}

func (c *common) shared() *common { return c }

const (
	managedByTerraform = "terraform"
	managedByPortal    = "portal"
)

func (c *common) isPortal() bool { return c.ManagedBy.ValueString() == managedByPortal }
