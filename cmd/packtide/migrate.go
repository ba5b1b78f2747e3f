package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"packtide/migrations"
)

// migrateCmd brings the schema up to date, for those who do not leave it to serve.
type migrateCmd struct {
	Database databaseFlags `embed:""`
	Check    bool          `help:"Change nothing; fail when the schema is not the newest."`
}

// Run migrates or checks, and prints where the schema is then.
func (c *migrateCmd) Run(ctx context.Context, p program) (err error) {
	log := p.logger(slog.LevelInfo)
	db, err := c.Database.start(ctx, p, log, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.stop(ctx)) }()
	if !c.Check {
		pool, err := db.open(ctx, c.Database.Wait, log)
		if err != nil {
			return err
		}
		pool.Close()
	}
	return db.tellVersion(ctx, p.streams)
}

// tellVersion prints the schema's version, and refuses one that this program does not work with.
func (d database) tellVersion(ctx context.Context, std streams) error {
	if err := d.checkSchema(ctx); err != nil {
		return err
	}
	newest, err := migrations.Newest()
	if err == nil {
		fmt.Fprintf(std.out, "The schema is at %d, the newest.\n", newest)
	}
	return err
}

// checkSchema refuses a schema that this program does not work with; it changes nothing, since others may be at work.
func (d database) checkSchema(ctx context.Context) error {
	newest, err := migrations.Newest()
	if err != nil {
		return err
	}
	at, halfDone, err := migrations.Version(ctx, d.url)
	switch {
	case err != nil:
		return err
	case halfDone:
		return fmt.Errorf("%w: migration %d; run packtide migrate, which says what to do", migrations.ErrHalfDone, at)
	case at > newest:
		return fmt.Errorf("%w: the database is at %d, this program knows %d; use the newer program", migrations.ErrNewerSchema, at, newest)
	case at < newest:
		return fmt.Errorf("the schema is at %d, this program needs %d: run packtide migrate", at, newest)
	}
	return nil
}
