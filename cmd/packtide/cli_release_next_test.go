package main

import (
	"crypto/sha256"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"packtide/release"
)

// gateway stands before a server, and does something when a call comes by.
func gateway(t *testing.T, server string, comes func(w http.ResponseWriter, r *http.Request, through http.Handler)) string {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	through := httputil.NewSingleHostReverseProxy(target)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { comes(w, r, through) }))
	t.Cleanup(proxy.Close)
	return proxy.URL
}

// at is the same person, at a server of another address.
func (c *caller) at(server string) *caller {
	return &caller{c.t, map[string]string{"PACKTIDE_SERVER": server, "PACKTIDE_TOKEN": c.token}, c.token}
}

// draftStage is a pack that has been released with Google Sheets 15.0.0, of which 18.0.0 is there too.
type draftStage struct {
	*cliStage
	paris *caller
	by    release.Actor
}

func newDraftStage(t *testing.T) *draftStage {
	t.Helper()
	st := &draftStage{cliStage: newCLIStage(t)}
	j := &job{t: t, clock: st.clock}
	j.packages()
	st.paris = st.as(cliPublisher)
	by, _, err := st.site.reader.Bearer(t.Context(), sha256.Sum256([]byte(st.paris.token)), st.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	st.by = by
	const why = "The line of the test."
	st.paris.does(nil, "packages", "push", j.sheets[0], "--shareable", "--override-reason", why)
	st.paris.does(nil, "packages", "push", j.other, "--shareable", "--override-reason", why)
	st.paris.does(nil, "pack", "create", "Reports", "--support-contact", "a@b.example")
	st.paris.does(nil, "pack", "add", "Reports", "google_sheets")
	st.paris.does([]string{"Google Sheets", "15.0.0"}, "release", "Reports", "--now")
	st.paris.does(nil, "packages", "push", j.sheets[1], "--shareable", "--override-reason", why)
	return st
}

// draft is the pack's draft.
func (st *draftStage) draft() release.Release {
	st.t.Helper()
	id, err := release.ParseID(part(st.t, st.paris.does(nil, "pack", "show", "Reports"), `Id: +(\S+)\n`))
	if err != nil {
		st.t.Fatal(err)
	}
	draft, err := st.site.service.DraftRelease(st.t.Context(), st.by, id)
	if err != nil {
		st.t.Fatal(err)
	}
	return draft
}

// A draft that changes something is released as it is, with its version and its notes; --newest and --content say otherwise.
func TestReleaseTakesTheDraft(t *testing.T) {
	t.Parallel()
	st := newDraftStage(t)
	paris := st.paris
	paris.does([]string{"Nothing is changed", "18.0.0"}, "release", "Reports", "--now", "--dry-run")
	st.draft() // begun, as when an item of the checklist is ticked off: it changes nothing yet
	paris.does([]string{"18.0.0"}, "release", "Reports", "--now", "--dry-run")

	paris.does([]string{"Expressions"}, "pack", "add", "Reports", "Expressions")
	draft := st.draft()
	if err := st.site.service.DescribeRelease(t.Context(), st.by, draft.ID, draft.Revision, "7.0.0", "Written by hand."); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, status := paris.reads("", "release", "Reports", "--now", "--dry-run")
	if status != 0 || !strings.Contains(stdout, "Reports 7.0.0") || strings.Contains(stdout, "18.0.0") || !strings.Contains(stderr, "stay out, as the draft holds others: Google Sheets 18.0.0. To take them, give --newest.") {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}
	paris.does([]string{"18.0.0", "Expressions"}, "release", "Reports", "--now", "--newest", "--dry-run")
	if out := paris.does([]string{"18.0.0"}, "release", "Reports", "--now", "--content", "google_sheets=18.0.0", "--content", "Expressions=none", "--dry-run"); strings.Contains(out, "Expressions") || strings.Contains(out, "7.0.0") {
		t.Errorf("something else than was asked for:\n%s", out)
	}

	if out := paris.does([]string{"Reports 7.0.0: current since", "Google Sheets", "15.0.0", "Expressions"}, "release", "Reports", "--now"); strings.Contains(out, "18.0.0") {
		t.Errorf("the draft was not released as it was:\n%s", out)
	}
	paris.does([]string{"Written by hand."}, "release", "show", "Reports")
	paris.does([]string{"18.0.0"}, "release", "Reports", "--now") // no draft: the newest
}

// What the command has read is what is released; where others change the draft meanwhile it is refused, and theirs stays. // R14
func TestReleaseWhileTheDraftChanges(t *testing.T) {
	t.Parallel()
	st := newDraftStage(t)
	paris := st.paris
	paris.does(nil, "pack", "add", "Reports", "Expressions")
	removed := sync.OnceFunc(func() { paris.does(nil, "pack", "remove", "Reports", "Expressions") })
	busy := paris.at(gateway(t, st.site.baseURL, func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/releases") {
			removed()
		}
		through.ServeHTTP(w, r)
	}))
	busy.fails(exitConflict, []string{"changed by somebody else", "R14"}, "release", "Reports", "--now")
	if out := paris.does([]string{"15.0.0"}, "release", "show", "Reports"); strings.Contains(out, "Expressions") {
		t.Errorf("the release that somebody had changed went out:\n%s", out)
	}
	if out := paris.does(nil, "pack", "show", "Reports"); strings.Contains(out, "Expressions") {
		t.Errorf("what somebody removed is back:\n%s", out)
	}
	paris.does(nil, "pack", "add", "Reports", "Expressions")
	busy.does([]string{"current since", "Expressions"}, "release", "Reports", "--now")

	paris.does(nil, "pack", "remove", "Reports", "Expressions")
	draft := st.draft()
	var discarded error
	gone := sync.OnceFunc(func() { discarded = st.site.service.DiscardDraft(t.Context(), st.by, draft.ID, draft.Revision) })
	late := paris.at(gateway(t, st.site.baseURL, func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		if strings.HasSuffix(r.URL.Path, "/releases/"+draft.ID.String()) {
			gone()
		}
		through.ServeHTTP(w, r)
	}))
	late.fails(exitConflict, []string{"decided or thrown away just now", "packtide pack show"}, "release", "Reports", "--now")
	if discarded != nil {
		t.Error(discarded)
	}
}

