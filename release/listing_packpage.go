package release

import "time"

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

// Adoption is how an install base grew and what it ran, day by day.
type Adoption struct {
	Days     []AdoptionDay // oldest first; the last is now
	Releases []ReleaseRef  // that were current on any of them, oldest first
}

// AdoptionDay is an install base at the end of a day (UTC), or now.
type AdoptionDay struct {
	Day         time.Time
	Attachments int64
	Trying      int64 // of them, those that ran the release then pending; the others ran the current one
}

// VersionAge is how far the install base is behind the newest shareable version of one package.
type VersionAge struct {
	PackageID ID
	Uploaded  time.Time  // of the version that the current release holds
	Behind    int        // shareable versions that are newer
	Since     *time.Time // when the first of them was uploaded; nil: none is newer
}
