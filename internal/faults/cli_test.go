//go:build unix

package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unicode"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// What the tests with the real CLI have in common: Terraform or OpenTofu, and
// the provider as it is released.
var installed = sync.OnceValues(func() (*cli.CLI, error) {
	path, err := cli.Find()
	if err != nil {
		return nil, err
	}
	// It is kept until the tests of the package have ended: see TestMain.
	if installation, err = os.MkdirTemp("", "aurinko-faults-"); err != nil {
		return nil, err
	}
	if err := cli.Build(context.Background(), installation); err != nil {
		return nil, err
	}
	if err := notePluginIDs(installation); err != nil {
		return nil, err
	}
	return cli.Inspect(context.Background(), path, installation)
})

var installation string

func TestMain(m *testing.M) {
	secret.UseCheapHashes()
	code := m.Run()
	if installation != "" {
		os.RemoveAll(installation)
	}
	os.Exit(code)
}

// pluginIDs is the file, in the directory in which the CLI runs, to which each
// plugin that it starts adds its process id.
const pluginIDs = "plugins"

// notePluginIDs puts a script before every provider of an installation. It
// becomes the provider, so that its process id is the provider's.
func notePluginIDs(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasPrefix(entry.Name(), "terraform-provider-aurinko_v") {
			return err
		}
		binary := filepath.Join(filepath.Dir(path), "binary")
		if err := os.Rename(path, binary); err != nil {
			return err
		}
		script := fmt.Sprintf("#!/bin/sh\necho $$ >> %s\nexec %q \"$@\"\n", pluginIDs, binary)
		return os.WriteFile(path, []byte(script), 0o700)
	})
}

// A terraform is a directory in which the CLI runs.
type terraform struct {
	t   *testing.T
	cli *cli.CLI
	dir string
}

// newTerraform has the mailboxes of mailboxes.json declared at a server.
func newTerraform(t *testing.T, url string) *terraform {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run the real CLI: set TF_ACC=1")
	}
	found, err := installed()
	if err != nil {
		t.Fatal(err)
	}
	tf := &terraform{t: t, cli: found, dir: t.TempDir()}
	config := fmt.Sprintf(`
terraform {
  required_providers {
    aurinko = { source = "aurinko/aurinko" }
  }
}

provider "aurinko" {
  base_url        = %q
  client_id       = %q
  client_secret   = %q
  request_timeout = "2s"
}

variable "on_existing" {
  type    = string
  default = "error"
}

locals { # where it is read once, and not for each mailbox
  mailboxes = jsondecode(file("mailboxes.json"))
}

resource "aurinko_managed_account" "all" {
  for_each           = local.mailboxes
  service_account_id = "%d"
  email              = each.key
  name               = each.value.name
  timezone           = each.value.timezone
  scopes             = each.value.scopes
  on_existing        = var.on_existing
}
`, url, simulator.DefaultClientID, simulator.DefaultClientSecret, parentID)
	tf.write("main.tf", config)
	tf.declare(estate{})
	if code, output := tf.run(t.Context(), "init"); code != 0 {
		t.Fatalf("init: %s", output)
	}
	return tf
}

func (tf *terraform) write(name, text string) {
	tf.t.Helper()
	if err := os.WriteFile(filepath.Join(tf.dir, name), []byte(text), 0o600); err != nil {
		tf.t.Fatal(err)
	}
}

func (tf *terraform) declare(e estate) {
	tf.t.Helper()
	declared := map[string]map[string]any{}
	for address, m := range e {
		declared[address] = map[string]any{"name": m.name, "timezone": m.timezone, "scopes": m.scopes}
	}
	tf.write("mailboxes.json", mustJSON(declared))
}

func (tf *terraform) run(ctx context.Context, args ...string) (int, string) {
	tf.t.Helper()
	var output bytes.Buffer
	code, err := tf.cli.Run(ctx, cli.Command{Dir: tf.dir, Args: args, Stdout: &output, Stderr: &output})
	if err != nil && ctx.Err() == nil {
		tf.t.Fatal(err)
	}
	return code, output.String()
}

func (tf *terraform) apply(ctx context.Context, args ...string) (int, string) {
	tf.t.Helper()
	return tf.run(ctx, append([]string{"apply", "-auto-approve", "-no-color"}, args...)...)
}

