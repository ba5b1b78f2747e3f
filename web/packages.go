package web

import (
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"packtide/packfile"
	"packtide/release"
	"packtide/web/view"
)

// packages lists what the publisher has uploaded; staff see the packages of all publishers.
func (s *Server) packages(v *visit) error {
	query := strings.TrimSpace(v.QueryParam("q"))
	name, id := v.afterKey()
	rows, err := s.reader.Packages(v.ctx(), v.actor, query, name, id, pageSize+1)
	if err != nil {
		return err
	}
	list := view.PackageList{Query: query, MayUpload: v.publishes(), Clock: v.clock()}
	var more bool
	if list.Rows, more = cut(rows, pageSize); more {
		last := list.Rows[len(list.Rows)-1]
		list.Page = v.nameKeys(nameKey(last.DisplayName, last.ID))
	} else {
		list.Page = v.nameKeys("")
	}
	head := view.Page{Title: "Packages", Lede: "What you have uploaded. Packs are made of shareable versions."}
	if !list.MayUpload {
		head.Lede = "What was uploaded. Packs are made of shareable versions."
	}
	if list.MayUpload && (len(list.Rows) > 0 || query != "") {
		head.Actions = view.LinkButton(view.Primary, "upload", "Upload a package", "/packages/upload")
	}
	return v.page(http.StatusOK, head, view.Packages(list))
}

// publishes tells whether the person may change what the account publishes.
func (v *visit) publishes() bool { return v.actor.Publisher == release.RolePublisher }

func (s *Server) uploadForm(v *visit) error {
	account, err := s.reader.Account(v.ctx(), v.actor, v.actor.Account)
	if err != nil {
		return err
	}
	return s.showUpload(v, http.StatusOK, view.UploadForm{Name: v.QueryParam("name"), Shareable: account.ShareableByDefault})
}

func (s *Server) showUpload(v *visit, status int, f view.UploadForm) error {
	head := view.Page{
		Title:  "Upload a package",
		Lede:   "Name and version are read from the file where it tells them.",
		Crumbs: []view.Crumb{{Href: "/packages", Label: "Packages"}, {Label: "Upload"}},
	}
	return v.page(status, head, view.Upload(f))
}

// upload takes a package file and what the publisher says of it. A refused one shows the form again, all texts kept.
func (s *Server) upload(v *visit) error {
	got, err := v.receive(release.MaxArtifact)
	defer got.discard()
	if err != nil {
		return err
	}
	u := uploadIn(got)
	kept, err := s.keep(v, got, &u)
	if r, ok := refused(err); ok {
		return s.showUpload(v, r.Status, view.UploadForm{
			Name: u.Name, Version: u.Version, Notes: u.Notes, Shareable: got.texts["shareable"] == "true", Again: true,
			Errors: explainUpload(r, err, u), Blocked: blocked(got, err), MayCount: mayCount(got, r, err), Counted: u.Counted,
		})
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "%s %s is uploaded%s.", kept.DisplayName, kept.Version, map[bool]string{true: " and may enter packs"}[kept.Shareable])
	return v.sent("/versions/" + kept.ID.String())
}

// uploadIn is what the form says of the file.
func uploadIn(got *received) release.Upload {
	u := got.Upload()
	u.Counted = got.texts["counted"] == "true"
	u.Judged = got.texts["judged"] // a reason overrides the errors that its writer has seen, not those of another file, or found by other rules since
	shareable := got.texts["shareable"] == "true"
	switch got.texts["shareable_asked"] {
	case "": // a client without the box says nothing
	case "choice": // between the ways out: none chosen is no answer, and shows them again
		shareable = got.texts["shareable"] != "false"
		u.Shareable = &shareable
	default:
		u.Shareable = &shareable // R2: a box left empty says no
	}
	return u
}

// mayCount tells whether the form offers to number the versions (R12): once offered, or asked for, it stays.
func mayCount(got *received, r refusal, err error) bool {
	return got.texts["counted_asked"] != "" || errors.Is(err, release.ErrVersionOrCount) ||
		slices.ContainsFunc(r.Errors, func(e view.FieldError) bool { return e.Field == "counted" })
}

// blocked is what the form shows of errors in the package, and what was chosen in spite of them. Once chosen it stays,
// whatever else is refused; nil where no errors were met.
func blocked(got *received, err error) *view.UploadBlocked {
	b := &view.UploadBlocked{Judged: got.texts["judged"], Reason: got.texts["override_reason"]}
	chosen := got.texts["shareable_asked"] == "choice"
	if chosen {
		b.Choice = got.texts["shareable"]
	}
	if found, ok := errors.AsType[*release.FindingsError](err); ok {
		b.Findings, b.ComparedWith, b.Judged = found.Findings, found.ComparedWith, found.Judged
	} else if !chosen {
		return nil
	}
	return b
}

// checkOptions are how the publisher's packages are checked today.
func (s *Server) checkOptions(v *visit, publisher release.ID) (packfile.Options, error) {
	return s.reading(v).checkOptions(v.ctx(), publisher)
}

// keep checks the file before anything is stored of it.
func (s *Server) keep(v *visit, got *received, u *release.Upload) (release.PackageVersion, error) {
	opts, err := s.checkOptions(v, v.actor.Account)
	if err != nil {
		return release.PackageVersion{}, err
	}
	return KeepUpload(v.ctx(), s.service, v.actor, got, u, opts)
}

