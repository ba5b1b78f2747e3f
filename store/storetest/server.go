package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"sync"

	"github.com/jackc/pgx/v5"

	"packtide/migrations"
)

// The logins of the tests, made on every server. As on a managed service, the owner is no superuser.
const (
	ownerLogin = "packtide_test_owner"
	appLogin   = "packtide_test_app"
)

var errNoPrograms = errors.New("PostgreSQL is not installed")

// server is the server of this process.
type server struct {
	adminURL *url.URL // a superuser's, on the database postgres
	password string   // of both logins; empty on a private server, which trusts its socket

	once     sync.Once
	migrated string // the template's name
	err      error
}

// start gives the one server of the process, the same to all callers.
var start = sync.OnceValues(func() (*server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var s server
	given := os.Getenv("PACKTIDE_TEST_DATABASE_URL")
	raw := given
	if given == "" {
		var err error
		if raw, err = startPrivate(ctx); err != nil {
			return nil, err
		}
	}
	var err error
	if s.adminURL, err = url.Parse(raw); err != nil {
		return nil, errors.New("PACKTIDE_TEST_DATABASE_URL is no URL") // the error would show its password
	}
	if given != "" {
		sum := sha256.Sum256([]byte(given)) // every test process has to come to the same one
		s.password = hex.EncodeToString(sum[:16])
	}
	return &s, s.admin(ctx, func(conn *pgx.Conn) error { return s.makeLogins(ctx, conn) })
})

// url is for a login and database of the server.
func (s *server) url(login, database string) string {
	u := *s.adminURL
	u.User = url.User(login)
	if s.password != "" {
		u.User = url.UserPassword(login, s.password)
	}
	u.Path = "/" + database
	return u.String()
}

// admin does something as the superuser, under a lock that other test processes on the same server respect.
func (s *server) admin(ctx context.Context, do func(*pgx.Conn) error) (err error) {
	conn, err := pgx.Connect(ctx, s.adminURL.String())
	if err != nil {
		return fmt.Errorf("connect as the superuser of the tests: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	return do(conn)
}

// lockTests serializes what test processes do to the server as a whole: roles, the template.
const lockTests = `SELECT pg_advisory_lock(7074)`

func (s *server) makeLogins(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, lockTests); err != nil {
		return fmt.Errorf("wait for other test processes: %w", err)
	}
	for _, role := range []struct{ name, options string }{
		{"packtide_app", "NOLOGIN"},
		{ownerLogin, "LOGIN CREATEROLE"},
		{appLogin, "LOGIN IN ROLE packtide_app"},
	} {
		if role.name != "packtide_app" && s.password != "" {
			role.options += " PASSWORD '" + s.password + "'"
		}
		var there bool
		if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)`, role.name).Scan(&there); err != nil {
			return fmt.Errorf("look for role %s: %w", role.name, err)
		}
		if there {
			continue
		}
		if _, err := conn.Exec(ctx, "CREATE ROLE "+role.name+" "+role.options); err != nil {
			return fmt.Errorf("make role %s: %w", role.name, err)
		}
	}
	return nil
}

// migrate makes the template, unless another process has made it: its name tells its contents, and it gets the name only
// when it is whole.
func (s *server) migrate() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	sum, err := fingerprint(migrations.Files)
	if err != nil {
		return "", err
	}
	name, half := "packtide_template_"+sum, "packtide_template_"+sum+"_half"
	return name, s.admin(ctx, func(conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, lockTests); err != nil {
			return fmt.Errorf("wait for other test processes: %w", err)
		}
		var there bool
		if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&there); err != nil || there {
			return err
		}
		for _, sql := range []string{"DROP DATABASE IF EXISTS " + half, "CREATE DATABASE " + half + " OWNER " + ownerLogin} {
			if _, err := conn.Exec(ctx, sql); err != nil {
				return fmt.Errorf("%s: %w", sql, err)
			}
		}
		if err := migrations.Up(ctx, s.url(ownerLogin, half)); err != nil {
			return err
		}
		_, err := conn.Exec(ctx, "ALTER DATABASE "+half+" RENAME TO "+name)
		return err
	})
}

// fingerprint tells one set of migrations from another.
func fingerprint(files fs.FS) (string, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return "", fmt.Errorf("list the migrations: %w", err)
	}
	all := sha256.New()
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return "", fmt.Errorf("read a migration: %w", err)
		}
		_, _ = fmt.Fprintf(all, "%s %d\n%s", name, len(text), text) // a hash never fails
	}
	return hex.EncodeToString(all.Sum(nil)[:8]), nil
}
