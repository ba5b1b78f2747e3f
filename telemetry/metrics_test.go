package telemetry

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"packtide/release"
	"packtide/scheduler"
	"packtide/store/storetest"
	"packtide/web/watch"
)

var noon = time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)

var silent = slog.New(slog.DiscardHandler)

// everything is a registry in which each metric has a value.
func everything(t *testing.T, state func(context.Context) (State, error)) *Metrics {
	t.Helper()
	m := NewMetrics("test", func() time.Time { return noon })
	m.ExpectJobs([]string{"apply"})
	m.JobRan(scheduler.Run{Job: "apply", At: noon, Took: time.Second})
	m.RequestEnded(t.Context(), watch.Request{Method: http.MethodGet, Route: "/packs", Status: http.StatusOK, Took: 30 * time.Millisecond})
	m.released([]release.Release{{DueAt: new(noon.Add(-time.Minute))}}, nil)
	m.WatchPool(storetest.New(t).Pool)
	m.WatchState(StateReaders{state, someAgents}, silent)
	return m
}

func someState(context.Context) (State, error) {
	return State{
		Backlog: release.Backlog{Pending: 3, Overdue: 1, NextDue: new(noon.Add(-time.Second))},
		Jobs:    []release.JobCount{{State: "available", Queue: "notices", Kind: "mail", N: 7}},
	}, nil
}

func someAgents(context.Context) (release.Ledger, error) {
	return release.Ledger{Attachments: 21, Current: 1, Trying: 2, Behind: 3, Failed: 4, Silent: 5, Never: 6}, nil
}

// What the database tells is told with its labels, and the states of the agents add up.
func TestStateIsTold(t *testing.T) {
	t.Parallel()
	m := NewMetrics("test", func() time.Time { return noon })
	m.WatchState(StateReaders{someState, someAgents}, silent)
	compare(t, m, "packtide_jobs", `
		# HELP packtide_jobs Jobs of the queue that wait, run or have failed for good (discarded); 20000 of one state are counted at most.
		# TYPE packtide_jobs gauge
		packtide_jobs{kind="mail",queue="notices",state="available"} 7
	`)
	compare(t, m, "packtide_attachments", `
		# HELP packtide_attachments Attachments of the whole install base, by what their agents say they run; the states add up to all of them.
		# TYPE packtide_attachments gauge
		packtide_attachments{state="behind"} 3
		packtide_attachments{state="current"} 1
		packtide_attachments{state="failed"} 4
		packtide_attachments{state="never_reported"} 6
		packtide_attachments{state="silent"} 5
		packtide_attachments{state="trying"} 2
	`)
}

