package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// row is an audit event as a reader without our code finds it.
type row struct {
	ID, Subject                                               release.ID
	At                                                        time.Time
	Actor, Publisher, Account, Pack                           *release.ID
	ActorName, Source, Action, SubjectName, Reason, RequestID string
	Before, After                                             map[string]any
}

func (w *scene) audit() []row {
	w.t.Helper()
	rows, err := w.Pool.Query(w.t.Context(), `
		SELECT id, subject, at, actor_id, publisher_id, account_id, pack_id, actor_name, source, action, subject_name, reason, request_id, before, after
		  FROM audit_event
		 ORDER BY id`)
	if err != nil {
		w.t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// R33: who, when, what, before and after, from where; many at once.
func TestAuditRoundTrip(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pack := release.NewID(start)
	full := release.Event{
		ID: release.NewID(start), At: start,
		Actor:  release.Actor{Person: w.person, Name: "Ada “the” {First}, \\o/", Source: release.FromUI, RequestID: "r-1"},
		Action: release.ActScheduled, Subject: release.NewID(start), SubjectName: "Pack 1.0.0", Publisher: w.publisher.ID, Account: w.managed.ID,
		Pack: pack, Reason: "because", Before: map[string]any{"state": release.Draft}, After: map[string]any{"state": "pending", "n": 2, "id": pack},
	}
	empty := release.Event{ID: release.NewID(start.Add(time.Second)), At: start, Actor: release.Scheduler(), Action: release.ActApplied, Subject: pack, After: map[string]any{}}
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.Audit(ctx, full, empty) })
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.Audit(ctx) })
	want := []row{
		{
			ID: full.ID, Subject: full.Subject, At: start, Actor: &w.person, Publisher: &w.publisher.ID, Account: &w.managed.ID, Pack: &pack,
			ActorName: full.Actor.Name, Source: "ui", Action: "release.scheduled", SubjectName: "Pack 1.0.0", Reason: "because", RequestID: "r-1",
			Before: map[string]any{"state": "draft"}, After: map[string]any{"state": "pending", "n": 2.0, "id": pack.String()},
		},
		{ID: empty.ID, Subject: pack, At: start, ActorName: "packtide", Source: "scheduler", Action: "release.applied", After: map[string]any{}},
	}
	if diff := cmp.Diff(want, w.audit()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	unsaid := full
	unsaid.ID, unsaid.After = release.NewID(start), map[string]any{"f": func() {}}
	var unsupported *json.UnsupportedTypeError
	if err := w.try(func(ctx context.Context, tx release.Tx) error { return tx.Audit(ctx, unsaid) }); !errors.As(err, &unsupported) {
		t.Errorf("an event that can't be written: %v, want the reason", err)
	}
}

// R33: nobody changes what is written, neither the application's login nor the owner of the tables.
func TestAuditIsAppendOnly(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	e := release.Event{ID: release.NewID(start), At: start, Actor: release.Operator(), Action: release.ActAccountCreated, Subject: w.person}
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.Audit(ctx, e) })
	owner := w.Owner(t)
	for _, sql := range []string{
		`UPDATE audit_event SET reason = 'other'`, `DELETE FROM audit_event`, `TRUNCATE audit_event`, `DELETE FROM audit_event WHERE false`,
		`INSERT INTO audit_event SELECT * FROM audit_event ON CONFLICT (id) DO UPDATE SET reason = 'other'`,
	} {
		_, err := w.Pool.Exec(t.Context(), sql)
		if err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("the application: %s: %v, want permission denied", sql, err)
		}
		if _, err := owner.Exec(t.Context(), sql); err == nil {
			t.Errorf("the owner: %s succeeds", sql)
		}
	}
	if got := w.audit(); len(got) != 1 || got[0].Reason != "" {
		t.Errorf("the audit is now %+v", got)
	}
}
