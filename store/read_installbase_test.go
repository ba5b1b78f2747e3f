package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

func attachmentName(a release.AttachmentRow) string { return a.Name }

func TestInstallBaseFilters(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	type filter = release.InstallBaseFilter
	acme, support, north := w.publisher("Acme"), w.support(), w.admin("North")
	for _, c := range []struct {
		name string
		by   release.Actor
		f    filter
		want []string // newest first
	}{
		{"support, all", support, filter{}, []string{"b1", "w1", "n2", "n1"}},
		{"a publisher, all", acme, filter{}, []string{"w1", "n2", "n1"}},
		{"an account, all", north, filter{}, []string{"b1", "n2", "n1"}},
		{"by pack", support, filter{Pack: w.id("Alpha")}, []string{"w1", "n2", "n1"}},
		{"by pack of others", w.publisher("Bolt"), filter{Pack: w.id("Alpha")}, nil},
		{"by pack, the account's own", north, filter{Pack: w.id("Alpha")}, []string{"n2", "n1"}},
		{"by publisher", support, filter{Publisher: w.id("Bolt")}, []string{"b1"}},
		{"by another publisher", acme, filter{Publisher: w.id("Bolt")}, nil},
		{"by publisher, the account's own", north, filter{Publisher: w.id("Bolt")}, []string{"b1"}},
		{"by account", support, filter{Account: w.id("West")}, []string{"w1"}},
		{"by account, the publisher's own packs", acme, filter{Account: w.id("North")}, []string{"n2", "n1"}},
		{"by another account", north, filter{Account: w.id("West")}, nil},
		{"by pack and account", support, filter{Account: w.id("North"), Pack: w.id("Beta")}, []string{"b1"}},
		{"below a key", support, filter{Before: w.id("w1")}, []string{"n2", "n1"}},
		{"so many", support, filter{Limit: 2}, []string{"b1", "w1"}},

		{"by the current release", support, filter{Release: w.id("Alpha #2")}, []string{"w1", "n2"}},
		{"by the pending release", support, filter{Release: w.id("Alpha #3")}, []string{"n1"}},
		{"by the pending release, another account", w.admin("West"), filter{Release: w.id("Alpha #3")}, nil},
		{"by an older release", support, filter{Release: w.id("Alpha #1")}, nil},
		{"by a draft", support, filter{Release: w.id("Alpha #4")}, nil},
		{"by a release and another pack", support, filter{Release: w.id("Alpha #2"), Pack: w.id("Beta")}, nil},
		{"by a release and its pack", support, filter{Release: w.id("Alpha #2"), Pack: w.id("Alpha")}, []string{"w1", "n2"}},
		{"by a release and another state", support, filter{Release: w.id("Alpha #2"), State: release.StateTrying}, nil},
		{"by a release, uninstalled", support, filter{Release: w.id("Alpha #2"), State: release.StateDetached}, nil},
		{"by a release that does not exist", support, filter{Release: w.id("none")}, nil},

		{"current", support, filter{State: release.StateCurrent}, []string{"b1", "w1", "n2"}},
		{"current, of a pack", acme, filter{State: release.StateCurrent, Pack: w.id("Alpha")}, []string{"w1", "n2"}},
		{"trying", support, filter{State: release.StateTrying}, []string{"n1"}},
		{"trying, of a publisher", acme, filter{State: release.StateTrying}, []string{"n1"}},
		{"trying, of another publisher", w.publisher("Bolt"), filter{State: release.StateTrying}, nil},
		{"trying, of a pack", support, filter{State: release.StateTrying, Pack: w.id("Alpha")}, []string{"n1"}},
		{"trying, of an account", north, filter{State: release.StateTrying}, []string{"n1"}},
		{"trying, of another account", support, filter{State: release.StateTrying, Account: w.id("West")}, nil},
		{"waiting", support, filter{State: release.StateWaiting}, []string{"w1", "n2"}},
		{"waiting, of an account", north, filter{State: release.StateWaiting}, []string{"n2"}},
		{"outside", support, filter{State: release.StateOutside}, []string{"w1"}},
		{"outside, of a publisher", acme, filter{State: release.StateOutside}, []string{"w1"}},
		{"outside, of an account", north, filter{State: release.StateOutside}, nil},
		{"uninstalled", support, filter{State: release.StateDetached}, []string{"s1"}},
		{"uninstalled, of a pack", acme, filter{State: release.StateDetached, Pack: w.id("Alpha")}, []string{"s1"}},
		{"uninstalled, of an account", w.admin("South"), filter{State: release.StateDetached}, []string{"s1"}},

		{"by the attachment's name, two letters", support, filter{Query: "N1"}, []string{"n1"}},
		{"by the account's name", support, filter{Query: "ORT"}, []string{"b1", "n2", "n1"}},
		{"by the pack's name", support, filter{Query: "lph"}, []string{"w1", "n2", "n1"}},
		{"by name, the publisher's own packs", acme, filter{Query: "north"}, []string{"n2", "n1"}},
		{"by name, the account's own", north, filter{Query: "alpha"}, []string{"n2", "n1"}},
		{"by name, of a pack", support, filter{Query: "north", Pack: w.id("Beta")}, []string{"b1"}},
		{"by name and state", support, filter{Query: "north", State: release.StateTrying}, []string{"n1"}},
		{"by name and state, waiting", support, filter{Query: "north", State: release.StateWaiting}, []string{"n2"}},
		{"by name, uninstalled", support, filter{Query: "south", State: release.StateDetached}, []string{"s1"}},
		{"by name and release", support, filter{Query: "north", Release: w.id("Alpha #2")}, []string{"n2"}},
		{"a wildcard is a character", support, filter{Query: "%%%"}, nil},
		{"an underscore is a character", support, filter{Query: "n_rth"}, nil},
		{"a backslash is a character", support, filter{Query: `\orth`}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rows, err := w.Reader.InstallBase(t.Context(), c.by, c.f)
			wantNames(t, rows, err, attachmentName, c.want...)
			if c.f.Limit != 0 {
				return
			}
			var streamed []release.AttachmentRow
			err = w.Reader.EachAttachment(t.Context(), c.by, c.f, func(a release.AttachmentRow) error {
				streamed = append(streamed, a)
				return nil
			})
			wantNames(t, streamed, err, attachmentName, c.want...)
		})
	}
}

