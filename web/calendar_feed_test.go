package web

import (
	"bytes"
	"context"
	"flag"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"packtide/release"
)

var updateFeed = flag.Bool("update", false, "write the golden feed instead of comparing with it")

// feed reads the person's account's feed of the kind as a calendar program does.
func (w *world) feed(key string, kind release.FeedKind) map[string]*ics.VEvent {
	w.t.Helper()
	secret := must(w.service.MakeCalendarFeed(w.t.Context(), w.actor(key), kind))(w.t)
	p := w.anonymous().get("/calendar/feed/" + string(secret)).wants(http.StatusOK)
	cal, err := ics.ParseCalendar(strings.NewReader(p.body))
	if err != nil {
		w.t.Fatalf("%v in %s", err, p.body)
	}
	events := map[string]*ics.VEvent{}
	for _, e := range cal.Events() {
		events[e.Id()] = e
	}
	return events
}

func propertyOf(e *ics.VEvent, p ics.ComponentProperty) string {
	if e == nil || e.GetProperty(p) == nil {
		return ""
	}
	return e.GetProperty(p).Value
}

// TestFeedFollowsTheRelease: one event for ever, whose instant, sequence and status follow what is decided. // R20
func TestFeedFollowsTheRelease(t *testing.T) {
	t.Parallel()
	w, pack, pending := dated(t)
	uid, by := pending.String()+"@packtide", w.actor(thePublisher)
	wants := func(what, start, sequence, status, words string) {
		t.Helper()
		for key, kind := range map[string]release.FeedKind{thePublisher: release.FeedPublisher, theAdmin: release.FeedManaged} {
			e := w.feed(key, kind)[uid]
			if e == nil {
				t.Fatalf("%s: not in the feed of %s", what, key)
			}
			for p, want := range map[ics.ComponentProperty]string{
				ics.ComponentPropertyDtStart: start, ics.ComponentPropertySequence: sequence, ics.ComponentPropertyStatus: status,
			} {
				if got := propertyOf(e, p); got != want {
					t.Errorf("%s: %s of %s is %q, want %q", what, p, key, got, want)
				}
			}
			if got := propertyOf(e, ics.ComponentPropertyDescription); !strings.Contains(got, words) {
				t.Errorf("%s: %s reads %q", what, key, got)
			}
		}
	}
	wants("scheduled", "20261130T230000Z", "0", "CONFIRMED", "applies on Tue 1 Dec 2026, 00:00 Paris · Mon 30 Nov 2026, 23:00 UTC")
	w.clock.advance(time.Hour)
	w.done(w.service.Reschedule(t.Context(), by, pending, "2026-12-03", "a holiday"))
	wants("moved", "20261202T230000Z", "1", "CONFIRMED", "Thu 3 Dec 2026, 00:00 Paris")
	w.clock.advance(time.Hour)
	w.done(w.service.Withdraw(t.Context(), by, pending, "secret reason"))
	wants("withdrawn", "20261202T230000Z", "2", "CANCELLED", "was withdrawn")
	e := w.feed(theAdmin, release.FeedManaged)[uid]
	if got := propertyOf(e, ics.ComponentPropertyLastModified); got != "20261127T163000Z" {
		t.Errorf("last modified %s", got)
	}
	if got := propertyOf(e, ics.ComponentPropertyUrl); got != "http://packs.example/catalogue/"+pack.ID.String() {
		t.Errorf("it leads to %s", got)
	}
	if strings.Contains(propertyOf(e, ics.ComponentPropertyDescription), "secret") {
		t.Error("the feed tells the reason")
	}
}

