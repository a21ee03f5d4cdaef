//go:build unix

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// colds measures what even one resource costs.
func (b *bench) colds(ctx context.Context) (table, error) {
	t := table{title: "Cold", heads: []string{"", "handshake", "plan of one", "stripped binary"}}
	type figures struct {
		handshake, plan time.Duration
		size            int64
	}
	var floor figures
	for _, s := range b.subjects() {
		var f figures
		seed, err := b.seed(ctx, s)
		if err != nil {
			return t, err
		}
		var plans []measurement
		for range b.cold {
			m, err := b.plan(ctx, seed, 1, serverOptions{bulk: true})
			if err != nil {
				return t, err
			}
			plans = append(plans, m)
		}
		f.plan = middle(plans).wall
		cells := []string{s.name, "", beside(f.plan, floor.plan, milliseconds(f.plan))}
		if s.source != "" {
			if f.handshake, err = handshake(ctx, b.executable(s), b.cold); err != nil {
				return t, err
			}
			info, err := os.Stat(b.executable(s))
			if err != nil {
				return t, err
			}
			f.size = info.Size()
			cells[1] = beside(f.handshake, floor.handshake, milliseconds(f.handshake))
			cells = append(cells, beside(f.size, floor.size, megabytes(int(f.size/1024))))
		}
		t.add(cells...)
		if s.name != mailboxes.name {
			floor = f
		}
	}
	return t, nil
}

