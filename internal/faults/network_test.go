package faults

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// counting is a round-tripper that counts the attempts that got no whole
// answer. Every attempt has a connection of its own, so that each may meet the
// fault.
type counting struct {
	network *http.Transport
	failed  atomic.Int64
}

func newCounting() *counting {
	network := http.DefaultTransport.(*http.Transport).Clone()
	network.DisableKeepAlives = true
	return &counting{network: network}
}

func (c *counting) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := c.network.RoundTrip(req)
	if err != nil {
		c.failed.Add(1)
		return nil, err
	}
	resp.Body = &countedBody{resp.Body, c}
	return resp, nil
}

type countedBody struct {
	io.ReadCloser
	counting *counting
}

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		b.counting.failed.Add(1)
	}
	return n, err
}

// faultyNetwork leads to a server through a proxy that spoils connections as
// a toxic says, in JSON.
func faultyNetwork(t *testing.T, server http.Handler, toxic string) (url string) {
	t.Helper()
	upstream := httptest.NewServer(server)
	t.Cleanup(upstream.Close)
	proxies := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(proxies, "aurinko", "127.0.0.1:0", upstream.Listener.Addr().(*net.TCPAddr).String())
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		t.Fatal(err)
	}
	return "http://" + proxy.Listen
}

// Some accounts live their lives over a network that loses and spoils what it
// carries. Time is real here, and passes while the network is slow: all lives are
// lived at once, which is more than t.Parallel would have.
func TestFaultyNetwork(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		toxic string
		fails bool // attempts fail, not only take longer
	}{
		{"latency", `{"type": "latency", "attributes": {"latency": 40, "jitter": 40}}`, false},
		{"bandwidth", `{"type": "bandwidth", "attributes": {"rate": 20}}`, false},
		{"slow close", `{"type": "slow_close", "attributes": {"delay": 100}}`, false},
		{"slices", `{"type": "slicer", "attributes": {"average_size": 20, "size_variation": 10, "delay": 100}}`, false},
		{"latency beyond the time-out", `{"type": "latency", "toxicity": 0.2, "attributes": {"latency": 5000}}`, true},
		{"reset at once", `{"type": "reset_peer", "stream": "upstream", "toxicity": 0.3, "attributes": {"timeout": 0}}`, true},
		{"reset after the effect", `{"type": "reset_peer", "stream": "downstream", "toxicity": 0.3, "attributes": {"timeout": 50}}`, true},
		{"silence towards the server", `{"type": "timeout", "stream": "upstream", "toxicity": 0.2, "attributes": {"timeout": 300}}`, true},
		{"silence towards the client", `{"type": "timeout", "stream": "downstream", "toxicity": 0.2, "attributes": {"timeout": 0}}`, true},
		{"half a request", `{"type": "limit_data", "stream": "upstream", "toxicity": 0.3, "attributes": {"bytes": 350}}`, true},
		{"half an answer", `{"type": "limit_data", "stream": "downstream", "toxicity": 0.3, "attributes": {"bytes": 150}}`, true},
	}
	var lives sync.WaitGroup
	defer lives.Wait()
	for _, test := range tests {
		lives.Go(func() {
			t.Run(strings.ReplaceAll(test.name, " ", "_"), func(t *testing.T) {
				server, err := simulator.New(simulator.Options{})
				if err != nil {
					t.Fatal(err)
				}
				network := newCounting()
				w := &core.Workspace{T: t, Transport: network, Settings: core.Values{
					"base_url": faultyNetwork(t, server, test.toxic), "request_timeout": "500ms",
				}}
				applies := live(w, server)
				failed := network.failed.Load()
				t.Logf("%d attempts without an answer, %d requests arrived, %d applies for 5 changes", failed, len(server.Journal()), applies)
				if test.fails && failed == 0 {
					t.Error("the fault was not met")
				}
			})
		})
	}
}

// live has a service account and some mailboxes created, updated, healed and
// destroyed, and returns how many applies that took.
func live(w *core.Workspace, server *simulator.Server) int {
	w.T.Helper()
	const count = 3
	applies := 0
	settle := func() {
		w.T.Helper()
		n, _ := converge(w, 0)
		applies += n
	}
	parent := &core.Resource{Name: "parent", TypeName: "aurinko_service_account", Config: core.Values{
		"scopes":   []string{"Mail.Read"},
		"exchange": core.Values{"server_url": "mail.acme.example", "username": "robot@acme.example", "password": "secret"},
	}}
	w.Levels = [][]*core.Resource{{parent}}
	settle()

	mailboxes := mailboxes(count)
	w.Levels = append(w.Levels, mailboxes)
	hold := func(name string) {
		w.T.Helper()
		settle()
		there := managedAccounts(server)
		if len(there) != count || len(server.Accounts()) != count+1 {
			w.T.Fatalf("there is %v", server.Accounts())
		}
		for _, r := range mailboxes {
			if a := there[r.ID()]; a.Name != name+r.Name {
				w.T.Fatalf("%s is account %q with the name %q", r.Name, r.ID(), a.Name)
			}
		}
	}
	for _, r := range mailboxes {
		r.Config["service_account_id"] = parent.ID()
	}
	hold("")
	for _, r := range mailboxes {
		r.Config["name"] = "new " + r.Name
	}
	parent.Config = with(parent.Config, core.Values{"name": "new"})
	hold("new ")
	for i, r := range mailboxes {
		var id int64
		if _, err := fmt.Sscan(r.ID(), &id); err != nil {
			w.T.Fatal(err)
		}
		if i%2 == 0 {
			server.RemoveAccount(id)
		} else {
			server.UpdateAccount(id, func(a *simulator.Account) { a.Name = "somebody else's" })
		}
	}
	hold("new ")
	for _, r := range w.Resources() {
		r.Config = nil
	}
	settle()
	if !server.Empty() {
		w.T.Fatalf("still there: %v", server.Accounts())
	}
	return applies
}
