// Package store keeps the product's data in Postgres. Store runs use cases in transactions (release.Store); Reader answers
// pages and exports, writes nothing, and shows an actor only what is its own: tenancy is in every WHERE clause.
package store

import "github.com/jackc/pgx/v5/pgxpool"

// Reader answers questions. Every method takes the actor who asks: what that actor may not see is not found, or left out.
// Lists with a page key give rows after it in the list's own order; an empty result is a nil slice and no error.
type Reader struct{ pool *pgxpool.Pool }

// NewReader takes a pool made by Open.
func NewReader(pool *pgxpool.Pool) *Reader { return &Reader{pool: pool} }
