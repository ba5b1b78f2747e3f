package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// TestCalendarByProgram: what comes is told with its day on both clocks, to its publisher and to who has it or may install it.
func TestCalendarByProgram(t *testing.T) { // R17 R25
	t.Parallel()
	w := newAgentWorld(t)
	pending := w.decide("1.1.0", w.versions[1], "2026-12-10")
	days := "?from=2026-12-01&to=2026-12-31"
	var all items[calendarEntry]
	w.as(theOtherAdmin).get("/calendar" + days).is(http.StatusOK).into(&all) // in São Paulo, four hours behind Paris
	if len(all.Items) != 1 || all.Items[0].Release.ID != pending || *all.Items[0].Date != "2026-12-10" || *all.Items[0].YourDate != "2026-12-09" ||
		all.Items[0].TimeZone != "Europe/Paris" || all.Items[0].YourZone != "America/Sao_Paulo" || all.Items[0].At.Format(time.RFC3339) != "2026-12-09T23:00:00Z" {
		t.Errorf("the calendar: %+v", all.Items)
	}
	for who, want := range map[string]int{thePublisher: 1, thePublisherViewer: 1, theManagedViewer: 1, theRival: 0} {
		if w.as(who).get("/calendar" + days).is(http.StatusOK).into(&all); len(all.Items) != want {
			t.Errorf("%s is told of %d releases, want %d", who, len(all.Items), want)
		}
	}
	for query, want := range map[string]int{"&publisher=" + w.meridian.ID.String(): 1, "&publisher=" + w.hudson.ID.String(): 0, "&account=" + w.aurora.ID.String(): 1} {
		if w.as(theSupport).get("/calendar" + days + query).is(http.StatusOK).into(&all); len(all.Items) != want {
			t.Errorf("support is told of %d releases with %s, want %d", len(all.Items), query, want)
		}
	}
	w.as(theRival).get("/calendar?publisher=" + w.meridian.ID.String()).problem(http.StatusUnprocessableEntity)
}

// TestCalendarFeedsByProgram: an address is told once, ends with the next one, and is nobody else's.
func TestCalendarFeedsByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theAdmin)
	var first, second calendarFeed
	made := p.do(p.keyed("feed", "/calendar/feeds", `{"kind":"managed"}`)).is(http.StatusCreated)
	made.into(&first)
	if !strings.HasPrefix(first.URL, "http://packs.example/calendar/feed/") || made.header.Get("Cache-Control") != "no-store" {
		t.Errorf("made %s", made.body)
	}
	secret := release.Secret(strings.TrimPrefix(first.URL, "http://packs.example/calendar/feed/"))
	must(feedOf(w, secret))(t)
	p.send(http.MethodPost, "/calendar/feeds", `{"kind":"managed"}`).is(http.StatusCreated).into(&second)
	if _, err := feedOf(w, secret); err == nil || second.URL == first.URL {
		t.Error("the address before works on")
	}
	told := p.get("/calendar/feeds").is(http.StatusOK)
	var all items[calendarFeed]
	if told.into(&all); len(all.Items) != 1 || all.Items[0].CreatedBy != "Jonas Weber" || strings.Contains(string(told.body), "/feed/") {
		t.Errorf("the addresses: %s", told.body)
	}
	for _, who := range []string{theOtherAdmin, thePublisher} {
		if w.as(who).get("/calendar/feeds").is(http.StatusOK).into(&all); len(all.Items) != 0 {
			t.Errorf("%s finds %+v", who, all.Items)
		}
	}
	w.as(theManagedViewer).send(http.MethodDelete, "/calendar/feeds/managed", nil).problem(http.StatusForbidden)
	w.as(theOtherAdmin).send(http.MethodDelete, "/calendar/feeds/managed", nil).is(http.StatusNoContent) // their own, which is none
	secret = release.Secret(strings.TrimPrefix(second.URL, "http://packs.example/calendar/feed/"))
	must(feedOf(w, secret))(t)
	p.send(http.MethodDelete, "/calendar/feeds/managed", nil).is(http.StatusNoContent)
	if _, err := feedOf(w, secret); err == nil {
		t.Error("a revoked address works on")
	}
}

func feedOf(w *world, secret release.Secret) (release.CalendarFeed, error) {
	f, _, err := w.db.Reader.CalendarFeed(w.t.Context(), secret.Hash())
	return f, err
}

