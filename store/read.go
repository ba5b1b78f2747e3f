package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// reading is what a question is asked of: the pool, or the transaction of a snapshot.
type reading interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// scope is what an actor may see, as the arguments of every query: @publisher's own things, @account's own things, or,
// with @site, all. An argument that does not apply is NULL and equals nothing.
type scope struct {
	publisher *release.ID
	account   *release.ID
	site      bool
}

func scopeOf(by release.Actor) scope {
	s := scope{site: by.ReadsSite()}
	if by.Account.IsZero() {
		return s
	}
	if by.ReadsPublisher() {
		s.publisher = &by.Account
	}
	if by.ReadsManaged() {
		s.account = &by.Account
	}
	return s
}

// with joins the scope with a query's own arguments.
func (s scope) with(own pgx.NamedArgs) pgx.NamedArgs {
	args := pgx.NamedArgs{"publisher": s.publisher, "account": s.account, "site": s.site}
	maps.Copy(args, own)
	return args
}

// Conditions that several queries share; k is the pack.
const (
	// mayInstallPack: @account belongs to a group that holds the pack (R25).
	mayInstallPack = `(@account::uuid IS NOT NULL AND EXISTS (
	  SELECT FROM group_pack gp JOIN account_group g ON g.id = gp.group_id
	  WHERE gp.pack_id = k.id
	    AND (g.everyone OR EXISTS (SELECT FROM group_member m WHERE m.account_id = @account AND m.group_id = g.id))))`

	// hasAttached: @account has the pack installed.
	hasAttached = `EXISTS (SELECT FROM attachment x WHERE x.account_id = @account AND x.pack_id = k.id AND x.detached_at IS NULL)`

	// seesPack: @account has the pack installed, or may install it, which takes a released release too (R25).
	seesPack = `(k.deleted_at IS NULL AND (` + hasAttached + ` OR (` + mayInstallPack + `
	  AND EXISTS (SELECT FROM release c WHERE c.pack_id = k.id AND c.state = 'released' AND c.ended_at IS NULL))))`
)

// list asks for rows; none are a nil slice.
func list[T any](ctx context.Context, q reading, what, sql string, args pgx.NamedArgs, scan pgx.RowToFunc[T]) ([]T, error) {
	rows, err := q.Query(attempting(ctx, "read "+what), sql, args)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	all, err := pgx.CollectRows(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	if len(all) == 0 {
		return nil, nil
	}
	return all, nil
}

// one asks for a single row; none is release.ErrNotFound.
func one[T any](ctx context.Context, q reading, what, sql string, args pgx.NamedArgs, scan pgx.RowToFunc[T]) (T, error) {
	var zero T
	rows, err := q.Query(attempting(ctx, "read "+what), sql, args)
	if err != nil {
		return zero, fmt.Errorf("read %s: %w", what, err)
	}
	v, err := pgx.CollectOneRow(rows, scan)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return zero, release.ErrNotFound
	case err != nil:
		return zero, fmt.Errorf("read %s: %w", what, err)
	}
	return v, nil
}

// first is the only row of a list, or release.ErrNotFound.
func first[T any](rows []T, err error) (T, error) {
	if err == nil && len(rows) == 0 {
		err = release.ErrNotFound
	}
	if err != nil {
		var zero T
		return zero, err
	}
	return rows[0], nil
}

// snapshot asks several questions of one state of the database.
func (r *Reader) snapshot(ctx context.Context, ask func(q pgx.Tx) error) error {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return pgx.BeginTxFunc(ctx, r.pool, options, func(tx pgx.Tx) error { return ask(tx) })
}

// stream reads a long answer through a cursor of the server, so that neither side holds it whole, and stops at the first
// error of each: what was not fetched yet is never computed.
func stream[T any](ctx context.Context, r *Reader, what, sql string, args pgx.NamedArgs, scan pgx.RowToFunc[T], each func(T) error) error {
	return streamBatches(ctx, r, what, sql, args, scan, func(_ pgx.Tx, rows []T) error {
		for _, row := range rows {
			if err := each(row); err != nil {
				return err
			}
		}
		return nil
	})
}

