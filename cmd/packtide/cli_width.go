package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// terminalWidth is how many characters a line of the person's terminal has; 0 where there is none, or it does not tell.
func (s *session) terminalWidth() int {
	f, ok := s.out.(*os.File)
	if !ok || !isTerminal(f) {
		return 0
	}
	if width, err := strconv.Atoi(s.getenv("COLUMNS")); err == nil {
		return max(width, 0)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	ask := exec.CommandContext(ctx, "stty", "size")
	ask.Stdin = f
	said, err := ask.Output()
	size := strings.Fields(string(said))
	if err != nil || len(size) != 2 {
		return 0
	}
	width, _ := strconv.Atoi(size[1]) // 0 as well where it does not tell
	return width
}

// width is how many characters the widest line takes.
func (t table) width() int {
	widths := make([]int, len(t.head))
	for _, line := range append([][]string{t.head}, t.lines...) {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(oneLine(cell)))
		}
	}
	all := 2 * (len(widths) - 1)
	for _, width := range widths {
		all += width
	}
	return all
}

// printParagraphs prints each line of a table as facts, without those that say nothing.
func (s *session) printParagraphs(t table) error {
	for n, line := range t.lines {
		if n > 0 {
			if err := s.say("\n"); err != nil {
				return err
			}
		}
		var facts [][2]string
		for i, cell := range line {
			if cell = oneLine(cell); cell != "-" {
				facts = append(facts, [2]string{capital(t.head[i]), cell})
			}
		}
		if err := s.facts(facts); err != nil {
			return err
		}
	}
	return nil
}

// capital is a column's head as the name of a fact: "IN TESTING" is "In testing".
func capital(head string) string {
	if head == "" {
		return ""
	}
	return fmt.Sprint(head[:1], strings.ToLower(head[1:]))
}
