package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

func TestPackages(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	name := func(p release.PackageRow) string { return p.DisplayName }
	acme := w.publisher("Acme")
	rows, err := w.Reader.Packages(t.Context(), acme, "", "", release.ID{}, 9)
	wantNames(t, rows, err, name, "chat", "mail", "spare")
	mail := rows[1]
	if mail.Versions != 4 || mail.Packs != 2 || mail.Newest.Version.String() != "3.0.0" || mail.Shareable.Version.String() != "2.0.0" || !mail.UploadedAt.Equal(day(1)) {
		t.Errorf("mail read wrongly: %+v, newest %+v, shareable %+v", mail, mail.Newest, mail.Shareable)
	}
	rows, err = w.Reader.Packages(t.Context(), acme, "", rows[0].DisplayName, rows[0].ID, 1)
	wantNames(t, rows, err, name, "mail")
	rows, err = w.Reader.Packages(t.Context(), acme, "AI", "", release.ID{}, 9)
	wantNames(t, rows, err, name, "mail")

	for _, v := range []string{"mail 3.0.0", "spare 1.0.0"} {
		w.exec(t, `UPDATE package_version SET deleted_at = $2, deleted_by = $3 WHERE id = $1`, w.id(v), day(9), w.id("paula"))
	}
	one, err := w.Reader.Package(t.Context(), acme, w.id("mail"))
	if err != nil || one.Versions != 3 || one.Newest.Version.String() != "2.0.0" {
		t.Errorf("mail without its newest version (error %v): %+v", err, one)
	}
	empty, err := w.Reader.Package(t.Context(), acme, w.id("spare"))
	if err != nil || empty.Versions != 0 || empty.Newest != nil || empty.Shareable != nil || empty.UploadedAt != nil {
		t.Errorf("spare without any version (error %v): %+v", err, empty)
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	name := func(v release.VersionRow) string { return v.Version.String() }
	acme := w.publisher("Acme")
	w.exec(t, `UPDATE package_version SET deleted_at = $2, deleted_by = $3 WHERE id = $1`, w.id("mail 3.0.0"), day(9), w.id("paula"))
	rows, err := w.Reader.Versions(t.Context(), acme, w.id("mail"), nil, 9)
	wantNames(t, rows, err, name, "3.0.0", "2.0.0", "1.1.0", "1.0.0")
	if gone := rows[0]; gone.DeletedAt == nil || gone.DeletedByWho != "paula" || gone.Shareable || gone.InUse {
		t.Errorf("the deleted version reads %+v", gone)
	}
	if used := rows[3]; !used.InUse || used.Errors != 1 || used.Warnings != 1 || used.UploadedBy != "paula" || used.Size == 0 { // R5
		t.Errorf("the used version reads %+v", used)
	}
	rows, err = w.Reader.Versions(t.Context(), acme, w.id("mail"), &release.Version{Major: 2}, 1)
	wantNames(t, rows, err, name, "1.1.0")

	v, err := w.Reader.Version(t.Context(), acme, w.id("mail 1.0.0"))
	if err != nil || v.Notes != "mail one" || v.Manifest.Name != "x" || len(v.Findings) != 2 || v.Package.Name != "mail" {
		t.Errorf("version reads %+v (error %v)", v, err)
	}
	use := func(u release.ReleaseUse) string { return u.PackName + " " + string(u.Release.State) }
	wantNames(t, v.UsedIn, nil, use, "Alpha released", "Alpha released", "First pending")
}

func TestShareableVersions(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	of, err := w.Reader.ShareableVersions(t.Context(), w.publisher("Acme"), []release.ID{w.id("mail"), w.id("chat"), w.id("bolt")})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, name := range []string{"mail", "chat", "bolt"} {
		got[name] = namesOf(of[w.id(name)], func(v release.VersionRef) string { return v.Version.String() })
	}
	want := map[string][]string{"mail": {"2.0.0", "1.1.0", "1.0.0"}, "chat": {"1.0.0"}, "bolt": nil} // bolt is Bolt's
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("versions differ (-want +got):\n%s", diff)
	}
}
