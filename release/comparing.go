package release

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
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
	Judged       string      // tells this file with these errors from all others
}

func (e *FindingsError) Error() string { return e.refusal.Error() }

// Unwrap finds the refusal.
func (e *FindingsError) Unwrap() error { return e.refusal }

// judge compares a new version with what is below it, and decides whether it may be shareable (R4). Nobody else adds a
// version to the package meanwhile. The file itself was checked before; the publisher's settings hold for both.
func (u Upload) judge(ctx context.Context, tx Tx, v *PackageVersion, publisher Account) error {
	found, with, err := u.compareBelow(ctx, tx, *v, publisher.CheckOptions())
	if err != nil {
		return err
	}
	v.Findings = append(slices.Clip(v.Findings), found...)
	if with != nil {
		v.ComparedWith = with.ID
	}
	if !v.Shareable || !packfile.HasErrors(v.Findings) {
		return nil // a reason for nothing is not kept
	}
	v.OverrideReason = strings.TrimSpace(u.OverrideReason)
	judged := judgedAs(v.SHA256, v.Findings)
	switch {
	case v.OverrideReason == "", u.Judged != "" && u.Judged != judged:
		return &FindingsError{ErrShareableErrors, v.Findings, with, judged}
	case !fits(v.OverrideReason, 1, maxReason):
		return &FindingsError{unfit(ErrOverrideReason, v.OverrideReason, maxReason), v.Findings, with, judged}
	}
	return nil
}

// compareBelow compares an upload with the version below it. Only shareable versions reach anybody: one that is to be
// shareable is compared with the shareable one below it too, and the errors of that count. Else a version that nobody could
// use, uploaded in between, would hide what breaks for those who use the one before.
func (u Upload) compareBelow(ctx context.Context, tx Tx, v PackageVersion, opts packfile.Options) (found []packfile.Finding, with *VersionRef, err error) {
	lower := []func(context.Context, ID, Version) (Comparable, error){tx.VersionBelow}
	if v.Shareable {
		lower = append(lower, tx.ShareableBelow)
	}
	for _, read := range lower {
		below, err := read(ctx, v.Package, v.Version)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return nil, nil, err
		}
		if err != nil || !below.Kept || (with != nil && with.ID == below.ID) {
			continue
		}
		c := packfile.Compare(below.Package, labelled(u.Package, v.Version), opts)
		if with == nil || packfile.HasErrors(c.Findings) {
			found, with = c.Findings, &below.VersionRef
		}
	}
	return found, with, nil
}

// judgedAs tells a file with its errors from all others: what a reason was given for.
func judgedAs(file [sha256.Size]byte, findings []packfile.Finding) string {
	h := sha256.New()
	_, _ = h.Write(file[:]) // never fails
	for _, f := range findings {
		if f.Severity == packfile.SeverityError {
			_, _ = fmt.Fprintf(h, "%q %q %d %d %q %q\n", f.Code, f.Path, f.Line, f.Column, f.Field, f.Message)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// labelled is a package as it is compared: under the label that the version has here.
func labelled(p packfile.Package, label Version) packfile.Package {
	p.Manifest.Version, p.Manifest.HasVersion = packfile.Version(label), true
	return p
}

// Step is what one package goes through in a release: from the version of the current release to that of the next.
type Step struct {
	ContentRow
	Found  *Found // nil: one side is missing, or was not kept with what it holds
	Counts bool   // the versions are only counted: the numbers tell nothing
}

// Found is what a comparison found in a package that changes, in few words: a release has up to 100 of them.
type Found struct {
	Smallest                           packfile.Bump
	Breaking, Additions, Others, Files int               // changes
	Breaks                             []packfile.Change // the first mostBreaks of Breaking

	Demands  int               // of Breaking, those that ask for a value that nobody had to give before
	Demanded []packfile.Change // the first mostBreaks of them
}

// mostBreaks is how many breaking changes of a package a release names one by one.
const mostBreaks = 8

// NewStep compares the two versions of a package that stays in a release. Versions of two packages are not compared, nor
// is a version with itself.
func NewStep(row ContentRow, from, to Comparable, opts packfile.Options) Step {
	s := Step{ContentRow: row, Counts: to.Package.Manifest.Counts}
	if from.Kept && to.Kept && from.PackageID == to.PackageID && from.ID != to.ID {
		c := packfile.Compare(from.Package, to.Package, opts)
		s.Found = &Found{Smallest: c.Smallest}
		for _, ch := range c.Changes {
			s.Found.add(ch)
		}
	}
	return s
}

func (f *Found) add(ch packfile.Change) {
	switch {
	case ch.Kind == packfile.KindFile:
		f.Files++
	case ch.Bump == packfile.BumpMajor:
		if f.Breaking++; len(f.Breaks) < mostBreaks {
			f.Breaks = append(f.Breaks, ch)
		}
		if !ch.Demands {
			return
		}
		if f.Demands++; len(f.Demanded) < mostBreaks {
			f.Demanded = append(f.Demanded, ch)
		}
	case ch.Bump == packfile.BumpMinor:
		f.Additions++
	default:
		f.Others++
	}
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
	if s.Found == nil {
		return declared
	}
	found := map[packfile.Bump]Bump{packfile.BumpMajor: BumpMajor, packfile.BumpMinor: BumpMinor, packfile.BumpRelease: BumpRelease}[s.Found.Smallest]
	if s.Counts {
		return max(found, min(declared, BumpRelease))
	}
	return max(found, declared)
}
