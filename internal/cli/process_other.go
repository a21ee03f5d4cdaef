//go:build !unix

package cli

import "os/exec"

// Other systems cannot interrupt a process: it is killed, and the providers
// that it started notice that it has gone.

func separate(*exec.Cmd) {}

func interrupt(child *exec.Cmd) error { return child.Process.Kill() }

func endAll(*exec.Cmd) {}
