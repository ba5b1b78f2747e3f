package main

import (
	"strings"
	"testing"

	"packtide/store/storetest"
)

func TestMigrate(t *testing.T) {
	t.Parallel()
	owner := storetest.Empty(t)
	env := map[string]string{"DATABASE_URL": owner, "DATABASE_URL_OWNER": owner}
	if _, _, err := call(t, env, "migrate", "--check"); err == nil || !strings.Contains(err.Error(), "run packtide migrate") {
		t.Errorf("an empty database passes the check: %v", err)
	}
	for _, args := range [][]string{{"migrate"}, {"migrate"}, {"migrate", "--check"}} {
		stdout, _, err := call(t, env, args...)
		if err != nil || !strings.Contains(stdout, "the newest") {
			t.Errorf("%v: %v %q", args, err, stdout)
		}
	}
}

// A database that a newer program has migrated is left alone.
func TestMigrateRefusesANewerSchema(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	if _, err := db.Owner(t).Exec(t.Context(), `UPDATE schema_migrations SET version = 9999`); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"DATABASE_URL": db.URL, "DATABASE_URL_OWNER": db.OwnerURL}
	for _, args := range [][]string{{"migrate"}, {"migrate", "--check"}, {"serve", "--addr", "127.0.0.1:0"}} {
		if _, _, err := call(t, env, args...); err == nil || !strings.Contains(err.Error(), "newer") {
			t.Errorf("%v: %v, want that a newer program is needed", args, err)
		}
	}
}

// A login that may not migrate can still serve what is migrated already; one that may rewrite the audit is told of (R33).
func TestServeWithoutAnOwner(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	const warning = "could change audit events"
	app := launch(t, map[string]string{"DATABASE_URL": db.URL}, "serve", "--addr", "127.0.0.1:0")
	app.ready(t)
	app.stop(t)
	if strings.Contains(app.err.String(), warning) {
		t.Error("warns of a login that may only add audit events")
	}
	owner := launch(t, map[string]string{"DATABASE_URL": db.OwnerURL}, "serve", "--addr", "127.0.0.1:0")
	owner.ready(t)
	owner.stop(t)
	if !strings.Contains(owner.err.String(), warning) {
		t.Error("does not warn of a login that owns the audit")
	}
}
