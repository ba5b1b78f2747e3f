package telemetry

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"packtide/release"
)

// State is what all processes share, as the database tells it.
type State struct {
	Backlog release.Backlog
	Jobs    []release.JobCount
	Waits   []release.JobWait
}

// StateReaders read what all processes share.
type StateReaders struct {
	State  func(context.Context) (State, error)
	Agents func(context.Context) (release.Ledger, error)
}

// How long a reading answers scrapes: several Prometheus servers, or a curious operator, cost the database nothing. The agents'
// states are added up from many rows.
const (
	stateLife  = 10 * time.Second
	agentsLife = time.Minute
	// stateLimit is how long a scrape waits for the database; Prometheus itself gives up after ten seconds.
	stateLimit = 4 * time.Second
)

// WatchState lets scrapes tell what the database knows. While it can't be read, these metrics are left out, and
// packtide_database_up is 0.
func (m *Metrics) WatchState(read StateReaders, log *slog.Logger) {
	m.registry.MustRegister(&stateCollector{
		state: reading[State]{read: read.State, life: stateLife}, agents: reading[release.Ledger]{read: read.Agents, life: agentsLife},
		clock: m.clock, log: log,
	})
}

var (
	databaseUp = prometheus.NewDesc("packtide_database_up", "Whether the last reading of the metrics that are kept in the database went well.", nil, nil)
	pending    = prometheus.NewDesc("packtide_releases_pending", "Releases in their testing period.", nil, nil)
	overdue    = prometheus.NewDesc("packtide_releases_overdue", "Pending releases whose midnight has passed: the next run of the timetable applies them.", nil, nil)
	nextDue    = prometheus.NewDesc("packtide_release_next_due_timestamp_seconds", "The midnight of the pending release that is due first; absent when none is pending.", nil, nil)
	jobs       = prometheus.NewDesc("packtide_jobs", "Jobs of the queue that wait, run or have failed for good (discarded); 20000 of one state are counted at most.", []string{"queue", "kind", "state"}, nil)
	jobWait    = prometheus.NewDesc("packtide_jobs_oldest_age_seconds", "How long the job of a queue that could be worked on for the longest time has waited; 0 when none does.", []string{"queue"}, nil)
	attached   = prometheus.NewDesc("packtide_attachments", "Attachments of the whole install base, by what their agents say they run; the states add up to all of them.", []string{"state"}, nil)
)

type stateCollector struct {
	clock func() time.Time
	log   *slog.Logger

	mu     sync.Mutex // one reading at a time; the others wait for it and share it
	state  reading[State]
	agents reading[release.Ledger]
}

// reading is a value of the database with the time for which it answers.
type reading[T any] struct {
	read func(context.Context) (T, error)
	life time.Duration

	at    time.Time
	value T
	err   error
}

// Describe tells the names in advance, so that no other collector can take them.
func (c *stateCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{databaseUp, pending, overdue, nextDue, jobs, jobWait, attached} {
		out <- d
	}
}

// Collect tells the state, freshly read or a little old.
func (c *stateCollector) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	s, agents, err := c.current()
	if err != nil {
		gauge(databaseUp, 0)
		return
	}
	gauge(databaseUp, 1)
	gauge(pending, float64(s.Backlog.Pending))
	gauge(overdue, float64(s.Backlog.Overdue))
	if s.Backlog.NextDue != nil {
		gauge(nextDue, seconds(*s.Backlog.NextDue))
	}
	for _, j := range s.Jobs {
		gauge(jobs, float64(j.N), j.Queue, j.Kind, j.State)
	}
	for _, w := range s.Waits {
		gauge(jobWait, w.Seconds, w.Queue)
	}
	for _, state := range release.LedgerStates {
		gauge(attached, float64(agents.Of(state)), string(state))
	}
}

func (c *stateCollector) current() (State, release.Ledger, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), stateLimit) // a scrape brings none
	defer cancel()
	fresh := refresh(ctx, &c.state, c.clock())
	fresh = refresh(ctx, &c.agents, c.clock()) || fresh
	err := errors.Join(c.state.err, c.agents.err)
	if err != nil && fresh {
		c.log.WarnContext(ctx, "metrics of the database are left out", "error", err)
	}
	return c.state.value, c.agents.value, err
}

// refresh reads the value anew once it is too old, and tells whether it did. A failure is asked again as soon as anything is.
func refresh[T any](ctx context.Context, r *reading[T], now time.Time) bool {
	life := r.life
	if r.err != nil {
		life = min(life, stateLife)
	}
	if age := now.Sub(r.at); !r.at.IsZero() && age >= 0 && age < life {
		return false
	}
	r.value, r.err = r.read(ctx)
	r.at = now
	return true
}

// WatchPool lets scrapes tell how the pool of database connections does.
func (m *Metrics) WatchPool(pool *pgxpool.Pool) { m.registry.MustRegister(poolCollector{pool}) }

type poolCollector struct{ pool *pgxpool.Pool }

var (
	poolConnections = prometheus.NewDesc("packtide_database_pool_connections", "Connections of the pool, by what they do.", []string{"state"}, nil)
	poolMax         = prometheus.NewDesc("packtide_database_pool_connections_limit", "Most connections that the pool may have.", nil, nil)
	poolAcquired    = prometheus.NewDesc("packtide_database_pool_acquires_total", "Connections taken from the pool.", nil, nil)
	poolWaited      = prometheus.NewDesc("packtide_database_pool_waits_total", "Takings that had to wait, because no connection was free.", nil, nil)
	poolWaitTime    = prometheus.NewDesc("packtide_database_pool_wait_seconds_total", "Time waited for connections.", nil, nil)
	poolGivenUp     = prometheus.NewDesc("packtide_database_pool_acquires_given_up_total", "Takings that were given up before a connection was free.", nil, nil)
	poolOpened      = prometheus.NewDesc("packtide_database_pool_connections_opened_total", "Connections opened.", nil, nil)
)

func (c poolCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{poolConnections, poolMax, poolAcquired, poolWaited, poolWaitTime, poolGivenUp, poolOpened} {
		out <- d
	}
}

func (c poolCollector) Collect(out chan<- prometheus.Metric) {
	s := c.pool.Stat()
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	counter := func(d *prometheus.Desc, value float64) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, value)
	}
	gauge(poolConnections, float64(s.AcquiredConns()), "busy")
	gauge(poolConnections, float64(s.IdleConns()), "idle")
	gauge(poolConnections, float64(s.ConstructingConns()), "opening")
	gauge(poolMax, float64(s.MaxConns()))
	counter(poolAcquired, float64(s.AcquireCount()))
	counter(poolWaited, float64(s.EmptyAcquireCount()))
	counter(poolWaitTime, s.EmptyAcquireWaitTime().Seconds())
	counter(poolGivenUp, float64(s.CanceledAcquireCount()))
	counter(poolOpened, float64(s.NewConnsCount()))
}
