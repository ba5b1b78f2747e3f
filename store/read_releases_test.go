package store_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
	"packtide/store"
)

func releaseLine(v release.ReleaseView) string {
	s := v.Version.String() + " " + string(v.State)
	if v.Base != nil {
		s += " after " + v.Base.Version.String()
	}
	for _, c := range v.Contents {
		s += "; " + contentLine(c)
	}
	return s
}

func contentLine(c release.ContentRow) string {
	v := func(r *release.VersionRef) string {
		if r == nil {
			return "-"
		}
		return r.Version.String()
	}
	return c.DisplayName + " " + v(c.From) + "→" + v(c.To)
}

// How many others try a release is between them and the publisher.
func TestReleaseHidesOtherAccounts(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	w.exec(t, `UPDATE account SET managed = true WHERE name = 'Bolt'`)
	w.member(t, "Friends", "Bolt")
	for who, c := range map[string]struct {
		by   release.Actor
		want int64
	}{"publisher": {w.publisher("Acme"), 1}, "support": {w.support(), 1}, "account": {w.admin("South"), 0}, "publisher of others": {w.both("Bolt"), 0}} {
		v, err := w.Reader.Release(t.Context(), c.by, w.id("Alpha #3"))
		all, err2 := w.Reader.Releases(t.Context(), c.by, w.id("Alpha"), 0, 1)
		if err != nil || err2 != nil || v.OptIns != c.want || all[0].OptIns != c.want {
			t.Errorf("%s: %d opt-ins (errors %v, %v), want %d", who, v.OptIns, err, err2, c.want)
		}
	}
}

func TestReleases(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	acme, north := w.publisher("Acme"), w.admin("North")
	rows, err := w.Reader.Releases(t.Context(), acme, w.id("Alpha"), 0, 9)
	wantNames(t, rows, err, releaseLine,
		"1.3.0 pending after 1.2.0; chat 1.0.0→1.0.0; mail 1.0.0→1.1.0",
		"1.2.0 released after 1.1.0; chat -→1.0.0; mail 1.0.0→1.0.0",
		"1.1.0 released; mail -→1.0.0")
	if v := rows[0]; v.OptIns != 1 || v.Notes != "notes" || v.CreatedBy != "paula" || v.DecidedBy != "paula" || v.PackName != "Alpha" ||
		v.PublisherName != "Acme" || v.PublisherZone != "Europe/Paris" || v.PackID != w.id("Alpha") {
		t.Errorf("pending release read wrongly: %+v", v)
	}
	if c := rows[0].Contents[1]; c.Notes != "mail one one" || c.Size != int64(len("mail 1.1.0")) || c.FileName != "mail.zip" || c.SHA256 == [32]byte{} {
		t.Errorf("content read wrongly: %+v", c)
	}
	rows, err = w.Reader.Releases(t.Context(), acme, w.id("Alpha"), 3, 1)
	wantNames(t, rows, err, releaseLine, "1.2.0 released after 1.1.0; chat -→1.0.0; mail 1.0.0→1.0.0")

	w.exec(t, `UPDATE release SET state = 'withdrawn', testing_until = $2 WHERE id = $1`, w.id("Alpha #3"), day(10))
	rows, err = w.Reader.Releases(t.Context(), acme, w.id("Alpha"), 0, 1)
	wantNames(t, rows, err, releaseLine, "1.3.0 withdrawn after 1.2.0; chat 1.0.0→1.0.0; mail 1.0.0→1.1.0")
	rows, err = w.Reader.Releases(t.Context(), north, w.id("Alpha"), 0, 1)
	wantNames(t, rows, err, releaseLine, "1.2.0 released after 1.1.0; chat -→1.0.0; mail 1.0.0→1.0.0")
	_, err = w.Reader.Release(t.Context(), north, w.id("Alpha #3"))
	wantNotFound(t, "a withdrawn release, for an account", err)
}

// Two releases of one instant come in the order of their numbers.
func TestReleasesOfOneInstant(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	w.pack(t, "Acme", "Twice", false)
	w.release(t, "Twice", rel{number: 1, state: release.Released, from: 2, to: 3, versions: []string{"mail 1.0.0"}})
	w.release(t, "Twice", rel{number: 2, state: release.Released, from: 3, to: 3, versions: []string{"mail 1.1.0"}})
	w.release(t, "Twice", rel{number: 3, state: release.Released, from: 3, versions: []string{"mail 2.0.0"}})
	rows, err := w.Reader.Releases(t.Context(), w.publisher("Acme"), w.id("Twice"), 0, 9)
	wantNames(t, rows, err, releaseLine, "1.3.0 released after 1.2.0; mail 1.1.0→2.0.0", "1.2.0 released after 1.1.0; mail 1.0.0→1.1.0", "1.1.0 released; mail -→1.0.0")
}

func TestDraftIsComparedWithCurrent(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	v, err := w.Reader.Release(t.Context(), w.publisher("Acme"), w.id("Alpha #4"))
	if err != nil {
		t.Fatal(err)
	}
	if v.Version != nil || v.Base.Number != 2 || v.Revision != 1 || v.DecidedBy != "" {
		t.Errorf("draft read wrongly: %+v", v)
	}
	if diff := cmp.Diff([]string{"chat 1.0.0→-", "mail 1.0.0→1.1.0"}, namesOf(v.Contents, contentLine)); diff != "" {
		t.Errorf("contents differ (-want +got):\n%s", diff)
	}
}

