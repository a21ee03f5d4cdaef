package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
)

// fake is the variable that turns the test binary into a CLI which prints its
// value and ends with an exit code that nobody wants.
const fake = "FAKE_CLI"

func TestMain(m *testing.M) {
	if text := os.Getenv(fake); text != "" {
		fmt.Println(text)
		if !slices.Contains(os.Args, "version") {
			os.Exit(7)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// requireCLI skips a test without a CLI that the demo runs on.
func requireCLI(t *testing.T) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set.")
	}
	path, err := cli.Find()
	if err != nil {
		t.Fatal(err)
	}
	found, err := cli.Inspect(t.Context(), path, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if !found.AtLeast(1, 11) {
		t.Skipf("%s %s has no write-only arguments.", found.Name, found.Version)
	}
}

func checkEmpty(t *testing.T, dir string) {
	t.Helper()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestAccDemo(t *testing.T) {
	t.Parallel()
	requireCLI(t)
	parent := t.TempDir()
	var transcript bytes.Buffer
	if err := run(t.Context(), options{parent: parent}, &transcript); err != nil {
		t.Fatalf("%v\n%s", err, transcript.String())
	}
	checkEmpty(t, parent)

	var story []string
	for line := range strings.Lines(transcript.String()) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "ok: ") || strings.HasPrefix(line, "$ ") || strings.HasPrefix(line, "== ") {
			story = append(story, strings.NewReplacer("$ tofu ", "$ terraform ", "ok: tofu ", "ok: terraform ").Replace(line))
		}
	}
	want := []string{
		"== Preparations",
		"ok: terraform init found the provider",
		"== 1. The plan: a company with three mail systems and twelve mailboxes",
		"$ terraform plan -detailed-exitcode -out=company.tfplan",
		"ok: the plan adds 17 objects: 2 OAuth settings, 3 service accounts, 12 mailboxes",
		"ok: the plan wrote nothing to Aurinko",
		"== 2. The apply",
		"$ terraform apply company.tfplan",
		"ok: Aurinko has 15 accounts and 2 OAuth settings",
		"ok: the state contains the certificate, and none of the four secrets",
		"$ terraform output account_ids",
		"$ terraform plan -detailed-exitcode",
		"ok: the next plan is empty",
		"== 3. Somebody changes two mailboxes without Terraform",
		"$ terraform plan -detailed-exitcode -out=company.tfplan",
		"ok: the plan shows both changes, and nothing else",
		"$ terraform apply company.tfplan",
		"ok: sales@acme.example has its name again",
		"ok: grace@labs.acme.example exists again",
		"$ terraform plan -detailed-exitcode",
		"ok: the next plan is empty",
		"== 4. Somebody replaces a secret",
		"$ terraform plan -detailed-exitcode -out=company.tfplan",
		"ok: the plan updates only the OAuth settings",
		"ok: the plan does not show the secret",
		"$ terraform apply company.tfplan",
		"ok: one request wrote to Aurinko",
		"ok: Aurinko has the new secret",
		"ok: the state contains the certificate, and none of the four secrets",
		"$ terraform plan -detailed-exitcode",
		"ok: the next plan is empty",
		"== 5. Destroy everything",
		"$ terraform destroy -auto-approve",
		"ok: the destroy warns that the mailboxes go with their service accounts",
		"ok: Aurinko is empty again",
	}
	if diff := cmp.Diff(want, story); diff != "" {
		t.Errorf("another story (-want +got):\n%s", diff)
	}
	if missing := missingFrom(transcript.String(), readmeTranscript(t)); missing != "" {
		t.Errorf("README.md shows these lines, which the demo does not print there:\n%s\nThe demo prints:\n%s", missing, transcript.String())
	}
	// What a reader would not know what to make of.
	for _, noise := range []string{"Warning", "dev_overrides", "\x1b", "Refreshing state", "-----BEGIN PRIVATE KEY"} {
		if strings.Contains(strings.ReplaceAll(transcript.String(), mailboxesGo, ""), noise) {
			t.Errorf("the transcript has %q:\n%s", noise, transcript.String())
		}
	}
}

// readmeTranscript is what README.md shows of the demo.
func readmeTranscript(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n```console\n")
	shown, _, ends := strings.Cut(rest, "\n```\n")
	if !found || !ends || strings.Contains(rest, "\n```console\n") || strings.Count(shown, "\n") < 10 {
		t.Fatal("README.md must have one transcript")
	}
	return shown
}

// omission stands for lines of the demo that an excerpt leaves out.
const omission = "..."

var (
	// Ids are given in the order in which the CLI happens to create.
	someID = regexp.MustCompile(`\b1\d{3}\b`)
	theCLI = strings.NewReplacer("$ tofu ", "$ terraform ", "ok: tofu ", "ok: terraform ", "OpenTofu", "Terraform")
	// OpenTofu lists a write-only argument among what an update changes.
	sentAgain = regexp.MustCompile(`(?m)^ +~ \w+ += \(write-only attribute\)\n`)
)

// missingFrom returns the first stretch of an excerpt, between two omissions,
// that a transcript does not have after the stretches before it; or nothing.
func missingFrom(transcript, excerpt string) string {
	lines := func(text string) []string {
		text = sentAgain.ReplaceAllString(someID.ReplaceAllString(strings.Trim(text, "\n"), "1000"), "")
		return strings.Split(theCLI.Replace(text), "\n")
	}
	left := lines(transcript)
	for stretch := range strings.SplitSeq("\n"+excerpt+"\n", "\n"+omission+"\n") {
		want := lines(stretch)
		at := 0
		for at+len(want) <= len(left) && !slices.Equal(left[at:at+len(want)], want) {
			at++
		}
		if at+len(want) > len(left) {
			return stretch
		}
		left = left[at+len(want):]
	}
	return ""
}

func TestMissingFrom(t *testing.T) {
	t.Parallel()
	const transcript = "== 1. Plan\n\n  $ tofu plan\n    + id = \"1007\"\n    ~ secret_wo = (write-only attribute)\n    + name\n\nok: done\n\n== 2. Apply\nok: done\n"
	for excerpt, want := range map[string]string{
		"== 1. Plan\n...\n    + id = \"1002\"\n    + name\n\nok: done\n...\nok: done": "",
		"  $ terraform plan":                     "",
		"ok: done\n...\nok: done\n...\nok: done": "ok: done",                           // there are but two
		"== 2. Apply\n...\n== 1. Plan":           "== 1. Plan",                         // in another order
		"== 1. Plan\n  $ terraform plan":         "\n== 1. Plan\n  $ terraform plan\n", // something is between them
		"+ name":                                 "\n+ name\n",                         // indented otherwise
	} {
		if got := missingFrom(transcript, excerpt); strings.Trim(got, "\n") != strings.Trim(want, "\n") {
			t.Errorf("%q: got %q, not %q", excerpt, got, want)
		}
	}
}

// stopping cancels a context as soon as a text is written to it.
type stopping struct {
	bytes.Buffer
	at     string
	cancel context.CancelFunc
}

func (s *stopping) Write(text []byte) (int, error) {
	if strings.Contains(string(text), s.at) {
		s.cancel()
	}
	return s.Buffer.Write(text)
}

func TestAccDemoInterrupted(t *testing.T) {
	t.Parallel()
	requireCLI(t)
	parent := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	transcript := &stopping{at: "$ ", cancel: cancel}
	if err := run(ctx, options{parent: parent}, transcript); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v\n%s", err, transcript.String())
	}
	if strings.Contains(transcript.String(), "ok: the plan") {
		t.Errorf("it went on:\n%s", transcript.String())
	}
	checkEmpty(t, parent)
}

