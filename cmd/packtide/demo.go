package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"packtide/release"
	"packtide/store"
)

// demoCmd shows the product to a visitor.
type demoCmd struct {
	Addr    string `default:"127.0.0.1:8080" setting:"PACKTIDE_ADDR" placeholder:"HOST:PORT" help:"Address to listen on."`
	DataDir string `name:"data-dir" placeholder:"FOLDER" help:"Folder for the demo's database, which the next start goes on with; by default a fresh one that is removed at exit."`
	JSON    bool   `name:"json" help:"Print one line of JSON when the demo is ready: {\"url\", \"users\": [{\"role\", \"email\", \"link\", \"token\"}], \"agent\": {\"token\", \"attachment_id\"}}."`
}

// demoGreeting is what the demo prints when it is ready.
type demoGreeting struct {
	URL   string     `json:"url"`
	Users []demoUser `json:"users"`
	Agent *demoAgent `json:"agent"` // null: nothing is installed that an agent could serve
}

// demoUser is one person that a visitor can be.
type demoUser struct {
	Role  string `json:"role"`
	Email string `json:"email"`
	Link  string `json:"link"`
	Token string `json:"token"` // for the API and the command line
	what  string
}

// demoUsers are the people for a visitor, one for each role.
func demoUsers() []demoUser {
	return []demoUser{
		{Role: "publisher", Email: "camille@meridian.example", what: "Camille Laurent makes packs at Meridian Connect in Paris"},
		{Role: "admin", Email: "grace@aldgate-insurance.example", what: "Grace Okafor runs what Aldgate Insurance in London has installed"},
		{Role: "support", Email: "jonas@packtide.example", what: "Jonas Weber answers for all accounts"},
		{Role: "operator", Email: "olivia@packtide.example", what: "Olivia Hart keeps accounts and people"},
		{Role: "publisher viewer", Email: "hugo@meridian.example", what: "Hugo Petit reads along at Meridian Connect"},
		{Role: "account viewer", Email: "tom@aldgate-insurance.example", what: "Tom Ashby reads along at Aldgate Insurance"},
	}
}

// Run serves the demo's world until it is told to stop. The database is always its own.
func (c *demoCmd) Run(ctx context.Context, p program) (err error) {
	log := p.logger(slog.LevelWarn)
	listener, err := listen(ctx, c.Addr)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // the server has closed it already when all went well
	if p.getenv("DATABASE_URL") != "" {
		fmt.Fprintln(p.err, "The demo keeps a database of its own: DATABASE_URL is not used.")
	}
	dir, remove, err := c.folder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	db, err := databaseFlags{DataDir: dir}.start(ctx, p, log, c.settings())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.stop(ctx)) }()
	pool, err := db.open(ctx, time.Minute, log)
	if err != nil {
		return err
	}
	defer pool.Close()
	clock, err := prepareDemo(ctx, store.New(pool), store.NewReader(pool), p.clock, dir)
	if err != nil {
		return err
	}
	key, err := demoKey(dir)
	if err != nil {
		return err
	}
	vault, err := openVault(key)
	if err != nil {
		return err
	}
	s := newSite(pool, clock.Now, log, baseURL("", listener), webhookKeep{key: key, vault: vault})
	s.mail.key = mailKey(key)
	s.demo, s.ended, clock.service = clock, db.ended(), s.service
	if err := c.greet(ctx, p.out, s); err != nil {
		return err
	}
	return s.serve(ctx, listener)
}

// folder is the one given, or a fresh one that remove removes.
func (c *demoCmd) folder() (dir string, remove func() error, err error) {
	if c.DataDir != "" {
		return c.DataDir, func() error { return nil }, nil
	}
	dir, err = os.MkdirTemp("", "packtide-demo-")
	if err != nil {
		return "", nil, fmt.Errorf("make a folder for the demo: %w", err)
	}
	return dir, func() error { return os.RemoveAll(dir) }, nil
}

// settings make a database quick whose last second may be lost; a fresh one may be lost altogether.
func (c *demoCmd) settings() map[string]string {
	if c.DataDir == "" {
		return map[string]string{"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
	}
	return map[string]string{"synchronous_commit": "off"}
}

// demoMark is the file that tells a folder with the demo's whole world.
const demoMark = "demo-world"

// prepareDemo makes the demo's world where there is none yet, and the clock that visitors move. The clock goes on where it
// stood when a world is visited again.
func prepareDemo(ctx context.Context, st *store.Store, reader *store.Reader, real func() time.Time, dir string) (*demoClock, error) {
	zone, err := release.LoadZone(demoPublishers()[0].zone)
	if err != nil {
		return nil, err
	}
	clock := &demoClock{real: real, reader: reader, zone: zone}
	clock.service = release.NewService(st, clock.Now)
	mark := filepath.Join(dir, demoMark)
	_, err = os.Stat(mark)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("look for the demo's world: %w", err)
	}
	if err != nil {
		return clock, buildDemo(ctx, st, reader, real(), mark)
	}
	newest, err := reader.Events(ctx, release.Operator(), release.EventFilter{Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(newest) > 0 {
		clock.to(newest[0].At)
	}
	return clock, nil
}

// buildDemo makes the world in an empty database only.
func buildDemo(ctx context.Context, st *store.Store, reader *store.Reader, now time.Time, mark string) error {
	people, err := reader.People(ctx, release.Operator(), release.ID{}, "", "", 1)
	if err != nil {
		return err
	}
	if len(people) > 0 {
		return fmt.Errorf("%s holds other data than the demo's, or a demo that was not finished: choose a new folder with --data-dir", filepath.Dir(mark))
	}
	vault, err := demoVault(mark)
	if err != nil {
		return err
	}
	if err := newWorld(st, reader, now.UTC(), release.Webhooks(vault, nil)).build(ctx); err != nil {
		return fmt.Errorf("build the demo's world: %w", err)
	}
	if err := os.WriteFile(mark, []byte("The world of packtide demo lies beside this file.\n"), 0o600); err != nil {
		return fmt.Errorf("mark the demo's world: %w", err)
	}
	return nil
}

// greet prints the address and a sign-in link for each role.
func (c *demoCmd) greet(ctx context.Context, out io.Writer, s *site) error {
	greeting := demoGreeting{URL: s.baseURL, Users: demoUsers()}
	for i := range greeting.Users {
		user := &greeting.Users[i]
		person, err := s.reader.PersonByEmail(ctx, user.Email)
		if err != nil {
			return fmt.Errorf("find %s: %w", user.Email, err)
		}
		secret, err := s.service.DemoLink(ctx, release.Operator(), person.ID)
		if err != nil {
			return fmt.Errorf("make a link for %s: %w", user.Email, err)
		}
		user.Link = s.baseURL + "/demo/sign-in/" + string(secret)
	}
	if err := s.demoTokens(ctx, &greeting); err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(out).Encode(greeting)
	}
	_, err := io.WriteString(out, greeting.text())
	return err
}

// text is the greeting for people.
func (g demoGreeting) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "packtide's demo is ready at %s\n\nSign in as one of these; a second person needs a private window or another browser:\n", g.URL)
	for _, u := range g.Users {
		fmt.Fprintf(&b, "\n  %s: %s.\n  %s\n", u.Role, u.what, u.Link)
	}
	b.WriteString("\nThe bar on every page moves the demo's clock, for example to just before the next midnight and past it.\nPrograms sign in by tokens: packtide demo --json prints one for each of these people, and one of an agent.\nCtrl-C ends the demo.\n")
	return b.String()
}