// mustBeEmpty fails the test when a plan has anything to do.
func (tf *terraform) mustBeEmpty(args ...string) {
	tf.t.Helper()
	code, output := tf.run(tf.t.Context(), append([]string{"plan", "-no-color", "-detailed-exitcode"}, args...)...)
	if code != 0 {
		tf.t.Fatalf("the last plan ends with %d:\n%s", code, output)
	}
}

// state gives the id of every mailbox in the state, by e-mail address.
func (tf *terraform) state() map[string]string {
	tf.t.Helper()
	text, err := os.ReadFile(filepath.Join(tf.dir, "terraform.tfstate"))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		tf.t.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Instances []struct {
				Status     string         `json:"status"`
				Key        string         `json:"index_key"`
				Attributes map[string]any `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(text, &state); err != nil {
		tf.t.Fatal(err)
	}
	ids := map[string]string{}
	for _, r := range state.Resources {
		for _, instance := range r.Instances {
			ids[instance.Key] = fmt.Sprint(instance.Attributes["id"])
		}
	}
	return ids
}

// mustHold fails the test unless the state and the server have the mailboxes
// that are declared, and nothing else.
func (tf *terraform) mustHold(declared estate, server *simulator.Server) {
	tf.t.Helper()
	for _, difference := range declared.differences(server) {
		tf.t.Error(difference)
	}
	if lost := tf.unknown(server); len(lost) > 0 || len(tf.state()) != len(declared) {
		tf.t.Errorf("%d mailboxes in the state, want %d; it lacks %v", len(tf.state()), len(declared), lost)
	}
}

// unknown are the accounts that the server has and the state has not.
func (tf *terraform) unknown(server *simulator.Server) []string {
	tf.t.Helper()
	ids := tf.state()
	var lost []string
	for id, a := range managedAccounts(server) {
		if ids[a.Email] != id {
			lost = append(lost, a.Email)
		}
	}
	return lost
}

// kill ends the plugin that the CLI started last.
func (tf *terraform) kill() {
	text, err := os.ReadFile(filepath.Join(tf.dir, pluginIDs))
	if err != nil {
		tf.t.Error(err)
		return
	}
	ids := strings.Fields(string(text))
	id, err := strconv.Atoi(ids[len(ids)-1])
	if err != nil {
		tf.t.Error(err)
		return
	}
	if err := syscall.Kill(id, syscall.SIGKILL); err != nil {
		tf.t.Error(err)
	}
}

// atWrite does something once, while the n-th write is under way.
func atWrite(server *simulator.Server, n int64, do func()) {
	var writes atomic.Int64
	server.Inject(simulator.Fault{Method: http.MethodPost, Status: 500, Match: func(*http.Request) bool {
		if writes.Add(1) == n {
			do()
		}
		return false
	}})
}

// mailboxesAtRandom are so many declared mailboxes.
func mailboxesAtRandom(count int) estate {
	declared := estate{}
	soakRounds(count)[0].change(rand.New(rand.NewPCG(1, 0)), declared, nil)
	return declared
}

const manyMailboxes = 100

// holding is a server that serves writes and holds their answers back from the
// n-th on, until a Terraform that makes ten requests at once waits for all ten
// of them. It then does something, and answers.
type holding struct {
	server http.Handler
	n      int64
	do     func()

	writes atomic.Int64
	done   chan struct{}
}

func (h *holding) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		h.server.ServeHTTP(w, r)
		return
	}
	held := httptest.NewRecorder()
	h.server.ServeHTTP(held, r)
	if n := h.writes.Add(1); n >= h.n {
		if n == h.n+core.Parallelism-1 {
			h.do()
			close(h.done)
		}
		<-h.done
	}
	maps.Copy(w.Header(), held.Header())
	w.WriteHeader(held.Code)
	_, _ = w.Write(held.Body.Bytes()) // the client may have gone
}

// The plugin is killed in the middle of an apply, with ten writes that have
// taken effect and are not answered. Terraform does not know of them: they are
// offered for import, and adopted when that is asked for.
func TestAccKilledPlugin(t *testing.T) {
	t.Parallel()
	server, _ := newEstate(t, 0, simulator.Options{})
	handler := &holding{server: server, n: manyMailboxes * 2 / 5, done: make(chan struct{})}
	listener := httptest.NewServer(handler)
	t.Cleanup(listener.Close)
	tf := newTerraform(t, listener.URL)
	handler.do = tf.kill
	declared := mailboxesAtRandom(manyMailboxes)
	tf.declare(declared)

	code, output := tf.apply(t.Context())
	lost := tf.unknown(server)
	known, there := len(tf.state()), len(managedAccounts(server))
	t.Logf("killed after %d accounts, of which %d are in the state", there, known)
	if code != 1 || there == manyMailboxes || len(lost) != core.Parallelism {
		t.Fatalf("the killed apply ends with %d; there are %d accounts, %d of them not in the state:\n%s", code, there, len(lost), output)
	}

	code, output = tf.apply(t.Context())
	// The CLI wraps its text.
	text := strings.Join(strings.FieldsFunc(output, func(r rune) bool { return unicode.IsSpace(r) || r == '│' }), " ")
	if offered := strings.Count(text, "import ID "); code != 1 || offered != len(lost) {
		t.Errorf("the next apply ends with %d and offers %d imports, want %d:\n%s", code, offered, len(lost), output)
	}

	const adopt = "-var=on_existing=adopt"
	if code, output := tf.apply(t.Context(), adopt); code != 0 {
		t.Fatalf("the adopting apply ends with %d:\n%s", code, output)
	}
	tf.mustHold(declared, server)
	tf.mustBeEmpty(adopt)
}

// Terraform is interrupted in the middle of an apply, as with Ctrl-C. It ends
// soon, and all that has been created is in the state.
func TestAccInterrupt(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t, simulator.Options{})
	server.Simulator.AddAccount(simulator.Account{ID: parentID, Type: simulator.Daemon, ServiceType: "Google"})
	tf := newTerraform(t, server.URL)
	declared := mailboxesAtRandom(manyMailboxes)
	tf.declare(declared)

	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var at time.Time
	atWrite(server.Simulator, manyMailboxes*2/5, func() {
		at = time.Now()
		interrupt()
	})
	server.Simulator.Inject(simulator.Fault{Method: http.MethodPost, Latency: 100 * time.Millisecond})
	_, output := tf.apply(ctx)
	took := time.Since(at)
	server.Simulator.ClearFaults()

	there := len(managedAccounts(server.Simulator))
	t.Logf("interrupted after %d accounts, ended %s later", there, took.Round(time.Millisecond))
	if there < manyMailboxes*2/5-core.Parallelism || there > manyMailboxes*2/5+3*core.Parallelism {
		t.Errorf("%d accounts after the interruption", there)
	}
	if took > 10*time.Second {
		t.Errorf("it went on for %s", took)
	}
	if lost := tf.unknown(server.Simulator); len(lost) > 0 {
		t.Errorf("not in the state: %v\n%s", lost, output)
	}
	if code, output := tf.apply(t.Context()); code != 0 {
		t.Fatalf("the next apply ends with %d:\n%s", code, output)
	}
	tf.mustHold(declared, server.Simulator)
	tf.mustBeEmpty()
}

// The soak test with the real CLI. It takes minutes: "make soak" runs it.
func TestAccSoak(t *testing.T) {
	if !*core.Full {
		t.Skip("takes minutes: make soak")
	}
	t.Parallel()
	t.Logf("%d mailboxes, seed %d", *soakMailboxes, *soakSeed)
	server, _ := newEstate(t, 0, simulator.Options{RequestsPerSecond: 250})
	faulty := newChances(server, *soakSeed, chaos(3*time.Second, time.Second))
	listener := httptest.NewServer(faulty)
	t.Cleanup(listener.Close)
	tf := newTerraform(t, listener.URL)
	chance := rand.New(rand.NewPCG(*soakSeed, 0))
	declared := estate{}

	for _, round := range soakRounds(*soakMailboxes) {
		round.change(chance, declared, server)
		tf.declare(declared)
		server.ResetJournal()
		faulty.set(true)
		applies, began := 1, time.Now()
		code, output := tf.apply(t.Context())
		for ; code != 0; applies++ {
			if applies == mostApplies {
				t.Fatalf("%s: still failing:\n%s", round.name, output)
			}
			// What an apply has lost, the next one adopts.
			code, output = tf.apply(t.Context(), "-var=on_existing=adopt")
		}
		faulty.set(false)
		t.Logf("%s: %d mailboxes, %d requests, %d faults, %d applies, %s", round.name, len(declared),
			len(server.Journal()), faultsIn(server.Journal()), applies, time.Since(began).Round(time.Second))
		tf.apply(t.Context()) // on_existing as it was, which writes nothing
		tf.mustBeEmpty()
		tf.mustHold(declared, server)
		if t.Failed() {
			return
		}
	}
}
