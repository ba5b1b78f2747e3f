package localdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// initialise makes new data; it gets its name only when it is whole, so that an interrupted one is begun again.
func (f *folder) initialise(ctx context.Context, p programs, durable bool) (cluster, error) {
	c := cluster{dir: filepath.Join(f.data(), "pg"+strconv.Itoa(p.major)), major: p.major}
	tmp := c.dir + partial
	if err := os.RemoveAll(tmp); err != nil {
		return cluster{}, fmt.Errorf("removing the rest of an interrupted initialisation: %w", err)
	}
	args := []string{
		"-D", tmp, "-U", ownerRole, "-E", "UTF8", "-A", "scram-sha-256",
		"--pwfile", filepath.Join(f.path, "owner.password"),
	}
	if !durable {
		args = append(args, "--no-sync")
	}
	proc, out := &process{}, &strings.Builder{}
	cmd := command(ctx, f.as, p.path("initdb"), append(args, locale(p.major)...)...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := proc.start(cmd); err != nil {
		return cluster{}, fmt.Errorf("running initdb: %w", err)
	}
	<-proc.done
	if proc.err != nil {
		err := fmt.Errorf("initialising the embedded database: %w: %s", proc.err, lastLines([]byte(out.String())))
		return cluster{}, errors.Join(err, os.RemoveAll(tmp))
	}
	if err := os.Rename(tmp, c.dir); err != nil {
		return cluster{}, fmt.Errorf("initialising the embedded database: %w", err)
	}
	return c, nil
}

// locale sorts by code point everywhere, so that data means the same on every machine. Outside Linux the C library
// may not know C.UTF-8; PostgreSQL brings its own since version 17.
func locale(major int) []string {
	switch {
	case runtime.GOOS == "linux":
		return []string{"--locale=C.UTF-8"}
	case major >= 17:
		return []string{"--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"}
	default:
		return []string{"--locale=C"}
	}
}

const (
	createGroup = `CREATE ROLE packtide_app NOLOGIN`
	createLogin = `CREATE ROLE packtide LOGIN`
	narrowLogin = `ALTER ROLE packtide LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS`
	joinGroup   = `GRANT packtide_app TO packtide`
	createDB    = `CREATE DATABASE packtide`

	hasRole = `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)`
	hasDB   = `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`
	setting = `SELECT format('ALTER ROLE packtide PASSWORD %L', $1::text)`
)

// prepare makes the database and the roles where they are missing. It does so at every start, so that a start that
// was interrupted here is completed by the next, and a lost app.password is replaced.
func (s *Server) prepare(ctx context.Context) (err error) {
	cfg, err := pgx.ParseConfig(s.url(ownerRole, s.owner, "postgres"))
	if err != nil {
		return fmt.Errorf("preparing the embedded database: %w", err)
	}
	// A statement that fails is written to the server's log: not the one with a password.
	cfg.RuntimeParams["log_min_error_statement"] = "panic"
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return fmt.Errorf("preparing the embedded database: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()

	for _, step := range []struct{ unless, name, do string }{
		{hasRole, groupRole, createGroup},
		{hasRole, loginRole, createLogin},
		{hasDB, database, createDB},
	} {
		var there bool
		if err := conn.QueryRow(ctx, step.unless, step.name).Scan(&there); err != nil {
			return fmt.Errorf("preparing the embedded database: %w", err)
		}
		if there {
			continue
		}
		if _, err := conn.Exec(ctx, step.do); err != nil {
			return fmt.Errorf("preparing the embedded database: %s: %w", step.do, err)
		}
	}
	var setPassword string
	if err := conn.QueryRow(ctx, setting, s.app).Scan(&setPassword); err != nil {
		return fmt.Errorf("preparing the embedded database: %w", err)
	}
	for _, do := range []string{narrowLogin, joinGroup, setPassword} {
		if _, err := conn.Exec(ctx, do); err != nil {
			return fmt.Errorf("preparing the role %s: %w", loginRole, err)
		}
	}
	return nil
}
