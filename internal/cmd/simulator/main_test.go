package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// running starts the command and returns what it prints until the provider
// block ends, and a function that stops it.
func running(t *testing.T, args ...string) (printed string, stderr *bytes.Buffer, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	stderr = &bytes.Buffer{}
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), writer, stderr)
		writer.CloseWithError(err)
		ended <- err
	}()
	lines := bufio.NewScanner(reader)
	for lines.Scan() {
		printed += lines.Text() + "\n"
		if lines.Text() == "  }" {
			break
		}
	}
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
	return printed, stderr, func() error {
		cancel()
		return <-ended
	}
}

// value is what is printed after a name and an equals sign.
func value(t *testing.T, printed, name string) string {
	t.Helper()
	_, rest, ok := strings.Cut(printed, name+"=")
	if !ok {
		t.Fatalf("no %s in %s", name, printed)
	}
	value, _, _ := strings.Cut(rest, "\n")
	return value
}

func TestRun(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "data.json")
	printed, stderr, stop := running(t, "-file", file, "-verbose")
	url := value(t, printed, "AURINKO_BASE_URL")
	for _, want := range []string{
		"base_url      = \"" + url + "\"\n", "client_id     = \"simulator-client-id\"\n", "client_secret = \"simulator-client-secret\"\n",
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("no %q in %s", want, printed)
		}
	}

	_, page, _ := strings.Cut(printed, "What it holds is shown, live, at ")
	page, _, _ = strings.Cut(page, "\n")
	shown, err := http.Get(page)
	if err != nil {
		t.Fatal(err)
	}
	shown.Body.Close()
	if shown.StatusCode != http.StatusOK || !strings.HasPrefix(shown.Header.Get("Content-Type"), "text/html") {
		t.Errorf("%s answers %s", page, shown.Status)
	}

	r, err := http.NewRequestWithContext(t.Context(), "POST", url+"/v1/am/accounts?userId=u&userAccount=primary",
		strings.NewReader(`{"active":true,"serviceType":"IMAP","email":"a@example.com"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.SetBasicAuth(value(t, printed, "AURINKO_CLIENT_ID"), value(t, printed, "AURINKO_CLIENT_SECRET"))
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("got %s", response.Status)
	}

	if err := stop(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if log := stderr.String(); !strings.HasSuffix(log, " POST /v1/am/accounts 200\n") {
		t.Errorf("logged %q", log)
	}
	if _, err := http.Get(url); err == nil {
		t.Error("it still answers")
	}
	kept, err := simulator.New(simulator.Options{File: file})
	if err != nil || len(kept.Accounts()) != 1 {
		t.Errorf("kept: %v, %v", kept, err)
	}
}

func TestRunQuotesWhatItPrints(t *testing.T) {
	t.Parallel()
	printed, stderr, stop := running(t, "-client-id", "it's", "-client-secret", `a"${b}%{c}`)
	for _, want := range []string{
		`AURINKO_CLIENT_ID='it'\''s'` + "\n", `AURINKO_CLIENT_SECRET='a"${b}%{c}'` + "\n",
		`client_id     = "it's"` + "\n", `client_secret = "a\"$${b}%%{c}"` + "\n",
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("no %q in %s", want, printed)
		}
	}
	if err := stop(); err != nil || stderr.Len() != 0 {
		t.Errorf("it ended with %v and logged %q", err, stderr)
	}
}

func TestRunRefusals(t *testing.T) {
	t.Parallel()
	bad := filepath.Join(t.TempDir(), "bad.json")
	if err := os.WriteFile(bad, []byte("bad"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args    []string
		message string
	}{
		{[]string{"-addr", "0.0.0.0:0"}, "not a loopback address"},
		{[]string{"-addr", ":0"}, "not a loopback address"},
		{[]string{"-addr", "[::]:0"}, "not a loopback address"},
		{[]string{"-addr", "192.0.2.1:0"}, "not a loopback address"},
		{[]string{"-addr", "127.0.0.1"}, "missing port"},
		{[]string{"-addr", "127.0.0.1:0", "-rate", "-1"}, "must not be negative"},
		{[]string{"-addr", "127.0.0.1:0", "-client-secret", ""}, "must not be empty"},
		{[]string{"-addr", "127.0.0.1:0", "extra"}, `unexpected argument "extra"`},
		{[]string{"-addr", "127.0.0.1:0", "-file", bad}, "not a file of the simulator"},
		{[]string{"-addr", "127.0.0.1:0", "-return-url", "https://acme.example/back", "-return-url", "x"}, `the return URL "x" is not an absolute URL`},
		{[]string{"-port", "1"}, "not defined: -port"},
	} {
		// A context that has ended: what is not refused stops at once.
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var stdout bytes.Buffer
		err := run(ctx, c.args, &stdout, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%q: got %v", c.args, err)
		}
		if stdout.Len() > 0 {
			t.Errorf("%q: printed %s", c.args, stdout.String())
		}
	}
	if err := run(t.Context(), []string{"-h"}, io.Discard, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: got %v", err)
	}
}
