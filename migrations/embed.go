// Package migrations holds the database schema as numbered pairs of SQL files, in the order in which
// golang-migrate applies them. Every invariant of the product that SQL can express stands here as a
// constraint named after the rule's phrase; store maps the names back to rules.
package migrations

import "embed"

// Files are the migrations: NNNNNN_name.up.sql and NNNNNN_name.down.sql.
//
//go:embed *.sql
var Files embed.FS
