package store_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

func TestEvents(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	names := map[release.ID]string{}
	for _, e := range []string{"e1", "e2", "e3", "e4", "e5", "e6"} {
		names[w.id(e)] = e
	}
	name := func(e release.EventRow) string { return names[e.ID] }
	type filter = release.EventFilter
	acme, support, north := w.publisher("Acme"), w.support(), w.admin("North")
	for _, c := range []struct {
		name string
		by   release.Actor
		f    filter
		want []string // newest first
	}{
		{"all", support, filter{}, []string{"e6", "e5", "e4", "e3", "e2", "e1"}},
		{"below a key", support, filter{Before: w.id("e4"), Limit: 2}, []string{"e3", "e2"}},
		{"by subject", support, filter{Subject: w.id("n1")}, []string{"e3"}},
		{"by publisher", support, filter{Publisher: w.id("Bolt")}, []string{"e4"}},
		{"by another publisher", acme, filter{Publisher: w.id("Bolt")}, nil},
		{"by account", support, filter{Account: w.id("North")}, []string{"e4", "e3"}},
		{"by account, the publisher's own", acme, filter{Account: w.id("North")}, []string{"e3"}},
		{"by pack", north, filter{Pack: w.id("Alpha")}, []string{"e3"}},
		{"by actor", acme, filter{Actor: w.id("paula")}, []string{"e5", "e3", "e2", "e1"}},
		{"by unknown actor", support, filter{Actor: w.id("ada")}, nil},
		{"by actions", support, filter{Actions: []string{release.ActReleased, release.ActOptedIn, release.ActReleased}}, []string{"e3", "e1"}},
		{"by actions, an account's", north, filter{Actions: []string{release.ActReleased, release.ActOptedIn}}, []string{"e3"}},
		{"by actions of a pack", support, filter{Actions: []string{release.ActOptedIn}, Pack: w.id("Beta")}, nil},
		{"from an instant on", support, filter{From: new(day(9))}, []string{"e6", "e5", "e4", "e3"}},
		{"before an instant", support, filter{To: new(day(8))}, []string{"e1"}},
		{"between instants", support, filter{From: new(day(8)), To: new(day(9))}, []string{"e2"}},
		{"of a publisher that installs", w.both("Acme"), filter{}, []string{"e5", "e3", "e2", "e1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rows, err := w.Reader.Events(t.Context(), c.by, c.f)
			wantNames(t, rows, err, name, c.want...)
			var streamed []release.EventRow
			err = w.Reader.EachEvent(t.Context(), c.by, c.f, func(e release.EventRow) error {
				streamed = append(streamed, e)
				return nil
			})
			if diff := cmp.Diff(rows, streamed); c.f.Limit == 0 && (diff != "" || err != nil) {
				t.Errorf("the stream differs from the page (error %v, -page +stream):\n%s", err, diff)
			}
		})
	}
}

func TestEventTellsAll(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	rows, err := w.Reader.Events(t.Context(), w.support(), release.EventFilter{Subject: w.id("n1")})
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d rows, error %v", len(rows), err)
	}
	want := release.EventRow{
		ID: w.id("e3"), At: day(9), ActorID: new(w.id("paula")), ActorName: "paula", Source: release.FromUI, Action: release.ActOptedIn,
		Subject: w.id("n1"), PublisherID: new(w.id("Acme")), PublisherName: "Acme", AccountID: new(w.id("North")), AccountName: "North",
		PackID: new(w.id("Alpha")), PackName: "Alpha", After: map[string]any{"n": 1.0}, Zone: "Europe/Paris",
	}
	if diff := cmp.Diff(want, rows[0]); diff != "" {
		t.Errorf("event differs (-want +got):\n%s", diff)
	}
	enough := errors.New("enough")
	if err := w.Reader.EachEvent(t.Context(), w.support(), release.EventFilter{}, func(release.EventRow) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("the stream ended with %v, want the reader's error", err)
	}
}

func TestNews(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	action := func(e release.EventRow) string { return e.Action + " " + e.PackName }
	rows, err := w.Reader.News(t.Context(), w.admin("North"), release.ID{}, 9)
	wantNames(t, rows, err, action, "release.scheduled Alpha", "release.released Alpha")
	rows, err = w.Reader.News(t.Context(), w.admin("North"), rows[0].ID, 9)
	wantNames(t, rows, err, action, "release.released Alpha")
	rows, err = w.Reader.News(t.Context(), w.admin("South"), release.ID{}, 9) // has uninstalled it
	wantNames(t, rows, err, action)
}

// R32, read from the database: names, reasons, and the opt-in on top of the releases.
func TestHistory(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	line := func(h release.HistoryRow) string {
		s := h.Since.Format("2 Jan")
		if h.Release != nil {
			s += " " + h.Release.Version.String()
		}
		return s + " " + string(h.How) + " by " + h.By + h.Reason
	}
	rows, err := w.Reader.History(t.Context(), w.admin("North"), w.id("n1"))
	wantNames(t, rows, err, line, "3 Mar 1.1.0 installed by ada", "4 Mar 1.2.0 immediate by paula", "9 Mar 1.3.0 opted in by ada")
	w.exec(t, `UPDATE release SET state = 'withdrawn', testing_until = $2, reason = ': broken' WHERE id = $1`, w.id("Alpha #3"), day(12))
	w.event(t, "w", release.ActWithdrawn, "Alpha #3", "Acme", "", "Alpha", day(12))
	rows, err = w.Reader.History(t.Context(), w.publisher("Acme"), w.id("n1"))
	wantNames(t, rows, err, line, "3 Mar 1.1.0 installed by ada", "4 Mar 1.2.0 immediate by paula", "9 Mar 1.3.0 opted in by ada",
		"12 Mar 1.2.0 withdrawn by paula: broken")
	rows, err = w.Reader.History(t.Context(), w.support(), w.id("s1"))
	wantNames(t, rows, err, line, "6 Mar 1.2.0 installed by ada", "10 Mar uninstalled by ada")
}
