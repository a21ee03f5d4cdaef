package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// A narrator prints the demo: headings, sentences, what was found to be so,
// and the CLI's own output, indented.
type narrator struct {
	w     io.Writer
	color bool

	wasEmpty bool // the last line
}

const (
	bold  = "\x1b[1m"
	green = "\x1b[32m"
	reset = "\x1b[0m"
)

func (n *narrator) style(style, text string) string {
	if !n.color {
		return text
	}
	return style + text + reset
}

func (n *narrator) heading(text string) {
	n.gap()
	n.print(n.style(bold, "== "+text))
}

func (n *narrator) say(format string, args ...any) { n.print(fmt.Sprintf(format, args...)) }

func (n *narrator) ok(what string) { n.print(n.style(green, "ok:") + " " + what) }

// command announces a command and its output.
func (n *narrator) command(line string) {
	n.gap()
	n.print("  " + n.style(bold, "$ "+line))
}

// output prints what the CLI wrote. Of the resources in a plan, as many of
// each type are shown whole as is said, and the others by their first line.
func (n *narrator) output(text string, whole int) {
	for _, line := range tidy(text, whole) {
		n.print(strings.TrimRight("    "+line, " "))
	}
	n.gap()
}

func (n *narrator) print(line string) {
	fmt.Fprintln(n.w, line)
	n.wasEmpty = line == ""
}

// gap is an empty line, unless there is one already.
func (n *narrator) gap() {
	if !n.wasEmpty {
		n.print("")
	}
}

var (
	colorCode = regexp.MustCompile(`\x1b\[[0-9;]*m`)

	// The first line of a resource in a plan, such as
	// "  # aurinko_managed_account.mailbox["a@b"] will be created".
	planned = regexp.MustCompile(`^  # (\w+)\.\S+ `)

	// Lines that tell a reader nothing: what is read, what is begun (its end
	// is told too), and hints at the saved plan, which the demo applies itself.
	dull = regexp.MustCompile(`: (Reading|Refreshing state|Creating|Modifying|Destroying)\.\.\.|: Read complete after ` +
		`|^─+$|^Saved the plan to: |^To perform exactly these actions, run |^    (terraform|tofu) apply `)
)

// What is left out of an output, from a line on.
const (
	nothing   = iota
	below     // indented and empty lines
	insidePEM // everything to the end of a certificate
	theRest
)

// tidy leaves out what does not help a reader: dull lines, outputs, the inside
// of certificates, and the resources of a plan that are not to be shown whole.
func tidy(text string, whole int) []string {
	var lines []string
	seen := map[string]int{} // resources of each type
	left := nothing
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n ")
		plain := colorCode.ReplaceAllString(line, "")
		resource := planned.FindStringSubmatch(plain)

		wasBelow := left == below
		switch {
		case left == theRest,
			left == below && resource == nil && (plain == "" || plain[0] == ' '),
			left == insidePEM && !strings.Contains(plain, "-----END "):
			continue
		}
		left = nothing
		switch {
		case resource != nil:
			if seen[resource[1]]++; seen[resource[1]] > whole {
				left = below
			}
		case plain == "Changes to Outputs:":
			left = below
			continue
		case plain == "Outputs:":
			left = theRest
			continue
		case strings.Contains(plain, "-----BEGIN "):
			left = insidePEM
			line += " ..."
		case dull.MatchString(plain):
			continue
		}
		if wasBelow && left != below {
			lines = append(lines, "")
		}
		lines = append(lines, line)
	}
	isEmpty := func(line string) bool { return colorCode.ReplaceAllString(line, "") == "" }
	lines = slices.CompactFunc(lines, func(a, b string) bool { return isEmpty(a) && isEmpty(b) })
	for len(lines) > 0 && isEmpty(lines[0]) {
		lines = lines[1:]
	}
	for len(lines) > 0 && isEmpty(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	return lines
}
