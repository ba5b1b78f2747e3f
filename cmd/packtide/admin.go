package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"text/tabwriter"

	"packtide/localdb"
	"packtide/release"
	"packtide/store"
)

// adminCmd is what operators do at the command line: the same use cases as on the pages, as whoever runs the server.
type adminCmd struct {
	Database databaseFlags `embed:""`
	BaseURL  string        `name:"base-url" setting:"PACKTIDE_BASE_URL" default:"http://127.0.0.1:8080" placeholder:"URL" help:"Address under which people reach packtide; links begin with it."`

	Account adminAccountCmd `cmd:"" help:"Accounts: publishers and those who install."`
	User    adminUserCmd    `cmd:"" help:"People and what they may do."`
	Token   adminTokenCmd   `cmd:"" help:"Tokens, by which programs act as a person."`
}

// desk is an operator's place of work: the product on an open database, and somewhere to print.
type desk struct {
	service *release.Service
	reader  *store.Reader
	streams
	baseURL string
}

// at does some work on the database. Where serve has packtide's own database running, it is joined there.
func (c *adminCmd) at(ctx context.Context, p program, do func(desk) error) (err error) {
	log := p.logger(slog.LevelWarn)
	db, err := c.join(ctx, p, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.stop(ctx)) }()
	if err := db.checkSchema(ctx); err != nil {
		return err
	}
	pool, err := store.Open(ctx, db.url, store.Options{Name: "packtide admin", MaxConns: 2})
	if err != nil {
		return err
	}
	defer pool.Close()
	return do(desk{
		service: release.NewService(queueing(pool), p.clock), reader: store.NewReader(pool),
		streams: p.streams, baseURL: strings.TrimRight(c.BaseURL, "/"),
	})
}

// join starts packtide's own database, or finds the one that serve runs.
func (c *adminCmd) join(ctx context.Context, p program, log *slog.Logger) (database, error) {
	db, err := c.Database.start(ctx, p, log, nil)
	if errors.Is(err, localdb.ErrInUse) {
		dir, err := c.Database.dataDir(p.getenv)
		if err != nil {
			return database{}, err
		}
		running, err := localdb.Attach(ctx, dir)
		return database{url: running.AppURL, owner: running.OwnerURL}, err
	}
	if err != nil || db.server == nil {
		return db, err
	}
	if err := db.migrate(ctx); err != nil { // nobody else works on it: perhaps it is new
		return database{}, errors.Join(err, db.stop(ctx))
	}
	return db, nil
}

// table prints lines of columns under their heads.
func (d desk) table(head []string, lines [][]string) error {
	w := tabwriter.NewWriter(d.out, 0, 0, 2, ' ', 0)
	for _, line := range append([][]string{head}, lines...) {
		fmt.Fprintln(w, strings.TrimRight(strings.Join(line, "\t"), "\t "))
	}
	return w.Flush()
}

// adminPage is how many rows one question brings; lists ask until there are no more.
const adminPage = 100

// account finds an account by its id or its exact name.
func (d desk) account(ctx context.Context, idOrName string) (release.Account, error) {
	if id, err := release.ParseID(idOrName); err == nil {
		return d.reader.Account(ctx, release.Operator(), id)
	}
	var found release.Account
	err := d.eachAccount(ctx, idOrName, func(a release.AccountRow) {
		if strings.EqualFold(a.Name, strings.TrimSpace(idOrName)) {
			found = a.Account
		}
	})
	if err == nil && found.ID.IsZero() {
		err = fmt.Errorf("no account is called %q; packtide admin account list shows them: %w", idOrName, release.ErrNotFound)
	}
	return found, err
}

// eachAccount walks the accounts whose names contain the query, by name.
func (d desk) eachAccount(ctx context.Context, query string, each func(release.AccountRow)) error {
	f := store.AccountFilter{Query: query, Limit: adminPage}
	for {
		rows, err := d.reader.Accounts(ctx, release.Operator(), f)
		if err != nil {
			return err
		}
		for _, a := range rows {
			each(a)
			f.AfterName, f.AfterID = a.Name, a.ID
		}
		if len(rows) < adminPage {
			return nil
		}
	}
}

// person finds a person by e-mail address.
func (d desk) person(ctx context.Context, email string) (release.Person, error) {
	p, err := d.reader.PersonByEmail(ctx, email)
	if errors.Is(err, release.ErrNotFound) {
		err = fmt.Errorf("nobody has the address %q; packtide admin user list shows everybody: %w", email, err)
	}
	return p, err
}