// An account that publishes and installs sees the attachments of its packs and its own, each once.
func TestInstallBaseOfBothRoles(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	w.exec(t, `UPDATE account SET managed = true WHERE id = $1`, w.id("Acme"))
	w.attach(t, "Alpha", "Acme", "own of own", day(11))
	w.attach(t, "Beta", "Acme", "own of Bolt", day(12))
	both := w.both("Acme")
	rows, err := w.Reader.InstallBase(t.Context(), both, release.InstallBaseFilter{})
	wantNames(t, rows, err, attachmentName, "own of Bolt", "own of own", "w1", "n2", "n1")
	rows, err = w.Reader.InstallBase(t.Context(), both, release.InstallBaseFilter{Account: w.id("Acme")})
	wantNames(t, rows, err, attachmentName, "own of Bolt", "own of own")
	rows, err = w.Reader.InstallBase(t.Context(), both, release.InstallBaseFilter{Publisher: w.id("Acme")})
	wantNames(t, rows, err, attachmentName, "own of own", "w1", "n2", "n1")
	rows, err = w.Reader.InstallBase(t.Context(), both, release.InstallBaseFilter{Query: "own of", Limit: 1})
	wantNames(t, rows, err, attachmentName, "own of Bolt")
}

func TestAttachmentTellsWhatItRuns(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	acme, alpha := w.id("Acme"), w.id("Alpha")
	of := func(name, account string, at time.Time) release.AttachmentRow {
		return release.AttachmentRow{
			Attachment: release.Attachment{
				ID: w.id(name), Pack: alpha, Account: w.id(account), Multiple: true, Name: name,
				AttachedAt: at, AttachedBy: w.id("ada"),
			},
			AccountName: account, AccountZone: "Asia/Kolkata",
			PackName: "Alpha", PublisherID: acme, PublisherName: "Acme", PublisherZone: "Europe/Paris",
		}
	}
	current, pending := w.ref(t, "Alpha #2"), w.ref(t, "Alpha #3")
	trying := of("n1", "North", day(3))
	trying.Runs, trying.Current, trying.Pending, trying.OptedInAt, trying.OptedInBy = pending, current, pending, new(day(9)), "ada"
	waiting := of("w1", "West", day(7))
	waiting.Runs, waiting.Current, waiting.Pending, waiting.Outside = current, current, pending, true
	gone := of("s1", "South", day(6))
	gone.Current, gone.Pending, gone.DetachedAt, gone.DetachedBy = current, pending, new(day(10)), w.id("ada")
	for _, want := range []release.AttachmentRow{trying, waiting, gone} {
		got, err := w.Reader.Attachment(t.Context(), w.support(), want.ID)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s differs (error %v, -want +got):\n%s", want.Name, err, diff)
		}
	}
}

