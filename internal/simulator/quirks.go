package simulator

import (
	"slices"
	"strings"
	"time"
)

// Quirks are the ways in which a server may follow the description of the API
// and still differ from the next one. The zero value is the default.
type Quirks struct {
	MaxPage                 int  // the largest page served, whatever is asked for; default 500
	LowerCaseEmails         bool // e-mails are answered in lower case
	ReorderScopes           bool // scopes are answered sorted backwards, by default as they were sent
	GuideScopeNames         bool // scopes are answered by the names of the guides
	Nulls                   bool // fields that are not set are answered as null, by default left out
	UnknownFields           bool // every object has fields that nobody has documented
	Created201              bool // a POST that creates answers 201, by default 200
	HideManaged             bool // managed accounts are not in GET /v1/am/accounts
	ListServiceAccounts     bool // service accounts are in GET /v1/am/accounts too
	RefuseServiceAccountGet int  // GET /v1/am/accounts/{id} of a service account answers this status
	Secrets                 SecretsQuirk
	RefuseOAuthWrites       int           // POST and DELETE /v1/am/oauth_regs answer this status
	RefuseParentDelete      bool          // a service account with managed accounts is not deleted: 409; by default they go with it
	NoTotal                 bool          // pages have no totalSize and no done
	RemainingTotal          bool          // totalSize counts from the page's offset on; by default it counts everything
	CaseSensitive           bool          // recycle keys match to the letter; by default the case of an email means nothing
	NoTimes                 bool          // accounts are answered without createdAt and updatedAt
	ClockBehind             time.Duration // the times of accounts are this far behind the Date header
	ConnectStatus           string        // what a connection that works answers; default "Ok"
	NoDaemonCheck           bool          // an Office 365 service account needs no daemon registration
}

// A SecretsQuirk is how the secrets of OAuth registrations are answered.
type SecretsQuirk int

// The quirks of answering secrets.
const (
	SecretsClear  SecretsQuirk = iota // as they are
	SecretsMasked                     // as bullets
	SecretsEmpty                      // as ""
	SecretsAbsent                     // not at all
)

func (q Quirks) maxPage() int {
	if q.MaxPage > 0 {
		return q.MaxPage
	}
	return 500
}

func (q Quirks) connectStatus() string {
	if q.ConnectStatus != "" {
		return q.ConnectStatus
	}
	return "Ok"
}

func (q Quirks) email(address string) any {
	if q.LowerCaseEmails {
		address = strings.ToLower(address)
	}
	return optional(address)
}

// stamp is when an account was created or updated.
func (q Quirks) stamp(t time.Time) any {
	if q.NoTimes || t.IsZero() {
		return nil
	}
	return timestamp(t.Add(-q.ClockBehind))
}

func (q Quirks) secret(value string) any {
	if value == "" {
		return nil
	}
	switch q.Secrets {
	case SecretsMasked:
		return "••••"
	case SecretsEmpty:
		return ""
	case SecretsAbsent:
		return nil
	default:
		return value
	}
}

func (q Quirks) scopes(names []string) any {
	names = slices.Clone(names)
	if q.ReorderScopes {
		slices.Sort(names)
		slices.Reverse(names)
	}
	if q.GuideScopeNames {
		for i, name := range names {
			if guide, ok := guideScopeNames[name]; ok {
				names[i] = guide
			}
		}
	}
	return optionalList(names)
}

// dress takes out fields that are not set, or leaves them as nulls, and adds
// fields that nobody has documented. It changes the objects it is given.
func (q Quirks) dress(v any) any {
	switch v := v.(type) {
	case object:
		for name, field := range v {
			if field == nil && !q.Nulls {
				delete(v, name)
			} else {
				q.dress(field)
			}
		}
		if q.UnknownFields {
			v["undocumentedText"] = "new"
			v["undocumentedNumber"] = int64(1)<<53 + 1
			v["undocumentedObject"] = object{"items": []any{1, nil, "two"}}
		}
	case []object:
		for _, element := range v {
			q.dress(element)
		}
	}
	return v
}

// scopes are the names that the API takes.
var scopes = []string{
	"Calendar.Read", "Calendar.ReadWrite",
	"Mail.Read", "Mail.ReadWrite", "Mail.Send", "Mail.Drafts", "Mail.All",
	"Contacts.Read", "Contacts.ReadWrite",
	"Tasks.Read", "Tasks.ReadWrite",
}

// guideScopeNames are the names that the guides use where these differ.
var guideScopeNames = map[string]string{
	"Calendar.Read": "Calendar.ReadOnly",
	"Mail.Read":     "Mail.ReadOnly",
	"Mail.Drafts":   "Mail.Draft",
	"Contacts.Read": "Contacts.ReadOnly",
	"Tasks.Read":    "Tasks.ReadOnly",
}

func checkScopes(field string, names []string) error {
	for _, name := range names {
		if !slices.Contains(scopes, name) {
			return badRequest("Unknown scope %q in %s", name, field)
		}
	}
	return nil
}
