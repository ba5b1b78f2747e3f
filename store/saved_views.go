package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// CountSavedViews counts a person's views in all accounts.
func (t *tx) CountSavedViews(ctx context.Context, person release.ID) (int, error) {
	var n int
	err := t.read(ctx, "count saved views", `SELECT count(*) FROM saved_view WHERE person_id = $1`, []any{person}, &n)
	return n, err
}

// AddSavedView keeps a view; one_saved_view_per_name refuses a name that the person has used there.
func (t *tx) AddSavedView(ctx context.Context, v release.SavedView) error {
	return t.do(ctx, "save a view", `
		INSERT INTO saved_view (id, person_id, account_id, name, address, saved_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		v.ID, v.Person, orNull(v.Account), v.Name, v.Address, v.SavedAt)
}

// LockSavedView reads a view alone.
func (t *tx) LockSavedView(ctx context.Context, id release.ID) (release.SavedView, error) {
	var v release.SavedView
	err := t.read(ctx, "lock a saved view", `
		SELECT id, person_id, account_id, name, address, saved_at FROM saved_view WHERE id = $1 FOR UPDATE`, []any{id},
		&v.ID, &v.Person, &v.Account, &v.Name, &v.Address, &v.SavedAt)
	return v, err
}

// RenameSavedView gives it another name.
func (t *tx) RenameSavedView(ctx context.Context, id release.ID, name string) error {
	return t.one(ctx, "rename a saved view", `UPDATE saved_view SET name = $2 WHERE id = $1`, id, name)
}

// DeleteSavedView forgets it.
func (t *tx) DeleteSavedView(ctx context.Context, id release.ID) error {
	return t.one(ctx, "delete a saved view", `DELETE FROM saved_view WHERE id = $1`, id)
}

// SavedViews are the actor's own, where it acts, by name: at most release.MaxSavedViews.
func (r *Reader) SavedViews(ctx context.Context, by release.Actor) ([]release.SavedView, error) {
	return list(ctx, r.pool, "saved views", `
SELECT id, person_id, account_id, name, address, saved_at FROM saved_view
WHERE person_id = @person AND coalesce(account_id, @none) = @account::uuid
ORDER BY lower(name), id`, pgx.NamedArgs{"person": by.Person, "account": by.Account, "none": release.ID{}},
		func(row pgx.CollectableRow) (release.SavedView, error) {
			var v release.SavedView
			return v, row.Scan(&v.ID, &v.Person, &v.Account, &v.Name, &v.Address, &v.SavedAt)
		})
}