// Going back takes neither a draft nor a release along that somebody makes meanwhile. // R14
func TestRollbackWhileThePackChanges(t *testing.T) {
	t.Parallel()
	st := newDraftStage(t)
	paris := st.paris
	paris.does([]string{"18.0.0"}, "release", "Reports", "--now", "--version", "2.0.0")
	day := release.DateOf(st.clock.Now(), st.clock.zone).AddDays(3).String()
	for _, one := range []struct {
		back        string
		does, stays []string // by somebody else, and what the pack shows then
	}{
		{"Reports", []string{"pack", "add", "Reports", "Expressions"}, []string{"Expressions"}},
		{"Reports@1.0.0", []string{"release", "Reports", "--on", day, "--version", "3.0.0"}, []string{"3.0.0"}},
		{"Reports", []string{"release", "Reports", "--now", "--version", "4.0.0"}, []string{"4.0.0"}},
	} {
		busy := paris.at(gateway(t, st.site.baseURL, func(w http.ResponseWriter, r *http.Request, through http.Handler) {
			if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/releases") {
				paris.does(nil, one.does...)
			}
			through.ServeHTTP(w, r)
		}))
		busy.fails(exitConflict, []string{"changed by somebody else"}, "release", "rollback", one.back, "--now", "--version", "9.0.0")
		paris.does(one.stays, "pack", "show", "Reports")
	}
	paris.does([]string{"current since", "15.0.0"}, "release", "rollback", "Reports@1.0.0", "--now", "--version", "9.0.0")
}

