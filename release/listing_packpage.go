package release

// What a pack's page and the comparison of its releases show: made by store.Reader, like the rows of listing.go.

// ReleasePair is what differs between two releases of one pack, in the direction from → to.
type ReleasePair struct {
	From     ReleaseView
	To       ReleaseView
	Contents []ContentRow   // by display name
	Versions []VersionNotes // of the versions between, both ends but the lower one included; newest first in each package
	Releases []ReleaseView  // with notes, released between them, the upper one included; newest first
}

// Back tells whether To is the older one.
func (p ReleasePair) Back() bool { return p.To.Number < p.From.Number }

// VersionNotes are the notes of one version of a package.
type VersionNotes struct {
	PackageID ID
	Version   VersionRef
	Notes     string
}
