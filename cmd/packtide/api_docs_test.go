package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"packtide/release"
	"packtide/store/storetest"
)

// TestAPIGuide runs every command of the guide to the API, one after the other, as a reader would: those that it shows as
// refused have to be, and all others have to work.
func TestAPIGuide(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"bash", "curl", "jq"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("no %s on the PATH", program)
		}
	}
	db := storetest.New(t)
	clock := &demoClock{real: time.Now, reader: db.Reader, zone: time.UTC}
	clock.service = release.NewService(db.Store, clock.Now)
	s := serveSite(t, db, clock)
	o := office{t, map[string]string{"DATABASE_URL": db.URL}}
	o.does("account", "add", "Meridian Connect", "--zone", "Europe/Paris", "--publisher")
	o.does("account", "add", "Aldgate Insurance", "--zone", "Europe/London", "--managed")
	token := func(email, role, account string) string {
		o.does("user", "add", email, "--name", email, "--role", role, "--account", account)
		return strings.TrimSpace(o.does("token", "create", email, "--name", "guide", "--account", account))
	}
	replace := strings.NewReplacer("https://packs.example.com", s.baseURL, "ptd_REPLACE_ME", token("camille@meridian.example", "publisher", "Meridian Connect"))

	dir := t.TempDir()
	j := &job{t: t}
	j.packages()
	sheets, err := os.ReadFile(j.sheets[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "google_sheets.zip"), sheets, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", replace.Replace(guideScript(t, filepath.Join("..", "..", "docs", "api.md"))))
	cmd.Dir = dir
	o.does("user", "add", "olga@packs.example", "--name", "Olga", "--role", "operator")
	cmd.Env = append(os.Environ(), "ADMIN_TOKEN="+token("grace@aldgate.example", "admin", "Aldgate Insurance"),
		"OPERATOR_TOKEN="+strings.TrimSpace(o.does("token", "create", "olga@packs.example", "--name", "guide")))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Errorf("%v:\n%.6000s", err, out.String())
	}
}

// guideScript is the guide's commands as one script, which ends at the first that does not do what the guide says.
func guideScript(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	script := "set -euo pipefail\ncurl() { command curl --silent --show-error --fail-with-body \"$@\"; }\n"
	blocks := regexp.MustCompile("(?s)```sh( refused)?\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 8 {
		t.Fatalf("the guide has %d commands: the test reads it wrongly", len(blocks))
	}
	for _, b := range blocks {
		if b[1] == "" {
			script += b[2]
			continue
		}
		script += "if " + strings.TrimSpace(b[2]) + "; then echo 'this was not refused'; exit 1; else test $? = 22; fi\n"
	}
	return script
}
