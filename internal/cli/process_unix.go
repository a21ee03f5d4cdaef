//go:build unix

package cli

import (
	"os/exec"
	"syscall"
)

// separate puts the child into a process group of its own. A Ctrl-C reaches
// every process of the terminal's group: the CLI would be interrupted twice,
// by the terminal and by us, and gives up its work at the second time.
func separate(child *exec.Cmd) {
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

func interrupt(child *exec.Cmd) error {
	return syscall.Kill(child.Process.Pid, syscall.SIGINT)
}

// endAll ends what is left of the child's group: the providers that a killed
// CLI leaves behind.
func endAll(child *exec.Cmd) {
	if child.Process != nil {
		_ = syscall.Kill(-child.Process.Pid, syscall.SIGKILL)
	}
}
