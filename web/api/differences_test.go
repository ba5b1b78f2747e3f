package api

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"packtide/packfile"
	"packtide/release"
)

// zipped is an archive of files with their texts.
func (w *world) zipped(files map[string]string) []byte {
	w.t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		f := must(z.Create(name))(w.t)
		must(f.Write([]byte(text)))(w.t)
	}
	w.done(z.Close())
	return b.Bytes()
}

// uploadFiles keeps a version of a plain archive that can enter a pack.
func (w *world) uploadFiles(name, number string, files map[string]string) version {
	w.t.Helper()
	var v version
	p := w.as(thePublisher)
	p.do(p.uploads(form{"files.zip", w.zipped(files), map[string]string{
		"name": name, "version": number, "shareable": "true", "override_reason": "as it is", "notes": "What is new in " + number,
	}})).is(http.StatusCreated).into(&v)
	return v
}

// archives are two versions of a package with files.
func (k *walk) archives() (older, newer release.ID) {
	k.world.t.Helper()
	k.stages++
	name := fmt.Sprintf("Files %d", k.stages)
	older = k.uploadFiles(name, "1.0.0", map[string]string{"readme.txt": "one\ntwo\n"}).ID
	return older, k.uploadFiles(name, "1.0.1", map[string]string{"readme.txt": "one\nthree\n"}).ID
}

// TestCompareFileByProgram: one file of two versions, line by line, for its publisher alone.
func TestCompareFileByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	older := w.uploadFiles("Files", "1.0.0", map[string]string{"readme.txt": "one\ntwo\n", "old.txt": "gone\n"})
	newer := w.uploadFiles("Files", "2.0.0", map[string]string{"readme.txt": "one\nthree\n", "logo.bin": "\x00\x01"})
	p := w.as(thePublisher)
	path := "/package-versions/" + newer.ID.String() + "/compare/file?path="
	var got fileComparison
	p.get(path + "readme.txt").is(http.StatusOK).into(&got)
	if got.From.ID != older.ID || got.To.ID != newer.ID || !got.InFrom || !got.InTo || got.Added != 1 || got.Removed != 1 || len(got.Hunks) != 1 {
		t.Fatalf("the file is %+v", got)
	}
	lines := eachOf(got.Hunks[0].Lines, func(l hunkLine) string {
		if l.Event == nil {
			return l.Text
		}
		return string(*l.Event) + " " + l.Text
	})
	if !slices.Equal(lines, []string{"one", "removed two", "added three"}) || *got.Hunks[0].Lines[0].Old != 1 || got.Hunks[0].Lines[2].Old != nil {
		t.Errorf("the lines are %q", lines)
	}
	p.get(path + "old.txt&with=" + older.ID.String()).is(http.StatusOK).into(&got)
	if !got.InFrom || got.InTo || got.Removed != 1 {
		t.Errorf("a removed file is %+v", got)
	}
	p.get(path + "logo.bin").is(http.StatusOK).into(&got)
	if got.NotText == "" || len(got.Hunks) != 0 {
		t.Errorf("a picture is %+v", got)
	}
	p.get(path + "none.txt").problem(http.StatusNotFound)
	p.get(path + "readme.txt&with=" + w.as(theRival).upload("Theirs", "1.0.0").ID.String()).problem(http.StatusNotFound)
	w.as(theRival).get(path + "readme.txt").problem(http.StatusNotFound)
	w.as(theAdmin).get(path + "readme.txt").problem(http.StatusForbidden)
}

// released is a pack with the versions as its releases, offered to all; the newest is current.
func (w *world) released(name string, versions ...version) (pack release.ID, releases []release.ID) {
	w.t.Helper()
	ctx, by, once := w.t.Context(), w.actor(thePublisher), false
	p := must(w.service.CreatePack(ctx, by, release.NewPack{PackTexts: release.PackTexts{Name: name, SupportContact: "help@meridian.example"}, Multiple: &once}))(w.t)
	for _, g := range must(w.db.Reader.Groups(ctx, by))(w.t) {
		w.done(w.service.AddPackToGroup(ctx, by, g.ID, p.ID))
	}
	for _, v := range versions {
		label := v.Version.String()
		id := must(w.service.ReleaseOutright(ctx, by, p.ID, nil, release.DraftEdit{
			Contents: release.Contents{v.Package.ID: v.ID}, Version: &label, Plan: release.Immediate,
		}))(w.t)
		releases = append(releases, id)
		w.clock.advance(time.Minute)
	}
	return p.ID, releases
}

