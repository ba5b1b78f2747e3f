package main

import (
	"testing"
	"time"

	"packtide/release"
	"packtide/store/storetest"
)

// After downtime every due release applies at start, once, and is marked as late, also when two replicas start at once. R18
func TestReplicasCatchUpAtStart(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	wentDown := time.Now().AddDate(0, 0, -30) // since then the midnights of three packs have passed
	if err := newWorld(db.Store, db.Reader, wentDown.UTC()).build(t.Context()); err != nil {
		t.Fatal(err)
	}
	began := time.Now().Truncate(time.Microsecond)
	env := map[string]string{"DATABASE_URL": db.URL, "PACKTIDE_ADDR": "127.0.0.1:0", "PACKTIDE_METRICS_ADDR": "127.0.0.1:0"}
	replicas := []*command{launch(t, env, "serve"), launch(t, env, "serve")}
	for _, r := range replicas {
		r.ready(t)
	}
	applied, err := db.Reader.Events(t.Context(), release.Operator(), release.EventFilter{Actions: []string{release.ActApplied}, From: &began, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	packs := map[string]int{}
	for _, e := range applied {
		packs[e.PackName]++
		if e.Source != release.FromScheduler || e.After["late"] != true {
			t.Errorf("%s was applied by %s, late: %v", e.PackName, e.Source, e.After["late"])
		}
	}
	if len(applied) != 4 || packs["Incident Desk"] != 1 || packs["Cloud Posture"] != 1 || packs["Order to Cash"] != 1 || packs["Phishing Response"] != 1 {
		t.Errorf("applied %v, want Incident Desk, Cloud Posture, Order to Cash and Phishing Response, once each", packs)
	}
	rows, err := db.Reader.Packs(t.Context(), release.Operator(), "Incident Desk", "", release.ID{}, 1)
	if err != nil || len(rows) != 1 || !rows[0].Current.Late || rows[0].Current.Version.String() != "2.0.0" || rows[0].Pending != nil {
		t.Errorf("%v: Incident Desk is now %+v", err, rows)
	}
	var counted, late float64
	for _, r := range replicas {
		told := scrape(t, r.metrics(t), "")
		counted += told.value(t, "packtide_releases_applied_total", "how", "scheduled")
		late += told.value(t, "packtide_releases_late_total")
		r.stop(t)
	}
	if counted != 4 || late != 4 {
		t.Errorf("the metrics count %g releases, %g late, want 4 and 4", counted, late)
	}
}
