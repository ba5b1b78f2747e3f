// Package packfile reads the package files that publishers upload: what a file is, which name and version it
// carries, its release notes, and what is wrong with it. It knows files and nothing else: no accounts, no database.
//
// The content decides what a file is, never its name. The formats stand in one list (recognisers, in inspect.go);
// each has one file that opens with what it reads:
//
//	appbuilder.go     ThreatConnect App Builder exports (.abx)
//	threatconnect.go  ThreatConnect app packages (.tcx)
//	bundle.go         bundles of ThreatConnect app packages
//	playbook.go       ThreatConnect playbook exports (.pbx, .pbxz)
//	secops.go         Google SecOps response integrations (folder as zip, tar or tar.gz)
//	boomi.go          Boomi components (XML, single or a folder as zip, tar or tar.gz)
//	plain.go          everything else; name and version are given at upload
//
// Nothing is ever extracted to disk, and no file is read whole: archive.go sets the limits, and every refusal
// names the limit that it met.
package packfile

import (
	"slices"
	"strings"
)

// The platforms that Inspect tells apart. The keys are stored; they never change.
const (
	PlatformThreatConnect = "threatconnect"
	PlatformSecOps        = "secops"
	PlatformBoomi         = "boomi"
	PlatformPlain         = "plain"
)

// Manifest is what a package file says about itself. Empty fields mean that the file does not say.
type Manifest struct {
	Platform      string // one of the Platform constants
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

	Notes []Note // release notes, oldest version first
	Facts []Fact // what pages may show, in the order to show it

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
