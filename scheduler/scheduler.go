// Package scheduler is the timetable: which use case runs when. It holds no rule and no SQL; cron is its alarm clock, and
// the instant that a use case is given comes from the product's own clock.
package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/robfig/cron/v3"

	"packtide/release"
)

// entry is one line of the timetable.
type entry struct {
	name    string
	spec    string // second minute hour day month weekday, in UTC
	atStart bool   // once more when the program starts, in the order of the timetable
	do      func(ctx context.Context, at time.Time) error
}

// JobApply is the job on which everything depends (R18): how long ago it went well is worth a look.
const JobApply = "apply due releases"

// Scheduler runs the timetable. Any number of replicas may: the use cases see to it that each thing is done once.
type Scheduler struct {
	table []entry
	clock func() time.Time
	log   *slog.Logger
	told  func(Run)

	cron   *cron.Cron
	cancel context.CancelFunc
}

// Run is one run of a job of the timetable, once it is over.
type Run struct {
	Job  string
	At   time.Time // the instant that the use case was given
	Took time.Duration
	Err  error
}

// errPanicked is the error of a run that did not get to its end.
var errPanicked = errors.New("panicked")

// New makes the timetable of the service; nothing runs before Start. Agents that were not heard of for longer than silence count
// as silent; 0: none ever does. Told hears of every run, from several goroutines at once;
// nil: nobody does.
func New(service *release.Service, clock func() time.Time, log *slog.Logger, silence time.Duration, told func(Run)) *Scheduler {
	return &Scheduler{table: timetable(service, log, silence), clock: clock, log: log, told: told}
}

// Jobs are the names of the timetable's jobs, for those who expect to hear of each.
func (s *Scheduler) Jobs() []string {
	var names []string
	for _, e := range s.table {
		names = append(names, e.name)
	}
	return names
}

// timetable realigns before it applies, so that a start with new time-zone data applies nothing too early (R17).
func timetable(service *release.Service, log *slog.Logger, silence time.Duration) []entry {
	return []entry{
		{"realign instants", "0 5 * * * *", true, func(ctx context.Context, at time.Time) error {
			moved, err := service.RealignInstants(ctx, at)
			if moved > 0 {
				log.InfoContext(ctx, "time zones have changed: pending releases were moved", "releases", moved)
			}
			return err
		}},
		{JobApply, "0 * * * * *", true, func(ctx context.Context, at time.Time) error { // R18
			done, err := service.ApplyDue(ctx, at)
			if done != (release.Applied{}) {
				log.InfoContext(ctx, "due releases applied", "releases", done.Releases, "late", done.Late, "moved", done.Moved)
			}
			return err
		}},
		{"remind of releases", "20 * * * * *", false, func(ctx context.Context, at time.Time) error { // R16
			_, err := service.Remind(ctx, at)
			return err
		}},
		{"send digests", "50 */5 * * * *", false, func(ctx context.Context, at time.Time) error {
			_, err := service.SendDigests(ctx, at)
			return err
		}},
		{"forget old messages", "0 47 3 * * *", false, func(ctx context.Context, at time.Time) error {
			_, err := service.ForgetMails(ctx, at)
			return err
		}},
		{"mend counts", "0 17 3 * * *", false, func(ctx context.Context, _ time.Time) error {
			mended, err := service.MendCounts(ctx)
			if mended > 0 {
				log.WarnContext(ctx, "summary counts were wrong and have been corrected", "rows", mended)
			}
			return err
		}},
		{"record days", "0 37 3 * * *", true, func(ctx context.Context, at time.Time) error { return service.RecordDays(ctx, at) }},
		{"look for silent agents", "10 */5 * * * *", false, func(ctx context.Context, at time.Time) error {
			if silence <= 0 {
				return nil
			}
			silent, err := service.SweepSilence(ctx, at, silence)
			if silent > 0 {
				log.InfoContext(ctx, "agents were not heard of for too long", "attachments", silent, "limit", silence.String())
			}
			return err
		}},
		{"end viewings", "40 * * * * *", false, func(ctx context.Context, at time.Time) error { // R34
			_, err := service.EndViewings(ctx, at)
			return err
		}},
		{"tidy up", "30 23 * * * *", false, func(ctx context.Context, at time.Time) error {
			_, err := service.Tidy(ctx, at)
			return err
		}},
	}
}

// Start does at once what was missed while the program was down, and begins the timetable. The end of ctx breaks off the
// former; after that, only Stop ends what runs.
func (s *Scheduler) Start(starting context.Context) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(starting))
	s.cancel = cancel
	defer context.AfterFunc(starting, cancel)()
	s.cron = cron.New(cron.WithSeconds(), cron.WithLocation(time.UTC), cron.WithLogger(cronLog{s.log}))
	for _, e := range s.table {
		job := s.job(ctx, e)
		if _, err := s.cron.AddJob(e.spec, job); err != nil {
			panic(fmt.Sprintf("scheduler: %s: %v", e.name, err)) // our own text, proved by a test
		}
		if e.atStart {
			job.Run()
		}
	}
	s.cron.Start()
}

// Stop begins nothing new and waits for what runs. When ctx ends first, what runs is broken off: its transaction is rolled
// back, and the next start does it again.
func (s *Scheduler) Stop(ctx context.Context) error {
	defer s.cancel()
	idle := s.cron.Stop()
	select {
	case <-idle.Done():
		return nil
	case <-ctx.Done():
		s.cancel()
		<-idle.Done()
		return fmt.Errorf("stop the scheduler in order: %w", ctx.Err())
	}
}

// job is an entry that never runs twice at once and outlives its own panic. The order of the two matters: cron's
// SkipIfStillRunning never lets a job run again whose panic it sees.
func (s *Scheduler) job(ctx context.Context, e entry) cron.Job {
	log := cronLog{s.log.With("job", e.name)}
	return cron.NewChain(cron.SkipIfStillRunning(log), cron.Recover(log)).Then(cron.FuncJob(func() {
		if err := s.do(ctx, e); err != nil {
			log.ErrorContext(ctx, "scheduled job failed; it runs again at its next time", "error", err)
		}
	}))
}

// do runs the entry once and tells of it, also when it panics.
func (s *Scheduler) do(ctx context.Context, e entry) (err error) {
	at := s.clock()
	run := Run{Job: e.name, At: at, Err: errPanicked}
	defer func() {
		run.Took = s.clock().Sub(at)
		if s.told != nil {
			s.told(run)
		}
	}()
	err = e.do(ctx, at)
	run.Err = err
	return err
}

// cronLog lets cron speak through slog: faults as such, the rest only to those who debug.
type cronLog struct{ *slog.Logger }

// Info takes what cron does.
func (l cronLog) Info(message string, attrs ...any) {
	l.Debug("timetable", append([]any{"event", message}, attrs...)...)
}

// Error takes the panics of jobs.
func (l cronLog) Error(err error, message string, attrs ...any) {
	l.Logger.Error("scheduled job failed; it runs again at its next time", append([]any{"event", message, "error", err}, attrs...)...)
}