// explainUpload tells a publisher who left the version to the file which version that is.
func explainUpload(r refusal, err error, u release.Upload) []view.FieldError {
	if !errors.Is(err, release.ErrVersionExists) {
		return r.Errors
	}
	version := strings.TrimSpace(u.Version)
	if version == "" {
		version = view.VersionIn(release.Version(u.Manifest.Version), u.Manifest.PlatformVersion, u.Manifest.Platform) + ", which the file tells,"
	}
	return []view.FieldError{{
		Field: "version", Text: "Version " + version + " was uploaded before. An uploaded version never changes: give the next number.",
	}}
}

// sent redirects after an upload. The script that shows its progress is told by a header instead: it would follow a
// redirect by itself, and spend the message that the person is to read.
func (v *visit) sent(path string) error {
	if v.Request().Header.Get("X-Upload") == "" {
		return v.redirect(path)
	}
	v.Response().Header().Set("X-Location", path)
	return v.NoContent(http.StatusOK)
}

// packageOne is one package with its versions.
func (s *Server) packageOne(v *visit) error {
	id, err := v.id("package")
	if err != nil {
		return err
	}
	p, err := s.reader.Package(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	var below *release.Version
	if key, err := release.ParseVersion(v.QueryParam("below")); err == nil {
		below = &key
	}
	rows, err := s.reader.Versions(v.ctx(), v.actor, id, below, pageSize+1)
	if err != nil {
		return err
	}
	one := view.PackageOne{Package: p, MayUpload: v.publishes(), Clock: v.clock()}
	var more bool
	if one.Versions, more = cut(rows, pageSize); more {
		one.Page.Next = v.withQuery("below", one.Versions[len(one.Versions)-1].Version.String())
	}
	if below != nil {
		one.Page.First = v.withQuery("below", "")
	}
	if v.actor.ReadsSite() {
		if one.Publisher, err = s.accountName(v, p.Publisher); err != nil {
			return err
		}
	}
	return v.page(http.StatusOK, view.PackageHead(one), view.PackagePage(one))
}

// version is one uploaded version whole.
func (s *Server) versionOne(v *visit) error {
	one, err := s.readVersion(v)
	if err != nil {
		return err
	}
	return v.page(http.StatusOK, view.VersionHead(one), view.VersionPage(one))
}

func (s *Server) readVersion(v *visit) (view.VersionOne, error) {
	id, err := v.id("version")
	if err != nil {
		return view.VersionOne{}, err
	}
	read, err := s.reader.Version(v.ctx(), v.actor, id)
	return view.VersionOne{VersionView: read, MayDelete: v.publishes(), Clock: v.clock()}, err
}

// versionDeleteForm asks before a version goes for ever; R5 is explained where it forbids that.
func (s *Server) versionDeleteForm(v *visit) error {
	one, err := s.readVersion(v)
	if err != nil {
		return err
	}
	return s.showVersionDelete(v, http.StatusOK, one)
}

func (s *Server) showVersionDelete(v *visit, status int, one view.VersionOne) error {
	head := view.VersionHead(one)
	head.Title, head.Lede, head.LedeContent, head.Actions = "Delete "+one.Label()+"?", "", nil, nil
	head.Crumbs[len(head.Crumbs)-1].Href = one.Path()
	head.Crumbs = append(head.Crumbs, view.Crumb{Label: "Delete"})
	return v.page(status, head, view.VersionDelete(one))
}

func (s *Server) versionDelete(v *visit) error {
	id, err := v.id("version")
	if err != nil {
		return err
	}
	err = s.service.DeleteVersion(v.ctx(), v.actor, id)
	if r, ok := refused(err); ok {
		one, err := s.readVersion(v) // as it is now: somebody may have been faster
		if err != nil {
			return err
		}
		one.Refusal = r.Errors
		return s.showVersionDelete(v, r.Status, one)
	}
	if err != nil {
		return err
	}
	one, err := s.readVersion(v)
	if err != nil {
		return err
	}
	v.flash(view.Good, "%s is deleted. Its number is never used again.", one.Label())
	return v.redirect("/packages/" + one.PackageID.String())
}

// artifact sends the file of a version: whole, in ranges, or not at all where the caller has it already.
func (s *Server) artifact(v *visit) error {
	id, err := v.id("version")
	if err != nil {
		return err
	}
	row, content, err := s.reader.Artifact(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	v.sendFile(row.FileName, row.SHA256, row.UploadedAt, content)
	return nil
}

// sendFile answers with kept bytes for the visitor to save, never to be shown by the browser.
func (v *visit) sendFile(name string, sum [32]byte, at time.Time, content io.ReadSeeker) {
	SendFile(v.Response(), v.Request(), name, sum, at, content)
}

// SendFile is sendFile for any answer.
func SendFile(w http.ResponseWriter, r *http.Request, name string, sum [32]byte, at time.Time, content io.ReadSeeker) {
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", attachmentNamed(name))
	h.Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
	h.Set("Cache-Control", "private, no-cache") // what was deleted is asked for again, and not found
	http.ServeContent(w, r, "", at, content)
}

// attachmentNamed makes browsers save an answer under the name, whatever letters it has.
func attachmentNamed(name string) string {
	if d := mime.FormatMediaType("attachment", map[string]string{"filename": cleanFileName(name)}); d != "" {
		return d
	}
	return "attachment"
}
