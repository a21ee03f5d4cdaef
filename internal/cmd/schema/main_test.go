package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
)

const address = "registry.terraform.io/aurinko/aurinko"

type schemas struct {
	FormatVersion   string                    `json:"format_version"`
	ProviderSchemas map[string]map[string]any `json:"provider_schemas"`
}

func read(t *testing.T, document []byte) schemas {
	t.Helper()
	var read schemas
	if err := json.Unmarshal(document, &read); err != nil {
		t.Fatalf("%v in:\n%s", err, document)
	}
	return read
}

func written(t *testing.T, args ...string) schemas {
	t.Helper()
	var out bytes.Buffer
	if err := run(t.Context(), args, &out, &out); err != nil {
		t.Fatal(err)
	}
	return read(t, out.Bytes())
}

// Every kind is there, whatever CLI is installed.
func TestEveryKindIsWritten(t *testing.T) {
	t.Parallel()
	found := written(t, "-address", "host.example/a/b").ProviderSchemas["host.example/a/b"]
	for kind, name := range map[string]string{
		"provider": "block", "resource_schemas": "aurinko_managed_account", "data_source_schemas": "aurinko_accounts",
		"ephemeral_resource_schemas": "aurinko_managed_account_token", "list_resource_schemas": "aurinko_service_account",
		"action_schemas": "aurinko_check_account", "functions": "canonical_scopes", "resource_identity_schemas": "aurinko_zoho_oauth",
	} {
		named, ok := found[kind].(map[string]any)
		if !ok || named[name] == nil {
			t.Errorf("%s: there is no %s in %v", kind, name, found[kind])
		}
	}
}

func TestUnknownFlag(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-x"}, &out, &out); err == nil {
		t.Error("an unknown flag is taken")
	}
}

// What a CLI knows, it writes in the same way.
func TestAccSchemaIsThatOfTheCLI(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set.")
	}
	path, err := cli.Find()
	if err != nil {
		t.Fatal(err)
	}
	installed, dir := t.TempDir(), t.TempDir()
	terraform, err := cli.Inspect(t.Context(), path, installed)
	if err != nil {
		t.Fatal(err)
	}
	if !terraform.AtLeast(1, 11) {
		t.Skipf("%s %s has no write-only arguments, which the schemas have.", terraform.Name, terraform.Version)
	}
	if err := cli.Build(t.Context(), installed); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte("terraform {\n  required_providers {\n    aurinko = { source = \""+address+"\" }\n  }\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, args := range [][]string{{"init"}, {"providers", "schema", "-json"}} {
		out.Reset()
		if code, err := terraform.Run(t.Context(), cli.Command{Dir: dir, Args: args, Stdout: &out, Stderr: &out}); err != nil || code != 0 {
			t.Fatalf("%q: exit code %d, %v\n%s", args, code, err, out.String())
		}
	}

	ours, theirs := written(t), read(t, out.Bytes())
	if ours.FormatVersion != theirs.FormatVersion {
		t.Errorf("format version %s, the CLI's is %s", ours.FormatVersion, theirs.FormatVersion)
	}
	kinds := theirs.ProviderSchemas[address]
	if len(kinds) < 5 {
		t.Errorf("the CLI writes only %d kinds", len(kinds))
	}
	for kind, wanted := range kinds {
		if diff := cmp.Diff(wanted, ours.ProviderSchemas[address][kind]); diff != "" {
			t.Errorf("%s (-the CLI's +ours):\n%s", kind, diff)
		}
	}
}