// ref is a release as lists show it.
func (w *world) ref(t *testing.T, name string) *release.ReleaseRef {
	t.Helper()
	v, err := w.Reader.Release(t.Context(), w.support(), w.id(name))
	if err != nil {
		t.Fatal(err)
	}
	return &v.ReleaseRef
}

// Pages of any size add up to the same list, by every source of ids.
func TestInstallBasePages(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	for i := range 25 {
		account := []string{"North", "South", "West"}[i%3]
		name := fmt.Sprintf("more %02d", i)
		w.attach(t, "Alpha", account, name, day(13).Add(time.Duration(i)*time.Minute))
		if i%2 == 0 {
			w.optIn(t, name, "Alpha #3", day(14))
		}
	}
	for name, f := range map[string]release.InstallBaseFilter{
		"all": {}, "publisher": {Publisher: w.id("Acme")}, "pack": {Pack: w.id("Alpha")}, "account": {Account: w.id("North")},
		"trying": {State: release.StateTrying}, "waiting": {State: release.StateWaiting}, "name": {Query: "more"},
	} {
		var whole []string
		if err := w.Reader.EachAttachment(t.Context(), w.support(), f, func(a release.AttachmentRow) error {
			whole = append(whole, a.Name)
			return nil
		}); err != nil || len(whole) < 9 {
			t.Fatalf("%s: %d rows, error %v", name, len(whole), err)
		}
		var paged []string
		f.Limit = 4
		for page := range slices.Values(make([]int, 20)) {
			rows, err := w.Reader.InstallBase(t.Context(), w.support(), f)
			if err != nil {
				t.Fatalf("%s, page %d: %v", name, page, err)
			}
			for _, r := range rows {
				paged, f.Before = append(paged, r.Name), r.ID
			}
		}
		if diff := cmp.Diff(whole, paged); diff != "" {
			t.Errorf("%s: pages differ from the whole (-whole +paged):\n%s", name, diff)
		}
	}
}

// A stream ends with the first error of the one who reads it, and what it held is free again.
func TestEachAttachmentStops(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	w.exec(t, `INSERT INTO attachment (id, pack_id, account_id, multiple, name, attached_at, attached_by)
		SELECT id, $1, $2, true, 'bulk ' || n, uuid_instant(id), $3
		FROM (SELECT n, (substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-7' || lpad(to_hex(n % 4096), 3, '0') || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id
		      FROM (SELECT n, lpad(to_hex(1790000000000 + n), 12, '0') AS h FROM generate_series(1, 3000) n) x) y`,
		w.id("Alpha"), w.id("North"), w.id("ada"))
	enough := errors.New("enough")
	seen := 0
	err := w.Reader.EachAttachment(t.Context(), w.support(), release.InstallBaseFilter{}, func(release.AttachmentRow) error {
		if seen++; seen == 700 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || seen != 700 {
		t.Errorf("stopped after %d rows with %v, want 700 and the reader's error", seen, err)
	}
	if n := w.Pool.Stat().AcquiredConns(); n != 0 {
		t.Errorf("%d connections are still held", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	seen = 0
	err = w.Reader.EachAttachment(ctx, w.support(), release.InstallBaseFilter{}, func(release.AttachmentRow) error {
		if seen++; seen == 20 {
			cancel() // the one who reads has gone away
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || seen > 500 {
		t.Errorf("went on to row %d after the end of the context, with %v", seen, err)
	}
	all := 0
	if err := w.Reader.EachAttachment(t.Context(), w.support(), release.InstallBaseFilter{}, func(release.AttachmentRow) error { all++; return nil }); err != nil || all != 3004 {
		t.Errorf("streamed %d rows (error %v), want 3004", all, err)
	}
}
