package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"packtide/release"
)

// Things are found by name or id; a name that several have is refused with the list of them.
func TestNames(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	paris, rival, desk := st.as(cliPublisher), st.as(cliRival), st.as(cliSupport)
	for _, publisher := range []*caller{paris, rival} {
		publisher.does(nil, "pack", "create", "Reports", "--multiple")
	}
	paris.does(nil, "pack", "create", "Sheet Reports")
	paris.does([]string{"Reports", "once or several times", "No packages yet"}, "pack", "show", "REPORTS")
	id := part(t, paris.does(nil, "pack", "show", "reports"), `Id: +(\S+)\n`)
	desk.fails(exitUsage, []string{`2 things are called "reports"`, id, "Hudson", "Meridian Connect"}, "pack", "show", "reports")
	desk.does([]string{"Reports", "Meridian Connect"}, "pack", "show", id)
	paris.fails(exitNotFound, []string{`no pack "sheet"`, "Is one of these meant?", "Sheet Reports"}, "pack", "show", "sheet")
	paris.fails(exitNotFound, []string{`no pack "nothing"`, "packtide pack list"}, "pack", "show", "nothing")
	paris.fails(exitNotFound, []string{`no package "x"`}, "pack", "add", "Reports", "x")
	rival.fails(exitNotFound, nil, "pack", "show", id) // another publisher's
	rival.fails(exitNotFound, nil, "pack", "edit", id, "--name", "Mine")
	rival.fails(exitNotFound, nil, "pack", "delete", id, "--yes", "Reports")
}

func TestRefusalsOfTheServer(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	paris, viewer, london := st.as(cliPublisher), st.as(cliViewer), st.as(cliLondon)
	paris.does(nil, "pack", "create", "Reports")
	viewer.fails(exitForbidden, []string{"packtide whoami"}, "pack", "create", "Mine")
	viewer.fails(exitForbidden, nil, "release", "Reports", "--now")
	london.fails(exitForbidden, nil, "packages", "list")
	paris.fails(exitForbidden, nil, "attachments")
	paris.fails(exitConflict, []string{"R7"}, "pack", "create", "Reports")
	paris.fails(exitRefused, []string{"R7"}, "release", "Reports", "--now") // it holds nothing
	paris.fails(exitRefused, []string{"R16", "tomorrow"}, "release", "Reports", "--on", release.DateOf(st.clock.Now(), st.clock.zone).String())
	paris.fails(exitNotFound, []string{"no release yet"}, "release", "show", "Reports")
	paris.fails(exitNotFound, []string{"no release 9.9.9"}, "release", "show", "Reports@9.9.9")
	paris.fails(exitUsage, []string{"is no moment"}, "install-base", "--at", "yesterday")
	paris.fails(exitUsage, []string{"--actor"}, "audit", "--actor", "Grace")
	paris.fails(exitUsage, []string{"--now"}, "release", "Reports")
	paris.fails(exitUsage, nil, "release", "Reports", "--now", "--on", "2027-01-31")
	paris.fails(exitUsage, []string{"say what to change"}, "pack", "edit", "Reports")
	paris.fails(exitUsage, []string{"is no file"}, "packages", "push", t.TempDir())
	paris.fails(exitUsage, []string{"one by one"}, "packages", "push", "a", "b", "--version", "1.0.0")
	for _, what := range [][]string{{"install-base"}, {"catalogue"}} {
		stdout, stderr, status := st.as(cliLondon).reads("", what...)
		if want := map[bool]int{true: 0, false: exitForbidden}[what[0] == "catalogue"]; status != want {
			t.Errorf("%v: status %d, want %d\n%s%s", what, status, want, stdout, stderr)
		}
	}
}

// A refused package shows what was found, as lint does, and nothing is kept of it.
func TestPushShowsFindings(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	paris := st.as(cliPublisher)
	j := &job{t: t}
	broken := j.zip("google_sheets.zip", map[string]string{
		"google_sheets/definition.yaml": "identifier: GoogleSheets\nname: Google Sheets\ncategories: []\nparameters: []\n",
		"google_sheets/pyproject.toml":  "[project]\nname = \"GoogleSheets\"\nversion = \"15.0\"\n",
		"google_sheets/__init__.py":     "",
	})
	stdout, stderr, status := paris.reads("", "packages", "push", "--shareable", broken)
	linted, _, lintErr := call(t, nil, "lint", broken)
	if status != exitRefused || lintErr == nil || !strings.Contains(stderr, "R4") {
		t.Errorf("status %d, lint %v:\n%s%s", status, lintErr, stdout, stderr)
	}
	for line := range strings.Lines(linted) {
		if strings.Contains(line, " error: ") && !strings.Contains(stdout, line) {
			t.Errorf("lint says %q, push does not:\n%s", line, stdout)
		}
	}
	paris.does([]string{"No packages yet"}, "packages", "list")
	notes := j.zip("notes.zip", map[string]string{"notes/readme.txt": "hello"})
	stdout, stderr, status = paris.reads("", "packages", "push", "--json", "--shareable", broken, notes)
	if status == 0 || strings.Count(stdout, `"problem":{`) == 0 || !strings.Contains(stderr, "packages were refused") {
		t.Errorf("status %d:\n%s%s", status, stdout, stderr)
	}
}

