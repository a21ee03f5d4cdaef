// Package dependencies keeps an eye on what this module is built from. It has
// tests alone.
package dependencies

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const top = "../.."

// goCommand runs the go command in the root of the module.
func goCommand(t *testing.T, env []string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", args...)
	command.Dir = top
	command.Env = append(os.Environ(), env...)
	var stderr strings.Builder
	command.Stderr = &stderr
	stdout, err := command.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(stdout)
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A reason is a line of the table in CONTRIBUTING.md.
var reason = regexp.MustCompile("(?m)^\\| `([^` ]+\\.[^` ]+/[^` ]+)` \\| ([^|]*?) *\\|$")

// reasons are the modules that a text gives a reason for.
func reasons(text string) (map[string]string, error) {
	found := map[string]string{}
	for _, line := range reason.FindAllStringSubmatch(text, -1) {
		if _, twice := found[line[1]]; twice {
			return nil, fmt.Errorf("%s is there twice", line[1])
		}
		if len(strings.Fields(line[2])) < 3 {
			return nil, fmt.Errorf("%q is no reason for %s", line[2], line[1])
		}
		found[line[1]] = line[2]
	}
	return found, nil
}

// Every direct dependency has its reason in CONTRIBUTING.md, and nothing else
// has one.
func TestReasons(t *testing.T) {
	t.Parallel()
	var module struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal([]byte(goCommand(t, nil, "mod", "edit", "-json")), &module); err != nil {
		t.Fatal(err)
	}
	var direct []string
	for _, required := range module.Require {
		if !required.Indirect {
			direct = append(direct, required.Path)
		}
	}
	slices.Sort(direct)
	given, err := reasons(readFile(t, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	modules := func(of string) map[string]bool {
		found := map[string]bool{}
		for _, path := range strings.Fields(goCommand(t, nil, "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", of)) {
			found[path] = true
		}
		return found
	}
	released, simulated := modules("."), modules("./internal/cmd/simulator")
	for path, why := range given {
		where := ""
		for _, only := range []string{"tests only: ", "simulator only: "} {
			if strings.HasPrefix(why, only) {
				where = only
			}
		}
		if released[path] == (where != "") || simulated[path] != (where == "simulator only: ") {
			t.Errorf("%s is needed for %q, and in the released binary: %t, in the simulator: %t", path, why, released[path], simulated[path])
		}
	}
	if got := slices.Sorted(maps.Keys(given)); !slices.Equal(got, direct) {
		t.Errorf("CONTRIBUTING.md gives reasons for\n%q,\nand go.mod requires\n%q", got, direct)
	}
}

func TestReasonsAreRead(t *testing.T) {
	t.Parallel()
	got, err := reasons("| module | why |\n| --- | --- |\n| `example.com/a/b` | for one thing |\n| `internal/b` | a folder, no module |\n")
	if err != nil || !maps.Equal(got, map[string]string{"example.com/a/b": "for one thing"}) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{
		"| `example.com/a` |  |\n",
		"| `example.com/a` | needed |\n",
		"| `example.com/a` | for one thing |\n| `example.com/a` | for another thing |\n",
	} {
		if got, err := reasons(bad); err == nil {
			t.Errorf("%q is taken for %v", bad, got)
		}
	}
}

// licences are how those begin that the released binary may be made under.
// Each of them lets it be passed on under MPL-2.0.
var licences = map[string]*regexp.Regexp{
	"MPL-2.0":    regexp.MustCompile(`^(Copyright .{1,80} )?Mozilla Public License,? [Vv]ersion 2\.0 1\. Definitions`),
	"Apache-2.0": regexp.MustCompile(`^Apache License Version 2\.0, January 2004`),
	"MIT":        regexp.MustCompile(`^(The following files were ported to Go from C files of libyaml, .{1,250}\.go )?((The )?MIT License )?(\((MIT|Expat)\) )?(Copyright .{1,80} )?((The )?MIT License )?(\((MIT|Expat)\) )?Permission is hereby granted, free of charge, to any person obtaining a copy`),
	"BSD":        regexp.MustCompile(`^(Copyright .{1,80} )?(All rights reserved\. )?Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met`),
}

// licenceOf names the licence that a text is, or nothing.
func licenceOf(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	for name, begins := range licences {
		if begins.MatchString(text) {
			return name
		}
	}
	return ""
}

// The modules in the released binaries, on each system that it is released for,
// come under licences that go with the provider's own.
func TestLicences(t *testing.T) {
	t.Parallel()
	directories := map[string]string{}
	for _, system := range []string{"darwin", "freebsd", "linux", "windows"} {
		env := []string{"GOOS=" + system, "GOARCH=amd64", "CGO_ENABLED=0"}
		decoder := json.NewDecoder(strings.NewReader(goCommand(t, env, "list", "-deps", "-json=Module", ".", "./internal/cmd/simulator")))
		for {
			var found struct {
				Module *struct{ Path, Dir string }
			}
			if err := decoder.Decode(&found); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if found.Module != nil { // nil: of the standard library
				directories[found.Module.Path] = found.Module.Dir
			}
		}
	}
	count := map[string]int{}
	for module, directory := range directories {
		files, err := os.ReadDir(directory)
		if err != nil {
			t.Fatal(err)
		}
		has := false
		for _, file := range files {
			name := strings.ToUpper(file.Name())
			if file.IsDir() || !strings.HasPrefix(name, "LICENSE") && !strings.HasPrefix(name, "LICENCE") && !strings.HasPrefix(name, "COPYING") {
				continue
			}
			text, err := os.ReadFile(filepath.Join(directory, file.Name()))
			if err != nil {
				t.Fatal(err)
			}
			licence := licenceOf(string(text))
			if licence == "" {
				t.Errorf("%s comes under a licence that is not known to go with the provider's: %s", module, file.Name())
			}
			has = true
			count[licence]++
		}
		if !has {
			t.Errorf("%s has no licence", module)
		}
	}
	if count["MPL-2.0"] < 5 || count["BSD"] < 3 {
		t.Errorf("only found %v", count)
	}
}

func TestLicenceOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Copyright (c) 2014 A, Inc.\n\nMozilla Public License, version 2.0\n\n1. Definitions\n":                                                                                             "MPL-2.0",
		"                    Apache License\n              Version 2.0, January 2004\n":                                                                                                     "Apache-2.0",
		"The MIT License (MIT)\n\nCopyright (c) 2016 A\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of":                                                  "MIT",
		"Copyright 2009 The Go Authors.\n\nRedistribution and use in source and binary forms, with or without\nmodification, are permitted provided that the following conditions are\nmet": "BSD",
		"": "",
		"Copyright (c) 2020 A. All rights reserved.":                                                                   "",
		"GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3, 19 November 2007":                                               "",
		"Business Source License 1.1\nParameters\nChange License: Mozilla Public License, version 2.0\n1. Definitions": "",
		"\"Commons Clause\" License Condition v1.0\n\nApache License\nVersion 2.0, January 2004":                       "",
	} {
		if got := licenceOf(text); got != want {
			t.Errorf("%.40q is taken for %q, not %q", text, got, want)
		}
	}
}

var (
	goVersion = regexp.MustCompile(`(?m)^\s+go-version(?:-file)?: (.*)$`)
	action    = regexp.MustCompile(`(?m)^\s+(?:- )?uses: (\S+)(.*)$`)
	pinned    = regexp.MustCompile(`^[\w.-]+(?:/[\w.-]+)+@[0-9a-f]{40}$`)
)

// workflowProblems are where a workflow is not built on what it should be.
func workflowProblems(text, wantGo string) []string {
	var problems []string
	for _, found := range goVersion.FindAllStringSubmatch(text, -1) {
		// The file would give the lowest version that go.mod allows, with all
		// the holes that were closed since.
		if found[1] != wantGo {
			problems = append(problems, fmt.Sprintf("Go is %s, not %s", found[1], wantGo))
		}
	}
	for _, found := range action.FindAllStringSubmatch(text, -1) {
		if strings.HasPrefix(found[1], "./") {
			continue
		}
		if !pinned.MatchString(found[1]) || !strings.HasPrefix(found[2], " # v") {
			problems = append(problems, found[1]+" is not pinned to a commit, with its version in a comment")
		}
	}
	if !strings.Contains(text, "\npermissions:\n  contents: read\n\n") {
		problems = append(problems, "it may do more than read, other than in a job that says so")
	}
	return problems
}

func TestWorkflows(t *testing.T) {
	t.Parallel()
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(readFile(t, "go.mod"))
	if version == nil {
		t.Fatal("go.mod has no version of Go")
	}
	workflows, err := filepath.Glob(filepath.Join(top, ".github", "workflows", "*.yml"))
	if err != nil || len(workflows) == 0 {
		t.Fatal(workflows, err)
	}
	copied, err := filepath.Glob(filepath.Join(top, "examples", "*", ".github", "workflows", "*.yml"))
	if err != nil || len(copied) != 2 {
		t.Fatal(copied, err)
	}
	workflows = append(workflows, copied...)
	for _, workflow := range workflows {
		text, err := os.ReadFile(workflow)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range workflowProblems(string(text), version[1]+".x") {
			t.Errorf("%s: %s", workflow, problem)
		}
	}
}

func TestWorkflowProblems(t *testing.T) {
	t.Parallel()
	const good = `
permissions:
  contents: read

jobs:
  a:
    uses: ./.github/workflows/a.yml
  b:
    steps:
      - uses: actions/setup-go@b7ad1dad31e06c5925ef5d2fc7ad053ef454303e # v7.0.0
        with:
          go-version: 1.26.x
`
	if got := workflowProblems(good, "1.26.x"); len(got) > 0 {
		t.Errorf("got %q", got)
	}
	for _, replacement := range [][2]string{
		{"go-version: 1.26.x", "go-version-file: go.mod"},
		{"go-version: 1.26.x", "go-version: 1.25.x"},
		{"@b7ad1dad31e06c5925ef5d2fc7ad053ef454303e", "@v7"},
		{" # v7.0.0", ""},
		{"contents: read", "contents: write"},
		{"permissions:\n  contents: read\n", ""},
	} {
		if got := workflowProblems(strings.Replace(good, replacement[0], replacement[1], 1), "1.26.x"); len(got) != 1 {
			t.Errorf("%q: got %q", replacement[1], got)
		}
	}
}

// Dependabot and `make tidy-check` look after every module.
func TestDependabot(t *testing.T) {
	t.Parallel()
	config := readFile(t, ".github/dependabot.yml")
	var modules []string
	for _, file := range goModFiles(t) {
		modules = append(modules, path.Dir("/"+file))
	}
	if len(modules) < 4 {
		t.Fatalf("only found %q", modules)
	}
	makefile := readFile(t, "GNUmakefile")
	for _, module := range modules {
		if !strings.Contains(config, "package-ecosystem: gomod\n    directory: "+module+"\n") {
			t.Errorf("dependabot does not know %s", module)
		}
		if module != "/" && !strings.Contains(makefile, "cd "+module[1:]+" && $(GO) mod tidy -diff") {
			t.Errorf("make tidy-check does not know %s", module)
		}
	}
}

// goModFiles are the go.mod files of this checkout.
func goModFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(top, func(file string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "dist" || entry.Name() == ".terraform") {
			return filepath.SkipDir
		}
		if entry.Name() == "go.mod" {
			name, err := filepath.Rel(top, file)
			files = append(files, filepath.ToSlash(name))
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
