package web

import (
	"net/http"

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

// Added is the file; nil when none was sent. One that is too large keeps a size that says so.
func (r *received) Added() *release.FileUpload { return r.added() }

// Discard removes the temporary file.
func (r *received) Discard() { r.discard() }
