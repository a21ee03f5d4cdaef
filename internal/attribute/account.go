package attribute

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

// ID is the computed ID of an account.
func ID() schema.StringAttribute {
	id := Stable("ID of the account at Aurinko, and import ID.")
	id.CustomType = customtype.AccountIDType{}
	return id
}

// ReadObject warns when another resource of the run has read the same account, and
// when its token does not work. A plan of an unchanged account would say neither.
func ReadObject(run *lifecycle.Run, kind aurinko.AccountType, account aurinko.Account) diag.Diagnostics {
	var found diag.Diagnostics
	if object := lifecycle.AccountObject(account.ID); run.NoteRead(object) {
		found.Append(diags.SharedID(object))
	}
	if account.TokenStatus == "dead" || account.TokenStatus == "invalid" {
		// One summary for all: the CLI shows hundreds of them as one.
		found.AddWarning("The token of an account is not active", diags.BrokenToken(account, kind))
	}
	return found
}

// PlanObject refuses a plan that destroys an account through one resource and
// keeps it through another one.
func PlanObject(run *lifecycle.Run, id customtype.AccountID, destroys bool) diag.Diagnostics {
	number, err := aurinko.ParseAccountID(id.ValueString())
	if run == nil || err != nil {
		return nil
	}
	object := lifecycle.AccountObject(number)
	if run.NotePlan(object, destroys) {
		return diag.Diagnostics{diags.KeptAndDestroyed(object)}
	}
	return nil
}

// ImportAccount imports an account by its ID, or by its identity.
func ImportAccount(ctx context.Context, run *lifecycle.Run, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	text, diagnostics := ImportID(ctx, run, req)
	resp.Diagnostics.Append(diagnostics...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, err := aurinko.ParseAccountID(text)
	if err != nil {
		resp.Diagnostics.AddError("Invalid import ID", "The import ID is not an account ID.\n\nUse the number of the account, such as 12345.")
		return
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, ImportedKey, []byte("true"))...)
	Import(ctx, run, id.String(), resp)
}

// ReadAccount reads the account of a state, of which name is what messages call it. It
// reports false if the read has ended: with an error, or without an account.
func ReadAccount(ctx context.Context, run *lifecycle.Run, kind aurinko.AccountType, name string, stateID customtype.AccountID, req resource.ReadRequest, resp *resource.ReadResponse) (aurinko.Account, bool) {
	id := stateID.ID(path.Root("id"), &resp.Diagnostics)
	object := "account " + stateID.ValueString()
	resp.Diagnostics.Append(CheckApplication(ctx, run, object, req.Private)...)
	if resp.Diagnostics.HasError() {
		return aurinko.Account{}, false
	}
	resp.Diagnostics.Append(Identify(ctx, run, stateID.StringValue, resp.Identity, resp.Private)...)
	account, err := run.Refresh(ctx, kind, id)
	switch {
	case errors.Is(err, lifecycle.ErrGone):
		Gone(ctx, run, object, req, resp)
	case err != nil:
		resp.Diagnostics.Append(diags.Failure("read the "+name, err, ""))
	}
	return account, err == nil
}

// DeleteAccount deletes the account of a state, of which name is what messages call it.
func DeleteAccount(ctx context.Context, run *lifecycle.Run, kind aurinko.AccountType, name string, stateID customtype.AccountID, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	id := stateID.ID(path.Root("id"), &resp.Diagnostics)
	resp.Diagnostics.Append(CheckApplication(ctx, run, "account "+stateID.ValueString(), req.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	forgotten, err := run.Delete(ctx, kind, id)
	resp.Diagnostics.Append(diags.Deleted(name, lifecycle.AccountObject(id), forgotten, err, "")...)
}
