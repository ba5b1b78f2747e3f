package telemetry

import (
	"context"

	"packtide/release"
)

// WatchReleases lets the metrics count what use cases make current in the store: once it is committed, and only then.
func (m *Metrics) WatchReleases(store release.Store) release.Store { return watchedStore{store, m} }

type watchedStore struct {
	release.Store
	metrics *Metrics
}

func (s watchedStore) InTx(ctx context.Context, do func(context.Context, release.Tx) error) error {
	var seen watchedTx
	err := s.Store.InTx(ctx, func(ctx context.Context, tx release.Tx) error {
		seen = watchedTx{Tx: tx} // begun again after a deadlock
		return do(ctx, &seen)
	})
	if err == nil {
		s.metrics.released(seen.scheduled, seen.immediate)
	}
	return err
}

// watchedTx notes the releases that become current.
type watchedTx struct {
	release.Tx
	scheduled, immediate []release.Release
}

// SaveApplied is how midnight comes (R18).
func (t *watchedTx) SaveApplied(ctx context.Context, releases []release.Release) error {
	err := t.Tx.SaveApplied(ctx, releases)
	if err == nil {
		t.scheduled = append(t.scheduled, releases...)
	}
	return err
}

// SaveRelease saves a released release only when it is released at a click (R15): afterwards it never changes (R13).
func (t *watchedTx) SaveRelease(ctx context.Context, r release.Release) error {
	err := t.Tx.SaveRelease(ctx, r)
	if err == nil && r.State == release.Released {
		t.immediate = append(t.immediate, r)
	}
	return err
}
