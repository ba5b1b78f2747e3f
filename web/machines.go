package web

import (
	"context"
	"errors"
	"net/http"

	"packtide/packfile"
	"packtide/release"
)

// What the interfaces for programs share with the browser's side: the roles of routes, and how files come and go.

// Access is the set of roles that may use a route.
type Access = access

// The roles, alone and as they are mostly meant together.
const (
	AsPublisher    = asPublisher
	AsAdmin        = asAdmin
	AsSupport      = asSupport
	AsOperator     = asOperator
	AsAgent        = asAgent
	Publishers     = publishers
	Managed        = managed
	Site           = site
	SignedIn       = signedIn
	PublisherSide  = publisherSide
	ManagedOrStaff = managedOrStaff
	Anyone         = anyone
)

// RoleOf is the set of roles that the actor holds where it acts.
func RoleOf(a release.Actor) Access { return roleOf(a) }

// FileForm is a form with a file, read part by part: its texts, and the file in a temporary place.
type FileForm = received

// ReceiveForm reads a form with a file of up to most bytes. The caller discards what it returns, also with an error.
func ReceiveForm(w http.ResponseWriter, r *http.Request, most int64) (*FileForm, error) {
	return receive(w, r, most)
}

// Texts are the form's texts by field.
func (r *received) Texts() map[string]string { return r.texts }

// Upload is what the form says of a package and its file.
func (r *received) Upload() release.Upload {
	return release.Upload{
		Name: r.texts["name"], Version: r.texts["version"], Notes: r.texts["notes"], OverrideReason: r.texts["override_reason"],
		FileName: r.fileName, Size: r.size, SHA256: r.sha256, Content: r.content(),
	}
}

// KeepUpload reads the form's package file into u, and keeps it as a new version. It refuses what no package can be before
// anything is stored.
func KeepUpload(ctx context.Context, service *release.Service, by release.Actor, form *FileForm, u *release.Upload, opts packfile.Options) (release.PackageVersion, error) {
	switch {
	case form.tooLarge:
		return release.PackageVersion{}, release.ErrFileTooLarge
	case form.file == nil:
		return release.PackageVersion{}, release.ErrFileMissing
	case form.size == 0:
		return release.PackageVersion{}, release.ErrFileEmpty
	}
	var err error
	u.Package, err = packfile.Inspect(form.file, form.size, form.fileName, opts)
	if unreadable, ok := errors.AsType[*packfile.UnreadableError](err); ok {
		return release.PackageVersion{}, release.ErrFileUnreadable.With("%s", unreadable.Error())
	}
	if err != nil {
		return release.PackageVersion{}, err
	}
	return service.UploadVersion(ctx, by, *u)
}

// Added is the file; nil when none was sent. One that is too large keeps a size that says so.
func (r *received) Added() *release.FileUpload { return r.added() }

// Discard removes the temporary file.
func (r *received) Discard() { r.discard() }
