package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"
)

func TestCSVCellsAreNoFormulas(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"": "", "plain": "plain", "1.0.0": "1.0.0", "a=b": "a=b", "é": "é", "–": "–", `{"a":1}`: `{"a":1}`,
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1", "\n=1": "'\n=1",
		"＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠x": "'＠x",
	} {
		if got := csvSafe(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}

// TestBrokenExportIsNoWholeOne: a part of a table must not look like all of it.
func TestBrokenExportIsNoWholeOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(Config{Log: slog.New(slog.DiscardHandler)})
	fault := errors.New("the database went away")
	export := func(rows int) func(*visit) error {
		return func(v *visit) error {
			return v.download().streamCSV("things", []string{"n"}, func(write func(...string) error) error {
				for range rows {
					if err := write("a cell"); err != nil {
						return err
					}
				}
				return fault
			})
		}
	}
	w.add("/late.csv", anyone, export(5000))
	w.add("/early.csv", anyone, export(0))
	w.anonymous().get("/early.csv").wants(http.StatusInternalServerError).says("h1", "Something went wrong")
	response, err := w.anonymous().http.Do(w.anonymous().request(http.MethodGet, "/late.csv", ""))
	if err != nil {
		return // broken off before its head arrived
	}
	defer response.Body.Close()
	buffer := make([]byte, 1<<16)
	for err == nil {
		_, err = response.Body.Read(buffer)
	}
	if err.Error() != "unexpected EOF" {
		t.Errorf("the answer ends with %v, as if it were whole", err)
	}
}

// TestCancelledExportStopsItsQuery holds the export's query up by a lock; the visitor leaves, and the query ends before the
// lock does.
func TestCancelledExportStopsItsQuery(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, leave := context.WithCancel(t.Context())
	visitor := w.as(theSupport)
	tx, err := w.db.Owner(t).Begin(t.Context())
	w.done(err)
	t.Cleanup(func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) })
	_, err = tx.Exec(t.Context(), `LOCK TABLE attachment IN ACCESS EXCLUSIVE MODE`)
	w.done(err)
	gone := make(chan error, 1)
	go func() {
		response, err := visitor.http.Do(visitor.request(http.MethodGet, "/install-base.csv", "").WithContext(ctx))
		if err == nil {
			err = response.Body.Close()
		}
		gone <- err
	}()
	waiting := func() (n int) {
		w.done(tx.QueryRow(t.Context(), `SELECT count(*) FROM pg_locks WHERE relation = 'attachment'::regclass AND NOT granted`).Scan(&n))
		return n
	}
	eventually(t, "the export waits for the lock", func() bool { return waiting() == 1 })
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Fatalf("the visitor left with %v", err)
	}
	eventually(t, "the export's query has ended", func() bool { return waiting() == 0 })
	eventually(t, "its connection is free", func() bool { return w.db.Pool.Stat().AcquiredConns() == 0 })
}

// eventually waits until something holds, and fails when it does not within ten seconds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("not so: %s", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
