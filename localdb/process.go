package localdb

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"time"
)

// quitLimit leaves PostgreSQL the 5 s after which it kills its children itself.
const quitLimit = 10 * time.Second

// process is a running program of PostgreSQL's.
type process struct {
	os       *os.Process
	done     chan struct{} // closed when it has ended
	err      error         // how it ended; to be read after done
	dir      string        // the data folder it serves
	programs string        // the folder it was started from
	ending   atomic.Bool   // it was told to
}

// start runs the command. The thread that starts it waits for it too: on Linux the kernel ends the process when that
// thread ends, so the thread must not go earlier.
func (p *process) start(cmd *exec.Cmd) error {
	p.done = make(chan struct{})
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		p.os = cmd.Process
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	return <-started
}

// quit ends the process at once and waits until it has gone.
func (p *process) quit() {
	p.ending.Store(true)
	if err := p.abort(); err != nil {
		return // gone already
	}
	select {
	case <-p.done:
	case <-time.After(quitLimit):
	}
}

// watch reports an end that nobody asked for.
func (p *process) watch(log *slog.Logger, file string) {
	<-p.done
	if !p.ending.Load() {
		log.Error("the embedded database has ended by itself", "exit", fmt.Sprint(p.err), "details", file)
	}
}

// pause waits unless ctx ends first.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// lastLines is the end of what a program said, fit for an error.
func lastLines(out []byte) string {
	const most = 6
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-most):], []byte(" | ")))
}
