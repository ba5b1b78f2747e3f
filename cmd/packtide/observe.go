package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"packtide/scheduler"
	"packtide/telemetry"
	"packtide/web"
	"packtide/web/watch"
)

// observeFlags say who may look into the running program, and how it goes.
type observeFlags struct {
	MetricsAddr      string        `name:"metrics-addr" setting:"PACKTIDE_METRICS_ADDR" placeholder:"HOST:PORT" help:"Address of a listener for /metrics alone, which only your monitoring should reach."`
	MetricsToken     string        `name:"metrics-token" setting:"PACKTIDE_METRICS_TOKEN" placeholder:"TOKEN" help:"Serve /metrics to whoever sends this token, also beside the pages; better from a file."`
	MetricsTokenFile string        `name:"metrics-token-file" setting:"PACKTIDE_METRICS_TOKEN_FILE" placeholder:"FILE" help:"File with the token for /metrics."`
	Collector        string        `name:"otlp-endpoint" setting:"OTEL_EXPORTER_OTLP_ENDPOINT" placeholder:"URL" help:"OpenTelemetry collector that gets traces by OTLP over HTTP, like http://127.0.0.1:4318; without it nothing is traced."`
	DrainWait        time.Duration `name:"drain-wait" setting:"PACKTIDE_DRAIN_WAIT" default:"0s" help:"How long to go on serving, not ready, after being told to stop, so that a load balancer looks elsewhere first."`
}

// minMetricsToken is what nobody guesses.
const minMetricsToken = 16

// token is the one given, or that of the file.
func (f observeFlags) token() (string, error) {
	token := f.MetricsToken
	if f.MetricsTokenFile != "" {
		if token != "" {
			return "", errors.New("both --metrics-token and --metrics-token-file are given: give one of them")
		}
		text, err := os.ReadFile(f.MetricsTokenFile)
		if err != nil {
			return "", fmt.Errorf("read the token for /metrics: %w", err)
		}
		if token = strings.TrimSpace(string(text)); token == "" {
			return "", fmt.Errorf("the file of the token for /metrics is empty: write one into %s, for example with openssl rand -hex 24", f.MetricsTokenFile)
		}
	}
	if token != "" && len(token) < minMetricsToken {
		return "", fmt.Errorf("the token for /metrics has fewer than %d characters: make one with openssl rand -hex 24", minMetricsToken)
	}
	return token, nil
}

// attrs are the settings in force, without secrets.
func (f observeFlags) attrs() []any {
	collector := f.Collector
	if collector == "" {
		collector = "none"
	}
	withToken := f.MetricsToken != "" || f.MetricsTokenFile != ""
	return []any{"metrics_addr", f.MetricsAddr, "metrics_by_token", withToken, "traces_to", collector, "drain_wait", f.DrainWait}
}

// tracing starts what the flags ask for.
func (f observeFlags) tracing(ctx context.Context, proxies []*net.IPNet, log *slog.Logger) (*telemetry.Tracing, error) {
	return telemetry.StartTracing(ctx, telemetry.TracingConfig{Endpoint: f.Collector, Service: "packtide", Version: version(), Proxies: proxies, Log: log})
}

// tracesLimit is how long the last traces may take to be sent.
const tracesLimit = 2 * time.Second

// stopTracing sends what is left. That a collector has gone is no failure of ours.
func stopTracing(ctx context.Context, tracing *telemetry.Tracing, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tracesLimit)
	defer cancel()
	if err := tracing.Stop(ctx); err != nil {
		log.WarnContext(ctx, "the last traces are lost", "error", err)
	}
}

// lookout is how operators see into a site: the zero value counts, and shows nobody.
type lookout struct {
	metrics  *telemetry.Metrics
	tracing  *telemetry.Tracing // nil: nothing is traced
	token    string             // with which /metrics is served; empty: not beside the pages
	listener net.Listener       // of /metrics alone; nil: none
	drain    time.Duration
	ready    readiness
}

// look sets the lookout up as the flags say.
func (s *site) look(ctx context.Context, f observeFlags, tracing *telemetry.Tracing) (err error) {
	s.tracing, s.drain = tracing, f.DrainWait
	if s.token, err = f.token(); err != nil || f.MetricsAddr == "" {
		return err
	}
	s.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", f.MetricsAddr)
	if err != nil {
		return fmt.Errorf("listen on %s for metrics: %w; choose another address with --metrics-addr", f.MetricsAddr, err)
	}
	return nil
}

// jobRan hears of every run of the timetable.
func (s *site) jobRan(run scheduler.Run) {
	s.ready.ticks.note(run)
	s.metrics.JobRan(run)
}

// watched serves next as operators wish to see it: each request is logged, counted and traced, and /metrics answers to its token.
func (s *site) watched(next http.Handler) http.Handler {
	scrape := s.metrics.Handler(s.token, s.log)
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.token != "" && r.URL.Path == telemetry.Route {
			scrape.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
	return s.tracing.Handler(s.metrics.InFlight(watch.Handler(inner, watch.Config{
		Log: s.log, Clock: s.clock, Address: web.ClientAddress(s.proxies),
		Ended: func(ctx context.Context, r watch.Request) {
			s.metrics.RequestEnded(ctx, r)
			s.tracing.RequestEnded(ctx, r)
		},
	})))
}

// serveMetrics answers on the listener of their own until the function that it returns is called; without one it does nothing.
func (s *site) serveMetrics(ctx context.Context) (stop func()) {
	if s.listener == nil {
		return func() {}
	}
	scrape := s.metrics.Handler(s.token, s.log)
	alone := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == telemetry.Route {
			scrape.ServeHTTP(w, r)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	})
	server := s.newServer(ctx, watch.Handler(alone, watch.Config{Log: s.log, Clock: s.clock}))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.ErrorContext(ctx, "metrics are not served any more", "error", err)
		}
	}()
	s.log.InfoContext(ctx, "metrics are served", "url", "http://"+s.listener.Addr().String()+telemetry.Route)
	return func() {
		_ = server.Close() // a scrape that breaks off comes again
		<-ended
	}
}

// newServer answers on what it is given within the limits of one request. Requests outlive ctx: stop decides about them.
func (s *site) newServer(ctx context.Context, handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerLimit, ReadTimeout: requestLimit, WriteTimeout: requestLimit, IdleTimeout: idleLimit,
		MaxHeaderBytes: headerBytes, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
}

// turnAway lets load balancers notice that this process is stopping, before it stops to answer.
func (s *site) turnAway(ctx context.Context) {
	s.ready.stopping.Store(true)
	s.log.InfoContext(ctx, "stopping", "drain_wait", s.drain)
	if s.drain <= 0 {
		return
	}
	select {
	case <-time.After(s.drain):
	case <-s.ended:
	}
}
