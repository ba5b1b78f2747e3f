package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ask asks a person at a terminal; for programs there is a flag.
func (s *session) ask(question, flag string) (string, error) {
	if !isTerminal(s.in) {
		return "", usageError{fmt.Errorf("this has to be confirmed, and nobody is there to be asked: confirm it with %s", flag)}
	}
	fmt.Fprint(s.err, printable(question))
	line, err := bufio.NewReader(s.in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the answer: %w", err)
	}
	return strings.TrimSpace(line), nil
}

// confirm goes on when it was told yes beforehand, or is told so now.
func (s *session) confirm(yes bool, what string) error {
	if yes {
		return nil
	}
	answer, err := s.ask(what+" Type yes to do it: ", "--yes")
	if err == nil && answer != "yes" {
		err = failure{errors.New("nothing was changed"), exitRefused}
	}
	return err
}
