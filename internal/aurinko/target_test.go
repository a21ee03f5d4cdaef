package aurinko

import "testing"

func exchangeTarget(server, login string) Target {
	return Target{Input: AccountInput{ServiceType: ServiceExchange, ServerURL: server, LoginString: login, AuthOrgID: "example.com"}}
}

func office365Target(tenant string) Target {
	return Target{Input: AccountInput{ServiceType: ServiceOffice365, AuthOrgID: tenant, LoginString: Office365Login(tenant)}}
}

// of gives a target a client organisation.
func (t Target) of(clientOrg string) Target {
	t.Input.ClientOrgID = clientOrg
	return t
}

func TestRecycleKeys(t *testing.T) {
	byLogin := Target{Parent: 500, ByLogin: true, Input: AccountInput{ServiceType: ServiceExchange, LoginString: "sales"}}
	tests := []struct {
		name   string
		target Target
		want   []recycleKey
	}{
		{"Google", googleTarget("example.com"), []recycleKey{keyUserID, keyOrgID}},
		{"Google, client organisation", googleTarget("example.com").of("c"), []recycleKey{keyUserID, keyOrgID, keyClientOrgID}},
		{"Exchange", exchangeTarget("https://ex/EWS", "svc"), []recycleKey{keyUsername, keyServerURL}},
		{"Exchange, client organisation", exchangeTarget("https://ex/EWS", "svc").of("c"), []recycleKey{keyUsername, keyServerURL, keyClientOrgID}},
		{"Office 365", office365Target("t"), []recycleKey{keyOrgID}},
		{"Office 365, client organisation", office365Target("t").of("c"), []recycleKey{keyOrgID, keyClientOrgID}},
		{"mailbox", mailboxTarget("a@example.com"), []recycleKey{keyEmail}},
		{"mailbox, client organisation", mailboxTarget("a@example.com").of("c"), []recycleKey{keyEmail}},
		{"mailbox by login", byLogin, []recycleKey{keyUsername}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := test.target.recycleKeys()
			if len(got) != len(test.want) {
				t.Fatalf("got %v, want %v", got, test.want)
			}
			for i, key := range got {
				if key != test.want[i] {
					t.Errorf("got %v, want %v", got, test.want)
				}
				if key.input(test.target.Input) == "" {
					t.Errorf("the input has no %s", key)
				}
			}
		})
	}
}

func TestRecycleKeyFields(t *testing.T) {
	in := AccountInput{Email: "e", AuthOrgID: "o", AuthUserID: "u", ServerURL: "s", LoginString: "l", ClientOrgID: "c"}
	account := Account{Email: "e", AuthOrgID: "o", AuthUserID: "u", ServerURL: "s", LoginString: "l", ClientOrgID: "c"}
	for key, want := range map[recycleKey]string{
		keyEmail: "e", keyOrgID: "o", keyUserID: "u", keyServerURL: "s", keyUsername: "l", keyClientOrgID: "c", "other": "",
	} {
		if key.input(in) != want || key.account(account) != want {
			t.Errorf("%s is %q and %q, want %q", key, key.input(in), key.account(account), want)
		}
	}
}

func TestIdentity(t *testing.T) {
	otherParent := mailboxTarget("a@example.com")
	otherParent.Parent = 501
	sameInOtherWords := googleTarget("EXAMPLE.com")
	sameInOtherWords.Input.Name, sameInOtherWords.Input.AuthScopes = "other", []string{"Mail.Send"}
	tests := []struct {
		name string
		a, b Target
		same bool
	}{
		{"itself", mailboxTarget("a@example.com"), mailboxTarget("a@example.com"), true},
		{"e-mail case", mailboxTarget("A@Example.com"), mailboxTarget("a@example.com"), true},
		{"what does not identify", sameInOtherWords, googleTarget("example.com"), true},
		{"another mailbox", mailboxTarget("a@example.com"), mailboxTarget("b@example.com"), false},
		{"another service account", otherParent, mailboxTarget("a@example.com"), false},
		{"another client organisation", googleTarget("example.com").of("a"), googleTarget("example.com").of("b"), false},
		{"with and without one", googleTarget("example.com").of("a"), googleTarget("example.com"), false},
		{"mailboxes have no client organisation", mailboxTarget("a@b.c").of("a"), mailboxTarget("a@b.c").of("b"), true},
		{"another service", office365Target("t"), Target{Input: AccountInput{ServiceType: ServiceZoho, AuthOrgID: "t"}}, false},
		{"e-mail and login", mailboxTarget("a"), Target{Parent: 500, ByLogin: true, Input: AccountInput{ServiceType: ServiceGoogle, LoginString: "a"}}, false},
		{"fields are kept apart", exchangeTarget("b", "a"), exchangeTarget("", "ab"), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if same := test.a.Identity() == test.b.Identity(); same != test.same {
				t.Errorf("same is %t: %q, %q", same, test.a.Identity(), test.b.Identity())
			}
		})
	}
}