// TestWhyByProgram: the answer comes with the questions on the way to it, and is for those who see the attachment.
func TestWhyByProgram(t *testing.T) { // R11 R18 R21 R25 R26 R27
	t.Parallel()
	w := newAgentWorld(t)
	w.decide("1.1.0", w.versions[1], "2026-12-10")
	var told why
	w.as(theManagedViewer).get(w.path("why")).is(http.StatusOK).into(&told)
	asked := ""
	for _, s := range told.Steps {
		asked += fmt.Sprintf("%s:%v ", s.Case, s.Fits)
	}
	if told.Case != "waits" || asked != "pack_deleted:false uninstalled:false failed:false runs:false overdue:false due:false tries:false waits:true " {
		t.Errorf("it is %s after %s", told.Case, asked)
	}
	if rule := told.Steps[0].Rule; told.Next == nil || *told.Next.Version != "1.1.0" || told.Now.How != release.HowInstalled || *rule != "R11" || len(told.Facts) == 0 {
		t.Errorf("why: %+v", told)
	}
	for who, status := range map[string]int{thePublisher: 200, theSupport: 200, theAdmin: 200, theRival: 404, theOtherAdmin: 404, theAgent: 403} {
		w.agentOr(who).get(w.path("why")).is(status)
	}
	var not whyNot
	ask := "/why?pack=" + w.pack.ID.String() + "&account="
	w.as(thePublisher).get(ask + w.aurora.ID.String()).is(http.StatusOK).into(&not)
	if not.Case != "never_installed" || len(not.Groups) != 1 || len(not.Attachments) != 0 || *not.Steps[len(not.Steps)-1].Rule != "R25" {
		t.Errorf("why not: %+v", not)
	}
	w.as(theSupport).get(ask + w.nordlys.ID.String()).is(http.StatusOK).into(&not)
	if not.Case != "installed" || len(not.Attachments) != 1 || len(not.Steps) != 1 {
		t.Errorf("why not, for support: %+v", not)
	}
	w.as(theRival).get(ask + w.aurora.ID.String()).problem(http.StatusNotFound)
	w.as(theAdmin).get(ask + w.aurora.ID.String()).problem(http.StatusForbidden)
}

// TestMomentsByProgram: what changed between two moments is listed, counted and exported alike.
func TestMomentsByProgram(t *testing.T) { // R32
	t.Parallel()
	w := newAgentWorld(t)
	w.clock.advance(time.Hour)
	second := w.decide("1.1.0", w.versions[1], "")
	w.clock.advance(time.Hour)
	must(w.service.InstallPack(t.Context(), w.actor(theOtherAdmin), release.Install{Pack: w.pack.ID, Name: "lab"}))(t)
	w.clock.advance(time.Hour)
	span := "?from=" + worldBegins.Add(time.Minute).Format(time.RFC3339)
	var rows items[attachmentChange]
	p := w.as(thePublisherViewer)
	p.get("/install-base/compare" + span).is(http.StatusOK).into(&rows)
	if len(rows.Items) != 2 || rows.Items[0].Change != release.PastAppeared || rows.Items[0].Was != nil || rows.Items[1].Change != release.PastChanged ||
		rows.Items[1].Was.ID != w.current || rows.Items[1].Is.ID != second || *rows.Items[1].How != release.HowImmediate {
		t.Errorf("changed: %+v", rows.Items)
	}
	p.get("/install-base/compare" + span + "&limit=1").into(&rows)
	p.get("/install-base/compare" + span + "&limit=1&cursor=" + *rows.Next).is(http.StatusOK).into(&rows)
	if len(rows.Items) != 1 || rows.Items[0].ID != w.attachment.ID || rows.Next != nil {
		t.Errorf("the second page: %+v", rows)
	}
	if p.get("/install-base/compare" + span + "&change=gone").into(&rows); len(rows.Items) != 0 {
		t.Errorf("gone: %+v", rows.Items)
	}
	var sum changeTotals
	p.get("/install-base/compare/totals" + span).is(http.StatusOK).into(&sum)
	if sum.Appeared != 1 || sum.Changed != 1 || sum.Gone != 0 || sum.Unchanged != 0 || len(sum.Packs) != 2 {
		t.Errorf("in numbers: %+v", sum)
	}
	csv := p.get("/install-base/compare" + span + "&format=csv").is(http.StatusOK)
	if lines := strings.Split(strings.TrimSpace(string(csv.body)), "\n"); len(lines) != 3 || !strings.Contains(lines[2], "changed,1.0.0,1.1.0") {
		t.Errorf("as CSV: %s", csv.body)
	}
	for who, want := range map[string]int{theRival: 0, theSupport: 2} {
		if w.as(who).get("/install-base/compare" + span).is(http.StatusOK).into(&rows); len(rows.Items) != want {
			t.Errorf("%s is told of %d, want %d", who, len(rows.Items), want)
		}
	}
}

