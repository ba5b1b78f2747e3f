package packfile

import (
	"crypto/sha256"
	"slices"
	"strings"
)

// Package is a package file, read: what it says about itself, what is wrong with it, and what two versions of it are
// compared by.
type Package struct {
	Manifest Manifest
	Findings []Finding
	Contents Contents
}

// Contents is what two versions of a package are compared by. It is plain data, and small beside the package, so that it
// can be kept and compared without the files.
type Contents struct {
	Parts []Part     // what users of the package bind to, in the order of the package
	Files []FileMark // every file, by path
}

// Part is one thing in a package that its users bind to: an action, a parameter, an output variable.
type Part struct {
	Kind string // for people: "parameter"
	Key  string // tells the part from all others of its kind, and is the same in all versions: "Ping/Host"
	Name string // for people: "Ping › Host"
	File string // where it stands, "" if nowhere in particular
	Line int    // from 1; 0 unknown

	// Within is the ID of the part that holds this one: "action: Ping" holds "Ping/Host". What comes or goes together with
	// its holder is not told as a change of its own. "" if nothing holds it.
	Within string

	Facets []Facet // what may differ between two versions, in the order to show
}

// Facet is one property of a part. A property that the file leaves out has the platform's default as value, or is left
// out here too: both sides must say the same for the same meaning.
type Facet struct{ Name, Value string }

// ID tells the part from all others of the package: "action: Ping".
func (p *Part) ID() string { return partID(p.Kind, p.Key) }

func partID(kind, key string) string { return kind + ": " + key }

// facet returns the value of a facet, "" if the part has none of that name.
func (p *Part) facet(name string) string {
	for _, f := range p.Facets {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// FileMark is the fingerprint of one file of a package.
type FileMark struct {
	Path string
	Size int64
	Sum  string // the first 16 bytes of the contents' SHA-256, in hexadecimal
}

// fileSum is the fingerprint of a file's contents.
func fileSum(full [sha256.Size]byte) [16]byte { return [16]byte(full[:16]) }

// Component is a part of a package that other packages may contain too (R10). Of ThreatConnect it is an app that the
// package installs: ID is its program name as the platform writes it, "TCPB - Vault v1", and Version the app's.
type Component struct {
	ID, Name, Version string
	Kind              string   // the platform's word for what it is: "process"
	Settings          []string // what the component lets its users set, sorted: "connection c1: field url"
}

// Need is what a package needs beside itself on its platform: an app of one major version.
type Need struct {
	Name  string // the technical name as the platform writes it, without the version
	Major int    // -1 if any will do
}

// Member is one package version of a release, for CheckTogether.
type Member struct {
	Label    string // for people: "Google Sheets 18.0.0"
	Manifest Manifest
}

// CheckTogether reports what is wrong between the packages of one release (R10): components that they share and set
// differently, apps that one needs and the release holds in another version, identifiers that two of them claim. The Path
// of each finding is the label of the member that it is about.
func CheckTogether(members []Member) []Finding {
	var findings []Finding
	for _, p := range platforms() {
		if p.together == nil {
			continue
		}
		own := slices.DeleteFunc(slices.Clone(members), func(m Member) bool { return m.Manifest.Platform != p.key })
		if len(own) > 0 {
			findings = append(findings, settle(p.together(own), p.rules, "")...)
		}
	}
	return findings
}

// sortFiles puts files in the order of their paths, which comparisons rely on.
func sortFiles(files []FileMark) {
	slices.SortFunc(files, func(a, b FileMark) int { return strings.Compare(a.Path, b.Path) })
}
