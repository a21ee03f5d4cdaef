package diags

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// BrokenToken says that the token of an account is not active, and what to do. The
// kind is the account's, which the API may not return.
func BrokenToken(account aurinko.Account, kind aurinko.AccountType) string {
	account.Type = kind
	text := fmt.Sprintf("The token of %s is %s. ", DescribeAccount(account), tokenState(account))
	switch account.TokenStatus {
	case "invalid":
		return text + "The mail service refuses Aurinko for now, and Aurinko keeps trying. An outage passes by itself: check again in some minutes. " +
			"If the status stays, check at the mail service whether access was withdrawn, a password was changed, or a policy blocks it."
	case "dead":
		return text + "Aurinko no longer tries: grant access again. " + grantAgain(account)
	}
	return text + "Check the account in the Aurinko portal."
}

func grantAgain(account aurinko.Account) string {
	switch account.Kind() {
	case aurinko.TypeManaged:
		parent := "its service account"
		if account.ParentID != 0 {
			parent = "service account " + account.ParentID.String()
		}
		return fmt.Sprintf("Check %s, and that its administrator still grants access to this mailbox. "+
			"Then invoke the action `aurinko_reauthorize_account`, which requires Terraform 1.14, or change an argument of its `aurinko_managed_account`, such as `name`: both write the account again.", parent)
	case aurinko.TypeService:
		return fmt.Sprintf("Set a new credential in its `aurinko_service_account`, or have the administrator consent again: "+
			"the data source `aurinko_authorization_url` returns the URL for `account_id = \"%s\"`. Until then, the managed accounts under it do not work either.", account.ID)
	}
	if strings.EqualFold(account.ServiceType, aurinko.ServiceIMAP) {
		return "Set its present password, in its `aurinko_account` if Terraform manages it."
	}
	return "Its owner must sign in again."
}

// tokenState is the status of an account's token, with the mail service's error.
func tokenState(account aurinko.Account) string {
	status := "in a state that Aurinko does not return"
	if account.TokenStatus != "" {
		status = fmt.Sprintf("%q", account.TokenStatus)
	}
	if account.TokenError != "" {
		status += fmt.Sprintf(" (%s)", strings.TrimRight(account.TokenError, "."))
	}
	return status
}

// DescribeAccount returns an account as a message names it.
func DescribeAccount(account aurinko.Account) string {
	kind := map[aurinko.AccountType]string{aurinko.TypeManaged: "managed account", aurinko.TypeService: "service account", aurinko.TypePersonal: "personal account"}
	name := cmp.Or(kind[account.Kind()], "account") + " " + account.ID.String()
	if who := cmp.Or(account.Email, account.LoginString, account.AuthOrgID, account.Name); who != "" {
		name += " (" + who + ")"
	}
	return name
}
