package localdb

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// childDir names the variable that makes the test binary the program whose death the tests watch.
const childDir = "LOCALDB_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := child(context.Background(), dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// report is what the child tells once its server answers.
type report struct {
	Server int // the server's process
	Rows   int // rows in the table, one per start
	UID    int
}

// child starts a server, adds a row, reports, and stops in order when its input ends.
func child(ctx context.Context, dir string) error {
	s, err := Start(ctx, Config{DataDir: dir, bundles: []bundle{}})
	if err != nil {
		return err
	}
	r := report{Server: s.process.os.Pid, UID: os.Geteuid()}
	if r.Rows, err = addRow(ctx, s); err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, bufio.NewReader(os.Stdin)); err != nil {
		return err
	}
	return s.Stop(ctx)
}

// addRow adds a row to a table of the owner's and counts them.
func addRow(ctx context.Context, s *Server) (rows int, err error) {
	conn, err := pgx.Connect(ctx, s.OwnerURL())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	if _, err := conn.Exec(ctx, `CREATE TABLE IF NOT EXISTS starts (at timestamptz DEFAULT now())`); err != nil {
		return 0, err
	}
	if _, err := conn.Exec(ctx, `INSERT INTO starts DEFAULT VALUES`); err != nil {
		return 0, err
	}
	err = conn.QueryRow(ctx, `SELECT count(*) FROM starts`).Scan(&rows)
	return rows, err
}

// needPostgres skips on a laptop without PostgreSQL; the product's own checks must not pass without it.
func needPostgres(t *testing.T) programs {
	t.Helper()
	as, err := runAs("")
	if err != nil {
		t.Fatal(err)
	}
	p, err := finder{cfg: Config{bundles: []bundle{}}.withDefaults(), as: as}.find(t.Context(), cluster{})
	if errors.Is(err, ErrNoPrograms) && os.Getenv("CI") != "true" {
		t.Skipf("PostgreSQL's programs are needed: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// reachable is a temporary folder that the user who runs PostgreSQL may pass into.
func reachable(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// running starts a server that ends with the test.
func running(t *testing.T, cfg Config) *Server {
	t.Helper()
	if cfg.bundles == nil {
		cfg.bundles = []bundle{}
	}
	s, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, s) })
	return s
}

func stop(t *testing.T, s *Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return conn
}

// eventually waits for something that has to come true within seconds.
func eventually(t *testing.T, what string, true func() bool) {
	t.Helper()
	for range 1000 {
		if true() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("waited 10 s in vain: %s", what)
}

// logbook keeps what is logged.
type logbook struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logbook) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

func writeFile(t *testing.T, path, content string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

func env(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}
