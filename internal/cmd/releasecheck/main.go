// Command releasecheck builds the release of this checkout for this machine
// twice, in places that differ in whatever a build must not depend on, and
// fails when the two differ or are not what the registries ask for. Nothing is
// published, and the checkout is left as it is.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"time"
)

func main() {
	keep := flag.String("keep", "", "`directory` to leave the release in, which must not exist yet")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "releasecheck: unexpected argument %q\n", flag.Arg(0))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *keep, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "releasecheck:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, keep string, stdout io.Writer) (err error) {
	if keep != "" {
		if keep, err = filepath.Abs(keep); err != nil {
			return err
		}
		if _, err := os.Lstat(keep); err == nil {
			return fmt.Errorf("%s exists", keep)
		}
	}
	top, err := output(ctx, "", nil, "git", "rev-parse", "--show-toplevel")
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "releasecheck-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()

	if err := standIn(filepath.Join(work, "bin")); err != nil {
		return err
	}
	fmt.Fprintln(stdout, "The SBOMs are a stand-in's for syft, which the release workflow installs.")

	zone := func(name string) []string {
		return []string{"TZ=" + name, "PATH=" + filepath.Join(work, "bin") + string(filepath.ListSeparator) + os.Getenv("PATH")}
	}
	first := build{top: top, dir: filepath.Join(work, "first"), env: zone("UTC"), open: 0o755}
	second := build{top: top, dir: filepath.Join(work, "somewhere", "else", "second"), env: zone("Asia/Tokyo"), open: 0o700, modified: time.Unix(1e9, 0)}
	for _, b := range []build{first, second} {
		if err := b.run(ctx); err != nil {
			return err
		}
	}

	release, err := read(filepath.Join(first.dir, "dist"))
	if err != nil {
		return err
	}
	again, err := read(filepath.Join(second.dir, "dist"))
	if err != nil {
		return err
	}
	if problems := append(release.problems(), release.differences(again)...); len(problems) > 0 {
		return errors.New(strings.Join(problems, "\n"))
	}
	said, err := output(ctx, "", nil, filepath.Join(first.dir, "dist", release.binary), "--version")
	if err != nil {
		return err
	}
	if said != release.version {
		return fmt.Errorf("the binary says that it is version %q, not %q", said, release.version)
	}
	fmt.Fprintf(stdout, "Version %s for %s/%s: two builds gave the same %d files, and they are what the registries ask for.\n",
		release.version, runtime.GOOS, runtime.GOARCH, len(release.files))
	if keep != "" {
		return os.CopyFS(keep, os.DirFS(filepath.Join(first.dir, "dist")))
	}
	return nil
}

// A build is a release made in a copy of the checkout.
type build struct {
	top, dir string // the checkout, and its copy
	env      []string
	open     os.FileMode // what the copy's files may at most be open to
	modified time.Time   // of the copy's files; zero is now
}

func (b build) run(ctx context.Context) error {
	if err := b.copyCheckout(ctx); err != nil {
		return err
	}
	config, err := os.ReadFile(filepath.Join(b.dir, ".goreleaser.yml"))
	if err != nil {
		return err
	}
	thisMachine, err := onlyFor(string(config), runtime.GOOS+"_"+runtime.GOARCH)
	if err != nil {
		return err
	}
	// Beside the checkout's file, for it to stay as git knows it.
	file := b.dir + ".goreleaser.yml"
	if err := os.WriteFile(file, []byte(thisMachine), 0o600); err != nil {
		return err
	}
	_, err = output(ctx, b.dir, b.env, "go", "tool", "-modfile="+filepath.Join(b.top, "tools", "go.mod"), "goreleaser", "release", "--snapshot", "--config", file)
	return err
}

// copyCheckout clones the checkout and brings what is not committed.
func (b build) copyCheckout(ctx context.Context) error {
	if _, err := output(ctx, "", nil, "git", "clone", "--quiet", b.top, b.dir); err != nil {
		return err
	}
	listed, err := output(ctx, b.top, nil, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.Trim(listed, "\x00"), "\x00") {
		from, to := filepath.Join(b.top, name), filepath.Join(b.dir, name)
		info, err := os.Lstat(from)
		if errors.Is(err, os.ErrNotExist) { // deleted, which is not committed yet
			if err := os.RemoveAll(to); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is no regular file", from)
		}
		text, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, text, info.Mode()); err != nil {
			return err
		}
		if err := os.Chmod(to, info.Mode()&b.open); err != nil {
			return err
		}
		if !b.modified.IsZero() {
			if err := os.Chtimes(to, b.modified, b.modified); err != nil {
				return err
			}
		}
	}
	return nil
}

var targets = regexp.MustCompile(`(?m)^    targets:\n(?:      - \w+\n)+`)

// onlyFor narrows a configuration of goreleaser to one target.
func onlyFor(config, target string) (string, error) {
	if builds := len(targets.FindAllString(config, -1)); builds != 2 {
		return "", fmt.Errorf(".goreleaser.yml has %d lists of targets where the provider and the simulator have one each", builds)
	}
	return targets.ReplaceAllLiteralString(config, "    targets:\n      - "+target+"\n"), nil
}

// standIn makes a command syft that writes documents with nothing in them: what
// is tried is that there is one for each archive and that it is in the sums.
func standIn(dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	const script = `#!/bin/sh
for argument; do
  case $argument in spdx-json=*) echo '{}' >"${argument#spdx-json=}" ;; esac
done
`
	return os.WriteFile(filepath.Join(dir, "syft"), []byte(script), 0o755)
}

// output runs a command and returns what it writes to its standard output,
// trimmed. The error of one that fails has what it wrote.
func output(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), env...)
	var stdout, stderr strings.Builder
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s%s", strings.Join(append([]string{filepath.Base(name)}, args...), " "), err, stdout.String(), stderr.String())
	}
	return strings.TrimSpace(stdout.String()), nil
}
