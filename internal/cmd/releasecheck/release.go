package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// simulatorBinary is the executable of the simulator, and how its archives begin.
const simulatorBinary = "aurinko-simulator"

// A release is what goreleaser leaves in a directory.
type release struct {
	version string
	base    string // what the names of all files begin with
	binary  string // path of the executable, in the directory
	files   map[string][]byte
}

// read reads the files that would be uploaded, from a checkout's dist.
func read(dir string) (release, error) {
	text, err := os.ReadFile(filepath.Join(dir, "artifacts.json"))
	if err != nil {
		return release{}, err
	}
	var artifacts []struct{ Name, Path, Type string }
	if err := json.Unmarshal(text, &artifacts); err != nil {
		return release{}, fmt.Errorf("artifacts.json: %w", err)
	}
	r := release{files: map[string][]byte{}}
	for _, artifact := range artifacts {
		path := filepath.Join(filepath.Dir(dir), artifact.Path)
		switch artifact.Type {
		case "Metadata":
			continue
		case "Binary":
			if strings.HasPrefix(artifact.Name, simulatorBinary) {
				continue
			}
			if r.binary, err = filepath.Rel(dir, path); err != nil {
				return release{}, err
			}
			continue
		}
		if r.files[artifact.Name], err = os.ReadFile(path); err != nil {
			return release{}, err
		}
	}
	text, err = os.ReadFile(filepath.Join(dir, "metadata.json"))
	if err != nil {
		return release{}, err
	}
	var metadata struct {
		ProjectName string `json:"project_name"`
		Version     string `json:"version"`
	}
	if err := json.Unmarshal(text, &metadata); err != nil {
		return release{}, fmt.Errorf("metadata.json: %w", err)
	}
	r.version = metadata.Version
	r.base = metadata.ProjectName + "_" + metadata.Version
	// `make archives` copies it to this name.
	r.files[r.base+"_manifest.json"], err = os.ReadFile(filepath.Join(filepath.Dir(dir), "terraform-registry-manifest.json"))
	return r, err
}

// problems are where a release is not what the registries ask for.
func (r release) problems() []string {
	var problems []string
	complain := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }

	manifest, sums := r.base+"_manifest.json", r.base+"_SHA256SUMS"
	want := []string{manifest, sums}
	for name := range r.files {
		if strings.HasSuffix(name, ".zip") {
			want = append(want, name, name+".sbom.spdx.json")
		}
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(r.files)); !slices.Equal(got, want) || len(want) < 4 {
		complain("the files are %q, not %q", got, want)
	}
	simulators := 0
	for name, content := range r.files {
		if !strings.HasSuffix(name, ".zip") {
			continue
		}
		binary := "terraform-provider-aurinko_v" + r.version
		if strings.HasPrefix(name, simulatorBinary+"_"+r.version+"_") {
			binary = simulatorBinary
			simulators++
		} else if !strings.HasPrefix(name, r.base+"_") {
			complain("%s does not begin with %s_", name, r.base)
		}
		for _, problem := range archiveProblems(content, binary) {
			complain("%s: %s", name, problem)
		}
	}

	if simulators == 0 {
		complain("there is no archive of the simulator")
	}

	listed := map[string]string{}
	for line := range strings.Lines(string(r.files[sums])) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		listed[name] = sum
	}
	for name, content := range r.files {
		if name == sums {
			continue
		}
		if sum := sha256.Sum256(content); listed[name] != hex.EncodeToString(sum[:]) {
			complain("the sum of %s is not in %s", name, sums)
		}
		delete(listed, name)
	}
	for name := range listed {
		complain("%s has a sum of %q, which there is not", sums, name)
	}

	var registry struct {
		Version  int
		Metadata struct {
			Versions []string `json:"protocol_versions"`
		}
	}
	if err := json.Unmarshal(r.files[manifest], &registry); err != nil || registry.Version != 1 || !slices.Equal(registry.Metadata.Versions, []string{"6.0"}) {
		complain("%s is %q", manifest, r.files[manifest])
	}
	slices.Sort(problems)
	return problems
}

// archiveProblems looks into an archive of an executable.
func archiveProblems(content []byte, binary string) []string {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return []string{err.Error()}
	}
	got := map[string]string{} // the mode of each file
	for _, file := range archive.File {
		got[file.Name] = fmt.Sprintf("%o", file.Mode().Perm())
		reader, err := file.Open()
		if err == nil {
			_, err = io.Copy(io.Discard, reader)
		}
		if err != nil {
			return []string{fmt.Sprintf("%s: %v", file.Name, err)}
		}
	}
	if _, isWindows := got[binary+".exe"]; isWindows {
		binary += ".exe"
	}
	if want := map[string]string{"LICENSE": "644", binary: "755"}; !maps.Equal(got, want) {
		return []string{fmt.Sprintf("it holds %v, not %v", got, want)}
	}
	return nil
}

// differences are where two releases of the same sources differ.
func (r release) differences(other release) []string {
	var differences []string
	names := slices.Collect(maps.Keys(r.files))
	for name := range other.files {
		if _, ok := r.files[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if !bytes.Equal(r.files[name], other.files[name]) {
			differences = append(differences, fmt.Sprintf("%s is another one in each build", name))
		}
	}
	return differences
}
