package simulator

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Quirks are the ways in which a server may follow the description of the API
// and still differ from the next one. The zero value is the default.
type Quirks struct {
	MaxPage                 int           `json:"maxPage"`                 // the largest page served, whatever is asked for; default 500
	LowerCaseEmails         bool          `json:"lowerCaseEmails"`         // email addresses are answered in lower case
	ReorderScopes           bool          `json:"reorderScopes"`           // scopes are answered sorted backwards, by default as they were sent
	GuideScopeNames         bool          `json:"guideScopeNames"`         // scopes are answered by the names of the guides
	Nulls                   bool          `json:"nulls"`                   // fields that are not set are answered as null, by default left out
	UnknownFields           bool          `json:"unknownFields"`           // every object has fields that nobody has documented
	Created201              bool          `json:"created201"`              // a POST that creates answers 201, by default 200
	HideManaged             bool          `json:"hideManaged"`             // managed accounts are not in GET /v1/am/accounts
	ListServiceAccounts     bool          `json:"listServiceAccounts"`     // service accounts are in GET /v1/am/accounts too
	RefuseServiceAccountGet int           `json:"refuseServiceAccountGet"` // GET /v1/am/accounts/{id} of a service account answers this status
	Secrets                 SecretsQuirk  `json:"secrets"`
	RefuseOAuthWrites       int           `json:"refuseOAuthWrites"`  // POST and DELETE /v1/am/oauth_regs answer this status
	RefuseParentDelete      bool          `json:"refuseParentDelete"` // a service account with managed accounts is not deleted: 409; by default they go with it
	NoTotal                 bool          `json:"noTotal"`            // pages have no totalSize and no done
	RemainingTotal          bool          `json:"remainingTotal"`     // totalSize counts from the page's offset on; by default it counts everything
	CaseSensitive           bool          `json:"caseSensitive"`      // recycle keys match to the letter; by default the case of an email means nothing
	NoTimes                 bool          `json:"noTimes"`            // accounts are answered without createdAt and updatedAt
	ClockBehind             time.Duration `json:"-"`                  // the times of accounts are this far behind the Date header
	ConnectStatus           string        `json:"connectStatus"`      // what a connection that works answers; default "Ok"
	NoDaemonCheck           bool          `json:"noDaemonCheck"`      // an Office 365 service account needs no daemon registration
	ChallengeFails          bool          `json:"challengeFails"`     // creating a subscription is refused, as when its endpoint does not answer the challenge
	ChallengeLoopback       bool          `json:"challengeLoopback"`  // endpoints of subscriptions on loopback hosts are challenged; by default none is
	IgnoreNulls             bool          `json:"ignoreNulls"`        // a null in a PATCH leaves a field as it is, by default it clears it
	FillBooking             bool          `json:"fillBooking"`        // booking profiles are answered with a default of every field that has none, by default of startAfterMinutes alone
	MembersTogether         bool          `json:"membersTogether"`    // the accounts of a booking profile are answered in one record, by default one in each
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

var secretKinds = []string{"clear", "masked", "empty", "absent"}

func (q SecretsQuirk) String() string               { return secretKinds[q] }
func (q SecretsQuirk) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

func (q *SecretsQuirk) UnmarshalText(text []byte) error {
	i := slices.Index(secretKinds, string(text))
	if i < 0 {
		return fmt.Errorf("secrets must be one of %s", strings.Join(secretKinds, ", "))
	}
	*q = SecretsQuirk(i)
	return nil
}

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

// apply removes fields that are not set, or leaves them as nulls, and adds fields
// that nobody has documented. It changes the objects it is given.
func (q Quirks) apply(v any) any {
	switch v := v.(type) {
	case object:
		for name, field := range v {
			if field == nil && !q.Nulls {
				delete(v, name)
			} else {
				q.apply(field)
			}
		}
		if q.UnknownFields {
			v["undocumentedText"] = "new"
			v["undocumentedNumber"] = int64(1)<<53 + 1
			v["undocumentedObject"] = object{"items": []any{1, nil, "two"}}
		}
	case []object:
		for _, element := range v {
			q.apply(element)
		}
	}
	return v
}

// Scopes are the names that the API takes.
var Scopes = []string{
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
		if !slices.Contains(Scopes, name) {
			return badRequest("Unknown scope %q in %s", name, field)
		}
	}
	return nil
}
