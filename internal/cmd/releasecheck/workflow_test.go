package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// script is what a step of the release workflow runs.
func script(t *testing.T, job, step string) string {
	t.Helper()
	text, err := os.ReadFile("../../../.github/workflows/release.yml")
	if err != nil {
		t.Fatal(err)
	}
	var workflow struct {
		Jobs map[string]struct{ Steps []struct{ ID, Run string } }
	}
	if err := yaml.Unmarshal(text, &workflow); err != nil {
		t.Fatal(err)
	}
	for _, s := range workflow.Jobs[job].Steps {
		if s.ID == step {
			return s.Run
		}
	}
	t.Fatalf("the job %s has no step %s", job, step)
	return ""
}

// A runner is what the steps find: a directory with what earlier jobs have left,
// no keys, and a gh that writes down how it is called.
type runner struct {
	t        *testing.T
	dir, bin string
	env      []string
}

// fakeGH fails where GH_FAILS has a word of its arguments, and tells of uploads
// that are other than what was sent where GH_LIES is set.
const fakeGH = `#!/usr/bin/env bash
echo "$*" >> "$(dirname "$0")/calls"
case " $* " in
  *" $GH_FAILS "*) echo "gh fails"; exit 1 ;;
  *"/releases --jq "*) cd release && sha256sum -- * | sed "s/^/$GH_LIES/" ;;
esac
`

func newRunner(t *testing.T) *runner {
	t.Helper()
	if _, err := exec.LookPath("gpg"); err != nil {
		t.Skipf("there is no gpg here: %v", err)
	}
	r := &runner{t: t, dir: t.TempDir(), bin: t.TempDir()}
	home, err := os.MkdirTemp("", "gpg-") //nolint:usetesting // a test's own is too long for the socket of an agent
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(r.bin, "gh"), []byte(fakeGH), 0o755); err != nil {
		t.Fatal(err)
	}
	r.env = append(os.Environ(), "GNUPGHOME="+home, "PATH="+r.bin+string(filepath.ListSeparator)+os.Getenv("PATH"),
		"GH_FAILS=nothing", "GH_REPO=aurinko/terraform-provider-aurinko", "GITHUB_REPOSITORY=aurinko/terraform-provider-aurinko", "GITHUB_REF=refs/tags/v1.2.3", "GITHUB_REF_NAME=v1.2.3", "GITHUB_SHA=0123456789abcdef")
	t.Cleanup(func() {
		_, _ = r.bash("gpgconf --kill all")
		_ = os.RemoveAll(home)
	})
	return r
}

// bash runs a script as a workflow runs that of a step.
func (r *runner) bash(script string) (string, error) {
	command := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
	command.Dir, command.Env = r.dir, r.env
	output, err := command.CombinedOutput()
	return string(output), err
}

func (r *runner) must(script string) {
	r.t.Helper()
	if output, err := r.bash(script); err != nil {
		r.t.Fatalf("%s\n%v\n%s", script, err, output)
	}
}

const sumsName = base + "_SHA256SUMS"

// sign makes a key with a release in it that the workflow has signed.
func sign(t *testing.T) fs.FS {
	t.Helper()
	r := newRunner(t)
	r.must(`
		mkdir .github release
		gpg --batch --passphrase 'pass word' --quick-generate-key Somebody rsa2048 sign never
		gpg --batch --armor --export Somebody > .github/release-key.asc
		gpg --batch --pinentry-mode loopback --passphrase 'pass word' --armor --export-secret-keys Somebody > private.asc
		gpg --batch --yes --delete-secret-and-public-key "$(gpg --with-colons --list-keys | awk -F: '/^fpr/ { print $10; exit }')"
		cd release
		for file in linux_amd64.zip linux_amd64.zip.sbom.spdx.json manifest.json; do echo "$file" > "` + base + `_$file"; done
		sha256sum -- * > ` + sumsName)
	r.must("cd release; GPG_PASSPHRASE='pass word' GPG_PRIVATE_KEY=$(cat ../private.asc)\n" + script(t, "sign", "sign"))
	r.must("rm private.asc")
	return os.DirFS(r.dir)
}

func TestWorkflow(t *testing.T) {
	t.Parallel()
	release := sign(t)
	for name, test := range map[string]struct {
		spoil string
		env   []string
		job   string // that refuses it; "": none does
		says  string
	}{
		"good":                  {},
		"a changed file":        {spoil: "echo >> release/" + base + "_manifest.json", job: "verify", says: base + "_manifest.json: FAILED"},
		"a missing file":        {spoil: "rm release/" + base + "_linux_amd64.zip", job: "verify", says: base + "_linux_amd64.zip: FAILED open or read"},
		"a file without a sum":  {spoil: "touch release/another.zip", job: "verify", says: "> another.zip"},
		"changed sums":          {spoil: "echo >> release/" + sumsName, job: "verify", says: "BAD signature"},
		"no signature":          {spoil: "rm release/" + sumsName + ".sig", job: "verify", says: "can't open"},
		"an armored signature":  {spoil: "gpg --enarmor < release/" + sumsName + ".sig > x; mv x release/" + sumsName + ".sig", job: "verify", says: "armored"},
		"somebody else's key":   {spoil: "gpg --batch --passphrase '' --quick-generate-key Another rsa2048 sign never; gpg --armor --export Another > .github/release-key.asc", job: "verify", says: "No public key"},
		"no attestation":        {env: []string{"GH_FAILS=" + base + "_linux_amd64.zip.sbom.spdx.json"}, job: "verify", says: "gh fails"},
		"another upload":        {env: []string{"GH_LIES=0"}, job: "publish", says: "> 0"},
		"an upload that failed": {env: []string{"GH_FAILS=upload"}, job: "publish", says: "gh fails"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRunner(t)
			r.env = append(r.env, test.env...)
			if err := os.CopyFS(r.dir, release); err != nil {
				t.Fatal(err)
			}
			r.must(test.spoil)
			for _, job := range []string{"verify", "publish"} {
				output, err := r.bash(script(t, job, job))
				if (err != nil) != (job == test.job) || err != nil && !strings.Contains(output, test.says) {
					t.Errorf("%s: %v\n%s", job, err, output)
				}
				if err != nil {
					break
				}
			}
			calls, err := os.ReadFile(filepath.Join(r.bin, "calls"))
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			if isPublic := strings.Contains(string(calls), "--draft=false"); isPublic != (test.job == "") {
				t.Errorf("published: %t, after\n%s", isPublic, calls)
			}
			if n := strings.Count(string(calls), "--signer-workflow aurinko/terraform-provider-aurinko/.github/workflows/build.yml "); test.job != "verify" && n != 3 {
				t.Errorf("%d files have an attestation of the workflow, not 3:\n%s", n, calls)
			}
		})
	}
}
