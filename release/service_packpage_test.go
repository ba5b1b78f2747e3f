package release_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// TestOneOnlyFromThePast: a release from before the rule was kept may hold what the pack does not admit; neither preparing it
// again nor undoing a removal brings it into the next release. // R6 R8 R22
func TestOneOnlyFromThePast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	api, mail, chat := w.api("Orders", "1.0.0"), w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Chat", "1.0.0")
	p := w.pack(w.acme, "Multiple", true)
	old := w.released(w.acme, p.ID, "1.0.0", mail)
	now := w.released(w.acme, p.ID, "2.0.0", mail, chat)
	w.exec(`ALTER TABLE release_content DISABLE TRIGGER decided_content_is_immutable`)
	for _, r := range []release.ID{old.ID, now.ID} {
		w.exec(`INSERT INTO release_content (release_id, package_id, version_id) VALUES ($1, $2, $3)`, r, api.Package, api.ID)
	}
	w.exec(`ALTER TABLE release_content ENABLE TRIGGER decided_content_is_immutable`)

	w.unchanged("preparing what held it", release.ErrOneOnly, func() error {
		_, err := w.svc.PrepareFrom(t.Context(), w.acme, p.ID, old.ID)
		return err
	})
	w.ok(w.svc.RemovePackage(t.Context(), w.acme, p.ID, api.Package)) // it may always leave
	w.unchanged("undoing its removal", release.ErrOneOnly, func() error {
		return w.svc.UndoRemoval(t.Context(), w.acme, p.ID, api.Package)
	})
	w.ok(w.svc.RemovePackage(t.Context(), w.acme, p.ID, chat.Package))
	w.ok(w.svc.UndoRemoval(t.Context(), w.acme, p.ID, chat.Package)) // the others come back
}

// TestNothingToRollBack: preparing what the install base runs already would make a release that is refused at its end. // R22 R24
func TestNothingToRollBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Mail", "2.0.0")
	p := w.pack(w.acme, "Alpha", false)
	first := w.released(w.acme, p.ID, "1.0.0", one)
	second := w.released(w.acme, p.ID, "2.0.0", two)
	back := w.released(w.acme, p.ID, "2.0.1", one)
	for name, r := range map[string]release.Release{"the current one": back, "an older one of the same versions": first} {
		w.unchanged(name, release.ErrNothingToRollBack, func() error {
			_, err := w.svc.PrepareFrom(t.Context(), w.acme, p.ID, r.ID)
			return err
		})
	}
	must(w.svc.PrepareFrom(t.Context(), w.acme, p.ID, second.ID))(t)
}

// TestRecordDays: the end of each day is kept exactly, whether the nights came one by one or all at once, and two replicas do no
// harm; the day that is not long over waits. // R32
func TestRecordDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mail, newer := w.upload(w.acme, "Mail", "1.0.0"), w.upload(w.acme, "Mail", "2.0.0")
	p := w.pack(w.acme, "Alpha", true)
	w.released(w.acme, p.ID, "1.0.0", mail)
	at := func(day, hour int) time.Time { return monday.AddDate(0, 0, day).Add(time.Duration(hour-9) * time.Hour) }
	first := w.install(w.north, p.ID, "a")
	w.install(w.south, p.ID, "b")
	w.clock.set(at(2, 9))
	r := w.pending(w.acme, p.ID, "2.0.0", "2027-01-20", newer)
	w.ok(w.svc.OptIn(t.Context(), w.north, first.ID, r.ID, ""))
	w.ok(w.svc.RecordDays(t.Context(), at(3, 3))) // one night late
	w.ok(w.svc.RecordDays(t.Context(), at(3, 3)))
	w.clock.set(at(3, 12))
	w.ok(w.svc.Uninstall(t.Context(), w.north, first.ID))
	w.clock.set(at(5, 9))
	w.install(w.north, p.ID, "c")
	w.install(w.north, p.ID, "d")
	if errs := w.race(func() error { return w.svc.RecordDays(t.Context(), at(6, 3)) }, func() error { return w.svc.RecordDays(t.Context(), at(6, 3)) }); errors.Join(errs...) != nil {
		t.Fatal(errs)
	}
	w.ok(w.svc.RecordDays(t.Context(), at(7, 0))) // midnight: the day is not settled
	days := must(w.db.Reader.Adoption(t.Context(), w.acme, p.ID, monday.AddDate(0, 0, -30), at(6, 20)))(t)
	var got []string
	for _, d := range days.Days {
		got = append(got, fmt.Sprint(d.Day.Format("2 15:04 "), d.Attachments, "/", d.Trying))
	}
	const want = "12 00:00 2/0 | 13 00:00 2/0 | 14 00:00 2/1 | 15 00:00 1/0 | 16 00:00 1/0 | 17 00:00 3/0 | 17 20:00 3/0"
	if strings.Join(got, " | ") != want {
		t.Errorf("days %s\nwant %s", strings.Join(got, " | "), want)
	}
	if len(days.Releases) != 1 || days.Releases[0].Version.String() != "1.0.0" {
		t.Errorf("releases %+v", days.Releases)
	}
	for name, by := range map[string]release.Actor{"another publisher": w.bolt, "an account that has it": w.north} {
		other := must(w.db.Reader.Adoption(t.Context(), by, p.ID, monday, at(6, 20)))(t)
		ages := must(w.db.Reader.VersionAges(t.Context(), by, p.ID))(t)
		if len(other.Days)+len(other.Releases)+len(ages) > 0 {
			t.Errorf("%s reads %+v, %+v", name, other, ages)
		}
	}
	ages := must(w.db.Reader.VersionAges(t.Context(), w.acmeViewer, p.ID))(t)
	if len(ages) != 1 || ages[0].Behind != 1 || ages[0].Since == nil || !ages[0].Since.Equal(newer.UploadedAt) || !ages[0].Uploaded.Equal(mail.UploadedAt) {
		t.Errorf("ages %+v", ages)
	}
}
