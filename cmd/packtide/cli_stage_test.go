package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"packtide/notify"
	"packtide/release"
	"packtide/store/storetest"
)

// cliStage is a real product with people of every kind, who have nothing but the command line.
type cliStage struct {
	t      *testing.T
	clock  *demoClock
	site   *site
	office office
	people map[string]*caller
}

// caller is one person at a command line of their own.
type caller struct {
	t     *testing.T
	env   map[string]string
	token string
}

// The people of a stage.
const (
	cliPublisher = "camille@meridian.example" // of Meridian Connect in Paris
	cliViewer    = "hugo@meridian.example"    // reads along there
	cliRival     = "rick@hudson.example"      // publisher of Hudson in New York
	cliLondon    = "grace@aldgate.example"    // admin of Aldgate Insurance
	cliKiwi      = "ken@kiwi.example"         // admin of Kiwi Trust in Auckland
	cliSupport   = "sam@packtide.example"
)

// newCLIStage opens accounts by admin commands.
func newCLIStage(t *testing.T) *cliStage {
	t.Helper()
	db := storetest.New(t)
	paris, err := release.LoadZone("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	clock := &demoClock{real: time.Now, reader: db.Reader, zone: paris}
	clock.service = release.NewService(db.Store, clock.Now)
	vault, err := openVault(bytes.Repeat([]byte{7}, notify.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	st := &cliStage{t: t, clock: clock, site: serveSite(t, db, clock, webhookKeep{vault: vault}), people: map[string]*caller{}}
	st.office = office{t, map[string]string{"DATABASE_URL": db.URL}}
	o := st.office
	o.does("account", "add", "Meridian Connect", "--zone", "Europe/Paris", "--publisher")
	o.does("account", "add", "Hudson", "--zone", "America/New_York", "--publisher")
	o.does("account", "add", "Aldgate Insurance", "--zone", "Europe/London", "--managed")
	o.does("account", "add", "Kiwi Trust", "--zone", "Pacific/Auckland", "--managed")
	return st
}

// as is one of the people, whom admin commands let in and give a token when they are first needed.
func (st *cliStage) as(email string) *caller {
	st.t.Helper()
	if st.people[email] != nil {
		return st.people[email]
	}
	who, known := map[string]struct{ name, role, account string }{
		cliPublisher: {"Camille Laurent", "publisher", "Meridian Connect"}, cliViewer: {"Hugo Petit", "publisher-viewer", "Meridian Connect"},
		cliRival: {"Rick Hudson", "publisher", "Hudson"}, cliLondon: {"Grace Okafor", "admin", "Aldgate Insurance"},
		cliKiwi: {"Ken Parata", "admin", "Kiwi Trust"}, cliSupport: {"Sam Support", "support", ""},
	}[email]
	if !known {
		st.t.Fatalf("nobody is called %s", email)
	}
	args := []string{"user", "add", email, "--name", who.name, "--role", who.role}
	tokenArgs := []string{"token", "create", email, "--name", "command line"}
	if who.account != "" {
		args, tokenArgs = append(args, "--account", who.account), append(tokenArgs, "--account", who.account)
	}
	st.office.does(args...)
	token := strings.TrimSpace(st.office.does(tokenArgs...))
	st.people[email] = &caller{st.t, map[string]string{"PACKTIDE_SERVER": st.site.baseURL, "PACKTIDE_TOKEN": token}, token}
	return st.people[email]
}

// reads runs a command with something on its standard input, and gives all that comes of it.
func (c *caller) reads(stdin string, args ...string) (stdout, stderr string, status int) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), limit)
	defer cancel()
	var out, errs bytes.Buffer
	err := run(ctx, args, environment(c.env), strings.NewReader(stdin), &out, &errs)
	status = exitCode(err, &errs)
	return out.String(), errs.String(), status
}

// does runs a command that must succeed and say all of these, and gives what it prints.
func (c *caller) does(says []string, args ...string) string {
	c.t.Helper()
	stdout, stderr, status := c.reads("", args...)
	if status != 0 {
		c.t.Fatalf("packtide %s: status %d\n%s%s", strings.Join(args, " "), status, stdout, stderr)
	}
	for _, want := range says {
		if !strings.Contains(stdout, want) {
			c.t.Errorf("packtide %s does not say %q:\n%s%s", strings.Join(args, " "), want, stdout, stderr)
		}
	}
	return stdout
}

// fails runs a command that must end with the status and say all of these on standard error.
func (c *caller) fails(status int, says []string, args ...string) {
	c.t.Helper()
	stdout, stderr, got := c.reads("", args...)
	if got != status {
		c.t.Errorf("packtide %s: status %d, want %d\n%s%s", strings.Join(args, " "), got, status, stdout, stderr)
	}
	for _, want := range says {
		if !strings.Contains(stderr, want) {
			c.t.Errorf("packtide %s does not say %q:\n%s%s", strings.Join(args, " "), want, stdout, stderr)
		}
	}
}

// signedOut is a person whose machine knows no server, and keeps what login keeps in a folder of the test.
func signedOut(t *testing.T) *caller {
	t.Helper()
	return &caller{t: t, env: map[string]string{"XDG_CONFIG_HOME": filepath.Join(t.TempDir(), "config")}}
}