// The names, units and helps are as Prometheus asks for them.
func TestMetricsFollowConventions(t *testing.T) {
	t.Parallel()
	problems, err := testutil.GatherAndLint(everything(t, someState).registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "packtide_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}

// R18: what was late is counted as late, and a click is no midnight.
func TestReleasesAreCounted(t *testing.T) {
	t.Parallel()
	m := NewMetrics("test", func() time.Time { return noon })
	due := func(before time.Duration) *time.Time { return new(noon.Add(-before)) }
	m.released([]release.Release{{DueAt: due(time.Second)}, {DueAt: due(2 * time.Hour), Late: true}, {DueAt: due(-time.Second)}}, []release.Release{{}})
	compare(t, m, "packtide_releases_applied_total", `
		# HELP packtide_releases_applied_total Releases that this process made current: at their midnight (scheduled) or at a click (immediate).
		# TYPE packtide_releases_applied_total counter
		packtide_releases_applied_total{how="immediate"} 1
		packtide_releases_applied_total{how="scheduled"} 3
	`)
	compare(t, m, "packtide_releases_late_total", `
		# HELP packtide_releases_late_total Scheduled releases that were applied more than an hour after their midnight.
		# TYPE packtide_releases_late_total counter
		packtide_releases_late_total 1
	`)
	if n := testutil.CollectAndCount(m.lateness); n != 1 {
		t.Errorf("%d histograms of lateness", n)
	}
}

func compare(t *testing.T, m *Metrics, name, want string) {
	t.Helper()
	if err := testutil.GatherAndCompare(m.registry, strings.NewReader(want), name); err != nil {
		t.Error(err)
	}
}

// A word that a stranger makes up never becomes a label.
func TestRequestsAreCountedByWhatIsKnown(t *testing.T) {
	t.Parallel()
	m := NewMetrics("test", func() time.Time { return noon })
	for _, r := range []watch.Request{
		{Method: http.MethodGet, Route: "/packs/:pack", Status: http.StatusOK},
		{Method: http.MethodGet, Route: "/packs/:pack", Status: http.StatusNoContent},
		{Method: http.MethodPost, Route: "/packs/new", Status: http.StatusUnprocessableEntity},
		{Method: "SESAME", Route: watch.Unmatched, Status: http.StatusNotFound},
		{Method: http.MethodGet, Route: "/audit.csv", Status: http.StatusOK, Broken: true},
	} {
		m.RequestEnded(t.Context(), r)
	}
	compare(t, m, "packtide_http_requests_total", `
		# HELP packtide_http_requests_total Requests answered, by route pattern and class of status.
		# TYPE packtide_http_requests_total counter
		packtide_http_requests_total{code="2xx",method="GET",route="/packs/:pack"} 2
		packtide_http_requests_total{code="4xx",method="POST",route="/packs/new"} 1
		packtide_http_requests_total{code="4xx",method="other",route="(none)"} 1
		packtide_http_requests_total{code="broken",method="GET",route="/audit.csv"} 1
	`)
}

func TestJobsAreCounted(t *testing.T) {
	t.Parallel()
	m := NewMetrics("test", func() time.Time { return noon })
	m.ExpectJobs([]string{"apply", "tidy"})
	m.JobRan(scheduler.Run{Job: "apply", At: noon, Took: time.Second})
	m.JobRan(scheduler.Run{Job: "apply", At: noon.Add(time.Minute), Err: errors.New("the sea is rough")})
	compare(t, m, "packtide_timetable_runs_total", `
		# HELP packtide_timetable_runs_total Runs of the timetable's jobs in this process, by result.
		# TYPE packtide_timetable_runs_total counter
		packtide_timetable_runs_total{job="apply",result="done"} 1
		packtide_timetable_runs_total{job="apply",result="failed"} 1
		packtide_timetable_runs_total{job="tidy",result="done"} 0
		packtide_timetable_runs_total{job="tidy",result="failed"} 0
	`)
	compare(t, m, "packtide_timetable_last_success_timestamp_seconds", `
		# HELP packtide_timetable_last_success_timestamp_seconds When a job of the timetable last began a run that went well, in this process.
		# TYPE packtide_timetable_last_success_timestamp_seconds gauge
		packtide_timetable_last_success_timestamp_seconds{job="apply"} 1.7746992e+09
		packtide_timetable_last_success_timestamp_seconds{job="tidy"} 0
	`)
}

// A scrape reads the database at most every few seconds; while that fails, the process's own metrics are told all the same.
func TestStateIsReadSeldom(t *testing.T) {
	t.Parallel()
	at, reads, failure := noon, 0, error(nil)
	m := NewMetrics("test", func() time.Time { return at })
	agents := 0
	m.WatchState(StateReaders{func(ctx context.Context) (State, error) {
		reads++
		s, _ := someState(ctx)
		return s, failure
	}, func(ctx context.Context) (release.Ledger, error) {
		agents++
		return someAgents(ctx)
	}}, silent)
	for range 5 {
		compare(t, m, "packtide_releases_pending", `
			# HELP packtide_releases_pending Releases in their testing period.
			# TYPE packtide_releases_pending gauge
			packtide_releases_pending 3
		`)
	}
	if reads != 1 {
		t.Errorf("five scrapes at one instant read the database %d times", reads)
	}
	at, failure = at.Add(stateLife), errors.New("the database is away")
	compare(t, m, "packtide_releases_pending", "")
	compare(t, m, "packtide_database_up", `
		# HELP packtide_database_up Whether the last reading of the metrics that are kept in the database went well.
		# TYPE packtide_database_up gauge
		packtide_database_up 0
	`)
	if n, err := testutil.GatherAndCount(m.registry, "packtide_http_requests_in_flight"); err != nil || n != 1 || reads != 2 || agents != 1 {
		t.Errorf("%v: %d of the process's own, %d reads, %d of the agents", err, n, reads, agents)
	}
}

// A reading that panics or hangs would be one too many: the collector gives it a limit.
func TestStateHasALimit(t *testing.T) {
	t.Parallel()
	m := NewMetrics("test", func() time.Time { return noon })
	limited := false
	m.WatchState(StateReaders{func(ctx context.Context) (State, error) {
		_, limited = ctx.Deadline()
		return State{}, nil
	}, someAgents}, silent)
	if _, err := m.registry.Gather(); err != nil || !limited {
		t.Errorf("%v, limited: %t", err, limited)
	}
	compare(t, m, "packtide_release_next_due_timestamp_seconds", "") // none is pending
}

func TestScrapesNeedTheToken(t *testing.T) {
	t.Parallel()
	m := NewMetrics("test", func() time.Time { return noon })
	for name, c := range map[string]struct {
		token, method, authorization string
		status                       int
	}{
		"open":                {"", http.MethodGet, "", http.StatusOK},
		"head":                {"", http.MethodHead, "", http.StatusOK},
		"a change":            {"", http.MethodPost, "", http.StatusMethodNotAllowed},
		"the token":           {"a-token-of-some-length", http.MethodGet, "Bearer a-token-of-some-length", http.StatusOK},
		"no token":            {"a-token-of-some-length", http.MethodGet, "", http.StatusUnauthorized},
		"another":             {"a-token-of-some-length", http.MethodGet, "Bearer a-token-of-some-lengtH", http.StatusUnauthorized},
		"the beginning":       {"a-token-of-some-length", http.MethodGet, "Bearer a-token-of-some", http.StatusUnauthorized},
		"as another scheme":   {"a-token-of-some-length", http.MethodGet, "Basic a-token-of-some-length", http.StatusUnauthorized},
		"a change without it": {"a-token-of-some-length", http.MethodPost, "", http.StatusUnauthorized},
	} {
		server := httptest.NewServer(m.Handler(c.token, silent))
		t.Cleanup(server.Close)
		r, err := http.NewRequestWithContext(t.Context(), c.method, server.URL, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", c.authorization)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != c.status {
			t.Errorf("%s: %d, want %d (%v)", name, answer.StatusCode, c.status, err)
		}
		if told := strings.Contains(string(text), "packtide_build_info"); told != (c.status == http.StatusOK && c.method == http.MethodGet) {
			t.Errorf("%s: metrics told: %t", name, told)
		}
	}
}

// Requests under way are counted while they are, also when they panic.
func TestInFlight(t *testing.T) {
	t.Parallel()
	m := NewMetrics("test", func() time.Time { return noon })
	h := m.InFlight(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if got := testutil.ToFloat64(m.inFlight); got != 1 {
			t.Errorf("%g under way, want 1", got)
		}
		panic(http.ErrAbortHandler)
	}))
	func() {
		defer func() { _ = recover() }()
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody))
	}()
	if got := testutil.ToFloat64(m.inFlight); got != 0 {
		t.Errorf("%g under way, want none", got)
	}
}
