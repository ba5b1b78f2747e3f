package telemetry

import (
	"context"
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
}

const (
	// stateLife is how long a reading answers scrapes: several Prometheus servers, or a curious operator, cost the database nothing.
	stateLife = 10 * time.Second
	// stateLimit is how long a scrape waits for the database; Prometheus itself gives up after ten seconds.
	stateLimit = 5 * time.Second
)

// WatchState lets scrapes tell what the database knows. While it can't be read, these metrics are left out, and
// packtide_database_up is 0.
func (m *Metrics) WatchState(read func(context.Context) (State, error), log *slog.Logger) {
	m.registry.MustRegister(&stateCollector{read: read, clock: m.clock, log: log})
}

var (
	databaseUp = prometheus.NewDesc("packtide_database_up", "Whether the last reading of the metrics that are kept in the database went well.", nil, nil)
	pending    = prometheus.NewDesc("packtide_releases_pending", "Releases in their testing period.", nil, nil)
	overdue    = prometheus.NewDesc("packtide_releases_overdue", "Pending releases whose midnight has passed: the next run of the timetable applies them.", nil, nil)
	nextDue    = prometheus.NewDesc("packtide_release_next_due_timestamp_seconds", "The midnight of the pending release that is due first; absent when none is pending.", nil, nil)
)

type stateCollector struct {
	read  func(context.Context) (State, error)
	clock func() time.Time
	log   *slog.Logger

	mu     sync.Mutex // one reading at a time; the others wait for it and share it
	readAt time.Time
	state  State
	err    error
}

// Describe tells the names in advance, so that no other collector can take them.
func (c *stateCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{databaseUp, pending, overdue, nextDue} {
		out <- d
	}
}

// Collect tells the state, freshly read or a few seconds old.
func (c *stateCollector) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	s, err := c.current()
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
}

func (c *stateCollector) current() (State, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock()
	if age := now.Sub(c.readAt); !c.readAt.IsZero() && age >= 0 && age < stateLife {
		return c.state, c.err
	}
	ctx, cancel := context.WithTimeout(context.Background(), stateLimit) // a scrape brings none
	defer cancel()
	c.state, c.err = c.read(ctx)
	c.readAt = now
	if c.err != nil {
		c.log.WarnContext(ctx, "metrics of the database are left out", "error", c.err)
	}
	return c.state, c.err
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
