package store

import (
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// HasRule tells whether a constraint stands for a rule.
func HasRule(constraint string) bool {
	_, ok := ruleOf[constraint]
	return ok
}

// Raced tells whether violating a constraint means to try again.
func Raced(constraint string) bool { return raced(constraint) }

// RuleNames are all constraints that stand for rules.
func RuleNames() []string { return slices.Collect(maps.Keys(ruleOf)) }

// DB is the transaction's connection.
func DB(t release.Tx) pgx.Tx { return t.(*tx).db }
