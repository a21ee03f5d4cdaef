//go:build unix

package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// A table is what was measured. A figure that has one in the floor's row of
// the same group is followed by its ratio to that.
type table struct {
	title string
	heads []string
	rows  [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t table) print(w io.Writer) {
	if len(t.rows) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s\n\n", t.title)
	aligned := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{t.heads}, t.rows...) {
		fmt.Fprintln(aligned, strings.TrimRight(strings.Join(row, "\t"), "\t"))
	}
	_ = aligned.Flush() // whether it can be written to w shows above
}

// beside writes a figure with its ratio to the floor's, where both are there.
func beside[T int | int64 | time.Duration](figure, floor T, text string) string {
	if figure == 0 || floor == 0 {
		return text
	}
	return fmt.Sprintf("%s (%.2f)", text, float64(figure)/float64(floor))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond))
}

func megabytes(kib int) string { return fmt.Sprintf("%.1f MB", float64(kib)*1024/1e6) }

var measured = []string{"wall", "provider CPU", "a resource", "CLI's CPU", "provider's peak", "requests", "429s"}

// cells are the columns of measured.
func (m measurement) cells(floor measurement, n int) []string {
	if m.provider == 0 { // it has no provider
		return []string{beside(m.wall, floor.wall, seconds(m.wall)), "", "", seconds(m.cli)}
	}
	return []string{
		beside(m.wall, floor.wall, seconds(m.wall)),
		beside(m.provider, floor.provider, seconds(m.provider)),
		milliseconds(m.provider / time.Duration(n)),
		seconds(m.cli),
		beside(m.peak, floor.peak, megabytes(m.peak)),
		fmt.Sprint(m.requests),
		fmt.Sprint(m.refused),
	}
}
