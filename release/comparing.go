package release

import "packtide/packfile"

// Comparable is a version with what other versions of its package are compared with it by.
type Comparable struct {
	VersionRef
	PackageID   ID
	DisplayName string

	// Package carries no findings. Its manifest's version is the version's label, which the file may not tell (R1).
	Package packfile.Package

	// Kept is false for a version that was uploaded before contents were kept: there is nothing to compare.
	Kept bool
}

// labelled is a package as it is compared: under the label that the version has here.
func labelled(p packfile.Package, label Version) packfile.Package {
	p.Manifest.Version, p.Manifest.HasVersion = packfile.Version(label), true
	return p
}

// Step is what one package goes through in a release: from the version of the current release to that of the next.
type Step struct {
	ContentRow
	Comparison *packfile.Comparison // nil: one side is missing, or was not kept with what it holds
	Counts     bool                 // the versions are only counted: the numbers tell nothing
}

// NewStep compares the two versions of a package that stays in a release. Versions of two packages are not compared, nor
// is a version with itself.
func NewStep(row ContentRow, from, to Comparable, opts packfile.Options) Step {
	s := Step{ContentRow: row, Counts: to.Package.Manifest.Counts}
	if from.Kept && to.Kept && from.PackageID == to.PackageID && from.ID != to.ID {
		c := packfile.Compare(from.Package, to.Package, opts)
		s.Comparison = &c
	}
	return s
}

// Steps are the rows without a comparison: the version numbers alone tell.
func Steps(rows []ContentRow) []Step {
	steps := make([]Step, len(rows))
	for i, row := range rows {
		steps[i].ContentRow = row
	}
	return steps
}

// Bump is what the step asks of the release's own version (R23): a removed package is a major change, an added one a minor
// change. One that changes counts by the part in which its versions differ, or by what was found in it if that is more; only
// by what was found where the platform just counts its versions.
func (s Step) Bump() Bump {
	switch {
	case s.From == nil && s.To == nil:
		return BumpNone
	case s.To == nil:
		return BumpMajor
	case s.From == nil:
		return BumpMinor
	}
	declared := BumpBetween(s.From.Version, s.To.Version)
	if s.Comparison == nil {
		return declared
	}
	found := map[packfile.Bump]Bump{packfile.BumpMajor: BumpMajor, packfile.BumpMinor: BumpMinor, packfile.BumpRelease: BumpRelease}[s.Comparison.Smallest]
	if s.Counts {
		return max(found, min(declared, BumpRelease))
	}
	return max(found, declared)
}
