package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"packtide/notify"
)

// What can't be a mail server, a sender or a number of workers is refused before anything starts, in words that say what to give;
// no password is told.
func TestMailFlagsRefuse(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const server, from = "smtp://packtide:open-sesame@mail.example.com", "packtide <packs@example.com>"
	for name, test := range map[string]struct {
		args []string
		says string
		code int
	}{
		"no sender":             {[]string{"--smtp-url", server}, "--mail-from", 1},
		"no host":               {[]string{"--smtp-url", "smtp://", "--mail-from", from}, "smtp://user@mail.example.com:587", 1},
		"another scheme":        {[]string{"--smtp-url", "http://x:open-sesame@mail.example.com", "--mail-from", from}, "smtps://", 1},
		"a port that isn't":     {[]string{"--smtp-url", server + ":70000", "--mail-from", from}, "smtp://", 1},
		"a path":                {[]string{"--smtp-url", server + "/box", "--mail-from", from}, "smtp://", 1},
		"a sender that isn't":   {[]string{"--smtp-url", server, "--mail-from", "packtide"}, "packtide <packs@example.com>", 1},
		"no password file":      {[]string{"--smtp-url", server, "--mail-from", from, "--smtp-password-file", empty + "er"}, ".pemer", 1},
		"no certificates":       {[]string{"--smtp-url", server, "--mail-from", from, "--smtp-ca-file", empty}, "PEM", 1},
		"no certificates' file": {[]string{"--smtp-url", server, "--mail-from", from, "--smtp-ca-file", empty + "er"}, ".pemer", 1},
		"no workers":            {[]string{"--mail-workers", "0"}, "from 1 to 100", 1},
		"too many workers":      {[]string{"--smtp-url", server, "--mail-from", from, "--mail-workers", "101"}, "from 1 to 100", 1},
		"workers in words":      {[]string{"--mail-workers", "five"}, "--mail-workers", 2},
	} {
		_, stderr, err := call(t, nil, append([]string{"serve", "--addr", "127.0.0.1:0", "--data-dir", t.TempDir()}, test.args...)...)
		if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error()+stderr, "open-sesame") {
			t.Errorf("%s: %v", name, err)
		}
		var misunderstood *kong.ParseError
		if code := map[bool]int{true: 2, false: 1}[errors.As(err, &misunderstood)]; code != test.code {
			t.Errorf("%s: exit code %d, want %d", name, code, test.code)
		}
	}
}

// What is given by flag or by setting is what letters are sent with.
func TestMailFlagsAreRead(t *testing.T) {
	t.Parallel()
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte("open-sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{
		"PACKTIDE_SMTP_URL": "smtps://packtide@mail.example.com:4650", "PACKTIDE_MAIL_FROM": "packtide <packs@example.com>",
		"PACKTIDE_SMTP_PASSWORD_FILE": password, "PACKTIDE_MAIL_WORKERS": "9",
	}
	for env, want := range map[*map[string]string]int{&env: 9, {}: notify.DefaultMailers} {
		var all cli
		if _, err := parse(&all, []string{"serve"}, func(name string) string { return (*env)[name] }, streams{}); err != nil {
			t.Fatal(err)
		}
		if all.Serve.Mail.Workers != want {
			t.Errorf("%d workers, want %d", all.Serve.Mail.Workers, want)
		}
		c, err := all.Serve.Mail.config()
		if err != nil || (c == nil) != (len(*env) == 0) {
			t.Fatalf("%+v, %v", c, err)
		}
		if c != nil && (c.Host != "mail.example.com" || c.Port != 4650 || !c.TLS || c.User != "packtide" || c.Password != "open-sesame" || c.From.Address != "packs@example.com") {
			t.Errorf("read %+v", c)
		}
	}
}
