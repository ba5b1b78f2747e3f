// Package storetest gives every test a migrated database of its own, on a real PostgreSQL server.
//
// The first call in a test process starts a private server (without it, initdb and postgres on the machine, tests are
// skipped; with CI=true they fail). The server and its files go when the process ends, however it ends. With
// PACKTIDE_TEST_DATABASE_URL the server at that URL is used instead, whose login must be a superuser.
package storetest

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"packtide/store"
)

// DB is a migrated database without rows, for one test.
type DB struct {
	Pool     *pgxpool.Pool // as the application: a login that is a member of packtide_app and owns nothing
	Store    *store.Store
	Reader   *store.Reader
	URL      string // of the application's login
	OwnerURL string // of the login that owns the tables
}

// limit is for the whole of a preparation: on a busy machine starting a server takes seconds.
const limit = 2 * time.Minute

// New is a fresh migrated database; it goes when the test ends.
func New(tb testing.TB) *DB {
	tb.Helper()
	s := shared(tb)
	name := s.create(tb, s.template(tb))
	db := &DB{URL: s.url(appLogin, name), OwnerURL: s.url(ownerLogin, name)}
	db.Pool = Open(tb, db.URL)
	db.Store, db.Reader = store.New(db.Pool), store.NewReader(db.Pool)
	return db
}

// Empty is the owner's URL of a fresh database without tables; it goes when the test ends.
func Empty(tb testing.TB) string {
	tb.Helper()
	s := shared(tb)
	return s.url(ownerLogin, s.create(tb, "template1"))
}

// Owner is a pool of the login that owns the tables: for what the application itself may not do.
func (db *DB) Owner(tb testing.TB) *pgxpool.Pool {
	tb.Helper()
	return Open(tb, db.OwnerURL)
}

// Open is a pool that closes when the test ends.
func Open(tb testing.TB, url string) *pgxpool.Pool {
	tb.Helper()
	pool, err := store.Open(tb.Context(), url, store.Options{Name: "test", MaxConns: 20})
	if err != nil {
		tb.Fatalf("open the test's database: %v", err)
	}
	tb.Cleanup(pool.Close)
	return pool
}

// shared is the process's server, or the end of the test.
func shared(tb testing.TB) *server {
	tb.Helper()
	s, err := start()
	if errors.Is(err, errNoPrograms) && os.Getenv("CI") != "true" {
		tb.Skip("PostgreSQL's programs initdb and postgres are not installed: this test needs them")
	}
	if err != nil {
		tb.Fatalf("start a PostgreSQL server for the tests: %v", err)
	}
	return s
}

// create makes a database from a template; it goes when the test ends.
func (s *server) create(tb testing.TB, template string) string {
	tb.Helper()
	name := "packtide_test_" + strings.ToLower(rand.Text()[:16])
	s.exec(tb, "CREATE DATABASE "+name+" TEMPLATE "+template+" STRATEGY file_copy OWNER "+ownerLogin)
	tb.Cleanup(func() { s.exec(tb, "DROP DATABASE "+name+" WITH (FORCE)") })
	return name
}

func (s *server) exec(tb testing.TB, sql string) {
	tb.Helper()
	// Not the test's own context, which has ended when cleanups run.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), limit)
	defer cancel()
	if err := s.admin(ctx, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, sql)
		return err
	}); err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
}

// template is the name of the migrated database that all tests of the process copy.
func (s *server) template(tb testing.TB) string {
	tb.Helper()
	s.once.Do(func() { s.migrated, s.err = s.migrate() })
	if s.err != nil {
		tb.Fatalf("migrate the template of the test databases: %v", s.err)
	}
	return s.migrated
}
