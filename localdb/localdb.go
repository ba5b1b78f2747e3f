// Package localdb runs a private PostgreSQL server beside the program, for everybody who gives no DATABASE_URL.
//
// It finds PostgreSQL's programs (or fetches them), initialises a data folder, starts the server on a free port of
// 127.0.0.1 and makes two roles: the owner, who migrates, and "packtide", who serves and is neither superuser nor
// owner of anything. The server belongs to the program: Stop ends it, and so does the program's death.
//
// Below the data folder:
//
//	data/pg18        PostgreSQL's own files, named after the major version; PG_VERSION inside decides who may open them
//	run              the server's socket
//	owner.password   of packtide_owner, mode 0600
//	app.password     of packtide, mode 0600
//	postgres.log     what the server says; postgres.log.1 is the run before
//	packtide.lock    held while a program uses the folder
package localdb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strconv"
	"sync"
	"time"
)

// The errors that an operator can do something about; their text says what.
var (
	// ErrNoPrograms: PostgreSQL is not installed and could not be fetched.
	ErrNoPrograms = errors.New("PostgreSQL is not installed")
	// ErrOtherVersion: the data folder was written by a major version that is not installed.
	ErrOtherVersion = errors.New("the data folder belongs to another version of PostgreSQL")
	// ErrInUse: another program, or a server that somebody started by hand, works on the data folder.
	ErrInUse = errors.New("the data folder is in use")
	// ErrUnreachable: root asks, but the user that runs PostgreSQL cannot enter the data folder.
	ErrUnreachable = errors.New("the data folder cannot be reached")
	// ErrPassword: the password of the owner is missing or no longer the one in the database.
	ErrPassword = errors.New("the owner's password does not fit")
)

// Names inside the server.
const (
	database  = "packtide"
	ownerRole = "packtide_owner"
	loginRole = "packtide"
	groupRole = "packtide_app" // receives its rights from the migrations
)

// Config says where the database lives. Only DataDir is required.
type Config struct {
	// DataDir holds the database. It is made when missing. Root may give a closed folder as long as it is empty:
	// it is then opened just far enough for the user that runs PostgreSQL.
	DataDir string
	// CacheDir holds fetched programs; by default the user's cache folder, for root /var/cache/packtide.
	CacheDir string
	// Settings are further settings of the server, for example max_connections. With fsync off (fit for tests alone)
	// new data is not synced to disk either.
	Settings map[string]string
	// Log hears of the progress; by default nobody does.
	Log *slog.Logger
	// Getenv reads PGBIN and PATH; by default os.Getenv.
	Getenv func(string) string
	// Now is the clock that measures the start for the log; without it no duration is logged.
	Now func() time.Time

	installed string   // pattern of the folders in which distributions put the programs
	bundles   []bundle // the packages that npm may fetch
	adopt     bool     // whether a server that outlived its program is taken over, not waited out
}

func (c Config) withDefaults() Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Getenv == nil {
		c.Getenv = os.Getenv
	}
	if c.installed == "" {
		c.installed = "/usr/lib/postgresql/*/bin"
	}
	if c.bundles == nil {
		c.bundles = published()
	}
	c.adopt = c.adopt || !endsWithProgram
	return c
}

// Server is a running PostgreSQL that belongs to this program.
type Server struct {
	folder   *folder
	programs programs
	process  *process
	port     int
	owner    string // passwords
	app      string

	stop    sync.Mutex
	stopped bool
}

// Start returns a server that answers, with the database and both roles in place. It refuses with one of the errors
// above where the operator has to act. The server outlives ctx, which governs the start alone; Stop ends it.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	cfg = cfg.withDefaults()
	var began time.Time
	if cfg.Now != nil {
		began = cfg.Now()
	}
	f, err := openFolder(cfg.DataDir)
	if err != nil {
		return nil, err
	}
	s, err := start(ctx, cfg, f)
	if err != nil {
		return nil, errors.Join(err, f.close())
	}
	attrs := []any{"version", s.Version(), "port", s.port}
	if cfg.Now != nil {
		attrs = append(attrs, "ms", cfg.Now().Sub(began).Milliseconds())
	}
	cfg.Log.InfoContext(ctx, "embedded database ready", attrs...)
	return s, nil
}

// start does the work of Start on a folder that is locked for this program.
func start(ctx context.Context, cfg Config, f *folder) (*Server, error) {
	c, err := f.newest()
	if err != nil {
		return nil, err
	}
	s := &Server{folder: f}
	s.programs, err = finder{cfg: cfg, as: f.as}.find(ctx, c)
	if err != nil {
		return nil, err
	}
	if s.owner, err = f.password("owner.password", c.major == 0); err != nil {
		return nil, err
	}
	if s.app, err = f.password("app.password", true); err != nil {
		return nil, err
	}
	if c.major == 0 {
		cfg.Log.InfoContext(ctx, "initialising the embedded database", "folder", f.path, "version", s.programs.version)
		if c, err = f.initialise(ctx, s.programs, cfg.Settings["fsync"] != "off"); err != nil {
			return nil, err
		}
	}
	if err := s.run(ctx, cfg, c); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		s.process.quit()
		return nil, err
	}
	return s, nil
}

// OwnerURL connects as the owner of the database, a superuser: for migrations only. It contains a password.
func (s *Server) OwnerURL() string { return s.url(ownerRole, s.owner, database) }

// AppURL connects as the role that serves; it may do what migrations grant to packtide_app. It contains a password.
func (s *Server) AppURL() string { return s.url(loginRole, s.app, database) }

// Version is the server's version, for example "18.4".
func (s *Server) Version() string { return s.programs.version }

// Done is closed when the server has ended, be it by Stop or by itself.
func (s *Server) Done() <-chan struct{} { return s.process.done }

func (s *Server) url(role, password, db string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(role, password),
		Host:     net.JoinHostPort(loopback, strconv.Itoa(s.port)),
		Path:     "/" + db,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// Stop ends the server: connections are cut, transactions under way roll back, everything committed is on disk. It
// waits until the server has gone; when ctx ends first the server is ended at once (it recovers at the next start)
// and the error says so. A second Stop does nothing.
func (s *Server) Stop(ctx context.Context) error {
	s.stop.Lock()
	defer s.stop.Unlock()
	if s.stopped {
		return nil
	}
	s.stopped = true
	s.process.ending.Store(true)
	err := s.process.interrupt(ctx)
	select {
	case <-s.process.done:
	case <-ctx.Done():
		s.process.quit()
		err = fmt.Errorf("stopping the embedded database in order: %w", ctx.Err())
	}
	return errors.Join(err, s.folder.close())
}
