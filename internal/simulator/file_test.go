package simulator

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestFileRoundTrip(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data.json")
	if err := os.WriteFile(path, []byte(`{"version":1}`), 0o644); err != nil {
		t.Fatal(err)
	}
	a := start(t, Options{File: path, FirstID: 1<<53 + 1})
	parent := a.ok("POST", "/v1/am/svc_accounts", with(exchangeIn, object{"authScopes": []string{"Mail.Read"}, "trustServer": false})).id("accountId")
	a.ok("POST", fmt.Sprintf("/v1/am/svc_accounts/%d/accounts", parent), mailboxIn)
	gone := a.ok("POST", "/v1/am/accounts", personalIn).id("accountId")
	a.ok("POST", "/v1/am/oauth_regs", daemonIn)
	a.ok("DELETE", fmt.Sprintf("/v1/am/accounts/%d", gone), nil)

	b := start(t, Options{File: path, FirstID: 1<<53 + 1})
	if got, want := printed(b), printed(a); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if id := b.AddAccount(Account{}); id == gone {
		t.Error("an id is given out again")
	}
	if got := b.ok("POST", fmt.Sprintf("/v1/am/svc_accounts/%d/accounts?recycleKeys=email", parent), mailboxIn).id("accountId"); got != parent+1 {
		t.Errorf("a loaded account does not match, but %d", got)
	}

	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v", info.Mode(), err)
	}
	names, _ := os.ReadDir(filepath.Dir(path))
	if len(names) != 1 {
		t.Errorf("files left behind: %v", names)
	}
}

// printed is all that a server has.
func printed(a api) string {
	var b strings.Builder
	for _, account := range a.Accounts() {
		trust := "unset"
		if account.TrustServer != nil {
			trust = fmt.Sprint(*account.TrustServer)
			account.TrustServer = nil
		}
		fmt.Fprintf(&b, "%+v trust %s\n", account, trust)
	}
	fmt.Fprintf(&b, "%+v", a.OAuthRegs())
	return b.String()
}

func TestFileFollowsEveryChange(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data.json")
	a := start(t, Options{File: path})
	var id int64
	for name, change := range map[string]func(){
		"add":     func() { id = a.AddAccount(Account{}) },
		"set reg": func() { a.SetOAuthReg(OAuthReg{ServiceType: "Zoho"}) },
	} {
		change()
		if b := start(t, Options{File: path}); printed(b) != printed(a) {
			t.Errorf("%s is not in the file", name)
		}
	}
	for name, change := range map[string]func(){
		"update": func() { a.UpdateAccount(id, func(account *Account) { account.Name = "new" }) },
		"code":   func() { a.ok("POST", "/v1/auth/token/"+a.IssueCode(Grant{}), nil) },
		"remove reg": func() {
			a.RemoveOAuthReg("Zoho", false)
		},
	} {
		change()
		if b := start(t, Options{File: path}); printed(b) != printed(a) {
			t.Errorf("%s is not in the file", name)
		}
	}
	a.RemoveAccount(id)
	if b := start(t, Options{File: path}); printed(b) != printed(a) {
		t.Error("remove is not in the file")
	}
	// A dropped answer does not mean a dropped change.
	a.Inject(Fault{DropAfter: true})
	if response, err := a.attempt("POST", "/v1/am/accounts", personalIn); err == nil {
		t.Errorf("got %v", response)
	}
	if b := start(t, Options{File: path}); printed(b) != printed(a) {
		t.Error("a change without an answer is not in the file")
	}
}

func TestReadingDoesNotWriteTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data.json")
	a := start(t, Options{File: path})
	a.ok("GET", "/v1/am/accounts", nil)
	a.do("POST", "/v1/am/accounts", object{}).refused(400, "badRequest", "")
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the file is there: %v", err)
	}
}

func TestFileTakesConcurrentChanges(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data.json")
	a := start(t, Options{File: path})
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			a.ok("POST", "/v1/am/accounts", with(personalIn, object{"email": fmt.Sprintf("%d@example.com", i)}))
			a.Journal()
			a.SetQuirks(Quirks{MaxPage: i + 1})
		})
	}
	all.Wait()
	if b := start(t, Options{File: path}); len(b.Accounts()) != 20 || printed(b) != printed(a) {
		t.Errorf("in the file: %s", printed(b))
	}
}

func TestFileThatCannotBeLoaded(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"no JSON":     "-----BEGIN PRIVATE KEY-----",
		"no version":  "{}",
		"new version": `{"version":2}`,
	} {
		path := filepath.Join(t.TempDir(), "data.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := New(Options{File: path}); err == nil || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "PRIVATE") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := New(Options{File: t.TempDir()}); err == nil {
		t.Error("a folder is taken for a file")
	}
}

func TestFileThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "dir")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	var logged []string
	a := start(t, Options{File: filepath.Join(dir, "data.json"), Log: func(line string) { logged = append(logged, line) }})
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	a.do("POST", "/v1/am/accounts", personalIn).refused(500, "internal_server_error", "cannot write its file")
	if len(logged) == 0 || !strings.Contains(logged[0], "cannot keep the data") {
		t.Errorf("logged: %q", logged)
	}
}

func TestAtomicWriteKeepsTheOldFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	target := filepath.Join(dir, "data.json")
	if err := os.MkdirAll(filepath.Join(target, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := writeAtomically(target, []byte("new")); err == nil {
		t.Error("a folder was replaced")
	}
	names, _ := os.ReadDir(dir)
	if len(names) != 1 {
		t.Errorf("a temporary file is left behind: %v", names)
	}
}