// TestCompareReleasesByProgram: any two releases of a pack, the newest two unasked; others' are not found.
func TestCompareReleasesByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack, made := w.released("Mail",
		w.uploadFiles("Mail", "1.0.0", map[string]string{"a.txt": "1"}), w.uploadFiles("Mail", "1.1.0", map[string]string{"a.txt": "2"}),
		w.uploadFiles("Mail", "1.2.0", map[string]string{"a.txt": "3"}))
	p := w.as(thePublisher)
	path := "/packs/" + pack.String() + "/compare"
	var got releaseComparison
	p.get(path).is(http.StatusOK).into(&got)
	if got.From.ID != made[1] || got.To.ID != made[2] || got.Back || len(got.Contents) != 1 || got.Contents[0].From.Version.String() != "1.1.0" || got.Contents[0].To.Version.String() != "1.2.0" {
		t.Errorf("unasked: %+v", got)
	}
	p.get(path + "?to=" + made[0].String() + "&from=" + made[2].String()).is(http.StatusOK).into(&got)
	if got.From.ID != made[2] || got.To.ID != made[0] || !got.Back || len(got.Versions) != 2 || got.Versions[0].Notes != "What is new in 1.2.0" {
		t.Errorf("back: %+v", got)
	}
	other, theirs := w.released("Other", w.uploadFiles("Other", "1.0.0", map[string]string{"a.txt": "1"}))
	p.get(path + "?from=" + theirs[0].String()).problem(http.StatusNotFound)
	p.get("/packs/" + other.String() + "/compare").problem(http.StatusNotFound)
	if told := p.get(path + "?from=1.0.0").problem(http.StatusUnprocessableEntity); told.Field != "from" {
		t.Errorf("no id is refused at %q", told.Field)
	}
	w.as(theRival).get(path).problem(http.StatusNotFound)
	w.as(theAdmin).get(path).problem(http.StatusForbidden)
}

// TestChangesByProgram: an account reads what a release changes for it; one that it is not offered is not found (R25).
func TestChangesByProgram(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, made := w.released("Mail",
		w.uploadFiles("Mail", "1.0.0", map[string]string{"a.txt": "1", "b.txt": "1"}), w.uploadFiles("Mail", "2.0.0", map[string]string{"a.txt": "2"}))
	for _, who := range []string{theManagedViewer, thePublisher, theSupport} {
		var got items[packageChanges]
		w.as(who).get("/releases/" + made[1].String() + "/changes").is(http.StatusOK).into(&got)
		if len(got.Items) != 1 || !got.Items[0].Comparable || got.Items[0].From.Version.String() != "1.0.0" {
			t.Fatalf("%s reads %+v", who, got)
		}
		if !slices.ContainsFunc(got.Items[0].Changes, func(c packfile.Change) bool { return c.Event == packfile.Removed && c.Key == "b.txt" }) {
			t.Errorf("%s reads %+v", who, got.Items[0].Changes)
		}
	}
	var first items[packageChanges]
	w.as(theAdmin).get("/releases/" + made[0].String() + "/changes").is(http.StatusOK).into(&first)
	if len(first.Items) != 1 || first.Items[0].Comparable || first.Items[0].From != nil {
		t.Errorf("of the first release: %+v", first)
	}
	w.as(theRival).get("/releases/" + made[1].String() + "/changes").problem(http.StatusNotFound)
	by, ctx := w.actor(thePublisher), t.Context()
	pack := must(w.db.Reader.Release(ctx, by, made[1]))(t).PackID
	for _, g := range must(w.db.Reader.GroupsOfPack(ctx, by, pack))(t) {
		must(w.service.RemovePackFromGroup(ctx, by, g.ID, pack))(t)
	}
	w.as(theAdmin).get("/releases/" + made[1].String() + "/changes").problem(http.StatusNotFound)
}
