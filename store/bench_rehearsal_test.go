package store_test

import (
	"context"
	"fmt"
	"testing"

	"packtide/release"
)

// BenchmarkRehearsal reads what the first page of a rehearsal of the biggest pack shows: the totals, then 50 of each filter.
func BenchmarkRehearsal(b *testing.B) {
	w := newBenchWorld(b)
	ctx, tries, waits := context.Background(), true, false
	all := release.RehearsalFilter{Pack: w.biggest, Trial: w.pending, Limit: 50}
	page := func(change func(*release.RehearsalFilter)) func() error {
		f := all
		change(&f)
		return func() error { return errOf(w.reader.Rehearsal(ctx, w.publisher, f)) }
	}
	for _, c := range []struct {
		name string
		ask  func() error
	}{
		{"pack", func() error { return errOf(w.reader.Pack(ctx, w.publisher, w.biggest)) }},
		{"totals", func() error { return errOf(w.reader.Impact(ctx, w.publisher, w.biggest)) }},
		{"accounts without", func() error { return errOf(w.reader.AccountsWithout(ctx, w.publisher, w.biggest, 1001)) }},
		{"first page", page(func(*release.RehearsalFilter) {})},
		{"who tries", page(func(f *release.RehearsalFilter) { f.Tries = &tries })},
		{"who does not", page(func(f *release.RehearsalFilter) { f.Tries = &waits })},
		{"rare name", page(func(f *release.RehearsalFilter) { f.Query = fmt.Sprintf("site %d", benchSize(b)-10) })},
		{"rare account", page(func(f *release.RehearsalFilter) { f.Query = fmt.Sprintf("account %d", benchSize(b)/10-10) })},
		{"a name that all have", page(func(f *release.RehearsalFilter) { f.Query = "site" })},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if err := c.ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
