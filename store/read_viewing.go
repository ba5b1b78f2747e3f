package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// Viewing is a viewing of the person's own, over or not, with the account that it is of.
func (r *Reader) Viewing(ctx context.Context, person, id release.ID) (release.Viewing, release.Account, error) {
	type found struct {
		viewing release.Viewing
		account release.Account
	}
	f, err := one(ctx, r.pool, "viewing", `
SELECT `+viewingColumns+`, `+accountColumns+`
FROM support_view w JOIN account a ON a.id = w.account_id
WHERE w.id = @id AND w.person_id = @person`, pgx.NamedArgs{"id": id, "person": person}, func(row pgx.CollectableRow) (found, error) {
		var f found
		return f, scanAll(row, viewingFields(&f.viewing), accountFields(&f.account))
	})
	return f.viewing, f.account, err
}
