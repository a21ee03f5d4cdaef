package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/credential"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// running starts the command and returns what it prints, and a function that
// stops it.
func running(t *testing.T, args ...string) (printed string, stderr *bytes.Buffer, stop func() error) {
	t.Helper()
	return runningUntil(t, "    direct {}", args...)
}

// runningUntil is running where a certain line is the last one that is printed.
func runningUntil(t *testing.T, last string, args ...string) (printed string, stderr *bytes.Buffer, stop func() error) {
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
		if strings.HasPrefix(lines.Text(), last) {
			break
		}
	}
	go func() { _, _ = io.Copy(io.Discard, reader) }()
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
		"make install", "dev_overrides",
	} {
		if !strings.Contains(printed, want) {
			t.Errorf("no %q in %s", want, printed)
		}
	}

	_, page, _ := strings.Cut(printed, "Its page shows live what it holds: ")
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
		{[]string{"-addr", "127.0.0.1:0", "-seed", "demo=3"}, "-seed: open demo=3"},
		{[]string{"-addr", "127.0.0.1:0", "-seed", "large=many"}, "-seed: large=many: must be a number of mailboxes"},
		{[]string{"-addr", "127.0.0.1:0", "-seed", bad}, "-seed: " + bad},
		{[]string{"-addr", "127.0.0.1:0", "-print-env", "cmd"}, `-print-env: there is no environment for "cmd"`},
		{[]string{"-addr", "127.0.0.1:0", "-ready-file", filepath.Join(bad, "ready")}, "-ready-file: open"},
		{[]string{"-google-key", "acme.example/x"}, "neither has a slash"},
		{[]string{"-certificate", "../acme"}, "neither has a slash"},
		{[]string{"-health", "-addr", "127.0.0.1:1"}, "no simulator at 127.0.0.1:1"},
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
		if stdout.Len() > 0 && !slices.Contains(c.args, "-ready-file") {
			t.Errorf("%q: printed %s", c.args, stdout.String())
		}
	}
	if err := run(t.Context(), []string{"-h"}, io.Discard, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: got %v", err)
	}
}

func TestReadyFile(t *testing.T) {
	t.Parallel()
	ready := filepath.Join(t.TempDir(), "ready")
	printed, _, stop := runningUntil(t, "AURINKO_CLIENT_SECRET=", "-ready-file", ready, "-print-env", "github")
	var url []byte
	for err := os.ErrNotExist; errors.Is(err, os.ErrNotExist); url, err = os.ReadFile(ready) {
		time.Sleep(time.Millisecond)
	}
	if want := "AURINKO_BASE_URL=" + string(url) + "AURINKO_CLIENT_ID=simulator-client-id\nAURINKO_CLIENT_SECRET=simulator-client-secret\n"; printed != want {
		t.Errorf("printed %q, want %q", printed, want)
	}
	addr := strings.TrimSpace(strings.TrimPrefix(string(url), "http://"))
	if err := run(t.Context(), []string{"-health", "-addr", addr}, io.Discard, io.Discard); err != nil {
		t.Errorf("-health: %v", err)
	}

	// Where one runs already, a second one prints the same and exits.
	var stdout bytes.Buffer
	if err := run(t.Context(), []string{"-addr", addr, "-print-env", "fish"}, &stdout, io.Discard); err != nil || !strings.HasPrefix(stdout.String(), "set -gx AURINKO_BASE_URL http://"+addr+"\n") {
		t.Errorf("printed %s, %v", stdout.String(), err)
	}
	if err := run(t.Context(), []string{"-addr", addr}, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "address already in use") {
		t.Errorf("a second one: %v", err)
	}
	if err := stop(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if left, _ := os.ReadDir(filepath.Dir(ready)); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}

func TestSeedAndFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "data.json")
	mailboxes := func(wantLog string, args ...string) int {
		t.Helper()
		printed, stderr, stop := running(t, append(args, "-file", file)...)
		response, err := http.Get(value(t, printed, "AURINKO_BASE_URL") + "/_simulator/state")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		if !strings.Contains(stderr.String(), wantLog) || wantLog == "" && stderr.Len() > 0 {
			t.Errorf("logged %s", stderr)
		}
		return strings.Count(string(text), `"type": "managed"`)
	}
	if n := mailboxes("", "-seed", "demo"); n != 40 {
		t.Errorf("%d mailboxes", n)
	}
	if n := mailboxes("holds data already: -seed large=5 is not loaded", "-seed", "large=5"); n != 40 {
		t.Errorf("%d mailboxes", n)
	}
}