// streamBatches is stream for rows that take further questions, which are better asked for many at once and of the same state
// of the database.
func streamBatches[T any](ctx context.Context, r *Reader, what, sql string, args pgx.NamedArgs, scan pgx.RowToFunc[T], each func(pgx.Tx, []T) error) error {
	return r.snapshot(ctx, func(q pgx.Tx) error {
		// The whole answer may take longer than a page is given; a reader that has gone away ends with the context.
		if _, err := q.Exec(ctx, "SET LOCAL statement_timeout = '10min'"); err != nil {
			return fmt.Errorf("read %s: %w", what, err)
		}
		// One name for each kind of answer: a connection remembers the columns of FETCH by its text.
		cursor := pgx.Identifier{what}.Sanitize()
		if _, err := q.Exec(ctx, "DECLARE "+cursor+" NO SCROLL CURSOR FOR "+sql, args); err != nil {
			return fmt.Errorf("read %s: %w", what, err)
		}
		for {
			rows, err := list(ctx, q, what, "FETCH 500 FROM "+cursor, nil, scan)
			if err != nil || len(rows) == 0 {
				return err
			}
			if err := each(q, rows); err != nil {
				return err
			}
		}
	})
}

const (
	defaultLimit = 50
	maxLimit     = 1000
)

// pageLimit is the number of rows of a page: what was asked for, within reason.
func pageLimit(asked int) int {
	if asked <= 0 {
		return defaultLimit
	}
	return min(asked, maxLimit)
}

// infix is the pattern of names that contain the text as it stands: the wildcards of LIKE mean themselves.
func infix(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(text)) + "%"
}

// sum256 reads a sha256: Scan(sum256(&hash)); NULL is the zero sum.
func sum256(sum *[32]byte) *digest { return (*digest)(sum) }

type digest [32]byte

// ScanBytes takes exactly 32 bytes, or NULL.
func (d *digest) ScanBytes(v []byte) error {
	if len(v) != len(d) && v != nil {
		return fmt.Errorf("a sha256 of %d bytes", len(v))
	}
	*d = digest{}
	copy(d[:], v)
	return nil
}

// refColumns are the columns of a release that refScan reads, of the table's alias.
func refColumns(alias string) string {
	return strings.ReplaceAll(`r.id, r.number, r.major, r.minor, r.patch, r.state, r.plan, r.due_on, r.zone, r.due_at,
	  r.testing_since, r.testing_until, r.released_at, r.ended_at, r.late`, "r.", alias+".")
}

// refScan reads a release that may be missing from an outer join.
type refScan struct {
	id                                                     *release.ID
	number, major, minor, patch                            *int
	state                                                  *release.State
	plan                                                   *release.Plan
	dueOn                                                  *release.Date
	zone                                                   *string
	dueAt, testingSince, testingUntil, releasedAt, endedAt *time.Time
	late                                                   *bool
}

func (s *refScan) fields() []any {
	return []any{
		&s.id, &s.number, &s.major, &s.minor, &s.patch, &s.state, &s.plan, &s.dueOn, &s.zone, &s.dueAt,
		&s.testingSince, &s.testingUntil, &s.releasedAt, &s.endedAt, &s.late,
	}
}

// ref is nil where there is no release.
func (s *refScan) ref() *release.ReleaseRef {
	if s.id == nil {
		return nil
	}
	r := &release.ReleaseRef{
		ID: *s.id, Number: *s.number, State: *s.state, DueOn: s.dueOn, DueAt: s.dueAt, TestingSince: s.testingSince,
		TestingUntil: s.testingUntil, ReleasedAt: s.releasedAt, EndedAt: s.endedAt, Late: *s.late,
	}
	if s.major != nil {
		r.Version = &release.Version{Major: *s.major, Minor: *s.minor, Patch: *s.patch}
	}
	if s.plan != nil {
		r.Plan = *s.plan
	}
	if s.zone != nil {
		r.Zone = *s.zone
	}
	return r
}

// versionColumns are the columns of a package version that versionScan reads, of the table's alias.
func versionColumns(alias string) string {
	return strings.ReplaceAll("v.id, v.major, v.minor, v.patch, v.platform_version, v.override_reason <> ''", "v.", alias+".")
}

// versionScan reads a package version that may be missing from an outer join.
type versionScan struct {
	id                  *release.ID
	major, minor, patch *int
	platform            *string
	overridden          *bool
}

func (s *versionScan) fields() []any {
	return []any{&s.id, &s.major, &s.minor, &s.patch, &s.platform, &s.overridden}
}

// ref is nil where there is no version.
func (s *versionScan) ref() *release.VersionRef {
	if s.id == nil {
		return nil
	}
	return &release.VersionRef{
		ID: *s.id, Version: release.Version{Major: *s.major, Minor: *s.minor, Patch: *s.patch}, PlatformVersion: *s.platform,
		Overridden: *s.overridden,
	}
}

// scanAll scans a row into the fields of several parts, one after the other.
func scanAll(row pgx.CollectableRow, parts ...[]any) error {
	var all []any
	for _, part := range parts {
		all = append(all, part...)
	}
	return row.Scan(all...)
}
