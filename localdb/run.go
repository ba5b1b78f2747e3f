package localdb

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	loopback = "127.0.0.1"
	attempts = 10
)

// run has the server answer on s.port: the one that was left running where that is possible, else a new one.
func (s *Server) run(ctx context.Context, cfg Config, c cluster) error {
	old, err := readPidFile(c.dir)
	if err != nil {
		return err
	}
	if old.live() {
		adopted, err := s.takeOver(ctx, cfg, old)
		if adopted || err != nil {
			return err
		}
	}
	cfg.Log.InfoContext(ctx, "starting the embedded database", "folder", c.dir, "version", s.programs.version)
	for attempt := 1; ; attempt++ {
		err := s.launch(ctx, cfg.Settings, c, old)
		if err == nil {
			go s.process.watch(cfg.Log, s.folder.log())
			return nil
		}
		if attempt == attempts || !passing(err) {
			return err
		}
		if err := pause(ctx, 300*time.Millisecond); err != nil {
			return fmt.Errorf("starting the embedded database: %w", err)
		}
	}
}

// passing tells reasons that end by themselves: another program took the port between our choice and the start; the
// children of a server that was killed have not yet noticed.
func passing(err error) bool {
	text := err.Error()
	return strings.Contains(text, "could not bind") || strings.Contains(text, "is still in use")
}

// launch starts a server on a free port and waits until it answers.
func (s *Server) launch(ctx context.Context, settings map[string]string, c cluster, old pidFile) error {
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	s.port = port
	log, err := s.folder.newLog()
	if err != nil {
		return err
	}
	cmd := command(context.WithoutCancel(ctx), s.folder.as, s.programs.path("postgres"), s.arguments(settings, c)...)
	cmd.Stdout, cmd.Stderr = log, log
	if old.pid != 0 {
		// The file of a server that crashed may name a process that is somebody else's by now, at which PostgreSQL
		// gives up. It ignores the number it is given here, but still looks whether the old memory is in use.
		cmd.Env = append(cmd.Env, "PG_GRANDPARENT_PID="+strconv.Itoa(old.pid))
	}
	s.process = &process{dir: c.dir, programs: s.programs.dir}
	if err := errors.Join(s.process.start(cmd), log.Close()); err != nil {
		return fmt.Errorf("starting the embedded database: %w", err)
	}
	if err := s.answers(ctx); err != nil {
		s.process.quit()
		return err
	}
	return nil
}

func (s *Server) arguments(settings map[string]string, c cluster) []string {
	sockets := s.folder.sockets()
	if len(filepath.Join(sockets, ".s.PGSQL.65535")) > maxSocket {
		sockets = "" // we connect through 127.0.0.1 anyway
	}
	args := []string{"-D", c.dir, "-k", sockets, "-p", strconv.Itoa(s.port)}
	for _, setting := range []string{
		"listen_addresses=" + loopback,
		"password_encryption=scram-sha-256",
		"timezone=UTC",
		"log_timezone=UTC",
		"log_checkpoints=off", // or the log grows for ever in an idle program
	} {
		args = append(args, "-c", setting)
	}
	for name, value := range settings {
		args = append(args, "-c", name+"="+value)
	}
	return args
}

// answers waits until the owner can connect: after a crash the server first recovers, which may take as long as it
// takes. It fails when the server ends or when waiting longer cannot help.
func (s *Server) answers(ctx context.Context) error {
	for {
		conn, err := pgx.Connect(ctx, s.url(ownerRole, s.owner, "postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		var refused *pgconn.PgError
		if errors.As(err, &refused) && strings.HasPrefix(refused.Code, "28") { // invalid authorization
			return fmt.Errorf("%w: the database refuses the one in %s; put the right file back from a backup or choose another folder with --data-dir",
				ErrPassword, filepath.Join(s.folder.path, "owner.password"))
		}
		select {
		case <-s.process.done:
			return s.folder.failure(s.process.err)
		default:
		}
		if err := pause(ctx, 15*time.Millisecond); err != nil {
			return fmt.Errorf("starting the embedded database: %w", err)
		}
	}
}

// failure tells why a server has ended, in its own words.
func (f *folder) failure(cause error) error {
	said, err := os.ReadFile(f.log())
	if err != nil {
		return fmt.Errorf("the embedded database does not start: %w", errors.Join(cause, err))
	}
	return fmt.Errorf("the embedded database does not start (%s): %w: %s", f.log(), cause, lastLines(said))
}

// newLog begins a log and keeps the one before, which may tell of a crash.
func (f *folder) newLog() (*os.File, error) {
	if err := os.Rename(f.log(), f.log()+".1"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("keeping the log of the embedded database: %w", err)
	}
	log, err := os.OpenFile(f.log(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the log of the embedded database: %w", err)
	}
	return log, nil
}

func freePort(ctx context.Context) (int, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", net.JoinHostPort(loopback, "0"))
	if err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return 0, errors.Join(fmt.Errorf("looking for a free port: %s is no TCP address", l.Addr()), l.Close())
	}
	return addr.Port, l.Close()
}
