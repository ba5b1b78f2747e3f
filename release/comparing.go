package release

import (
	"context"
	"errors"
	"slices"
	"strings"

	"packtide/packfile"
)

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

// FindingsError refuses to share a version that has errors, or is shared in spite of them without a fitting reason (R4).
// It carries all that was found, so that the publisher sees what stands in the way.
type FindingsError struct {
	refusal      error // ErrShareableErrors or ErrOverrideReason
	Findings     []packfile.Finding
	ComparedWith *VersionRef // with which some of the findings compare the version; nil: none
}

func (e *FindingsError) Error() string { return e.refusal.Error() }

// Unwrap finds the refusal.
func (e *FindingsError) Unwrap() error { return e.refusal }

// judge compares a new version with the one below it, and decides whether it may be shareable (R4). Nobody else adds a
// version to the package meanwhile. The file itself was checked before; the publisher's settings hold for both.
func (u Upload) judge(ctx context.Context, tx Tx, v *PackageVersion, publisher Account) error {
	var with *VersionRef
	below, err := tx.VersionBelow(ctx, v.Package, v.Version)
	switch {
	case errors.Is(err, ErrNotFound):
	case err != nil:
		return err
	case below.Kept:
		c := packfile.Compare(below.Package, labelled(u.Package, v.Version), publisher.CheckOptions())
		v.Findings = append(slices.Clip(v.Findings), c.Findings...)
		v.ComparedWith, with = below.ID, &below.VersionRef
	}
	if !v.Shareable || !packfile.HasErrors(v.Findings) {
		return nil // a reason for nothing is not kept
	}
	v.OverrideReason = strings.TrimSpace(u.OverrideReason)
	switch {
	case v.OverrideReason == "":
		return &FindingsError{ErrShareableErrors, v.Findings, with}
	case !fits(v.OverrideReason, 1, maxReason):
		return &FindingsError{unfit(ErrOverrideReason, v.OverrideReason, maxReason), v.Findings, with}
	}
	return nil
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
