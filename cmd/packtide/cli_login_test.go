package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	me := signedOut(t)
	me.fails(exitSignedOut, []string{"no server is known", "packtide login"}, "whoami")

	token := st.as(cliPublisher).token
	stdout, stderr, status := me.reads(token+"\n", "login", st.site.baseURL+"/")
	if status != 0 || !strings.Contains(stdout, "Signed in to "+st.site.baseURL+" as Camille Laurent of Meridian Connect") {
		t.Fatalf("status %d\n%s%s", status, stdout, stderr)
	}
	if strings.Contains(stdout+stderr, token) {
		t.Error("the token was printed")
	}
	path := filepath.Join(me.env["XDG_CONFIG_HOME"], "packtide", "config.json")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v: only its owner may read it", info.Mode(), err)
	}
	me.does([]string{"Camille Laurent <camille@meridian.example>", "Meridian Connect", "Europe/Paris", "publisher", "command line (full)"}, "whoami")
	if raw := me.does(nil, "whoami", "--json"); !strings.HasPrefix(raw, `{"person":{`) || strings.Count(raw, "\n") != 1 {
		t.Errorf("not the server's own JSON on one line: %s", raw)
	}

	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("  "+st.as(cliSupport).token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	me.does([]string{"Sam Support", "profile desk"}, "login", st.site.baseURL, "--profile", "desk", "--token-file", file)
	me.does([]string{"Sam Support", "(the site)", "UTC", "support"}, "whoami", "--profile", "desk")
	me.does([]string{"Camille Laurent"}, "whoami") // default is still there

	me.does([]string{"Forgotten: profile default"}, "logout", "--profile", "default")
	me.does([]string{"Sam Support"}, "whoami") // the only one that is left
	me.fails(exitSignedOut, []string{`there is no profile "default"`, "desk"}, "whoami", "--profile", "default")
}

func TestLoginRefuses(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	me := signedOut(t)
	for name, test := range map[string]struct {
		stdin  string
		args   []string
		status int
		says   string
	}{
		"no server":           {"ptd_x", []string{"login"}, exitUsage, "https://packs.example.com"},
		"what is no address":  {"ptd_x", []string{"login", "packs.example.com"}, exitUsage, `"packs.example.com"`},
		"no token":            {"\n", []string{"login", st.site.baseURL}, exitUsage, "no token"},
		"a token of nobody":   {"ptd_nobody", []string{"login", st.site.baseURL}, exitSignedOut, "packtide login"},
		"the open network":    {"ptd_x", []string{"login", "http://packs.example.com"}, exitUsage, "--plain-http"},
		"a server that is no": {"ptd_x", []string{"login", "http://" + closedPort(t)}, exitAway, "does not answer"},
		"no such file":        {"", []string{"login", st.site.baseURL, "--token-file", "/no/such/file"}, exitUsage, "/no/such/file"},
	} {
		stdout, stderr, status := me.reads(test.stdin, test.args...)
		if status != test.status || !strings.Contains(stderr, test.says) {
			t.Errorf("%s: status %d, want %d and %q\n%s%s", name, status, test.status, test.says, stdout, stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(me.env["XDG_CONFIG_HOME"], "packtide")); err == nil {
		t.Error("something was kept of what was refused")
	}
}

// A token that was kept for one server never reaches another.
func TestTokensStayWithTheirServer(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	me := signedOut(t)
	if _, stderr, status := me.reads(st.as(cliPublisher).token, "login", st.site.baseURL); status != 0 {
		t.Fatal(stderr)
	}
	me.fails(exitSignedOut, []string{"is not sent to http://" + "127.0.0.1:1"}, "whoami", "--server", "http://127.0.0.1:1")
	me.does([]string{"Camille"}, "whoami", "--server", st.site.baseURL+"/")
}

// What login keeps is mended by people too.
func TestConfigThatCannotBeRead(t *testing.T) {
	t.Parallel()
	me := signedOut(t)
	dir := filepath.Join(me.env["XDG_CONFIG_HOME"], "packtide")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	me.fails(exitRefused, []string{"config.json can't be understood", "packtide login"}, "whoami")
	delete(me.env, "XDG_CONFIG_HOME")
	me.fails(exitUsage, []string{"HOME", "PACKTIDE_TOKEN"}, "whoami")
}

func TestTokensOfOnesOwn(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	me := st.as(cliPublisher)
	secret := strings.TrimSpace(me.does([]string{"ptd_"}, "token", "create", "nightly export", "--scope", "read", "--days", "7"))
	other := &caller{t, map[string]string{"PACKTIDE_SERVER": st.site.baseURL, "PACKTIDE_TOKEN": secret}, secret}
	other.does([]string{"nightly export (read)"}, "whoami")
	list := me.does([]string{"nightly export", "read", "Meridian Connect", "Europe/Paris"}, "token", "list")
	if strings.Contains(list, secret) {
		t.Error("the list tells a secret")
	}
	me.does([]string{"Revoked"}, "token", "revoke", part(t, list, `nightly export .* (\S+)\n`))
	other.fails(exitSignedOut, []string{"packtide login"}, "whoami")
	me.fails(exitUsage, []string{"--scope"}, "token", "create", "x", "--scope", "all")
}
