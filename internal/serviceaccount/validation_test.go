package serviceaccount_test

import (
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

func TestServiceAccount_validation(t *testing.T) {
	t.Parallel()

	key := googleKey(t, googleService, "key-1")
	keyWith := func(old, replacement string) string {
		return account(mail, google("acme.example", plainKey(strings.Replace(key, old, replacement, 1))))
	}
	server := func(address string) string {
		return account(mail, exchange(address, "svc@acme.example", `password = "hunter2"`))
	}
	const (
		forms = "2 attributes specified when one (and only one) of"
		none  = "No attribute specified when one (and only one) of"
	)

	tests := map[string]struct{ config, says string }{
		"no kind":     {account(mail), "Exactly one of these attributes must be configured: [google,exchange,office365,authorization]"},
		"two kinds":   {account(mail, office365(tenant, ""), google("acme.example", plainKey(key))), "Exactly one of these attributes must be configured: [google,exchange,office365,authorization]"},
		"empty set":   {account("scopes = []", office365(tenant, "")), "Attribute scopes set must contain at least 1 elements, got: 0"},
		"empty name":  {account(mail, `name = ""`, office365(tenant, "")), "Attribute name string length must be at least 1"},
		"on_existing": {account(mail, `on_existing = "take"`, office365(tenant, "")), `Attribute on_existing value must be one of: ["error" "adopt"], got: "take"`},
		"scope": {
			account(`scopes = ["Mail.Reed"]`, office365(tenant, "")),
			`"Mail.Reed" is not an Aurinko scope. Did you mean "Mail.Read"`,
		},
		"empty client_org_id": {account(mail, `client_org_id = ""`, office365(tenant, "")), "Attribute client_org_id string length must be at least 1"},

		"tenant_id":       {account(mail, office365("acme.onmicrosoft.com", "")), "The value must be a GUID such as 1b4e28ba-2fa1-4d3b-8c5e-0123456789ab"},
		"oauth_client_id": {account(mail, office365(tenant, `oauth_client_id = "{`+other+`}"`)), "The value must be a GUID such as 1b4e28ba-2fa1-4d3b-8c5e-0123456789ab, without braces."},

		"domain that is a URL":     {account(mail, google("https://acme.example", plainKey(key))), "The value is a URL. Give the domain alone, such as acme.example."},
		"domain that is an e-mail": {account(mail, google("anna@acme.example", plainKey(key))), "The value has an @. Give only the domain"},
		"no key":                   {account(mail, google("acme.example", "")), none},
		"two keys":                 {account(mail, google("acme.example", plainKey(key)+"\n"+writeOnlyKey(key, 1))), forms},
		"a version alone":          {account(mail, google("acme.example", plainKey(key)+"\ncredentials_wo_version = 1")), `Attribute "google.credentials_wo" must be specified when "google.credentials_wo_version" is specified`},
		"empty key":                {account(mail, google("acme.example", `credentials = ""`)), "Attribute google.credentials string length must be at least 1"},
		"broken key":               {account(mail, google("acme.example", plainKey(key[:100]))), "The key cannot be used: it is not valid JSON"},
		"broken write-only key":    {account(mail, google("acme.example", writeOnlyKey(key[:100], 1))), "The key cannot be used: it is not valid JSON"},
		"path of a key":            {account(mail, google("acme.example", `credentials = "key.json"`)), "it looks like the name of a file; give its content, with file()"},
		"key of another type":      {keyWith("service_account", "authorized_user"), "it is a person's own gcloud credentials"},
		"key without a project":    {keyWith("project_id", "project"), "it lacks project_id"},
		"key that cannot be read":  {keyWith("BEGIN PRIVATE", "BEGIN PUBLIC"), "its private_key is not a private key in PEM form that can be read"},

		"http":                {server("http://mail.acme.example"), "it is an http URL, which would send the password in clear; use https"},
		"another scheme":      {server("ldap://mail.acme.example"), "its scheme is not https; give a host or an https URL"},
		"another path":        {server("https://mail.acme.example/owa"), "its path is not /EWS/Exchange.asmx"},
		"user in the address": {server("https://svc:pass@mail.acme.example"), "it holds a user name or password"},
		"query":               {server("https://mail.acme.example/?a=b"), "it has a query"},
		"no host":             {server("https:///EWS/Exchange.asmx"), "its host is not a host name"},
		"empty address":       {server(""), "it is empty; give the host of the Exchange server"},
		"empty user":          {account(mail, exchange("mail.acme.example", "", `password = "hunter2"`)), "Attribute exchange.username string length must be at least 1"},
		"no password":         {account(mail, exchange("mail.acme.example", "svc@acme.example", "")), none},
		"two passwords":       {account(mail, exchange("mail.acme.example", "svc@acme.example", "password = \"hunter2\"\npassword_wo = \"hunter2\"")), forms},
		"no mail domain":      {account(mail, exchange("mail.acme.example", `ACME\svc`, `password = "hunter2"`)), "`username` is not an email address, so it does not contain the mail domain. Set `domain`."},
		"mail domain":         {account(mail, exchange("mail.acme.example", "svc@acme.example", "domain = \"acme example\"\npassword = \"hunter2\"")), "The value must be a domain name such as acme.example"},
		"check_connection":    {account(mail, "check_connection = true", exchange("mail.acme.example", "svc@acme.example", `password = "hunter2"`)), "Aurinko's connection check supports only Google and Office 365."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newLife(t, acctest.NewServer(t, simulator.Options{})).Refuse(core.Parse(t, test.config), test.says)
		})
	}
}