// What a server says never acts on the terminal, whoever wrote it.
func TestNothingFromTheServerActsOnTheTerminal(t *testing.T) {
	t.Parallel()
	const evil = `\u001b[2J\u001b]0;owned\u0007\u202e` + "\u202e\u009b2J"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(r.URL.Path, "/me"):
			_, _ = io.WriteString(w, `{"person":{"name":"`+evil+`"},"account":{"name":"`+evil+`","time_zone":"Europe/Paris"},"token":{"name":"`+evil+`","expires_at":"2027-01-01T00:00:00Z"}}`)
		case strings.HasSuffix(r.URL.Path, "/packs"):
			_, _ = io.WriteString(w, `{"items":[{"id":"`+evil+`","name":"`+evil+`","publisher":{"name":"`+evil+`"}},{"id":"2","name":"`+evil+`"}],"next":null}`)
		default:
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, `{"detail":"`+evil+`","request_id":"`+evil+`"}`)
		}
	}))
	t.Cleanup(server.Close)
	me := &caller{t: t, env: map[string]string{"PACKTIDE_SERVER": server.URL, "PACKTIDE_TOKEN": "ptd_x"}}
	for _, args := range [][]string{
		{"whoami"},
		{"whoami", "--json"},
		{"pack", "list"},
		{"pack", "list", "--json"},
		{"pack", "show", "x"},
		{"packages", "list"},
		{"group", "list"},
		{"pack", "create", "x"},
		{"release", "show", "\x1b[2J"},
		{"install-base"},
	} {
		stdout, stderr, _ := me.reads("", args...)
		if strings.ContainsAny(stdout+stderr, "\x1b\x07\u202e\u009b") {
			t.Errorf("packtide %v passes control characters on: %q", args, stdout+stderr)
		}
		if stdout+stderr == "" {
			t.Errorf("packtide %v says nothing", args)
		}
	}
	_, stderr, status := me.reads("", "packages", "list")
	if status != exitRefused || !strings.Contains(stderr, "request id") {
		t.Errorf("status %d, %s", status, stderr)
	}
}

func TestTablesForProgramsOnATerminal(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	lines := &printableLines{out: &out}
	for _, part := range []string{"a,b\r\n\x1b[2J,", "caf\xc3", "\xa9\r\n"} {
		if _, err := io.WriteString(lines, part); err != nil {
			t.Fatal(err)
		}
	}
	if out.String() != "a,b\n\\x1b[2J,café\n" {
		t.Errorf("printed %q", out.String())
	}
}

// A server that is busy for good, or gone, has a status of its own.
func TestServerAway(t *testing.T) {
	t.Parallel()
	gone := &caller{t: t, env: map[string]string{"PACKTIDE_SERVER": "http://" + closedPort(t), "PACKTIDE_TOKEN": "ptd_x"}}
	gone.fails(exitAway, []string{"does not answer", "try again"}, "pack", "list")
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(busy.Close)
	waits := &caller{t: t, env: map[string]string{"PACKTIDE_SERVER": busy.URL, "PACKTIDE_TOKEN": "ptd_x"}}
	waits.fails(exitAway, []string{"503"}, "pack", "list")
}

// What can't be undone is confirmed, and what is done is done to the thing that was named.
func TestWhatGoes(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t}
	paris := st.as(cliPublisher)
	paris.does(nil, "group", "create", "Gold")
	paris.does([]string{"Renamed: group Platinum"}, "group", "rename", "gold", "Platinum")
	paris.fails(exitUsage, []string{"--yes"}, "group", "delete", "Platinum")
	paris.does([]string{"Deleted: group Platinum"}, "group", "delete", "Platinum", "--yes")
	paris.fails(exitNotFound, []string{`no group "Platinum"`}, "group", "show", "Platinum")
	paris.fails(exitConflict, []string{"R25"}, "group", "delete", "All accounts", "--yes")
	file := j.zip("notes.zip", map[string]string{"readme.txt": "hello"})
	paris.does([]string{"Field Notes 1.0.0, not shareable"}, "packages", "push", file, "--name", "Field Notes", "--version", "1.0.0", "--no-shareable")
	paris.fails(exitUsage, []string{"--yes"}, "packages", "delete", "Field Notes", "1.0.0")
	paris.does([]string{"Deleted: Field Notes 1.0.0"}, "packages", "delete", "Field Notes", "1.0.0", "--yes")
	paris.fails(exitConflict, []string{"R1"}, "packages", "push", file, "--name", "Field Notes", "--version", "1.0.0", "--no-shareable")
}