// handshake is how long a provider takes from its start to the line that tells
// where it can be reached: the median of so many times.
func handshake(ctx context.Context, executable string, times int) (time.Duration, error) {
	var all []time.Duration
	for range times {
		took, err := handshakeOnce(ctx, executable)
		if err != nil {
			return 0, err
		}
		all = append(all, took)
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}

func handshakeOnce(ctx context.Context, executable string) (time.Duration, error) {
	ctx, stop := context.WithCancel(ctx) // which ends the provider too
	defer stop()
	command := exec.CommandContext(ctx, executable)
	// By this a provider knows that it is not a person who starts it.
	command.Env = append(os.Environ(),
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		"PLUGIN_PROTOCOL_VERSIONS=5,6")
	output, err := command.StdoutPipe()
	if err != nil {
		return 0, err
	}
	started := time.Now()
	if err := command.Start(); err != nil {
		return 0, err
	}
	_, err = bufio.NewReader(output).ReadString('\n')
	took := time.Since(started)
	stop()
	_ = command.Wait() // it was ended
	return took, err
}

// A seed is a directory in which one resource has been applied.
type seed struct {
	subject
	dir     string
	state   []byte
	mailbox simulator.Account // as the server holds it
}

func (b *bench) seed(ctx context.Context, s subject) (seed, error) {
	made := seed{subject: s}
	var err error
	if made.dir, err = b.prepare(ctx, s, 1); err != nil {
		return made, err
	}
	server, stop, err := serve(ctx, serverOptions{})
	if err != nil {
		return made, err
	}
	defer stop()
	if _, err := b.command(ctx, made.dir, server, "apply", "-auto-approve"); err != nil {
		return made, err
	}
	made.mailbox, _ = server.Account(firstMailbox)
	made.state, err = os.ReadFile(made.stateFile())
	return made, err
}

func (s seed) stateFile() string { return filepath.Join(s.dir, "terraform.tfstate") }

// plan plans n resources that are there as they are configured.
func (b *bench) plan(ctx context.Context, s seed, n int, o serverOptions) (measurement, error) {
	if err := os.WriteFile(s.stateFile(), s.state, 0o600); err != nil {
		return measurement{}, err
	}
	if err := errors.Join(writeNames(s.dir, n), multiply(s.stateFile(), n)); err != nil {
		return measurement{}, err
	}
	server, stop, err := serve(ctx, o)
	if err != nil {
		return measurement{}, err
	}
	defer stop()
	if s.name == mailboxes.name {
		server.add(s.mailbox, n)
	}
	// With anything to change this ends with another exit code than 0.
	return b.command(ctx, s.dir, server, "plan", "-detailed-exitcode")
}

// plans measures plans with nothing to change.
func (b *bench) plans(ctx context.Context) (table, error) {
	t := table{title: "Plan with nothing to change, for_each", heads: append([]string{"", "N", "latency", "bulk refresh"}, measured...)}
	seeds := map[string]seed{}
	for _, s := range b.subjects() {
		made, err := b.seed(ctx, s)
		if err != nil {
			return t, err
		}
		seeds[s.name] = made
	}
	type row struct {
		subject
		serverOptions
	}
	var rows []row
	for _, s := range b.subjects() {
		if s.name != mailboxes.name {
			rows = append(rows, row{subject: s})
		}
	}
	for _, bulk := range []bool{true, false} {
		for _, latency := range b.latencies {
			rows = append(rows, row{mailboxes, serverOptions{latency: latency, bulk: bulk}})
		}
	}
	for _, n := range b.sizes {
		all := make([][]measurement, len(rows))
		for range b.repeat { // one after the other, so that what else the machine does hits all alike
			for i, row := range rows {
				fmt.Fprintf(b.log, "plan: %d × %s\n", n, row.name)
				m, err := b.plan(ctx, seeds[row.name], n, row.serverOptions)
				if err != nil {
					return t, err
				}
				all[i] = append(all[i], m)
			}
		}
		var floor measurement
		for i, row := range rows {
			m := middle(all[i])
			what := []string{row.name, strconv.Itoa(n), "", ""}
			if row.name == mailboxes.name {
				what[2], what[3] = row.latency.String(), onOff(row.bulk)
			}
			t.add(append(what, m.cells(floor, n)...)...)
			if row.name != mailboxes.name {
				floor = m
			}
		}
	}
	return t, nil
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// applies measures creating, and destroying against the limit of the service.
func (b *bench) applies(ctx context.Context) (table, error) {
	t := table{title: fmt.Sprintf("Create %d, and destroy them where 250 requests a second are enforced", b.applied), heads: append([]string{"", ""}, measured...)}
	if b.applied == 0 {
		return t, nil
	}
	var floor [2]measurement
	for _, s := range b.subjects() {
		var all [2][]measurement
		for range b.repeat {
			fmt.Fprintf(b.log, "apply: %d × %s\n", b.applied, s.name)
			created, destroyed, err := b.apply(ctx, s)
			if err != nil {
				return t, err
			}
			all[0], all[1] = append(all[0], created), append(all[1], destroyed)
		}
		for i, what := range []string{"create", "destroy"} {
			m := middle(all[i])
			t.add(append([]string{s.name, what}, m.cells(floor[i], b.applied)...)...)
			if s.name != mailboxes.name {
				floor[i] = m
			}
		}
	}
	return t, nil
}

func (b *bench) apply(ctx context.Context, s subject) (created, destroyed measurement, err error) {
	dir, err := b.prepare(ctx, s, b.applied)
	if err != nil {
		return created, destroyed, err
	}
	free, stop, err := serve(ctx, serverOptions{bulk: true})
	if err != nil {
		return created, destroyed, err
	}
	defer stop()
	if created, err = b.command(ctx, dir, free, "apply", "-auto-approve"); err != nil {
		return created, destroyed, err
	}
	limited, stopLimited, err := serve(ctx, serverOptions{bulk: true, limit: 250})
	if err != nil {
		return created, destroyed, err
	}
	defer stopLimited()
	for _, account := range free.Accounts() {
		limited.AddAccount(account)
	}
	destroyed, err = b.command(ctx, dir, limited, "destroy", "-auto-approve")
	if err == nil && s.name == mailboxes.name && len(limited.Accounts()) > 1 {
		err = errors.New("mailboxes are left after a destroy")
	}
	return created, destroyed, err
}
