package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
)

// inOrder does work on every item, as many at once as there are processors, and hands the results on in the order of the
// items. Only a few results wait at any time. It ends with the first error of take, or when ctx ends.
func inOrder[T, R any](ctx context.Context, items []T, work func(T) R, take func(R) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	workers := runtime.GOMAXPROCS(0)
	waiting := make(chan chan R, workers)
	go func() {
		defer close(waiting)
		for _, item := range items {
			result := make(chan R, 1)
			select {
			case waiting <- result: // blocks while as many as there are workers are being worked on
				go func() { result <- work(item) }()
			case <-ctx.Done():
				return
			}
		}
	}()
	for result := range waiting {
		select {
		case r := <-result:
			if err := take(r); err != nil {
				return err
			}
		case <-ctx.Done():
		}
	}
	return context.Cause(ctx)
}

// progress is a line on a terminal that counts what is done; anywhere else it is silent.
type progress struct {
	out       io.Writer // nil: silent
	done, all int
}

// newProgress counts up to all, if out is a terminal and there is more to do than one thing.
func newProgress(out io.Writer, all int) *progress {
	p := &progress{all: all}
	if f, ok := out.(*os.File); ok && all > 1 {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.out = out
		}
	}
	return p
}

const eraseLine = "\r\x1b[K"

func (p *progress) step() {
	if p.done++; p.out != nil {
		fmt.Fprintf(p.out, "%s%d of %d packages checked", eraseLine, p.done, p.all)
	}
}

func (p *progress) clear() {
	if p.out != nil {
		fmt.Fprint(p.out, eraseLine)
	}
}
