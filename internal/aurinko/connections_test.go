package aurinko

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
)

// crowd is a server that answers a request when all of a round have come, so
// that they are in flight together, and counts the connections.
type crowd struct {
	connections atomic.Int64
	protocol    atomic.Int64 // of the last request

	mu      sync.Mutex
	size    int
	waiting int
	release chan struct{}
}

func newCrowd(size int) *crowd { return &crowd{size: size, release: make(chan struct{})} }

func (c *crowd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.protocol.Store(int64(r.ProtoMajor))
	c.mu.Lock()
	release := c.release
	if c.waiting++; c.waiting == c.size {
		c.waiting, c.release = 0, make(chan struct{})
		close(release)
	}
	c.mu.Unlock()
	select {
	case <-release:
	case <-r.Context().Done():
	}
	_, _ = w.Write([]byte(`{"id": 1}`))
}

// start starts the server with TLS.
func (c *crowd) start(t *testing.T, http2 bool) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(c)
	server.EnableHTTP2 = http2
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			c.connections.Add(1)
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func TestConnections(t *testing.T) {
	t.Parallel()
	const together, rounds = 10, 20
	for _, test := range []struct {
		name        string
		http2       bool
		protocol    int64
		connections int64
	}{
		{name: "HTTP/1.1: as many as requests in flight", protocol: 1, connections: together},
		{name: "HTTP/2: one", http2: true, protocol: 2, connections: 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			aurinko := newCrowd(1)
			server := aurinko.start(t, test.http2)
			transport := newTransport()
			transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
			transport.TLSClientConfig.NextProtos = nil // the transport chooses them
			t.Cleanup(transport.CloseIdleConnections)
			client := configured(t, baseURL(server.URL), maxRetries(0), func(c *Config) { c.Transport = transport })

			read := func() {
				if _, err := client.GetAccount(t.Context(), 1); err != nil {
					t.Error(err)
				}
			}
			read() // the first request goes alone
			aurinko.mu.Lock()
			aurinko.size = together
			aurinko.mu.Unlock()
			for range rounds {
				var round sync.WaitGroup
				for range together {
					round.Go(read)
				}
				round.Wait()
			}
			if got := aurinko.connections.Load(); got != test.connections {
				t.Errorf("%d requests, %d at a time, opened %d connections, want %d", rounds*together, together, got, test.connections)
			}
			if got := aurinko.protocol.Load(); got != test.protocol {
				t.Errorf("the protocol is HTTP/%d, want HTTP/%d", got, test.protocol)
			}
		})
	}
}
