package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/golang-migrate/migrate/v4"
	"github.com/golang-migrate/migrate/v4/database"
	driver "github.com/golang-migrate/migrate/v4/database/pgx/v5"
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// The errors that an operator can do something about; their text says what.
var (
	// ErrHalfDone: an earlier migration failed in the middle, and nobody has looked since.
	ErrHalfDone = errors.New("an earlier migration failed half-way")
	// ErrNewerSchema: a newer program has migrated the database.
	ErrNewerSchema = errors.New("the database has a newer schema than this program knows")
	// ErrNumbering: the files are not consecutive pairs, so that one would be applied too late or never.
	ErrNumbering = errors.New("the migrations are not numbered in pairs from 1 without a gap")
)

// lockTimeout is how long a replica waits for another one that migrates.
const lockTimeout = 30 * time.Minute

// Up brings the database to the newest schema, as the owner of the database; it does nothing where it is there already.
// Any number of replicas may call it at once: one migrates, the others wait for it. It refuses with ErrHalfDone or
// ErrNewerSchema. When ctx ends, the migration under way is finished and no other one begun.
func Up(ctx context.Context, ownerURL string) error {
	return run(ctx, Files, ownerURL, (*migrate.Migrate).Up)
}

// Down undoes every migration and the data with them.
func Down(ctx context.Context, ownerURL string) error {
	return run(ctx, Files, ownerURL, (*migrate.Migrate).Down)
}

// Version tells the number of the database's newest migration, 0 for none, and whether it failed half-way; any login that
// may read schema_migrations will do.
func Version(ctx context.Context, url string) (version uint, halfDone bool, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, false, fmt.Errorf("read the schema's version: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	var there bool
	if err := conn.QueryRow(ctx, `SELECT to_regclass('schema_migrations') IS NOT NULL`).Scan(&there); err != nil {
		return 0, false, fmt.Errorf("read the schema's version: %w", err)
	}
	if !there {
		return 0, false, nil
	}
	err = conn.QueryRow(ctx, `SELECT version, dirty FROM schema_migrations`).Scan(&version, &halfDone)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return 0, false, fmt.Errorf("read the schema's version: %w", err)
	}
	return version, halfDone, nil
}

// Newest is the number of the newest migration that this program knows.
func Newest() (uint, error) { return newest(Files) }

// run does one thing with golang-migrate, whose driver takes no context: what it waits for is bounded by lockTimeout.
func run(ctx context.Context, files fs.FS, ownerURL string, do func(*migrate.Migrate) error) (err error) {
	known, err := newest(files)
	if err != nil {
		return err
	}
	source, err := iofs.New(files, ".")
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	target, err := open(ctx, ownerURL)
	if err != nil {
		return errors.Join(err, source.Close())
	}
	m, err := migrate.NewWithInstance("migrations", source, "database", target)
	if err != nil {
		return errors.Join(fmt.Errorf("migrate the database: %w", err), source.Close(), target.Close())
	}
	defer func() { err = errors.Join(append([]error{err}, errorsOf(m.Close())...)...) }()
	m.LockTimeout = lockTimeout
	stop := context.AfterFunc(ctx, func() { m.GracefulStop <- true }) // its buffer holds one
	defer stop()

	at, _, err := m.Version()
	if err == nil && at > known {
		return fmt.Errorf("%w: the database is at %d, this program knows %d; start the newer program", ErrNewerSchema, at, known)
	}
	if err := explain(do(m)); err != nil {
		return err
	}
	return ctx.Err()
}

func errorsOf(source, target error) []error { return []error{source, target} }

// open connects with pgx's own parser, which knows several hosts in one URL.
func open(ctx context.Context, url string) (database.Driver, error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read the database's URL: %w", err)
	}
	cfg.RuntimeParams["application_name"] = "packtide migrate"
	db := stdlib.OpenDB(*cfg)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("connect to migrate the database: %w", err), db.Close())
	}
	target, err := withVersionTable(ctx, db)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the database for migrations: %w", err), db.Close())
	}
	return target, nil
}

// withVersionTable makes golang-migrate's own table first where it lacks.
func withVersionTable(ctx context.Context, db *sql.DB) (database.Driver, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return driver.WithInstance(db, &driver.Config{})
}

// explain says what an operator can do; having nothing to do is no error.
func explain(err error) error {
	var dirty migrate.ErrDirty
	switch {
	case err == nil, errors.Is(err, migrate.ErrNoChange):
		return nil
	case errors.As(err, &dirty):
		return fmt.Errorf("%w: migration %d. Its changes were rolled back unless it says otherwise in its file. Look at the database, or restore the "+
			"backup; then set the last good number in schema_migrations, dirty to false, and start again", ErrHalfDone, dirty.Version)
	default:
		return fmt.Errorf("migrate the database: %w", err)
	}
}

var fileName = regexp.MustCompile(`^(\d{6})_([a-z0-9_]+)\.(up|down)\.sql$`)

// newest checks that every number from 1 has both directions under one name: golang-migrate would silently leave out
// a file whose name it does not know, or whose number the database has passed.
func newest(files fs.FS) (uint, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return 0, fmt.Errorf("list the migrations: %w", err)
	}
	slices.Sort(names) // a pair lies together: down, up
	for i, name := range names {
		parts := fileName.FindStringSubmatch(name)
		if parts == nil {
			return 0, fmt.Errorf("%w: %s", ErrNumbering, name)
		}
		direction := [...]string{"down", "up"}[i%2]
		number, err := strconv.Atoi(parts[1])
		if err != nil || number != i/2+1 || parts[3] != direction || (i%2 == 1 && fileName.FindStringSubmatch(names[i-1])[2] != parts[2]) {
			return 0, fmt.Errorf("%w: %s", ErrNumbering, name)
		}
	}
	if len(names) == 0 || len(names)%2 != 0 {
		return 0, fmt.Errorf("%w: %d files", ErrNumbering, len(names))
	}
	return uint(len(names) / 2), nil
}
