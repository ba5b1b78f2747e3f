package release_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// tells wants exactly these events (R33) of what was done: sorted actions. The events of one use case have one instant.
func (w *world) tells(what string, do func() error, want ...string) error {
	w.t.Helper()
	before := w.actions()
	err := do()
	got := w.actions()
	for action, n := range before {
		got[action] -= n
	}
	var added []string
	for action, n := range got {
		for range n {
			added = append(added, action)
		}
	}
	slices.Sort(added)
	slices.Sort(want)
	if !slices.Equal(added, want) {
		w.t.Errorf("%s (%v) left the events %q, want %q", what, err, added, want)
	}
	return err
}

// actions counts all audit events by action.
func (w *world) actions() map[string]int {
	w.t.Helper()
	var names []string
	var numbers []int
	err := w.db.Pool.QueryRow(w.t.Context(), `
		SELECT coalesce(array_agg(action), '{}'), coalesce(array_agg(n), '{}')
		  FROM (SELECT action, count(*)::int AS n FROM audit_event GROUP BY action) e`).Scan(&names, &numbers)
	w.ok(err)
	all := make(map[string]int, len(names))
	for i, name := range names {
		all[name] = numbers[i]
	}
	return all
}

// fingerprint tells whether anything at all has changed in the tables of the product.
func (w *world) fingerprint() string {
	w.t.Helper()
	var all strings.Builder
	for _, table := range []string{
		"account", "person", "membership", "sign_in_link", "api_token", "artifact", "artifact_part", "package", "package_version",
		"pack", "release", "release_content", "account_group", "group_member", "group_pack", "attachment", "opt_in",
		"attachment_count", "opt_in_count", "attachment_place_count", "opt_in_place_count", "pack_day", "audit_event", "file",
		"feedback", "feedback_answer", "release_look", "evidence_item", "evidence", "saved_view", "calendar_feed", "support_view",
	} {
		var sum string
		err := w.db.Pool.QueryRow(w.t.Context(),
			`SELECT count(*) || ':' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM `+table+` t`).Scan(&sum)
		w.ok(err)
		fmt.Fprintf(&all, "%s %s\n", table, sum)
	}
	return all.String()
}

// unchanged wants a refusal that leaves every table as it was.
func (w *world) unchanged(what string, want error, do func() error) {
	w.t.Helper()
	before := w.fingerprint()
	if err := do(); !errors.Is(err, want) {
		w.t.Errorf("%s: got %v, want %v", what, err, want)
	}
	if after := w.fingerprint(); after != before {
		w.t.Errorf("%s: a refusal has changed something:\n%s\nwas\n%s", what, after, before)
	}
}
