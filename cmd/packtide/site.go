package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/pgxstore"
	"github.com/jackc/pgx/v5/pgxpool"

	"packtide/notify"
	"packtide/release"
	"packtide/scheduler"
	"packtide/store"
	"packtide/telemetry"
	"packtide/web"
	"packtide/web/api"
	"packtide/web/atomsphere"
)

// site is the product on an open database: its use cases, pages and timetable.
type site struct {
	pool    *pgxpool.Pool
	service *release.Service
	reader  *store.Reader
	clock   func() time.Time
	log     *slog.Logger
	baseURL string
	proxies []*net.IPNet // whose X-Forwarded-For is believed
	agents  agentFlags
	apiRate int             // requests a minute for each token; 0: limit.DefaultRate
	hooks   webhookKeep     // what webhooks take
	mail    mailKeep        // what e-mail takes
	demo    web.DemoClock   // nil outside the demo
	ended   <-chan struct{} // closed when the database has ended by itself; nil: nobody tells
	lookout
}

func newSite(pool *pgxpool.Pool, clock func() time.Time, log *slog.Logger, baseURL string, hooks ...webhookKeep) *site {
	s := &site{pool: pool, reader: store.NewReader(pool), clock: clock, log: log, baseURL: strings.TrimRight(baseURL, "/")}
	if len(hooks) > 0 {
		s.hooks = hooks[0]
	}
	s.metrics = telemetry.NewMetrics(version(), clock)
	s.metrics.WatchPool(pool)
	s.metrics.WatchState(telemetry.StateReaders{State: s.state, Agents: s.reader.AgentStates}, log)
	s.service = release.NewService(s.metrics.WatchReleases(queueing(pool)), clock, s.hooks.options()...)
	return s
}

// The limits of one request: a package of 256 MB over a slow line takes its time, a request's first lines do not.
const (
	headerLimit  = 10 * time.Second
	requestLimit = time.Hour
	idleLimit    = 2 * time.Minute
	headerBytes  = 64 << 10
)

// serve answers until ctx ends; then it lets requests and jobs finish. A database that has ended by itself ends it with an
// error: whoever supervises the program starts it again.
func (s *site) serve(ctx context.Context, listener net.Listener) error {
	runner, err := s.startRunner(ctx)
	if err != nil {
		return err
	}
	timetable := scheduler.New(s.service, s.clock, s.log, s.agents.Silence, s.jobRan)
	s.metrics.ExpectJobs(timetable.Jobs())
	timetable.Start(ctx)
	pages := web.New(web.Config{
		Reader: s.reader, Service: s.service, Clock: s.clock, Log: s.log, BaseURL: s.baseURL, Proxies: s.proxies, Demo: s.demo, Version: version(),
		Sessions: pgxstore.NewWithCleanupInterval(s.pool, 0), // the timetable cleans up
		Ready:    s.checks, API: api.Reference(), MailKey: s.mail.key, Mails: s.mail.config != nil,
	})
	programs := api.New(api.Config{
		Reader: s.reader, Service: s.service, Clock: s.clock, Log: s.log, BaseURL: s.baseURL, Proxies: s.proxies, Rate: s.apiRate, Polls: s.agents.Polls,
	})
	defer programs.Close()
	boomi := atomsphere.New(atomsphere.Config{
		Reader: s.reader, Service: s.service, Clock: s.clock, Log: s.log, BaseURL: s.baseURL, Rate: s.apiRate, Address: web.ClientAddress(s.proxies),
	})
	server := s.newServer(ctx, s.watched(byAddress(pages, map[string]http.Handler{
		api.Prefix:                                  programs,
		strings.TrimSuffix(atomsphere.Base, "/"):    boomi,
		strings.TrimSuffix(atomsphere.Partner, "/"): boomi,
	})))
	defer s.serveMetrics(ctx)()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	s.log.InfoContext(ctx, "packtide is ready", "url", s.baseURL, "addr", listener.Addr().String())

	select {
	case <-ctx.Done():
		s.turnAway(ctx)
	case err = <-failed:
		err = fmt.Errorf("serve pages: %w", err)
	case <-s.ended:
		err = errors.New("the database that packtide keeps has ended; its postgres.log tells why; start packtide again")
	}
	return errors.Join(err, s.stop(ctx, server, timetable, runner))
}

// byAddress gives each request to the interface below whose prefix its path lies, all others to the pages.
func byAddress(pages http.Handler, below map[string]http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for prefix, handler := range below {
			if rest, ok := strings.CutPrefix(r.URL.Path, prefix); ok && (rest == "" || rest[0] == '/') {
				handler.ServeHTTP(w, r)
				return
			}
		}
		pages.ServeHTTP(w, r)
	})
}

// stop lets requests finish, then jobs. What takes longer than its limit is broken off, and its transaction rolled back.
func (s *site) stop(ctx context.Context, server *http.Server, timetable *scheduler.Scheduler, runner *notify.Runner) error {
	ctx = context.WithoutCancel(ctx)
	draining, cancel := context.WithTimeout(ctx, stopLimit)
	defer cancel()
	err := server.Shutdown(draining)
	if err != nil {
		err = errors.Join(fmt.Errorf("let requests finish: %w", err), server.Close())
	}
	ending, cancel := context.WithTimeout(ctx, stopLimit)
	defer cancel()
	return errors.Join(err, timetable.Stop(ending), runner.Stop(ending))
}