func TestMatches(t *testing.T) {
	google, mailbox := googleTarget("example.com"), mailboxTarget("a@example.com")
	exchange, office := exchangeTarget("https://ex.example.com/EWS/Exchange.asmx", "svc"), office365Target("tenant")
	byLogin := Target{Parent: 500, ByLogin: true, Input: AccountInput{ServiceType: ServiceGoogle, LoginString: "a"}}
	tests := []struct {
		name    string
		target  Target
		account Account
		want    bool
	}{
		{"Google", google, Account{ServiceType: "Google", AuthUserID: "1234567890", AuthOrgID: "example.com"}, true},
		{"Google, other case", google, Account{ServiceType: "google", AuthUserID: "1234567890", AuthOrgID: "Example.COM"}, true},
		{"Google, service not told", google, Account{AuthUserID: "1234567890", AuthOrgID: "example.com"}, true},
		{"Google, whatever its client organisation", google, Account{AuthUserID: "1234567890", AuthOrgID: "example.com", ClientOrgID: "c"}, true},
		{"Google, its client organisation", google.of("c"), Account{AuthUserID: "1234567890", AuthOrgID: "example.com", ClientOrgID: "c"}, true},
		{"Google, other client organisation", google.of("c"), Account{AuthUserID: "1234567890", AuthOrgID: "example.com", ClientOrgID: "d"}, false},
		{"Google, no client organisation", google.of("c"), Account{AuthUserID: "1234567890", AuthOrgID: "example.com", Email: "robot@example.com"}, false},
		{"Google, other user", google, Account{AuthUserID: "2", AuthOrgID: "example.com"}, false},
		{"Google, other domain", google, Account{AuthUserID: "1234567890", AuthOrgID: "example.org"}, false},
		{"Google, known by e-mail only", google, Account{AuthOrgID: "example.com", Email: "Robot@example.com"}, true},
		{"Google, other e-mail only", google, Account{AuthOrgID: "example.com", Email: "x@example.com"}, false},
		{"Google, nothing told", google, Account{}, false},
		{"Google, a mailbox of it", google, Account{ParentID: 500, AuthUserID: "1234567890", AuthOrgID: "example.com"}, false},
		{"Google, other service", google, Account{ServiceType: "Office365", AuthUserID: "1234567890", AuthOrgID: "example.com"}, false},
		{"Exchange", exchange, Account{ServiceType: "EWS", LoginString: "SVC", ServerURL: "https://EX.example.com/EWS/Exchange.asmx/"}, true},
		{"Exchange, other server", exchange, Account{LoginString: "svc", ServerURL: "https://other/EWS/Exchange.asmx"}, false},
		{"Exchange, login not told", exchange, Account{ServerURL: "https://ex.example.com/EWS/Exchange.asmx"}, false},
		{"Office 365", office, Account{ServiceType: "Office365", AuthOrgID: "TENANT"}, true},
		{"Office 365, other tenant", office, Account{ServiceType: "Office365", AuthOrgID: "t2"}, false},
		{"mailbox", mailbox, Account{ParentID: 500, Type: TypeManaged, Email: "A@Example.com"}, true},
		{"mailbox, other service account", mailbox, Account{ParentID: 501, Type: TypeManaged, Email: "a@example.com"}, false},
		{"mailbox, parent not told", mailbox, Account{Type: TypeManaged, Email: "a@example.com"}, true},
		{"mailbox, parent and type not told", mailbox, Account{Email: "a@example.com"}, true},
		{"mailbox, personal account", mailbox, Account{Type: TypePersonal, Email: "a@example.com"}, false},
		{"mailbox, other address", mailbox, Account{ParentID: 500, Email: "b@example.com"}, false},
		{"mailbox, address not told", mailbox, Account{ParentID: 500, LoginString: "a@example.com"}, false},
		{"mailbox by login", byLogin, Account{ParentID: 500, LoginString: "A"}, true},
		{"mailbox by login, other", byLogin, Account{ParentID: 500, LoginString: "b"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.target.matches(test.account); got != test.want {
				t.Errorf("matches is %t", got)
			}
			// A listing finds what matches, and only that.
			l := &listing{byID: map[AccountID]int{}, byAddress: map[string][]int{}}
			l.add(Account{ID: 1, Email: "other@example.com", AuthOrgID: "other"})
			test.account.ID = 2
			l.add(test.account)
			if found, ok := l.find(test.target); ok != test.want || ok && found.ID != 2 {
				t.Errorf("the listing finds %+v, %t", found, ok)
			}
		})
	}
}
