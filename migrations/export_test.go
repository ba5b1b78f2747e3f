package migrations

import (
	"context"
	"io/fs"

	"github.com/golang-migrate/migrate/v4"
)

// UpFrom is Up with other files.
func UpFrom(ctx context.Context, files fs.FS, url string) error {
	return run(ctx, files, url, (*migrate.Migrate).Up)
}
