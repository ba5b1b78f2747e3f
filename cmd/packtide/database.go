package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"packtide/localdb"
	"packtide/migrations"
	"packtide/store"
)

// databaseFlags say where the data lives.
type databaseFlags struct {
	URL      string        `name:"database-url" setting:"DATABASE_URL" placeholder:"URL" help:"PostgreSQL database to work in, postgres://…; without it packtide keeps one itself."`
	OwnerURL string        `name:"database-url-owner" setting:"DATABASE_URL_OWNER" placeholder:"URL" help:"The same database as the owner of its tables, who migrates it; without it packtide migrates with --database-url."`
	DataDir  string        `name:"data-dir" setting:"PACKTIDE_DATA_DIR" placeholder:"FOLDER" help:"Folder of the database that packtide keeps itself."`
	Wait     time.Duration `name:"database-wait" setting:"PACKTIDE_DATABASE_WAIT" default:"1m" help:"How long to wait at start for a database that does not answer."`
}

// database is where the data lives.
type database struct {
	url     string
	owner   string          // the owner's URL; without one, url
	server  *localdb.Server // ours to stop; nil: somebody else's
	options store.Options   // of the pool
}

// stopLimit is how long each part may take to stop in order: all together less than the half minute that supervisors grant.
const stopLimit = 9 * time.Second

// start returns the database of the URL, or the one that packtide keeps itself, running. Nothing is known of its schema yet.
func (f databaseFlags) start(ctx context.Context, p program, log *slog.Logger, settings map[string]string) (database, error) {
	if f.URL != "" {
		owner := f.OwnerURL
		if owner == "" {
			owner = f.URL
		}
		return database{url: f.URL, owner: owner}, nil
	}
	if f.OwnerURL != "" {
		return database{}, errors.New("DATABASE_URL_OWNER is set and DATABASE_URL is not: give both, or neither for a database that packtide keeps itself")
	}
	dir, err := f.dataDir(p.getenv)
	if err != nil {
		return database{}, err
	}
	server, err := localdb.Start(ctx, localdb.Config{DataDir: dir, Log: log, Getenv: p.getenv, Now: p.clock, Settings: settings})
	if err != nil {
		return database{}, err
	}
	return database{url: server.AppURL(), owner: server.OwnerURL(), server: server}, nil
}

func (f databaseFlags) dataDir(getenv func(string) string) (string, error) {
	if f.DataDir != "" {
		return f.DataDir, nil
	}
	return localdb.DefaultDir(getenv)
}

// ended is closed when the database that packtide keeps itself has ended; somebody else's never does.
func (d database) ended() <-chan struct{} {
	if d.server == nil {
		return nil
	}
	return d.server.Done()
}

// stop ends the database where it is ours.
func (d database) stop(ctx context.Context) error {
	if d.server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
	defer cancel()
	return d.server.Stop(ctx)
}

// migrate brings the schema up to date. A login that can't migrate is no hindrance where nothing is to be done.
func (d database) migrate(ctx context.Context) error {
	if d.owner == d.url {
		newest, err := migrations.Newest()
		if err != nil {
			return err
		}
		if at, halfDone, err := migrations.Version(ctx, d.url); err == nil && at == newest && !halfDone {
			return nil
		}
	}
	return migrations.Up(ctx, d.owner)
}

// open migrates and connects, and waits for a database that does not answer: while one starts beside us, or for a moment of
// maintenance. Any other refusal is final.
func (d database) open(ctx context.Context, wait time.Duration, log *slog.Logger) (*pgxpool.Pool, error) {
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for attempt := 1; ; attempt++ {
		pool, err := d.connect(ctx)
		if err == nil || !store.Unavailable(err) {
			return pool, err
		}
		pause := min(time.Duration(attempt)*500*time.Millisecond, 5*time.Second)
		log.WarnContext(ctx, "the database does not answer; trying again", "database", describeURL(d.url), "attempt", attempt, "pause", pause, "error", err)
		select {
		case <-time.After(pause):
		case <-waiting.Done():
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, fmt.Errorf("the database has not answered for %s; start it, or correct DATABASE_URL, or leave that out and packtide keeps a database itself: %w", wait, err)
		}
	}
}

func (d database) connect(ctx context.Context) (*pgxpool.Pool, error) {
	if err := d.migrate(ctx); err != nil {
		return nil, err
	}
	return store.Open(ctx, d.url, d.options)
}

// describeURL is a database URL without its secrets: only what is known to be none is shown.
func describeURL(url string) string {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return "(not readable)"
	}
	c := cfg.ConnConfig
	secret := ""
	if c.Password != "" {
		secret = ":xxxxx"
	}
	return fmt.Sprintf("postgres://%s%s@%s/%s", c.User, secret, net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))), c.Database)
}
