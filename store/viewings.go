package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// AddViewing keeps who looks as which account (R34).
func (t *tx) AddViewing(ctx context.Context, v release.Viewing) error {
	return t.do(ctx, "begin a viewing", `
		INSERT INTO support_view (id, person_id, account_id, view_as, reason, began, until)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, v.ID, v.Person, v.Account, v.As, v.Reason, v.Began, v.Until)
}

const viewingColumns = `w.id, w.person_id, w.account_id, w.view_as, w.reason, w.began, w.until, w.ended, coalesce(w.how_ended, '')`

func viewingFields(v *release.Viewing) []any {
	return []any{&v.ID, &v.Person, &v.Account, &v.As, &v.Reason, &v.Began, &v.Until, &v.Ended, &v.How}
}

// LockViewing reads a viewing alone.
func (t *tx) LockViewing(ctx context.Context, id release.ID) (release.Viewing, error) {
	var v release.Viewing
	err := t.read(ctx, "lock a viewing", `SELECT `+viewingColumns+` FROM support_view w WHERE w.id = $1 FOR UPDATE`, []any{id}, viewingFields(&v)...)
	return v, err
}

// EndViewing keeps the end and how it came.
func (t *tx) EndViewing(ctx context.Context, v release.Viewing) error {
	return t.one(ctx, "end a viewing", `UPDATE support_view SET ended = $2, how_ended = $3 WHERE id = $1 AND ended IS NULL`, v.ID, v.Ended, v.How)
}

// TakeOverViewings reads only viewings that run, of which there are no more than staff.
func (t *tx) TakeOverViewings(ctx context.Context, at time.Time, limit int) ([]release.OverViewing, error) {
	return collect(ctx, t, "take viewings that are over", `
		SELECT `+viewingColumns+`, p.name, a.name, p.site_role IS NOT NULL AND p.disabled_at IS NULL
		  FROM support_view w
		  JOIN person p ON p.id = w.person_id
		  JOIN account a ON a.id = w.account_id
		 WHERE w.ended IS NULL AND (w.until <= $1 OR p.site_role IS NULL OR p.disabled_at IS NOT NULL)
		 ORDER BY w.until, w.id
		 LIMIT $2
		   FOR UPDATE OF w SKIP LOCKED`, []any{at, limit}, func(row pgx.CollectableRow) (release.OverViewing, error) {
		var o release.OverViewing
		return o, scanAll(row, viewingFields(&o.Viewing), []any{&o.PersonName, &o.AccountName, &o.OnStaff})
	})
}
