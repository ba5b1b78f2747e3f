// Package telemetry tells operators how packtide does: metrics in Prometheus' format, and traces by OpenTelemetry where a
// collector is configured. It decides nothing and keeps nothing; the rest of the product does not know it.
package telemetry

import (
	"context"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"packtide/notify"
	"packtide/release"
	"packtide/scheduler"
	"packtide/web/watch"
)

// Metrics counts what this process does. What all processes share is in the database, and read at a scrape: see State.
type Metrics struct {
	registry *prometheus.Registry
	clock    func() time.Time

	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	inFlight  prometheus.Gauge

	applied  *prometheus.CounterVec
	late     prometheus.Counter
	lateness prometheus.Histogram

	tried *prometheus.CounterVec

	jobRuns  *prometheus.CounterVec
	jobTimes *prometheus.HistogramVec
	jobLast  *prometheus.GaugeVec
}

// Results of a run of a job of the timetable.
const (
	resultDone   = "done"
	resultFailed = "failed"
)

// How a release became current.
const (
	howScheduled = "scheduled"
	howImmediate = "immediate"
)

// NewMetrics makes a registry of its own: whatever a library registers by itself stays out. The clock is the product's.
func NewMetrics(version string, clock func() time.Time) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(), clock: clock,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "packtide_http_requests_total", Help: "Requests answered, by route pattern and class of status.",
		}, []string{"method", "route", "code"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "packtide_http_request_duration_seconds", Help: "Time from a request's first line to the end of its answer.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 60},
		}, []string{"method", "route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "packtide_http_requests_in_flight", Help: "Requests that are being answered now.",
		}),
		applied: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "packtide_releases_applied_total", Help: "Releases that this process made current: at their midnight (scheduled) or at a click (immediate).",
		}, []string{"how"}),
		late: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "packtide_releases_late_total", Help: "Scheduled releases that were applied more than an hour after their midnight.",
		}),
		lateness: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "packtide_release_lateness_seconds", Help: "Time from a scheduled release's midnight until it was current for the whole install base.",
			Buckets: []float64{.5, 1, 2, 5, 15, 60, 300, 900, 3600, 6 * 3600, 86400},
		}),
		tried: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "packtide_message_attempts_total", Help: "Attempts of this process to send a message, by way and outcome: delivered, failed (it is tried again), dead (given up), snoozed (not begun: the webhook had others under way).",
		}, []string{"way", "outcome"}),
		jobRuns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "packtide_timetable_runs_total", Help: "Runs of the timetable's jobs in this process, by result.",
		}, []string{"job", "result"}),
		jobTimes: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "packtide_timetable_run_duration_seconds", Help: "How long the timetable's jobs ran.",
			Buckets: []float64{.01, .05, .1, .5, 1, 5, 15, 60, 300, 900},
		}, []string{"job"}),
		jobLast: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "packtide_timetable_last_success_timestamp_seconds", Help: "When a job of the timetable last began a run that went well, in this process.",
		}, []string{"job"}),
	}
	build := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "packtide_build_info", Help: "Always 1; the labels tell the version.",
		ConstLabels: prometheus.Labels{"version": version, "goversion": runtime.Version()},
	}, func() float64 { return 1 })
	m.registry.MustRegister(
		m.requests, m.durations, m.inFlight, m.applied, m.late, m.lateness, m.tried, m.jobRuns, m.jobTimes, m.jobLast, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	for _, how := range []string{howScheduled, howImmediate} {
		m.applied.WithLabelValues(how) // a counter that is there from the start can be asked for its rate
	}
	for _, outcome := range []notify.Outcome{notify.Delivered, notify.Failed, notify.Dead} {
		m.tried.WithLabelValues(string(notify.ByWebhook), string(outcome))
		m.tried.WithLabelValues(string(notify.ByMail), string(outcome))
	}
	m.tried.WithLabelValues(string(notify.ByWebhook), string(notify.Snoozed))
	return m
}

// Tried counts an attempt to send a message, in the manner of notify.Config.
func (m *Metrics) Tried(way notify.Way, outcome notify.Outcome) {
	m.tried.WithLabelValues(string(way), string(outcome)).Inc()
}

// ExpectJobs lets the timetable's jobs stand at zero until they run: an alert on one that never ran needs something to look at.
func (m *Metrics) ExpectJobs(names []string) {
	for _, name := range names {
		for _, result := range []string{resultDone, resultFailed} {
			m.jobRuns.WithLabelValues(name, result)
		}
		m.jobLast.WithLabelValues(name)
	}
}

// InFlight counts the requests that next is answering.
func (m *Metrics) InFlight(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.inFlight.Inc()
		defer m.inFlight.Dec()
		next.ServeHTTP(w, r)
	})
}

// RequestEnded counts a request, in the manner of watch.Config.
func (m *Metrics) RequestEnded(_ context.Context, r watch.Request) {
	method := watch.Method(r.Method)
	m.requests.WithLabelValues(method, r.Route, class(r)).Inc()
	m.durations.WithLabelValues(method, r.Route).Observe(r.Took.Seconds())
}

// class is that of the status, like 2xx; an answer that broke off is a class of its own.
func class(r watch.Request) string {
	if r.Broken {
		return "broken"
	}
	return strconv.Itoa(r.Status/100) + "xx"
}

// JobRan counts a run of the timetable.
func (m *Metrics) JobRan(run scheduler.Run) {
	result := resultDone
	if run.Err != nil {
		result = resultFailed
	} else {
		m.jobLast.WithLabelValues(run.Job).Set(seconds(run.At))
	}
	m.jobRuns.WithLabelValues(run.Job, result).Inc()
	m.jobTimes.WithLabelValues(run.Job).Observe(run.Took.Seconds())
}

// seconds is an instant as Prometheus counts it.
func seconds(at time.Time) float64 { return float64(at.UnixMilli()) / 1000 }

// released counts releases that a committed transaction has made current.
func (m *Metrics) released(scheduled, immediate []release.Release) {
	now := m.clock()
	m.applied.WithLabelValues(howImmediate).Add(float64(len(immediate)))
	m.applied.WithLabelValues(howScheduled).Add(float64(len(scheduled)))
	for _, r := range scheduled {
		if r.Late {
			m.late.Inc()
		}
		m.lateness.Observe(max(0, now.Sub(*r.DueAt).Seconds()))
	}
}
