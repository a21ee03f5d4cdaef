//go:build unix

// Command meter stands in for a provider's executable. It runs the real one,
// which it finds beside itself, and notes what that has used.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
)

// The bench knows both names too.
const (
	provider = "provider"    // the real executable's name
	notes    = "BENCH_NOTES" // the variable with the file to write to
)

func main() {
	self, err := os.Executable()
	if err != nil {
		fmt.Fprintln(os.Stderr, "meter:", err)
		os.Exit(1)
	}
	command := exec.Command(filepath.Join(filepath.Dir(self), provider), os.Args[1:]...) //nolint:noctx // it ends when the CLI says so
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = command.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		fmt.Fprintln(os.Stderr, "meter:", err)
		os.Exit(1)
	}
	if err := note(command.ProcessState); err != nil {
		fmt.Fprintln(os.Stderr, "meter:", err)
		os.Exit(1)
	}
	os.Exit(command.ProcessState.ExitCode())
}

// note adds a line with the CPU time in microseconds and the peak of the
// memory in KiB.
func note(used *os.ProcessState) (err error) {
	usage, ok := used.SysUsage().(*syscall.Rusage)
	if !ok {
		return errors.New("this system does not report what a process used")
	}
	peak := usage.Maxrss
	if runtime.GOOS == "darwin" { // which alone counts in bytes
		peak /= 1024
	}
	file, err := os.OpenFile(os.Getenv(notes), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = fmt.Fprintln(file, (used.UserTime() + used.SystemTime()).Microseconds(), peak)
	return err
}
