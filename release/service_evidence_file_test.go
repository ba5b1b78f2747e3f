package release_test

import (
	"context"
	"errors"
	"testing"

	"packtide/release"
)

// TestFilesOfEvidenceGoWithIt: when it is taken back, when its draft is discarded and when its pack is deleted; but bytes that
// somebody else holds stay, and a file keeps the bytes of a package version that is deleted.
func TestFilesOfEvidenceGoWithIt(t *testing.T) { // R35
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	v := w.upload(w.acme, "Mail", "1.0.0")
	p := w.pack(w.acme, "Alpha", true)
	items := w.evidenceItems()
	parts := func(sum [32]byte) int {
		return w.number(`SELECT count(*) FROM artifact_part WHERE sha256 = $1`, sum[:])
	}
	files := func() int { return w.number(`SELECT count(*) FROM file`) }
	report, log, copied := addedFile("report.pdf", "all fine"), addedFile("log.txt", "a log"), addedFile("mail.zip", "Mail 1.0.0")
	if copied.SHA256 != v.SHA256 {
		t.Fatal("the copy is no copy")
	}
	give := func(n int, f *release.FileUpload) release.Release {
		d := w.draft(w.acme, p.ID, "1.0.0", v)
		w.ok(w.svc.GiveEvidence(ctx, w.acme, d.ID, release.NewEvidence{Item: items[n].ID, File: f}))
		return *w.state(p.ID).Draft
	}
	d := give(0, report)
	give(1, addedFile("again.pdf", "all fine"))
	give(2, copied)
	give(3, log)
	w.ok(w.svc.TakeEvidenceBack(ctx, w.acme, d.ID, items[0].ID))
	if files() != 3 || parts(report.SHA256) != 1 {
		t.Error("the bytes went while another file holds them")
	}
	w.ok(w.svc.TakeEvidenceBack(ctx, w.acme, d.ID, items[1].ID))
	if files() != 2 || parts(report.SHA256) != 0 {
		t.Error("the bytes stay although no file holds them")
	}
	other := w.upload(w.acme, "Chat", "1.0.0")
	w.ok(w.svc.ChooseVersions(ctx, w.acme, d.ID, w.state(p.ID).Draft.Revision, release.Contents{other.Package: other.ID}))
	w.ok(w.svc.DeleteVersion(ctx, w.acme, v.ID))
	if parts(v.SHA256) != 1 {
		t.Error("the version took the bytes that a file holds")
	}
	w.ok(w.svc.DiscardDraft(ctx, w.acme, d.ID, w.state(p.ID).Draft.Revision))
	if files() != 0 || parts(log.SHA256) != 0 || parts(v.SHA256) != 0 || w.number(`SELECT count(*) FROM evidence`) != 0 {
		t.Error("something of the discarded draft stays")
	}
	v = other
	d = give(0, addedFile("report.pdf", "all fine"))
	w.ok(w.svc.GiveEvidence(ctx, w.acme, d.ID, release.NewEvidence{Item: items[1].ID, File: addedFile("log.txt", "a log")}))
	must(w.svc.DeletePack(ctx, w.acme, p.ID, "Alpha"))(t)
	if files() != 0 || parts(report.SHA256) != 0 || parts(log.SHA256) != 0 {
		t.Error("something of the deleted pack's draft stays")
	}
}

// TestDecidedEvidenceIsKeptByTheDatabase, whoever asks.
func TestDecidedEvidenceIsKeptByTheDatabase(t *testing.T) { // R35
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	p := w.pack(w.acme, "Alpha", true)
	d := w.draft(w.acme, p.ID, "1.0.0", w.upload(w.acme, "Mail", "1.0.0"))
	items := w.evidenceItems()
	w.ok(w.svc.GiveEvidence(ctx, w.acme, d.ID, release.NewEvidence{Item: items[0].ID, File: addedFile("a.txt", "a")}))
	w.ok(w.svc.ReleaseNow(ctx, w.acme, d.ID, d.Revision))
	given := must(w.db.Reader.Evidence(ctx, w.acme, d.ID))(t)[0].Evidence
	for name, do := range map[string]func(context.Context, release.Tx) error{
		"dropped": func(ctx context.Context, tx release.Tx) error { return tx.DropEvidence(ctx, given) },
		"added": func(ctx context.Context, tx release.Tx) error {
			return tx.AddEvidence(ctx, release.Evidence{ID: release.NewID(monday), Release: d.ID, Item: items[1].ID, Label: "x", GivenAt: monday, GivenBy: w.acme.Person})
		},
	} {
		if err := w.db.Store.InTx(ctx, do); !errors.Is(err, release.ErrEvidenceFinal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	owner := w.db.Owner(t)
	for _, sql := range []string{`UPDATE evidence SET note = 'x'`, `DELETE FROM evidence`, `DELETE FROM file`} {
		if _, err := owner.Exec(ctx, sql); err == nil {
			t.Errorf("%s is let through", sql)
		}
	}
}
