package store_test

import (
	"context"
	"testing"
	"time"

	"packtide/release"
)

// pastBenchWorld is benchWorld with a twentieth of all uninstalled over the time, and the moments to look at.
func pastBenchWorld(b *testing.B) (w *benchWorld, from, to time.Time) {
	b.Helper()
	w = newBenchWorld(b)
	owner := w.Owner(b)
	half := benchStart.Add(time.Duration(benchSize(b)/2) * time.Millisecond)
	for _, sql := range []string{
		`SET statement_timeout = 0`,
		`UPDATE attachment SET detached_at = attached_at + interval '1 minute', detached_by = attached_by WHERE substr(name, 6)::int % 20 = 7`,
		`VACUUM ANALYZE`,
	} {
		if _, err := owner.Exec(context.Background(), sql); err != nil {
			b.Fatal(err)
		}
	}
	return w, half, benchStart.Add(31 * 24 * time.Hour)
}

// BenchmarkPast reads pages and totals of the past: of the biggest pack, and of all.
func BenchmarkPast(b *testing.B) {
	w, from, to := pastBenchWorld(b)
	ctx := context.Background()
	support := release.Actor{Person: w.publisher.Person, Site: release.RoleSupport, Source: release.FromUI}
	pack := release.InstallBaseFilter{Pack: w.biggest, Limit: 50}
	changedIn := release.CompareFilter{Pack: w.biggest, Limit: 50}
	for name, ask := range map[string]func() error{
		"page of all": func() error {
			return errOf(w.reader.InstallBaseAt(ctx, support, from, release.InstallBaseFilter{Limit: 50}))
		},
		"page of a pack": func() error { return errOf(w.reader.InstallBaseAt(ctx, w.publisher, from, pack)) },
		"page of a publisher": func() error {
			return errOf(w.reader.InstallBaseAt(ctx, w.publisher, from, release.InstallBaseFilter{Limit: 50}))
		},
		"page, trying": func() error {
			return errOf(w.reader.InstallBaseAt(ctx, support, to, release.InstallBaseFilter{State: release.StateTrying}))
		},
		"totals of a pack":  func() error { return errOf(w.reader.Comparison(ctx, w.publisher, from, to, changedIn)) },
		"totals of all":     func() error { return errOf(w.reader.Comparison(ctx, support, from, to, release.CompareFilter{})) },
		"changes of a pack": func() error { return errOf(w.reader.CompareInstallBase(ctx, w.publisher, from, to, changedIn)) },
		"changes, page of all": func() error {
			return errOf(w.reader.CompareInstallBase(ctx, support, from, to, release.CompareFilter{Limit: 50}))
		},
		"changes, gone, of all": func() error {
			return errOf(w.reader.CompareInstallBase(ctx, support, from, to, release.CompareFilter{Change: release.PastGone}))
		},
		"changes, changed alone": func() error {
			return errOf(w.reader.CompareInstallBase(ctx, support, from, to, release.CompareFilter{Change: release.PastChanged}))
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
