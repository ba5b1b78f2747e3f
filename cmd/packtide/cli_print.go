package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"packtide/client"
	"packtide/release"
)

// isTerminal tells whether a person sits at the other end.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	nowhere, err := os.Stat(os.DevNull) // a device too, where nobody sits
	return err != nil || !os.SameFile(info, nowhere)
}

// say prints a sentence; texts of the server in it are made printable.
func (s *session) say(format string, args ...any) error {
	for i, arg := range args {
		if text, ok := arg.(string); ok {
			args[i] = printable(text)
		}
	}
	if _, err := fmt.Fprintf(s.out, format, args...); err != nil {
		return fmt.Errorf("print the answer: %w", err)
	}
	return nil
}

// rawJSON is what the client gives of everything it read.
type rawJSON interface{ JSON() json.RawMessage }

// printRaw prints the server's own JSON on one line.
func (s *session) printRaw(thing rawJSON) error {
	text := thing.JSON()
	if len(text) == 0 {
		text = json.RawMessage("{}")
	}
	return s.printValue(text)
}

// printValue prints a value as JSON on one line, with what a terminal would act on escaped.
func (s *session) printValue(value any) error {
	var line strings.Builder
	if err := printJSON(&line, value); err != nil {
		return fmt.Errorf("print the answer: %w", err)
	}
	if _, err := io.WriteString(s.out, escapedJSON(line.String())); err != nil {
		return fmt.Errorf("print the answer: %w", err)
	}
	return nil
}

