package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"packtide/release"
	"packtide/store"
)

// serveCmd runs the product until it is told to stop.
type serveCmd struct {
	Database databaseFlags `embed:""`
	Agents   agentFlags    `embed:"" prefix:"agent-"`
	Addr     string        `setting:"PACKTIDE_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on."`
	BaseURL  string        `name:"base-url" setting:"PACKTIDE_BASE_URL" placeholder:"URL" help:"Address under which people reach packtide, like https://packs.example.com; by default http:// and the address it listens on."`
	Proxies  []string      `name:"trusted-proxies" setting:"PACKTIDE_TRUSTED_PROXIES" placeholder:"CIDR,…" help:"Networks of the proxies in front, like 10.0.0.0/8: only their X-Forwarded-For tells who is there."`
	APIRate  int           `name:"api-rate" setting:"PACKTIDE_API_RATE" default:"1200" placeholder:"NUMBER" help:"How many requests a minute each token may make of the API."`
	Observe  observeFlags  `embed:""`
	Mail     mailFlags     `embed:""`
	Reach    []string      `name:"webhooks-allow-networks" setting:"PACKTIDE_WEBHOOKS_ALLOW_NETWORKS" placeholder:"CIDR,…" help:"Networks that webhooks may reach besides the internet, like 10.1.0.0/16; there also by http:// and on any port."`
}

// agentFlags are what the site expects of the agents beside accounts' platforms.
type agentFlags struct {
	Silence time.Duration `setting:"PACKTIDE_AGENT_SILENCE" default:"24h" placeholder:"DURATION" help:"After how long without a word an agent counts as silent; 0 for never."`
	Polls   int           `setting:"PACKTIDE_AGENT_POLLS" default:"200" placeholder:"NUMBER" help:"How many questions of agents a second are wanted: the more agents there are, the more seldom each is told to ask."`
}

// Run starts what is needed from the bottom up: database, schema, timetable, pages; the end comes in the other order.
func (c *serveCmd) Run(ctx context.Context, p program) (err error) {
	log := p.logger(slog.LevelInfo)
	if err := c.check(); err != nil {
		return err
	}
	proxies, err := networks(c.Proxies)
	if err != nil {
		return err
	}
	mail, err := c.Mail.config()
	if err != nil {
		return err
	}
	c.tell(ctx, p, log)
	db, err := c.Database.start(ctx, p, log, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.stop(ctx)) }()
	tracing, err := c.Observe.tracing(ctx, proxies, log)
	if err != nil {
		return err
	}
	defer stopTracing(ctx, tracing, log)
	db.options.Tracer = tracing.Queries(store.Attempt)
	pool, err := db.open(ctx, c.Database.Wait, log)
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := warnOwner(ctx, pool, log); err != nil {
		return err
	}
	listener, err := listen(ctx, c.Addr)
	if err != nil {
		return err
	}
	hooks, err := c.hooks(ctx, p, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	hooks.mails = mail != nil
	s := newSite(pool, p.clock, log, baseURL(c.BaseURL, listener), hooks)
	s.ended, s.proxies, s.agents, s.apiRate = db.ended(), proxies, c.Agents, c.APIRate
	s.mail = mailKeep{config: mail, atOnce: c.Mail.Workers, key: mailKey(hooks.key)}
	if err := errors.Join(s.look(ctx, c.Observe, tracing), c.greet(ctx, p, s)); err != nil {
		return errors.Join(err, listener.Close())
	}
	return s.serve(ctx, listener)
}

