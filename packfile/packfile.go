// Package packfile reads the package files that publishers upload: what a file is, which name and version it
// carries, its release notes, and what is wrong with it. It knows files and nothing else: no accounts, no database.
//
// The content decides what a file is, never its name. Each platform stands in one file, which opens with the list of its
// rules and registers its formats (platforms, in platform.go):
//
//	threatconnect.go  apps (tcx.go), bundles of apps (bundle.go), App Builder exports (appbuilder.go), playbooks (playbook.go)
//	secops.go         response integrations as a folder (secopsfolder.go)
//	boomi.go          components, single or a folder of them (boomifolder.go)
//	plain.go          everything else; name and version are given at upload
//
// Inspect reads a file and checks it, Compare tells two versions apart, CheckTogether looks at the packages of one
// release. What users of a package bind to is brought to one form for all platforms, Part, so that one comparison serves
// them all and each platform only weighs the changes.
//
// Nothing is ever extracted to disk, and no file is read whole: archive.go sets the limits, and every refusal
// names the limit that it met.
package packfile

import (
	"slices"
	"strings"
)

// Manifest is what a package file says about itself. Empty fields mean that the file does not say.
type Manifest struct {
	Platform      string // the key of a platform: "plain" where none is known
	PlatformLabel string // for people: "ThreatConnect", "Google SecOps", "Boomi", "Plain package"
	Kind          string // for people: "playbook app", "response integration", "archive", "file"

	// Name is the base technical name, without a version suffix, as a lower-case identifier: "google_sheets",
	// "tcpb_-_expressions". Every version of one package has the same.
	Name        string
	DisplayName string
	Description string

	// Version is set if HasVersion; otherwise the uploader gives it. (R1)
	Version         Version
	HasVersion      bool
	PlatformVersion string // as the platform counts: "15.0", "1.0.4"
	Counts          bool   // the platform only counts versions: the number says nothing of the size of a change

	Notes []Note // release notes, oldest version first
	Facts []Fact // what pages may show, in the order to show it

	// OneOnly says why the package can't be in a pack with multiple attachments, as a sentence; empty if it can. (R6)
	OneOnly string

	// Countable tells that the platform also publishes packages of this kind without a version of their own: the server
	// then counts them. (R12)
	Countable bool

	// What the packages of one release are held against each other by. (R10)
	Identifier string      // two packages of one release never have the same; empty if the platform has none
	Components []Component // that other packages may contain too
	Needs      []Need      // that the platform must have besides

	Files         int   // files in the archive, folders not counted; 1 for a file that is no archive
	UnpackedBytes int64 // their size as the archive declares it
}

// Fact is one line of a package's description, label and value both in words for people.
type Fact struct{ Label, Value string }

// Severity says what a finding means for the upload.
type Severity = string

// The severities. An error blocks "shareable"; a warning and an information never block.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
	SeverityInfo    Severity = "info"
)

// Finding is one fault of a package, with its place and the way to mend it. Path is relative to the archive's
// root and uses slashes, and is the file's own name if it is no archive; Line and Column count from 1, and 0 means unknown.
type Finding struct {
	Code         string // stable, "TC-VER-01"
	Severity     Severity
	Path         string
	Line, Column int
	Field        string // "programVersion", "parameters[2].name"
	Message      string // what is wrong
	Fix          string // what to do

	// Excerpt is the text around Line, the first of it with number ExcerptLine; empty if the place is unknown, the file is
	// no text, or showing it would give away a secret.
	Excerpt     string
	ExcerptLine int
}

// HasErrors reports whether a finding among findings has severity error.
func HasErrors(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == SeverityError })
}

// UnreadableError is the error for a file that can't be read, or not safely. Both texts are for the uploader.
type UnreadableError struct {
	Reason string // what was met: a sentence
	Fix    string // what to do: a sentence
}

// Error returns reason and fix.
func (u *UnreadableError) Error() string { return strings.TrimSpace(u.Reason + " " + u.Fix) }