// escapedJSON is the same JSON without characters that are not printed: they stand in texts only, where escapes may.
func escapedJSON(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r == '\n' || strconv.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// csvOut is where tables for other programs go: to a terminal line by line, with what it would act on written out.
func (s *session) csvOut() io.Writer {
	if isTerminal(s.out) {
		return &printableLines{out: s.out}
	}
	return s.out
}

// printableLines keeps the beginning of a line until its end comes.
type printableLines struct {
	out  io.Writer
	line []byte
}

func (p *printableLines) Write(text []byte) (int, error) {
	p.line = append(p.line, text...)
	for {
		line, rest, found := bytes.Cut(p.line, []byte("\n"))
		if !found {
			return len(text), nil
		}
		if _, err := fmt.Fprintln(p.out, printable(strings.TrimSuffix(string(line), "\r"))); err != nil {
			return 0, err //nolint:wrapcheck // the client says what was attempted
		}
		p.line = rest
	}
}

// printList prints a list as the API gives one, all pages in one: {"items":[…],"next":null}, an item a line.
func printList[T rawJSON](s *session, items iter.Seq2[T, error]) error {
	out := bufio.NewWriter(s.out)
	count := 0
	fmt.Fprint(out, `{"items":[`)
	for item, err := range items {
		if err != nil {
			return err
		}
		if count++; count > 1 {
			fmt.Fprint(out, ",")
		}
		fmt.Fprintf(out, "\n%s", escapedJSON(string(item.JSON())))
	}
	fmt.Fprintln(out, `],"next":null}`)
	if err := out.Flush(); err != nil {
		return fmt.Errorf("print the list: %w", err)
	}
	return nil
}

// table is aligned text for people.
type table struct {
	head  []string
	lines [][]string
}

func (t *table) add(cells ...string) { t.lines = append(t.lines, cells) }

// print prints a table or, where the terminal is too narrow for one, a paragraph for each of its lines.
func (s *session) print(t table) error {
	if width := s.terminalWidth(); width > 0 && t.width() > width {
		return s.printParagraphs(t)
	}
	return s.printAligned(t)
}

// printAligned aligns the columns; the last one, and what is empty at a line's end, leaves no space behind. The head is bold on
// a terminal, unless NO_COLOR is set.
func (s *session) printAligned(t table) error {
	widths := make([]int, len(t.head))
	all := append([][]string{t.head}, t.lines...)
	for i, line := range all {
		clean := make([]string, len(line))
		for j, cell := range line {
			clean[j] = oneLine(cell)
			widths[j] = max(widths[j], utf8.RuneCountInString(clean[j]))
		}
		all[i] = clean
	}
	out := bufio.NewWriter(s.out)
	for i, line := range all {
		var b strings.Builder
		for j, cell := range line {
			b.WriteString(cell + strings.Repeat(" ", widths[j]-utf8.RuneCountInString(cell)+2))
		}
		text := strings.TrimRight(b.String(), " ")
		if i == 0 {
			text = s.bold(text)
		}
		fmt.Fprintln(out, text)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("print the table: %w", err)
	}
	return nil
}

func (s *session) bold(text string) string {
	if !isTerminal(s.out) || s.getenv("NO_COLOR") != "" || s.getenv("TERM") == "dumb" {
		return text
	}
	return "\x1b[1m" + text + "\x1b[0m"
}

// facts prints what there is to say of one thing, a line each; a value of several lines stands below its name.
func (s *session) facts(lines [][2]string) error {
	width := 0
	for _, line := range lines {
		width = max(width, utf8.RuneCountInString(line[0]))
	}
	var b strings.Builder
	for _, line := range lines {
		value := strings.TrimSpace(printable(line[1]))
		switch {
		case value == "":
		case strings.Contains(value, "\n"):
			fmt.Fprintf(&b, "%s:\n    %s\n", line[0], strings.ReplaceAll(value, "\n", "\n    "))
		default:
			fmt.Fprintf(&b, "%-*s  %s\n", width+1, line[0]+":", value)
		}
	}
	if _, err := io.WriteString(s.out, b.String()); err != nil {
		return fmt.Errorf("print the answer: %w", err)
	}
	return nil
}

// myZone is the time zone of the person's account; UTC for the staff.
func (s *session) myZone(ctx context.Context) (*time.Location, error) {
	if s.zone != nil {
		return s.zone, nil
	}
	me, err := s.me(ctx)
	if err != nil {
		return nil, err
	}
	zone := time.UTC
	if me.Account != nil {
		if zone, err = release.LoadZone(me.Account.Zone); err != nil {
			return nil, fmt.Errorf("the account's time zone: %w", err)
		}
	}
	s.zone = zone
	return zone, nil
}

// me is who the token is, asked for once.
func (s *session) me(ctx context.Context) (client.Me, error) {
	if s.self == nil {
		me, err := s.Me(ctx)
		if err != nil {
			return me, err
		}
		s.self = &me
	}
	return *s.self, nil
}

const clockLayout = "2006-01-02 15:04"

// clocks tells an instant on the person's own clock and, where it shows something else, on the publisher's.
func (s *session) clocks(ctx context.Context, at time.Time, zone string) (string, error) {
	mine, err := s.myZone(ctx)
	if err != nil {
		return "", err
	}
	return bothClocks(at, mine, zone), nil
}

// bothClocks tells an instant on one clock and, where it shows something else, on that of the zone.
func bothClocks(at time.Time, mine *time.Location, zone string) string {
	text := at.In(mine).Format(clockLayout) + " " + mine.String()
	if zone == "" || zone == mine.String() {
		return text
	}
	theirs, err := release.LoadZone(zone)
	if err != nil { // a zone of a newer server
		return text + " = " + at.UTC().Format(clockLayout) + " UTC"
	}
	return text + " = " + at.In(theirs).Format(clockLayout) + " " + zone
}

// printOr prints a table, or what to do where it has no lines.
func (s *session) printOr(t table, empty string) error {
	if len(t.lines) == 0 {
		return s.say("%s\n", empty)
	}
	return s.print(t)
}

// rawOr prints the JSON of what was done, unless it failed.
func (s *session) rawOr(thing rawJSON, err error) error {
	if err != nil {
		return err
	}
	return s.printRaw(thing)
}

// counted is a number with its noun: 1 attachment, 2 attachments.
func counted(n int64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.FormatInt(n, 10) + " " + noun
}
