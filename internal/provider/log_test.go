package provider

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// The log has a line of each attempt, and one of its bodies, as far as they are
// harmless.
func TestLog(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"status":"Ok","accessToken":"t0ken"}`))
	}))
	t.Cleanup(server.Close)
	client, err := aurinko.New(aurinko.Config{BaseURL: server.URL, ClientID: "app-1", ClientSecret: "s3cret-of-app", Log: logAttempt})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	input := aurinko.AccountInput{ServiceType: "EWS", AuthString2: "hunter22", Email: "a@acme.example"}
	if err := client.CheckConnection(ctx, input); err != nil {
		t.Fatal(err)
	}

	for _, secret := range []string{"t0ken", "hunter22", "s3cret-of-app", "Basic"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
	entries, err := tflogtest.MultilineJSONDecode(&log)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		delete(entry, "duration_ms")
	}
	const route = "/am/accounts/connect"
	want := []map[string]any{
		{
			"@level": "debug", "@message": "request to Aurinko", "@module": "provider.http",
			"method": "POST", "route": route, "attempt": 1.0, "status": 200.0,
		},
		{
			"@level": "trace", "@message": "bodies", "@module": "provider.http", "method": "POST", "route": route, "attempt": 1.0,
			"request_body": `{"active":true,"authString2":"[redacted]","email":"a@acme.example","serviceType":"EWS"}`,
			"answer_body":  `{"accessToken":"[redacted]","status":"Ok"}`,
		},
	}
	if diff := cmp.Diff(want, entries); diff != "" {
		t.Errorf("logged otherwise (-want +got):\n%s", diff)
	}
}

// A long wait shows at INFO, where no other line does.
func TestLogOfWaits(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logWait(tflogtest.RootLogger(t.Context(), &log), aurinko.Wait{Method: "GET", Route: "/am/accounts", Waited: 20 * time.Second})
	entries, err := tflogtest.MultilineJSONDecode(&log)
	if err != nil {
		t.Fatal(err)
	}
	want := []map[string]any{{
		"@level": "info", "@message": "still waiting for Aurinko", "@module": "provider.http", "method": "GET", "route": "/am/accounts", "waited_s": 20.0,
	}}
	if diff := cmp.Diff(want, entries); diff != "" {
		t.Errorf("logged otherwise (-want +got):\n%s", diff)
	}
}