// Not parallel: the fake CLI is told what to print through the environment.
func TestRunFails(t *testing.T) {
	for name, test := range map[string]struct {
		prints  string
		message string
		shown   string
	}{
		"an old CLI":              {"Terraform v1.10.5", "is Terraform 1.10.5, but the demo requires 1.11 or later", ""},
		"an old OpenTofu":         {"OpenTofu v1.10.0", "is OpenTofu 1.10.0, but", ""},
		"no CLI at all":           {"fish, version 4", "neither Terraform nor OpenTofu", ""},
		"an unexpected exit code": {"OpenTofu v1.11.0", "tofu init ended with exit code 7 instead of 0", "    OpenTofu v1.11.0\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(fake, test.prints)
			parent := t.TempDir()
			var transcript bytes.Buffer
			err := run(t.Context(), options{parent: parent, cli: os.Args[0]}, &transcript)
			if err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("got %v", err)
			}
			if !strings.Contains(transcript.String(), test.shown) {
				t.Errorf("printed %s", transcript.String())
			}
			checkEmpty(t, parent)
		})
	}
}

func TestRunKeeps(t *testing.T) {
	t.Setenv(fake, "Terraform v1.11.4")
	parent := t.TempDir()
	var transcript bytes.Buffer
	if err := run(t.Context(), options{parent: parent, cli: os.Args[0], keep: true}, &transcript); err == nil {
		t.Error("the fake CLI fails, the demo does not")
	}
	_, at, ok := strings.Cut(transcript.String(), "The configuration and its state are in ")
	if !ok {
		t.Fatalf("printed %s", transcript.String())
	}
	if _, err := os.Stat(filepath.Join(strings.TrimSpace(at), "main.tf")); err != nil {
		t.Error(err)
	}
}