// check refuses a base URL that links could not begin with.
func (c *serveCmd) check() error {
	if c.APIRate < 1 {
		return errors.New("--api-rate must be at least 1 request a minute")
	}
	if c.BaseURL == "" {
		return nil
	}
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || (u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.User != nil {
		return errors.New("the base URL must be http:// or https:// with a host and nothing behind it, like https://packs.example.com")
	}
	return nil
}

// networks reads the networks of a setting; a single address is a network of its own.
func networks(texts []string) ([]*net.IPNet, error) {
	var list []*net.IPNet
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if addr, addrErr := netip.ParseAddr(text); addrErr == nil {
			prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%q is no network: give networks like 10.0.0.0/8 or 192.0.2.7, with commas between", text)
		}
		prefix = prefix.Masked()
		list = append(list, &net.IPNet{IP: prefix.Addr().AsSlice(), Mask: net.CIDRMask(prefix.Bits(), prefix.Addr().BitLen())})
	}
	return list, nil
}

// hooks is what webhooks take: the key of their secrets, and where they may lead.
func (c *serveCmd) hooks(ctx context.Context, p program, log *slog.Logger) (webhookKeep, error) {
	reach, err := networks(c.Reach)
	if err != nil {
		return webhookKeep{}, err
	}
	dir := ""
	if c.Database.URL == "" {
		if dir, err = c.Database.dataDir(p.getenv); err != nil {
			return webhookKeep{}, err
		}
	}
	key, err := secretKey(p.getenv, dir)
	if err != nil {
		return webhookKeep{}, err
	}
	if key == nil {
		log.WarnContext(ctx, "webhooks can't be added, links that switch messages off don't work and invitations are not mailed: set PACKTIDE_SECRET_KEY, the same on every replica")
	}
	vault, err := openVault(key)
	return webhookKeep{key: key, vault: vault, allowed: prefixes(reach)}, err
}

// tell prints the settings in force, without secrets.
func (c *serveCmd) tell(ctx context.Context, p program, log *slog.Logger) {
	attrs := []any{"version", version(), "addr", c.Addr, "base_url", c.BaseURL, "trusted_proxies", c.Proxies, "agent_silence", c.Agents.Silence, "agent_polls", c.Agents.Polls}
	attrs = append(attrs, "webhooks_allow_networks", c.Reach)
	attrs = append(append(attrs, c.Mail.attrs()...), c.Observe.attrs()...)
	if c.Database.URL == "" {
		dir, err := c.Database.dataDir(p.getenv)
		if err != nil {
			dir = "(not known)" // which the start refuses in a moment
		}
		log.InfoContext(ctx, "settings", append(attrs, "database", "of its own", "data_dir", dir)...)
		return
	}
	owner := "as the database"
	if c.Database.OwnerURL != "" {
		owner = describeURL(c.Database.OwnerURL)
	}
	log.InfoContext(ctx, "settings", append(attrs, "database", describeURL(c.Database.URL), "database_owner", owner, "database_wait", c.Database.Wait)...)
}

// warnOwner says so when packtide itself could rewrite history (R33).
func warnOwner(ctx context.Context, pool *pgxpool.Pool, log *slog.Logger) error {
	guarded, err := store.AuditGuarded(ctx, pool)
	if err == nil && !guarded {
		log.WarnContext(ctx, "packtide's database login could change audit events; give it one of its own in DATABASE_URL, and the tables' owner in DATABASE_URL_OWNER")
	}
	return err
}

// greet prints the link with which the first operator lets themselves in, at every start until there is one.
func (c *serveCmd) greet(ctx context.Context, p program, s *site) error {
	secret, err := s.service.SetUpLink(ctx)
	if errors.Is(err, release.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Nobody can sign in yet. Open this link within %d days to become the first operator; it works once:\n  %s/welcome/%s\n",
		int(release.LinkLife/(24*time.Hour)), s.baseURL, secret)
	return nil
}

// listen takes the address, or says what to do where another program has it.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; choose another address with --addr, for example --addr 127.0.0.1:9000", addr, err)
	}
	return listener, nil
}

// baseURL is the one given, or that of the listener as a browser on this machine reaches it.
func baseURL(given string, listener net.Listener) string {
	if given != "" {
		return given
	}
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return "http://" + net.JoinHostPort("localhost", port)
	}
	return "http://" + listener.Addr().String()
}