// R23: the notes of what came since, whatever was skipped in between.
func TestNotesSince(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	note := func(n store.PackageNotes) string { return n.DisplayName + " " + n.Version.String() + ": " + n.Notes }
	rows, err := w.Reader.NotesSince(t.Context(), w.publisher("Acme"), w.id("Alpha"), []release.ID{w.id("mail 2.0.0")})
	wantNames(t, rows, err, note, "mail 2.0.0: mail two", "mail 1.1.0: mail one one")

	rows, err = w.Reader.NotesSince(t.Context(), w.publisher("Acme"), w.id("Empty"), []release.ID{w.id("mail 2.0.0"), w.id("chat 1.0.0")})
	wantNames(t, rows, err, note, "mail 2.0.0: mail two") // new in the pack: its own notes alone
}

func TestImpact(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	got, err := w.Reader.Impact(t.Context(), w.publisher("Acme"), w.id("Alpha"))
	want := release.Impact{Attachments: 3, Accounts: 3, OptIns: 1, Zones: []release.ZoneCount{{Zone: "Asia/Kolkata", Attachments: 3, Accounts: 3}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("impact differs (error %v, -want +got):\n%s", err, diff)
	}
	none, err := w.Reader.Impact(t.Context(), w.publisher("Acme"), w.id("Empty"))
	if diff := cmp.Diff(release.Impact{}, none); diff != "" || err != nil {
		t.Errorf("impact of an empty pack (error %v): %s", err, diff)
	}
	days, err := w.Reader.OptInsByDay(t.Context(), w.publisher("Acme"), w.id("Alpha #3"))
	if diff := cmp.Diff([]store.DayCount{{Day: time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC), N: 1}}, days); diff != "" || err != nil {
		t.Errorf("opt-ins by day (error %v):\n%s", err, diff)
	}
}

func TestPackAccounts(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	account := func(a release.AccountRow) string { return a.Name + strings.Repeat("·", int(a.Attachments)) }
	rows, err := w.Reader.PackAccounts(t.Context(), w.publisher("Acme"), w.id("Alpha"), "", release.ID{}, 1)
	wantNames(t, rows, err, account, "North··")
	rows, err = w.Reader.PackAccounts(t.Context(), w.publisher("Acme"), w.id("Alpha"), rows[0].Name, rows[0].ID, 9)
	wantNames(t, rows, err, account, "West·")
}

// bigArtifact replaces the bytes of a version by some of several parts.
func bigArtifact(t *testing.T, w *world, version string, size int) []byte {
	t.Helper()
	content := bytes.Repeat([]byte("0123456789abcde\n"), size/16+1)[:size]
	const part = 1 << 20
	w.exec(t, `DELETE FROM artifact_part WHERE sha256 = (SELECT sha256 FROM package_version WHERE id = $1)`, w.id(version))
	w.exec(t, `UPDATE artifact SET size = $2 WHERE sha256 = (SELECT sha256 FROM package_version WHERE id = $1)`, w.id(version), size)
	for no := 0; no*part < size; no++ {
		w.exec(t, `INSERT INTO artifact_part SELECT sha256, $2, $3 FROM package_version WHERE id = $1`,
			w.id(version), no, content[no*part:min(size, (no+1)*part)])
	}
	return content
}

func TestArtifact(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	content := bigArtifact(t, w, "chat 1.0.0", 2<<20+77)
	row, r, err := w.Reader.Artifact(t.Context(), w.admin("North"), w.id("chat 1.0.0"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(got, content) || row.Size != int64(len(content)) || row.FileName != "chat.zip" {
		t.Fatalf("read %d bytes of %d (error %v)", len(got), row.Size, err)
	}
	for _, c := range []struct {
		ask  string
		want []byte
	}{
		{"bytes=1048570-1048585", content[1048570:1048586]}, // over the border of two parts
		{"bytes=-5", content[len(content)-5:]},
		{"bytes=2097152-", content[2<<20:]},
	} {
		rec := httptest.NewRecorder()
		req := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/", http.NoBody)
		req.Header.Set("Range", c.ask)
		http.ServeContent(rec, req, "chat.bin", time.Time{}, r)
		if rec.Code != http.StatusPartialContent || !bytes.Equal(rec.Body.Bytes(), c.want) {
			t.Errorf("%s: status %d, %d bytes, want %d", c.ask, rec.Code, rec.Body.Len(), len(c.want))
		}
	}
	if n := w.Pool.Stat().AcquiredConns(); n != 0 {
		t.Errorf("an open artifact holds %d connections", n)
	}
	if _, err := r.Seek(-1, io.SeekStart); err == nil {
		t.Error("seeking before the beginning is no error")
	}
}

func TestArtifactOfDeletedVersion(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	_, r, err := w.Reader.Artifact(t.Context(), w.publisher("Acme"), w.id("mail 2.0.0"))
	if err != nil {
		t.Fatal(err)
	}
	w.exec(t, `UPDATE package_version SET deleted_at = $2, deleted_by = $3 WHERE id = $1`, w.id("mail 2.0.0"), day(9), w.id("paula"))
	w.exec(t, `DELETE FROM artifact_part WHERE sha256 = (SELECT sha256 FROM package_version WHERE id = $1)`, w.id("mail 2.0.0"))
	if _, err := io.ReadAll(r); err == nil {
		t.Error("reading on after the deletion is no error")
	}
	_, _, err = w.Reader.Artifact(t.Context(), w.publisher("Acme"), w.id("mail 2.0.0"))
	wantNotFound(t, "a deleted version", err)
}