func TestTidy(t *testing.T) {
	t.Parallel()
	const plan = `
data.aurinko_scope_mapping.oauth: Reading...
data.aurinko_scope_mapping.oauth: Read complete after 0s
aurinko_managed_account.mailbox["a"]: Refreshing state... [id=1]

Terraform will perform the following actions:

  # aurinko_managed_account.mailbox["a"] will be created
  + resource "aurinko_managed_account" "mailbox" {
      + id = (known after apply)
    }

  # aurinko_managed_account.mailbox["b"] will be created
  + resource "aurinko_managed_account" "mailbox" {
      + id = (known after apply)
    }

  # aurinko_managed_account.mailbox["c"] will be created
  + resource "aurinko_managed_account" "mailbox" {
      + id = (known after apply)
    }

  # aurinko_office365_daemon.this will be created
  + resource "aurinko_office365_daemon" "this" {
      + certificate = <<-EOT
            -----BEGIN CERTIFICATE-----
            MIIC
            -----END CERTIFICATE-----
        EOT
    }

` + "\x1b[1mPlan:\x1b[0m 4 to add." + `

Changes to Outputs:
  + ids = {
      + a = (known after apply)
    }

─────────────────────────────────────────────────────────────────────────────

Saved the plan to: company.tfplan

To perform exactly these actions, run the following command to apply:
    terraform apply "company.tfplan"
`
	const oneWhole = `Terraform will perform the following actions:

  # aurinko_managed_account.mailbox["a"] will be created
  + resource "aurinko_managed_account" "mailbox" {
      + id = (known after apply)
    }

  # aurinko_managed_account.mailbox["b"] will be created
  # aurinko_managed_account.mailbox["c"] will be created

  # aurinko_office365_daemon.this will be created
  + resource "aurinko_office365_daemon" "this" {
      + certificate = <<-EOT
            -----BEGIN CERTIFICATE----- ...
            -----END CERTIFICATE-----
        EOT
    }

` + "\x1b[1mPlan:\x1b[0m 4 to add."
	const noneWhole = `Terraform will perform the following actions:

  # aurinko_managed_account.mailbox["a"] will be created
  # aurinko_managed_account.mailbox["b"] will be created
  # aurinko_managed_account.mailbox["c"] will be created
  # aurinko_office365_daemon.this will be created

` + "\x1b[1mPlan:\x1b[0m 4 to add."
	const applied = `a: Creating...
a: Still creating... [10s elapsed]
a: Creation complete after 11s [id=1]

Apply complete!

Outputs:

ids = {
  "a" = "1"
}

Error: none of this
`
	for name, test := range map[string]struct {
		text  string
		whole int
		want  string
	}{
		"one of each type whole": {plan, 1, oneWhole},
		"none whole":             {plan, 0, noneWhole},
		"an apply":               {applied, 0, "a: Still creating... [10s elapsed]\na: Creation complete after 11s [id=1]\n\nApply complete!"},
		"nothing":                {"", 0, ""},
		"CRLF":                   {"\r\na\r\n\r\n\r\nb\r\n", 0, "a\n\nb"},
	} {
		if diff := cmp.Diff(test.want, strings.Join(tidy(test.text, test.whole), "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