// TestLedgerOfReleases: those who are to run the releases of a pack, by what their agents say, add up to its ledger; an account is
// told how many of its own agents report a release.
func TestLedgerOfReleases(t *testing.T) {
	t.Parallel()
	w := newAgentWorld(t)
	must(w.service.InstallPack(t.Context(), w.actor(theOtherAdmin), release.Install{Pack: w.pack.ID, Name: "lab"}))(t)
	w.says(w.current, "installed", "", ledger{Attachments: 2, Current: 1, NeverReported: 1})
	pending := w.decide("1.1.0", w.versions[1], "2026-12-10")
	of := func(id release.ID, want ledger) {
		t.Helper()
		var got ledger
		if w.as(thePublisher).get("/releases/" + id.String() + "/ledger").is(http.StatusOK).into(&got); got != want {
			t.Errorf("the ledger is %+v, want %+v", got, want)
		}
	}
	of(w.current, ledger{Attachments: 2, Current: 1, NeverReported: 1})
	of(pending, ledger{})
	w.done(w.service.OptIn(t.Context(), w.actor(theAdmin), w.attachment.ID, pending, ""))
	of(w.current, ledger{Attachments: 1, NeverReported: 1})
	of(pending, ledger{Attachments: 1, Behind: 1})
	w.says(pending, "installed", "", ledger{Attachments: 2, Trying: 1, NeverReported: 1})
	of(w.current, ledger{Attachments: 1, NeverReported: 1})
	of(pending, ledger{Attachments: 1, Trying: 1})
	for who, want := range map[string]int64{thePublisher: 1, theAdmin: 1, theOtherAdmin: 0, theSupport: 1} {
		var told releaseWhole
		if w.as(who).get("/releases/" + pending.String()).is(http.StatusOK).into(&told); told.Adoption.Observed != want {
			t.Errorf("%s is told of %d agents, want %d", who, told.Adoption.Observed, want)
		}
	}
	path := "/releases/" + pending.String() + "/ledger"
	w.as(theRival).get(path).problem(http.StatusNotFound)
	w.as(theAdmin).get(path).problem(http.StatusForbidden)
}

// TestNotificationsByProgram: what is chosen is the person's own, in this account.
func TestNotificationsByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theAdmin)
	find := func(n notifications, kind release.NoticeKind) (found mailSetting) {
		for _, k := range n.Kinds {
			if k.Kind == kind {
				found = k
			}
		}
		return found
	}
	var before, now notifications
	p.get("/me/notifications").is(http.StatusOK).into(&before)
	p.send(http.MethodPut, "/me/notifications", `{"kinds":{"release.applied":"digest"}}`).is(http.StatusOK).into(&now)
	if got := find(now, release.NoticeApplied); got != (mailSetting{release.NoticeApplied, release.MailDigest, release.MailNow}) || len(now.Kinds) != len(before.Kinds) {
		t.Errorf("chosen: %+v", now)
	}
	p.send(http.MethodPut, "/me/notifications", `{"kinds":{"release.opened":"never"}}`).is(http.StatusOK).into(&now)
	if find(now, release.NoticeApplied).When != release.MailDigest || find(now, release.NoticeOpened).When != release.MailNever {
		t.Errorf("what was not named is changed: %+v", now)
	}
	for _, who := range []string{theManagedViewer, theOtherAdmin} {
		if w.as(who).get("/me/notifications").is(http.StatusOK).into(&now); find(now, release.NoticeApplied).When == release.MailDigest {
			t.Errorf("%s gets %+v", who, now)
		}
	}
	w.with(w.token(theAdmin, release.ScopeRead)).send(http.MethodPut, "/me/notifications", `{"kinds":{"release.applied":"now"}}`).problem(http.StatusForbidden)
	w.as(theSupport).get("/me/notifications").problem(http.StatusForbidden)
}
