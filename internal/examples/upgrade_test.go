package examples_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/examples"
	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
)

// What a released provider has applied is planned by this one without a change.
func TestAccUpgrade(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set.")
	}
	executable, err := os.ReadFile(os.Getenv("TF_ACC_RELEASED_PROVIDER"))
	if err != nil {
		t.Skip("TF_ACC_RELEASED_PROVIDER names no executable of a released provider.")
	}
	// The examples of that release: newer ones may show what it does not have.
	var from fs.FS = examples.Files
	if dir := os.Getenv("TF_ACC_RELEASED_EXAMPLES"); dir != "" {
		from = os.DirFS(dir)
	}
	next, err := terraform()
	if err != nil {
		t.Fatal(err)
	}
	if !next.AtLeast(1, 11) {
		t.Skipf("%s %s has no write-only arguments, which the examples use.", next.Name, next.Version)
	}
	path, err := cli.Find()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	released, err := cli.Inspect(t.Context(), path, dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, packageDir := range cli.PackageDirs(dir, "aurinko/aurinko", "0.1.0") {
		if err := os.MkdirAll(packageDir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(packageDir, "terraform-provider-aurinko_v0.1.0"), executable, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range all(t, from) {
		t.Run(strings.ReplaceAll(e.name, "/", " "), func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, released, e)
			w.run(0, "init")
			w.run(0, "apply", "-auto-approve")
			// Both go by the same version, and the lock holds the sums of one.
			for _, left := range []string{".terraform", ".terraform.lock.hcl"} {
				if err := os.RemoveAll(filepath.Join(w.dir, left)); err != nil {
					t.Fatal(err)
				}
			}
			w.terraform = next
			w.run(0, "init")
			w.planIsEmpty()
			w.run(0, "destroy", "-auto-approve")
			w.checkEmpty()
		})
	}
}
