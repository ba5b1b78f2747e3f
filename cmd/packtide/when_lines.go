package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"packtide/release"
)

// maxWhenLine is far beyond a zone's name and a date; a longer line is not read as one.
const maxWhenLine = 4096

// whenLines answers lines "ZONE DATE". Memory does not grow with the input.
type whenLines struct {
	in    *bufio.Reader
	out   *bufio.Writer
	zones map[string]*time.Location // those met so far
	json  bool
}

// answerLines answers each line of standard input. A line that has no answer is told on
// standard error with its number; the others are answered all the same, and the command
// fails in the end. Empty lines ask nothing.
func (c *whenCmd) answerLines(std streams) error {
	lines := whenLines{
		in:    bufio.NewReaderSize(std.in, maxWhenLine),
		out:   bufio.NewWriter(std.out),
		zones: map[string]*time.Location{},
		json:  c.JSON,
	}
	unanswered := 0
	for number, last := 1, false; !last; number++ {
		line, err := lines.read()
		if last = errors.Is(err, io.EOF); err != nil && !last {
			return errors.Join(fmt.Errorf("read line %d: %w", number, err), lines.out.Flush())
		}
		reply, err := lines.answer(line)
		if err != nil {
			unanswered++
			if _, err := fmt.Fprintf(std.err, "line %d: %v\n", number, err); err != nil {
				return fmt.Errorf("report line %d: %w", number, err)
			}
		}
		if err := lines.reply(reply, last); err != nil {
			return fmt.Errorf("write the answer to line %d: %w", number, err)
		}
	}
	if unanswered > 0 {
		return fmt.Errorf("lines without an answer: %d", unanswered)
	}
	return nil
}

// read returns the next line; with io.EOF it is the last. A line that is too long ends in
// an ellipsis, which no readable line contains.
func (l *whenLines) read() (string, error) {
	part, err := l.in.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return string(part), err
	}
	line := string(part) + " …"
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = l.in.ReadSlice('\n')
	}
	return line, err
}

// reply writes one answer. It hands the answers on when nothing is left to read for now, so
// that a program which writes a line and waits gets its answer.
func (l *whenLines) reply(reply string, last bool) error {
	if _, err := l.out.WriteString(reply); err != nil {
		return err
	}
	if last || l.in.Buffered() == 0 {
		return l.out.Flush()
	}
	return nil
}

// answer returns the answer to one line, with its end of line; to an empty line, nothing.
func (l *whenLines) answer(line string) (string, error) {
	words := strings.Fields(line)
	if len(words) == 0 {
		return "", nil
	}
	if len(words) != 2 {
		return "", fmt.Errorf("%.60q is not a zone and a date; write a line like Europe/Paris 2026-03-29",
			strings.TrimSpace(line))
	}
	zone, err := l.zone(words[0])
	if err != nil {
		return "", err
	}
	answer, err := newWhenAnswer(words[1], zone)
	if err != nil && !errors.Is(err, release.ErrNoSuchDate) {
		return "", err
	}
	if l.json {
		return answer.json()
	}
	instant := answer.Instant
	if !answer.Exists {
		instant = "none"
	}
	return fmt.Sprintln(answer.Zone, answer.Date, instant), nil
}

func (l *whenLines) zone(name string) (*time.Location, error) {
	if zone, ok := l.zones[name]; ok {
		return zone, nil
	}
	zone, err := release.LoadZone(name)
	if err != nil {
		return nil, err
	}
	l.zones[name] = zone
	return zone, nil
}