// TestFeedTellsOnlyWhatIsOnes: an account's feed never tells of packs outside its groups, and none of a draft. // R25
func TestFeedTellsOnlyWhatIsOnes(t *testing.T) {
	t.Parallel()
	w, pack, pending := dated(t)
	hudsons := w.foreignThings()["release"]
	by := w.actor(thePublisher)
	d := must(w.service.DraftRelease(t.Context(), by, pack.ID))(t)
	w.done(w.service.PlanRelease(t.Context(), by, d.ID, d.Revision, release.Immediate, ""))
	for _, tc := range []struct {
		key        string
		kind       release.FeedKind
		ours, hers bool
	}{
		{thePublisher, release.FeedPublisher, true, false},
		{theRival, release.FeedPublisher, false, true},
		{theAdmin, release.FeedManaged, true, false},
		{theOtherAdmin, release.FeedManaged, true, true},
	} {
		events := w.feed(tc.key, tc.kind)
		_, ours := events[pending.String()+"@packtide"]
		_, hers := events[hudsons+"@packtide"]
		if ours != tc.ours || hers != tc.hers || events[d.ID.String()+"@packtide"] != nil {
			t.Errorf("%s reads ours %t, Hudson's %t, of %d", tc.key, ours, hers, len(events))
		}
	}
	w.done(w.service.Uninstall(t.Context(), w.actor(theAdmin), w.attachmentOf(theAdmin)))
	_, err := w.service.RemovePackFromGroup(t.Context(), by, w.everyone(), pack.ID)
	w.done(err)
	if events := w.feed(theAdmin, release.FeedManaged); len(events) != 0 {
		t.Errorf("outside all groups it still reads %d", len(events))
	}
}

// attachmentOf is the only attachment of the person's account.
func (w *world) attachmentOf(key string) release.ID {
	w.t.Helper()
	rows := must(w.db.Reader.InstallBase(w.t.Context(), w.actor(key), release.InstallBaseFilter{}))(w.t)
	if len(rows) != 1 {
		w.t.Fatalf("%d attachments", len(rows))
	}
	return rows[0].ID
}

// TestFeedText compares a whole feed with a golden one, folded lines and escaped signs included.
func TestFeedText(t *testing.T) {
	t.Parallel()
	at := func(text string) *time.Time {
		i, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return &i
	}
	entry := func(n byte, pack string, state release.State, due string, changes int) release.CalendarEntry {
		return release.CalendarEntry{
			ReleaseRef: release.ReleaseRef{
				ID: release.ID{15: n}, Version: &release.Version{Major: 2, Minor: int(n)}, State: state, Zone: "Europe/Paris", DueAt: at(due), TestingSince: at("2026-11-01T10:00:00Z"),
			},
			PackID: release.ID{0: 1, 15: n}, PackName: pack, PublisherName: "Meridian Connect", PublisherZone: "Europe/Paris", Changes: changes, ChangedAt: *at("2026-11-20T08:15:00Z"),
		}
	}
	account := release.Account{Name: "Nordlys, Forsikring; Oslo", Zone: "America/New_York"}
	got := feedText("https://packs.example", release.FeedManaged, account, []release.CalendarEntry{
		entry(1, "CRM, \\ Connector; with a very long name that has to be folded over several lines — “Größe”", release.Pending, "2026-11-30T23:00:00Z", 3),
		entry(2, "Desk", release.Released, "2026-10-24T22:00:00Z", 1),
		entry(3, "Desk", release.Withdrawn, "2026-10-25T23:00:00Z", 1),
		entry(4, "Desk", release.Superseded, "2026-12-24T23:00:00Z", 1),
		{PackName: "Desk", ReleaseRef: release.ReleaseRef{State: release.Released, ReleasedAt: at("2026-11-03T10:00:00Z")}},
	})
	const file = "testdata/feed.golden.ics"
	if *updateFeed {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the feed differs from %s; -update writes it anew:\n%s", file, got)
	}
	for line := range strings.SplitSeq(got, "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line of %d bytes: %s", len(line), line)
		}
	}
}

// TestLogNeverHoldsTheAddress of a feed, found or not.
func TestLogNeverHoldsTheAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var log bytes.Buffer
	w.serve(Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
	secret := must(w.service.MakeCalendarFeed(context.WithoutCancel(t.Context()), w.actor(thePublisher), release.FeedPublisher))(t)
	w.anonymous().get("/calendar/feed/" + string(secret)).wants(http.StatusOK)
	w.anonymous().get("/calendar/feed/" + string(secret) + "x").wants(http.StatusNotFound)
	if text := log.String(); strings.Contains(text, string(secret)) || strings.Count(text, "/calendar/feed/:secret") != 2 {
		t.Errorf("the log holds %s", text)
	}
}
