package scheduler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"packtide/release"
)

// record is a log that tests may read while others write.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

const everySecond = "* * * * * *"

// start runs a timetable of the test's own.
func start(t *testing.T, table ...entry) (*Scheduler, *record) {
	t.Helper()
	return startTold(t, nil, table...)
}

func startTold(t *testing.T, told func(Run), table ...entry) (*Scheduler, *record) {
	t.Helper()
	said := &record{}
	s := &Scheduler{table: table, told: told, clock: func() time.Time { return noon }, log: slog.New(slog.NewTextHandler(said, nil))}
	s.Start(t.Context())
	return s, said
}

var noon = time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)

// R17, R18: realigned at start before anything is applied, then hourly; applied every minute at second 0.
func TestTimetable(t *testing.T) {
	t.Parallel()
	table := timetable(release.NewService(nil, nil), slog.New(slog.DiscardHandler), time.Hour)
	parser := cron.NewParser(cron.Second | cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)
	var atStart []string
	for _, e := range table {
		spec, err := parser.Parse(e.spec)
		if err != nil {
			t.Fatalf("%s: %v", e.name, err)
		}
		first := spec.Next(noon.Add(30 * time.Second))
		second := spec.Next(first)
		want := map[string][2]string{
			"realign instants":       {"28 12:05:00", "28 13:05:00"},
			"apply due releases":     {"28 12:01:00", "28 12:02:00"},
			"remind of releases":     {"28 12:01:20", "28 12:02:20"},
			"send digests":           {"28 12:00:50", "28 12:05:50"},
			"forget old messages":    {"29 03:47:00", "30 03:47:00"},
			"mend counts":            {"29 03:17:00", "30 03:17:00"},
			"record days":            {"29 03:37:00", "30 03:37:00"},
			"end viewings":           {"28 12:00:40", "28 12:01:40"},
			"look for silent agents": {"28 12:05:10", "28 12:10:10"},
			"tidy up":                {"28 12:23:30", "28 13:23:30"},
		}[e.name]
		const clock = "02 15:04:05"
		if got := [2]string{first.Format(clock), second.Format(clock)}; got != want {
			t.Errorf("%s runs at %v, want %v", e.name, got, want)
		}
		if e.atStart {
			atStart = append(atStart, e.name)
		}
	}
	if got := strings.Join(atStart, ", "); got != "realign instants, apply due releases, record days" {
		t.Errorf("at start: %s", got)
	}
}

func TestStartRunsWhatWasMissedWithTheClocksInstant(t *testing.T) {
	t.Parallel()
	var ran []string
	note := func(name string) func(context.Context, time.Time) error {
		return func(_ context.Context, at time.Time) error {
			ran = append(ran, fmt.Sprint(name, at.Equal(noon)))
			return nil
		}
	}
	const never = "0 0 0 31 2 *"
	s, _ := start(t, entry{"a", never, true, note("a")}, entry{"b", never, false, note("b")}, entry{"c", never, true, note("c")})
	if got := strings.Join(ran, " "); got != "atrue ctrue" {
		t.Errorf("at start ran %q", got)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

// A job that fails or panics is told, runs again, and holds up nobody.
func TestFaultsAreToldAndTheJobRunsAgain(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func() error{
		"error": func() error { return errors.New("the sea is rough") },
		"panic": func() error { panic("the sea is rough") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var failing, other atomic.Int32
			told := make(chan Run, 100)
			s, said := startTold(t, func(r Run) { told <- r },
				entry{"failing", everySecond, true, func(context.Context, time.Time) error { failing.Add(1); return fail() }},
				entry{"other", everySecond, true, func(context.Context, time.Time) error { other.Add(1); return nil }})
			for deadline := time.Now().Add(10 * time.Second); failing.Load() < 3 || other.Load() < 3; time.Sleep(10 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("after 10 s the failing job has run %d times, the other %d", failing.Load(), other.Load())
				}
			}
			if err := s.Stop(t.Context()); err != nil {
				t.Error(err)
			}
			close(told)
			for r := range told {
				if (r.Err != nil) != (r.Job == "failing") || !r.At.Equal(noon) || r.Took != 0 {
					t.Errorf("told of %+v", r)
				}
			}
			for _, want := range []string{"level=ERROR", "job=failing", "the sea is rough"} {
				if !strings.Contains(said.String(), want) {
					t.Errorf("the log lacks %q:\n%s", want, said)
				}
			}
		})
	}
}

func TestAJobNeverRunsTwiceAtOnceAndStopWaitsForIt(t *testing.T) {
	t.Parallel()
	var running, runs atomic.Int32
	began, end := make(chan struct{}, 100), make(chan struct{})
	s, _ := start(t, entry{"slow", everySecond, false, func(ctx context.Context, _ time.Time) error {
		if running.Add(1) > 1 {
			t.Error("runs twice at once")
		}
		defer running.Add(-1)
		runs.Add(1)
		began <- struct{}{}
		<-end
		return ctx.Err()
	}})
	<-began
	time.Sleep(2100 * time.Millisecond) // two more of its times pass
	stopped := make(chan error, 1)
	go func() { stopped <- s.Stop(t.Context()) }()
	select {
	case err := <-stopped:
		t.Fatalf("Stop did not wait: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	close(end)
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if n := runs.Load(); n != 1 {
		t.Errorf("ran %d times", n)
	}
}

func TestStopBreaksOffWhatTakesTooLong(t *testing.T) {
	t.Parallel()
	began := make(chan struct{}, 1)
	s, said := start(t, entry{"stuck", everySecond, false, func(ctx context.Context, _ time.Time) error {
		began <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}})
	<-began
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want that it took too long", err)
	}
	if !strings.Contains(said.String(), "job=stuck") {
		t.Errorf("the log does not tell of the job: %s", said)
	}
}
