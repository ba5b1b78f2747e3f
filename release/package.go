package release

import (
	"io"
	"strings"
	"time"
	"unicode"

	"packtide/packfile"
)

// MaxArtifact is the most that one package file may have, in bytes.
const MaxArtifact = 256 << 20

// Package is a named, versioned thing that a publisher uploads.
type Package struct {
	ID          ID
	Publisher   ID
	Name        string // technical name without the major version (R3)
	DisplayName string
	Platform    string
	Kind        string
	Counted     bool // R12: the server numbers its versions; chosen with the first, and final
	CreatedAt   time.Time
}

// PackageVersion is one immutable upload of a package (R1).
type PackageVersion struct {
	ID              ID
	Package         ID
	Version         Version
	PlatformVersion string // as the platform counts, "15.0"; empty where it counts as we do
	DisplayName     string
	Shareable       bool // R2: chosen at upload, never changed
	Notes           string
	FileName        string
	SHA256          [32]byte
	Size            int64 // bytes
	Manifest        packfile.Manifest
	Findings        []packfile.Finding
	Contents        packfile.Contents // what other versions are compared with it by
	ComparedWith    ID                // the lower version with which Findings compare it; zero: none
	OverrideReason  string            // why it is shareable in spite of errors (R4)
	UploadedAt      time.Time
	UploadedBy      ID
	DeletedAt       *time.Time
}

// Upload is a package file with what the publisher says of it; what the publisher leaves empty is read from the file.
type Upload struct {
	Name      string // display name
	Version   string // "1.2.3"
	Counted   bool   // R12: number the versions of this new package for me
	Shareable *bool  // nil: as the publisher's setting says (R2)
	Notes     string
	FileName  string
	Size      int64 // bytes
	SHA256    [32]byte
	Content   io.ReaderAt

	// OverrideReason says why the version is shareable in spite of errors (R4); without such errors it is not kept.
	OverrideReason string

	Platform string // of which the file has to be; empty: any

	// Judged is FindingsError.Judged of the refusal that OverrideReason answers: it overrides no other errors. Empty: the
	// reason was given without a refusal, and holds for whatever is found.
	Judged string

	packfile.Package // as it was read from Content
}

// check refuses what no package file can be, before anything is read of it.
func (u Upload) check() error {
	switch {
	case u.Content == nil:
		return ErrFileMissing
	case u.Platform != "" && u.Platform != u.Manifest.Platform:
		return ErrPlatformDiffers.On("platform")
	case u.Size == 0:
		return ErrFileEmpty
	case u.Size > MaxArtifact:
		return ErrFileTooLarge
	case !fits(u.Notes, 0, MaxNotes):
		return unfit(ErrNotesLong, u.Notes, MaxNotes)
	}
	return nil
}

// identify settles what the upload is called: the publisher's word where given, else the file's. A version that is missing
// may still be counted: label decides.
func (u Upload) identify() (display, technical string, err error) {
	display = strings.TrimSpace(u.Name)
	if display == "" {
		display = u.Manifest.DisplayName
	}
	technical = u.Manifest.Name
	if technical == "" {
		technical = technicalBase(display)
	}
	var name *Error
	switch {
	case display == "":
		name = ErrNameMissing
	case !fitsLine(display, 1, maxName) || !isTechnical(technical):
		name = ErrNameForm
	}
	_, number := u.version()
	if name == nil && number == ErrVersionMissing {
		number = nil
	}
	return display, technical, join(name, number)
}

// version is what the upload tells: the publisher's word where given, else the file's.
func (u Upload) version() (Version, *Error) {
	switch {
	case strings.TrimSpace(u.Version) != "":
		version, err := ParseVersion(u.Version)
		if err != nil {
			return Version{}, ErrVersionForm
		}
		return version, nil
	case u.Manifest.HasVersion:
		return Version(u.Manifest.Version), nil
	default:
		return Version{}, ErrVersionMissing
	}
}

// isTechnical tells whether the text can be a technical name, whoever made it up.
func isTechnical(s string) bool {
	return s != "" && len(s) <= maxName && !strings.ContainsRune("_.-", rune(s[0])) && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("_.-", r)
	})
}

// technicalBase is the technical name of a display name, without the major version (R3).
func technicalBase(display string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(display) {
		switch {
		case r < unicode.MaxASCII && (unicode.IsLower(r) || unicode.IsDigit(r)):
			b.WriteRune(r)
		case (r == '-' || r == '.') && b.Len() > 0:
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	return strings.TrimRight(b.String(), "_.-")
}
