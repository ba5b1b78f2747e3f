package storetest_test

import (
	"testing"

	"packtide/store/storetest"
)

func TestEveryTestHasItsOwnDatabase(t *testing.T) {
	t.Parallel()
	a, b := storetest.New(t), storetest.New(t)
	if _, err := a.Owner(t).Exec(t.Context(), `CREATE TABLE only_here ()`); err != nil {
		t.Fatal(err)
	}
	const there = `SELECT to_regclass('only_here') IS NOT NULL`
	for _, tc := range []struct {
		name string
		db   *storetest.DB
		want bool
	}{{"the one that made it", a, true}, {"the other", b, false}} {
		var got bool
		if err := tc.db.Pool.QueryRow(t.Context(), there).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got != tc.want {
			t.Errorf("%s has the table: %t, want %t", tc.name, got, tc.want)
		}
	}
}

func TestApplicationOwnsNothing(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	var owned int
	var member, super bool
	err := db.Pool.QueryRow(t.Context(), `
		SELECT (SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = current_user),
		       pg_has_role(current_user, 'packtide_app', 'member'), rolsuper
		  FROM pg_roles WHERE rolname = current_user`).Scan(&owned, &member, &super)
	if err != nil {
		t.Fatal(err)
	}
	if owned != 0 || !member || super {
		t.Errorf("owns %d relations, member of packtide_app %t, superuser %t", owned, member, super)
	}
	if _, err := db.Pool.Exec(t.Context(), `CREATE TABLE mine ()`); err == nil {
		t.Error("the application may create tables")
	}
}