// Ten thousand mailboxes are there in no time.
func TestLargeSeed(t *testing.T) {
	t.Parallel()
	began := time.Now()
	_, _, stop := running(t, "-seed", "large=10000")
	if took := time.Since(began); took > 2*time.Second { // 0.1 s on an ordinary machine
		t.Errorf("it took %v", took)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// An open page does not hold up the end.
func TestOpenPage(t *testing.T) {
	t.Parallel()
	printed, _, stop := running(t)
	events, err := http.Get(value(t, printed, "AURINKO_BASE_URL") + "/_simulator/events")
	if err != nil {
		t.Fatal(err)
	}
	defer events.Body.Close()
	began := time.Now()
	if err := stop(); err != nil || time.Since(began) > 3*time.Second {
		t.Errorf("it ended with %v after %v", err, time.Since(began))
	}
}

// What is made up passes every check of the provider.
func TestCredentials(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var stdout bytes.Buffer
	if err := run(t.Context(), []string{"-google-key", "acme.example", "-certificate", "acme", "-out", dir}, &stdout, io.Discard); err != nil {
		t.Fatal(err)
	}
	names := []string{"google-key-acme.example.json", "certificate-acme.pem", "private-key-acme.pem"}
	var texts []string
	for i, line := range strings.Split(strings.TrimSpace(stdout.String()), "\n") {
		text, err := os.ReadFile(line)
		if err != nil || line != filepath.Join(dir, names[i]) {
			t.Fatalf("wrote %s, %v", line, err)
		}
		if info, _ := os.Stat(line); info.Mode().Perm() != 0o600 {
			t.Errorf("%s is open to %v", line, info.Mode())
		}
		texts = append(texts, string(text))
	}
	if key, err := credential.ParseGoogleKey(texts[0]); err != nil || key.ClientEmail != "aurinko@acme-example.iam.gserviceaccount.com" {
		t.Errorf("the Google key: %+v, %v", key, err)
	}
	certificate, err := credential.ParseCertificate(texts[1])
	if err != nil || certificate.X509.Subject.CommonName != "acme" || time.Until(certificate.NotAfter) < 90*24*time.Hour || time.Now().Before(certificate.NotBefore) {
		t.Errorf("the certificate: %+v, %v", certificate, err)
	}
	privateKey, err := credential.ParsePrivateKey(texts[2])
	if err != nil {
		t.Fatal(err)
	}
	if err := credential.MatchCertificate(certificate, privateKey); err != nil {
		t.Error(err)
	}

	// Another key is one of the same service account.
	stdout.Reset()
	if err := run(t.Context(), []string{"-google-key", "acme.example", "-out", "-"}, &stdout, io.Discard); err != nil {
		t.Fatal(err)
	}
	first, _ := credential.ParseGoogleKey(texts[0])
	second, err := credential.ParseGoogleKey(stdout.String())
	if err != nil || second.ClientID != first.ClientID || second.PrivateKeyID == first.PrivateKeyID || len(first.ClientID) != 21 {
		t.Errorf("first %s, then %s, %v", first.ClientID, second.ClientID, err)
	}
}

func TestReachable(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{"0.0.0.0:8787": "127.0.0.1:8787", "[::]:80": "127.0.0.1:80", "127.0.0.2:1": "127.0.0.2:1", "[::1]:2": "[::1]:2"} {
		parsed, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := reachable(parsed); got != want {
			t.Errorf("%s: got %s", addr, got)
		}
	}
}
