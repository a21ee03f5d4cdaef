//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
)

func TestParse(t *testing.T) {
	t.Parallel()
	got, err := parse([]string{"-n", "1,20", "-latency", "0,1.5s", "-random", "a", "-apply", "0", "-repeat", "3", "-cold", "2"}, io.Discard)
	want := options{sizes: []int{1, 20}, latencies: []time.Duration{0, 1500 * time.Millisecond}, random: "a", repeat: 3, cold: 2}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(options{})); err != nil || diff != "" {
		t.Errorf("%v, other options than wanted (-want +got):\n%s", err, diff)
	}
	for _, args := range []string{"-n 0", "-n 1,x", "-n ", "-latency 5", "-latency -1s", "-apply -1", "-repeat 0", "-cold 0", "more", "-unknown"} {
		if _, err := parse(strings.SplitN(args, " ", 2), io.Discard); err == nil {
			t.Errorf("%s is taken", args)
		}
	}
}

func TestMultiply(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "terraform.tfstate")
	one := `{"serial":9007199254740993,"resources":[{"type":"x","instances":[{"attributes":{"email":"mailbox-000000@a","id":"9000000002"},"index_key":"mailbox-000000"}]}]}`
	if err := os.WriteFile(file, []byte(one), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := multiply(file, 2); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"resources":[{"instances":[` +
		`{"attributes":{"email":"mailbox-000000@a","id":"9000000002"},"index_key":"mailbox-000000"},` +
		`{"attributes":{"email":"mailbox-000001@a","id":"9000000003"},"index_key":"mailbox-000001"}` +
		`],"type":"x"}],"serial":9007199254740993}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("another state than wanted (-want +got):\n%s", diff)
	}
}

// The whole of it, on a small scale.
func TestAccBench(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set.")
	}
	if _, err := cli.Find(); err != nil {
		t.Fatal(err)
	}
	var tables, log bytes.Buffer
	if err := run(t.Context(), strings.Fields("-n 3 -latency 0s,1ms -apply 3 -cold 1"), &tables, &log); err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	for _, row := range []string{
		`aurinko_managed_account +[\d.]+ ms +[\d.]+ ms \([\d.]+\) +[\d.]+ MB`,
		`aurinko_managed_account +3 +0s +on .* 2 +0\n`, // one by id, and the page that has all of them
		`aurinko_managed_account +3 +1ms +off .* 3 +0\n`,
		`aurinko_managed_account +create .* 9 +0\n`, // the listing twice, in the plan and in the apply; the service account; for each a write and a read
		`aurinko_managed_account +destroy .* 0\n`,
	} {
		if !regexp.MustCompile(row).MatchString(tables.String()) {
			t.Errorf("no row is like %s in\n%s", row, tables.String())
		}
	}
}
