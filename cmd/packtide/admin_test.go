package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"packtide/release"
	"packtide/store/storetest"
)

// office runs admin commands on one database.
type office struct {
	t   *testing.T
	env map[string]string
}

// does runs a command that must succeed, and gives what it prints.
func (o office) does(args ...string) string {
	o.t.Helper()
	stdout, stderr, err := call(o.t, o.env, append([]string{"admin"}, args...)...)
	if err != nil {
		o.t.Fatalf("admin %s: %v\n%s", strings.Join(args, " "), err, stderr)
	}
	return stdout
}

// refuses runs a command that must fail, with words that say why.
func (o office) refuses(says string, args ...string) {
	o.t.Helper()
	stdout, _, err := call(o.t, o.env, append([]string{"admin"}, args...)...)
	if err == nil || !strings.Contains(err.Error(), says) {
		o.t.Errorf("admin %s: %v, want that it says %q\n%s", strings.Join(args, " "), err, says, stdout)
	}
}

// part is the first group of what a text must match.
func part(t *testing.T, text, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("%q does not match %s", text, pattern)
	}
	return found[len(found)-1]
}

// While serve runs on packtide's own database, the command line works on the same one; without serve too.
func TestAdminBesideServe(t *testing.T) {
	t.Parallel()
	env := map[string]string{"PACKTIDE_DATA_DIR": dataFolder(t), "PACKTIDE_ADDR": "127.0.0.1:0"}
	o := office{t, env}
	o.does("account", "add", "Before the Start", "--zone", "Asia/Kathmandu", "--managed") // makes and migrates the database
	serving := launch(t, env, "serve")
	base := serving.ready(t)
	o.env = map[string]string{"PACKTIDE_DATA_DIR": env["PACKTIDE_DATA_DIR"], "PACKTIDE_BASE_URL": base}
	link := part(t, o.does("user", "add", "ada@example.org", "--name", "Ada", "--role", "admin", "--account", "before the start"), `\n  (http\S+)\n`)
	if status, page := get(t, link); status != http.StatusOK || !strings.Contains(page, "ada@example.org") {
		t.Errorf("the invitation: %d\n%s", status, page)
	}
	serving.stop(t)
	if list := o.does("user", "list"); !strings.Contains(list, "admin of Before the Start") {
		t.Error(list)
	}
}

func TestAdminUsers(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	o := office{t, map[string]string{"DATABASE_URL": db.URL}}
	o.does("account", "add", "Meridian", "--zone", "Europe/Paris", "--publisher")
	o.does("user", "add", "olivia@example.org", "--name", "Olivia", "--role", "operator")
	o.does("user", "add", "camille@example.org", "--name", "Camille", "--role", "publisher", "--account", "Meridian")
	list := o.does("user", "list")
	for _, want := range []string{`olivia@example\.org +Olivia +operator +invited +never`, `camille@example\.org +Camille +publisher of Meridian +invited`} {
		part(t, list, want)
	}
	o.does("user", "disable", "camille@example.org")
	part(t, o.does("user", "list", "camille"), `camille@example\.org.* disabled`)
	o.does("user", "enable", "CAMILLE@example.org")
	part(t, o.does("user", "list", "--account", "Meridian"), `camille@example\.org.* invited`)
	part(t, o.does("user", "link", "camille@example.org"), `within 24 hours:\n  http://127\.0\.0\.1:8080/welcome/\S+\n`)

	o.refuses("without --account", "user", "add", "x@example.org", "--name", "X", "--role", "operator", "--account", "Meridian")
	o.refuses("need one", "user", "add", "x@example.org", "--name", "X", "--role", "publisher")
	o.refuses("no account is called", "user", "add", "x@example.org", "--name", "X", "--role", "publisher", "--account", "Merid")
	o.refuses("nobody has the address", "user", "link", "x@example.org")
	o.refuses("must be one of", "user", "add", "x@example.org", "--name", "X", "--role", "king")
	o.refuses("e-mail", "user", "add", "no address", "--name", "X", "--role", "support")

	events, err := db.Reader.Events(t.Context(), release.Operator(), release.EventFilter{Limit: 100}) // R33
	if err != nil || len(events) != 6 {
		t.Errorf("%v: %d events, want one for each of the 6 changes", err, len(events))
	}
	for _, e := range events {
		if e.Source != release.FromCLI {
			t.Errorf("%s came from %s", e.Action, e.Source)
		}
	}
}

func TestAdminAccounts(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	o := office{t, map[string]string{"DATABASE_URL": db.URL}}
	said := o.does("account", "add", "Both", "--zone", "Asia/Kolkata", "--publisher", "--managed")
	id := part(t, said, `\(([0-9a-f-]{36})\)`)
	part(t, o.does("account", "list"), id+` +Both +Asia/Kolkata +publisher, managed +0 +0`)
	o.does("user", "add", "a@example.org", "--name", "A", "--role", "viewer", "--account", id)
	part(t, o.does("account", "list", "bo"), id+` .* 1 +0`)
	if list := o.does("account", "list", "nothing like it"); strings.Contains(list, "Both") {
		t.Errorf("the query does not narrow: %s", list)
	}
	o.refuses("time zone", "account", "add", "X", "--zone", "CEST", "--managed")
	o.refuses("zone", "account", "add", "X", "--managed")
	o.refuses("publishes packs, installs them", "account", "add", "X", "--zone", "UTC")
	o.refuses("of this name already", "account", "add", "BOTH", "--zone", "UTC", "--managed")
}

func TestAdminTokens(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	o := office{t, map[string]string{"DATABASE_URL": db.URL}}
	o.does("user", "add", "jonas@example.org", "--name", "Jonas", "--role", "support")
	secret := o.does("token", "create", "jonas@example.org", "--name", "nightly export", "--days", "10")
	if !regexp.MustCompile(`^ptd_\S+\n$`).MatchString(secret) {
		t.Errorf("standard output is %q, want the secret alone", secret)
	}
	hash := release.Secret(strings.TrimSpace(secret)).Hash()
	actor, err := db.Reader.ActorByToken(t.Context(), hash, time.Now())
	if err != nil || actor.Site != release.RoleSupport {
		t.Errorf("%v: the token acts as %+v", err, actor)
	}
	list := o.does("token", "list", "jonas@example.org")
	id := part(t, list, `([0-9a-f-]{36}) +nightly export +\(the site\) +full +live`)
	if strings.Contains(list, strings.TrimSpace(secret)) {
		t.Error("the list shows the secret")
	}
	o.does("token", "revoke", id)
	part(t, o.does("token", "list", "jonas@example.org"), id+` .* revoked`)
	if _, err := db.Reader.ActorByToken(t.Context(), hash, time.Now()); err == nil {
		t.Error("a revoked token still acts")
	}
	o.refuses("not the id", "token", "revoke", "ptd_x")
	o.refuses("366", "token", "create", "jonas@example.org", "--name", "x", "--days", "400")
}

func TestAdminRefusesAnOldSchema(t *testing.T) {
	t.Parallel()
	office{t, map[string]string{"DATABASE_URL": storetest.Empty(t)}}.refuses("run packtide migrate", "account", "list")
}
