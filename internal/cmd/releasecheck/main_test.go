package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// archive makes a zip file of the given modes.
func archive(t *testing.T, modes map[string]os.FileMode, modified time.Time) []byte {
	t.Helper()
	var content bytes.Buffer
	w := zip.NewWriter(&content)
	for name, mode := range modes {
		header := &zip.FileHeader{Name: name, Modified: modified}
		header.SetMode(mode)
		if _, err := w.CreateHeader(header); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

const base, simulated = "terraform-provider-aurinko_1.2.3", "aurinko-simulator_1.2.3_linux_amd64.zip"

var modes = map[string]os.FileMode{"LICENSE": 0o644, "terraform-provider-aurinko_v1.2.3": 0o755}

// good is a release in which nothing is wrong.
func good(t *testing.T) release {
	t.Helper()
	r := release{version: "1.2.3", base: base, files: map[string][]byte{
		base + "_linux_amd64.zip":                archive(t, modes, time.Time{}),
		base + "_linux_amd64.zip.sbom.spdx.json": []byte("{}"),
		simulated:                                archive(t, map[string]os.FileMode{"LICENSE": 0o644, "aurinko-simulator": 0o755}, time.Time{}),
		simulated + ".sbom.spdx.json":            []byte("{}"),
		base + "_manifest.json":                  []byte(`{"version": 1, "metadata": {"protocol_versions": ["6.0"]}}`),
	}}
	r.sum()
	return r
}

// sum writes the sums anew.
func (r release) sum() {
	var sums strings.Builder
	for name, content := range r.files {
		if !strings.Contains(name, "SHA256SUMS") {
			fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), name)
		}
	}
	r.files[base+"_SHA256SUMS"] = []byte(sums.String())
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(release)
		want  string // "": there is none
	}{
		"none": {func(release) {}, ""},
		"no archive": {func(r release) {
			for _, name := range []string{base + "_linux_amd64.zip", simulated} {
				delete(r.files, name)
				delete(r.files, name+".sbom.spdx.json")
			}
			r.sum()
		}, "the files are"},
		"no simulator": {func(r release) {
			delete(r.files, simulated)
			delete(r.files, simulated+".sbom.spdx.json")
			r.sum()
		}, "there is no archive of the simulator"},
		"another simulator": {func(r release) {
			r.files[simulated] = archive(t, modes, time.Time{})
			r.sum()
		}, "it holds"},
		"no SBOM": {func(r release) { delete(r.files, base+"_linux_amd64.zip.sbom.spdx.json"); r.sum() }, "the files are"},
		"something else": {func(r release) {
			r.files["notes.txt"] = nil
			r.sum()
		}, "the files are"},
		"an SBOM that is not in the sums": {func(r release) {
			sbom := r.files[base+"_linux_amd64.zip.sbom.spdx.json"]
			delete(r.files, base+"_linux_amd64.zip.sbom.spdx.json")
			r.sum()
			r.files[base+"_linux_amd64.zip.sbom.spdx.json"] = sbom
		}, "the sum of " + base + "_linux_amd64.zip.sbom.spdx.json is not in"},
		"a wrong sum":   {func(r release) { r.files[base+"_manifest.json"] = append(r.files[base+"_manifest.json"], ' ') }, "the sum of " + base + "_manifest.json"},
		"another's sum": {func(r release) { r.files[base+"_SHA256SUMS"] = append(r.files[base+"_SHA256SUMS"], "00  x\n"...) }, `has a sum of "x"`},
		"protocol 5": {func(r release) {
			r.files[base+"_manifest.json"] = []byte(`{"version": 1, "metadata": {"protocol_versions": ["5.0"]}}`)
			r.sum()
		}, "manifest.json is"},
		"another version": {func(r release) {
			r.files[base+"_linux_amd64.zip"] = archive(t, map[string]os.FileMode{"LICENSE": 0o644, "terraform-provider-aurinko_v1.2.4": 0o755}, time.Time{})
			r.sum()
		}, "it holds"},
		"no licence": {func(r release) {
			r.files[base+"_linux_amd64.zip"] = archive(t, map[string]os.FileMode{"terraform-provider-aurinko_v1.2.3": 0o755}, time.Time{})
			r.sum()
		}, "it holds"},
		"not executable": {func(r release) {
			r.files[base+"_linux_amd64.zip"] = archive(t, map[string]os.FileMode{"LICENSE": 0o644, "terraform-provider-aurinko_v1.2.3": 0o644}, time.Time{})
			r.sum()
		}, "it holds"},
		"no archive at all": {func(r release) { r.files[base+"_linux_amd64.zip"] = []byte("tar"); r.sum() }, "not a valid zip file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := good(t)
			test.spoil(r)
			got := strings.Join(r.problems(), "\n")
			if test.want == "" && got != "" || !strings.Contains(got, test.want) {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	one, other := good(t), good(t)
	one.files[base+"_SHA256SUMS"] = other.files[base+"_SHA256SUMS"]
	one.files[base+"_linux_amd64.zip"] = other.files[base+"_linux_amd64.zip"]
	one.files[simulated] = other.files[simulated]
	if got := one.differences(other); len(got) > 0 {
		t.Errorf("got %q", got)
	}
	other.files[base+"_linux_amd64.zip"] = archive(t, modes, time.Unix(1e9, 0))
	delete(one.files, base+"_manifest.json")
	want := []string{base + "_linux_amd64.zip is another one in each build", base + "_manifest.json is another one in each build"}
	if diff := cmp.Diff(want, one.differences(other)); diff != "" {
		t.Error(diff)
	}
	delete(other.files, base+"_SHA256SUMS")
	if got := one.differences(other); len(got) != 3 {
		t.Errorf("got %q", got)
	}
}

// What is committed can be narrowed to one target.
func TestOnlyFor(t *testing.T) {
	t.Parallel()
	config, err := os.ReadFile("../../../.goreleaser.yml")
	if err != nil {
		t.Fatal(err)
	}
	narrowed, err := onlyFor(string(config), "linux_riscv64")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(narrowed, "    targets:\n      - linux_riscv64\n\n") != 2 || strings.Contains(narrowed, "windows_amd64") || !strings.Contains(narrowed, "-trimpath") {
		t.Errorf("got %s", narrowed)
	}
	if _, err := onlyFor(strings.Replace(string(config), "    targets:\n", "    goos:\n", 1), "linux_riscv64"); err == nil {
		t.Error("a list that is missing is not noticed")
	}
}
