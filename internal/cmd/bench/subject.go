//go:build unix

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A subject is a kind of resource to measure. Its configuration makes one for
// each name in names.json.
type subject struct {
	name   string // the resource type
	source string // of the provider; "" is built into the CLI
	config string
}

var (
	terraformData = subject{name: "terraform_data", config: `
resource "terraform_data" "all" {
  for_each = local.names
  input    = each.key
}
`}

	random = subject{name: "random_string", source: "hashicorp/random", config: `
resource "random_string" "all" {
  for_each = local.names
  length   = 16
}
`}

	mailboxes = subject{name: "aurinko_managed_account", source: "aurinko/aurinko", config: fmt.Sprintf(`
resource "aurinko_managed_account" "all" {
  for_each           = local.names
  service_account_id = "%d"
  email              = "${each.key}@acme.example"
  name               = each.key
  scopes             = ["Mail.Read", "Calendar.ReadWrite"]
  timezone           = "Europe/Vienna"
}
`, serviceAccount)}
)

// names are a map in a local value: Terraform evaluates for_each anew for each
// resource, which with a set, or a call of a function, soon takes longer than
// all that is to be measured.
const names = `
locals {
  names = { for name in jsondecode(file("names.json")) : name => name }
}
`

// Ids are as long as no other number in a state, so that they can be replaced
// there.
const (
	serviceAccount = 9_000_000_001
	firstMailbox   = serviceAccount + 1
)

func mailboxName(i int) string { return fmt.Sprintf("mailbox-%06d", i) }

// prepare makes a directory with the configuration of n resources.
func (b *bench) prepare(ctx context.Context, s subject, n int) (string, error) {
	dir, err := os.MkdirTemp(b.dir, s.name+"-")
	if err != nil {
		return "", err
	}
	config := names + s.config
	if s.source != "" {
		provider, _, _ := strings.Cut(s.name, "_")
		config = fmt.Sprintf("terraform {\n  required_providers {\n    %s = { source = %q }\n  }\n}\n%s", provider, s.source, config)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o600); err != nil {
		return "", err
	}
	if err := writeNames(dir, n); err != nil {
		return "", err
	}
	server, stop, err := serve(ctx, serverOptions{})
	if err != nil {
		return "", err
	}
	defer stop()
	_, err = b.command(ctx, dir, server, "init")
	return dir, err
}

func writeNames(dir string, n int) error {
	all := make([]string, n)
	for i := range all {
		all[i] = mailboxName(i)
	}
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "names.json"), text, 0o600)
}

// multiply turns the state of one resource, which an apply has made, into one
// of n. A true apply of thousands would take longer than all that is measured.
func multiply(file string, n int) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var state map[string]any
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	if err := decoder.Decode(&state); err != nil {
		return err
	}
	resource, _ := state["resources"].([]any)[0].(map[string]any)
	one, err := json.Marshal(resource["instances"].([]any)[0])
	if err != nil {
		return err
	}
	instances := make([]json.RawMessage, n)
	for i := range instances {
		instances[i] = []byte(strings.NewReplacer(
			mailboxName(0), mailboxName(i),
			fmt.Sprint(firstMailbox), fmt.Sprint(firstMailbox+i),
		).Replace(string(one)))
	}
	resource["instances"] = instances
	if text, err = json.Marshal(state); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

// serverOptions are how the simulated Aurinko is to be.
type serverOptions struct {
	latency time.Duration
	bulk    bool // how the provider is to refresh
	limit   int  // requests a second; 0 for no limit
}

// A server is a simulated Aurinko that counts.
type server struct {
	*simulator.Server
	url      string
	bulk     bool
	requests atomic.Int64
	refused  atomic.Int64 // of them
}

// serve starts a server with a service account and mailboxes under it.
func serve(ctx context.Context, o serverOptions) (*server, func(), error) {
	simulated, err := simulator.New(simulator.Options{RequestsPerSecond: o.limit, FirstID: serviceAccount})
	if err != nil {
		return nil, nil, err
	}
	simulated.AddAccount(simulator.Account{
		ID: serviceAccount, Type: simulator.Daemon, ServiceType: "Office365", Active: true,
		AuthOrgID: "22222222-2222-4222-8222-222222222222", AuthScopes: []string{"Mail.Read", "Calendar.ReadWrite"},
	})
	if o.latency > 0 {
		simulated.Inject(simulator.Fault{Latency: o.latency})
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	s := &server{Server: simulated, url: "http://" + listener.Addr().String(), bulk: o.bulk}
	listening := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = listening.Serve(listener) }() // returns when it is closed
	return s, func() { _ = listening.Close() }, nil
}

// add adds n mailboxes that are like the one there is after one was applied.
func (s *server) add(like simulator.Account, n int) {
	for i := range n {
		account := like
		account.ID = int64(firstMailbox + i)
		account.Name = mailboxName(i)
		account.Email = strings.Replace(like.Email, mailboxName(0), mailboxName(i), 1)
		account.MailboxAddress = strings.Replace(like.MailboxAddress, mailboxName(0), mailboxName(i), 1)
		s.AddAccount(account)
	}
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1)
	s.Server.ServeHTTP(&statusWriter{ResponseWriter: w, refused: &s.refused}, r)
}

// statusWriter counts answers that refuse because of the limit.
type statusWriter struct {
	http.ResponseWriter
	refused *atomic.Int64
}

func (w *statusWriter) WriteHeader(status int) {
	if status == http.StatusTooManyRequests {
		w.refused.Add(1)
	}
	w.ResponseWriter.WriteHeader(status)
}

// env points the provider at the server.
func (s *server) env() []string {
	return []string{
		"AURINKO_BASE_URL=" + s.url,
		"AURINKO_CLIENT_ID=" + simulator.DefaultClientID,
		"AURINKO_CLIENT_SECRET=" + simulator.DefaultClientSecret,
		fmt.Sprintf("AURINKO_BULK_REFRESH=%t", s.bulk),
	}
}
