package localdb

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// orphanLimit is how long a server whose program has died may take to end.
const orphanLimit = 20 * time.Second

// pidFile is what a server writes beside its data; pid is 0 where there is none. After a crash it is stale.
type pidFile struct {
	dir  string
	pid  int
	port int
}

// readPidFile reads postmaster.pid: the process on the first line, the port on the fourth.
// https://www.postgresql.org/docs/current/storage-file-layout.html
func readPidFile(dir string) (pidFile, error) {
	file := pidFile{dir: dir}
	content, err := os.ReadFile(filepath.Join(dir, "postmaster.pid"))
	if errors.Is(err, fs.ErrNotExist) {
		return file, nil
	}
	if err != nil {
		return file, fmt.Errorf("looking for a running server: %w", err)
	}
	lines := strings.Split(string(content), "\n")
	at := func(line int) int {
		if line >= len(lines) {
			return 0
		}
		n, err := strconv.Atoi(strings.TrimSpace(lines[line]))
		if err != nil {
			return 0 // half written by a server that crashed: PostgreSQL itself decides
		}
		return n
	}
	file.pid, file.port = max(0, at(0)), at(3)
	return file, nil
}

func (f pidFile) live() bool { return f.pid != 0 && isServer(f.pid, f.dir) }

// takeOver deals with a server that runs although no program holds the folder. Where the kernel ends servers with
// their program it is on its way out, and we wait. Elsewhere it was left behind, and we make it ours. A server that
// stays is somebody's who started it by hand.
func (s *Server) takeOver(ctx context.Context, cfg Config, old pidFile) (adopted bool, err error) {
	if cfg.adopt && old.port != 0 {
		cfg.Log.InfoContext(ctx, "taking over the embedded database that was left running", "process", old.pid)
		return true, s.adopt(ctx, cfg, old)
	}
	cfg.Log.InfoContext(ctx, "waiting for the server of an earlier run to end", "process", old.pid)
	waiting, cancel := context.WithTimeout(ctx, orphanLimit)
	defer cancel()
	for old.live() {
		if pause(waiting, 20*time.Millisecond) != nil {
			break
		}
	}
	if ctx.Err() != nil {
		return false, fmt.Errorf("waiting for the server of an earlier run: %w", ctx.Err())
	}
	if old.live() {
		return false, fmt.Errorf("%w: %s is in use by process %d, a PostgreSQL server that this program did not start; stop it or choose another folder with --data-dir",
			ErrInUse, old.dir, old.pid)
	}
	return false, nil
}

func (s *Server) adopt(ctx context.Context, cfg Config, old pidFile) error {
	proc, err := os.FindProcess(old.pid)
	if err != nil {
		return fmt.Errorf("taking over process %d: %w", old.pid, err)
	}
	s.port = old.port
	s.process = &process{os: proc, done: make(chan struct{}), dir: old.dir, programs: s.programs.dir}
	go func() { // not our child, so nobody tells us of its end
		for old.live() {
			time.Sleep(200 * time.Millisecond)
		}
		close(s.process.done)
	}()
	if err := s.answers(ctx); err != nil {
		return err
	}
	go s.process.watch(cfg.Log, s.folder.log())
	return nil
}