// Every answer to a change is lost once: the command asks again, and nothing is done twice.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	j.packages()
	var mu sync.Mutex
	var lost, told []string
	server := gateway(t, st.site.baseURL, func(w http.ResponseWriter, r *http.Request, through http.Handler) {
		key := r.Header.Get("Idempotency-Key")
		mu.Lock()
		loses := r.Method != http.MethodGet && !slices.Contains(lost, key)
		if loses {
			lost = append(lost, key)
			told = append(told, r.Method)
		}
		mu.Unlock()
		if loses {
			through.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		through.ServeHTTP(w, r)
	})
	paris, london := st.as(cliPublisher).at(server), st.as(cliLondon).at(server)
	day := release.DateOf(st.clock.Now(), st.clock.zone).AddDays(3).String()
	const why = "The line of the test."
	paris.does([]string{"uploaded: Google Sheets"}, "packages", "push", j.sheets[0], "--shareable", "--override-reason", why)
	paris.does([]string{"Expressions"}, "packages", "push", j.other, "--shareable", "--override-reason", why)
	paris.does([]string{"Made"}, "pack", "create", "Reports")
	paris.does([]string{"Changed"}, "pack", "edit", "Reports", "--support-contact", "a@b.example")
	paris.does([]string{"holds Google Sheets 15.0.0"}, "pack", "add", "Reports", "google_sheets")
	paris.does([]string{"Made"}, "group", "create", "Insurance")
	paris.does(nil, "group", "rename", "Insurance", "Insurers")
	paris.does(nil, "group", "add-account", "Insurers", "Aldgate Insurance")
	paris.does(nil, "group", "add-pack", "Insurers", "Reports")
	paris.does([]string{"ticked off"}, "release", "evidence", "Reports", "Guides updated", "--note", "Yes.")
	paris.does([]string{"no longer"}, "release", "evidence", "Reports", "Guides updated", "--take-back")
	paris.does([]string{"1.0.0: current since"}, "release", "Reports", "--now")
	london.does([]string{"runs Reports 1.0.0"}, "attach", "Reports")
	paris.does(nil, "pack", "add", "Reports", "Expressions")
	paris.does(nil, "pack", "remove", "Reports", "Expressions")
	paris.does(nil, "pack", "add", "Reports", "Expressions")
	paris.does([]string{"in testing"}, "release", "Reports", "--on", day, "--version", "2.0.0")
	london.does([]string{"tries Reports 2.0.0"}, "opt-in", "Reports")
	london.does([]string{"2.0.0 works"}, "feedback", "Reports", "works", "Fine.", "--file", j.other)
	london.does([]string{"runs Reports 1.0.0 again"}, "go-back", "Reports")
	paris.does(nil, "release", "reschedule", "Reports", "--on", day, "--reason", "None.")
	paris.does([]string{"withdrawn"}, "release", "withdraw", "Reports", "--reason", "A fault.")
	paris.does([]string{"1 attachment outside the groups"}, "group", "remove-account", "Insurers", "Aldgate Insurance")
	paris.does(nil, "group", "remove-pack", "Insurers", "Reports")
	paris.does(nil, "group", "delete", "Insurers", "--yes")
	paris.does([]string{"uninstalled from 1 attachment"}, "pack", "delete", "Reports", "--yes", "Reports")
	paris.does([]string{"uploaded: Google Sheets 18.0.0"}, "packages", "push", j.sheets[1], "--shareable", "--override-reason", why)
	paris.does(nil, "packages", "delete", "google_sheets", "18.0.0", "--yes")

	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if !slices.Contains(told, method) {
			t.Errorf("no answer to a %s was lost: %q", method, told)
		}
	}
	for _, action := range []string{"pack.created", "group.created", "release.scheduled", "attachment.opted_in", "attachment.went_back", "pack.deleted"} {
		out := st.as(cliPublisher).does(nil, "audit", "--json", "--action", action)
		if n := strings.Count(out, "\n{"); n != 1 {
			t.Errorf("%s was done %d times:\n%s", action, n, out)
		}
	}
}
